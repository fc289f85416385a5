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


def test_a_run_of_one_page_keeps_the_others(ready: Study) -> None:
    for name in ("findings", "programme"):
        replace_notebook(ready, name, *shown(name))
    both = run_study(ready, reports=["findings", "programme"])
    assert [page.failure for page in both.failed] == []
    replace_notebook(ready, "programme", *shown("change"))
    one = run_study(ready, reports=["programme"])
    latest = one.index.parent
    assert [page.page for page in one.pages] == ["programme.html"]
    pages = [page["page"] for page in manifest_of(latest)["pages"]]
    assert pages == ["findings.html", "programme.html"]
    assert ">findings</h1>" in (latest / "findings.html").read_text(encoding="utf-8")
    assert ">change</h1>" in (latest / "programme.html").read_text(encoding="utf-8")
    assert 'href="findings.html"' in one.index.read_text(encoding="utf-8")


def test_other_findings_leave_the_old_pages_behind(ready: Study) -> None:
    replace_notebook(ready, "findings", *shown("findings"))
    replace_notebook(ready, "programme", *shown("programme"))
    run_study(ready, reports=["findings"])
    toml = ready.folder / "study.toml"
    text = toml.read_text(encoding="utf-8").replace("smallest_effect = 0.4", "smallest_effect = 3")
    toml.write_text(text, encoding="utf-8")
    changed = Study.open("small", start=ready.root)
    latest = run_study(changed, reports=["programme"]).index.parent
    assert [page["page"] for page in manifest_of(latest)["pages"]] == ["programme.html"]


def shown(text: str) -> tuple[str, ...]:
    """Give cells that show a page with one heading."""
    return (f"from IPython.display import HTML\nHTML('<h1>{text}</h1>')",)


def test_what_is_for_the_evaluator_alone_is_never_published(ready: Study) -> None:
    view = nbformat.v4.new_code_cell(
        "print(ie.follow_up(study, evaluator_view=True))", metadata={"tags": ["evaluator"]}
    )
    for name, value in (("programme", True), ("findings", False)):
        replace_notebook(ready, name, *shown(name))
        path = ready.root / "notebooks" / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[0].source += f"\nevaluator_view = {value}"
        notebook.cells.append(view)
        nbformat.write(notebook, path)
    result = run_study(ready, reports=["findings", "programme"], workers=2)
    failures = {page.page: page.failure for page in result.failed}
    assert list(failures) == ["programme.html"]
    assert "evaluator_view is set" in failures["programme.html"]
    for page in result.pages:
        html = (result.index.parent / page.page).read_text(encoding="utf-8")
        assert "What to follow up" not in html
