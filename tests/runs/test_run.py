"""A whole run of a small study: what it publishes, and what one bad notebook does to it."""

import json
from pathlib import Path

import nbformat
import pytest

from impact_eval.errors import UnknownNameError
from impact_eval.runs import run_study
from impact_eval.runs.manifest import content_hash
from impact_eval.study import Study


def replace_notebook(study: Study, name: str, *sources: str) -> None:
    """Put a notebook of our own in place of a report's."""
    parameters = nbformat.v4.new_code_cell('study_id = ""', metadata={"tags": ["parameters"]})
    cells = [parameters, *(nbformat.v4.new_code_cell(source) for source in sources)]
    path = study.root / "notebooks" / f"{name}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def manifest_of(latest: Path) -> dict:
    return json.loads((latest / "manifest.json").read_text(encoding="utf-8"))


def test_a_run_publishes_every_page_and_says_of_what(ready: Study) -> None:
    steps: list[tuple[str, int, int]] = []
    result = run_study(ready, progress=lambda *step: steps.append(step))
    latest = result.index.parent
    assert [page.failure for page in result.failed] == []
    for page in result.pages:
        assert content_hash((latest / page.page).read_text(encoding="utf-8")) == page.sha256
    manifest = manifest_of(latest)
    assert manifest["status"] == "made"
    assert [page["page"] for page in manifest["pages"]] == [page.page for page in result.pages]
    assert "study.toml" in manifest["provenance"]["data"]
    assert {"impact-eval", "numpy", "statsmodels"} <= set(manifest["provenance"]["versions"])
    assert steps[-1] == ("running the notebooks", len(result.pages), len(result.pages))
    assert not (ready.processed_folder / "failures").exists()


def test_one_bad_notebook_does_not_stop_the_rest(ready: Study) -> None:
    replace_notebook(ready, "programme", "answer = 'a secret'", "raise ValueError(answer)")
    result = run_study(ready, reports=["findings", "programme"], workers=2)
    assert [page.page for page in result.failed] == ["programme.html"]
    page = (result.index.parent / "programme.html").read_text(encoding="utf-8")
    assert "stopped in cell 3: ValueError." in page
    assert "secret" not in page
    assert "Traceback" not in page
    assert "programme.html" in result.index.read_text(encoding="utf-8")
    assert "a secret" in (ready.processed_folder / "failures" / "programme.txt").read_text()
    assert manifest_of(result.index.parent)["status"] == "failed"


@pytest.mark.parametrize(
    ("html", "failure"),
    [
        ("<h1>T</h1><p>The workshops improved knowledge.</p>", "was withheld"),
        ("<h1>T</h1><p>It was 17.25 after.</p>", "was withheld"),
        ("<p>no heading</p>", "could not be exported"),
    ],
)
def test_a_page_that_says_too_much_is_not_published(ready: Study, html: str, failure: str) -> None:
    source = f"from IPython.display import HTML\nHTML({html!r})"
    replace_notebook(ready, "findings", source)
    result = run_study(ready, reports=["findings"])
    assert [page.failure.startswith(failure) for page in result.failed] == [True]
    assert "17.25" not in (result.index.parent / "findings.html").read_text(encoding="utf-8")


def test_a_notebook_without_a_needed_parameter_is_a_failure(ready: Study) -> None:
    replace_notebook(ready, "school", "1")
    school = next(iter(ready.facts().schools))
    result = run_study(ready, reports=["school"], schools=[school])
    assert "unknown parameter of school.ipynb: school_id" in result.failed[0].failure


def test_a_wrong_name_publishes_nothing(ready: Study) -> None:
    with pytest.raises(UnknownNameError, match="did you mean programme"):
        run_study(ready, reports=["program"])
    assert not (ready.reports_folder / "latest").exists()
