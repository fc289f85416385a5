"""The section on findings without the exclusions, from survey files to the published page."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from hasty_study import hasty_study
from typer.testing import CliRunner

import impact_eval as ie
from impact_eval.cli import app
from impact_eval.errors import UnknownNameError
from impact_eval.findings import stored_without_exclusions
from impact_eval.pages.findings import released_without_exclusions
from impact_eval.runs import run_study
from impact_eval.runs.ready import make_ready
from impact_eval.study import Study
from impact_eval.wording.lint import lint_page


def ready(study: Study) -> Study:
    make_ready(study, progress=lambda what, done, total: None)
    return study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return ready(hasty_study(tmp_path_factory.mktemp("hasty")))


@pytest.fixture(scope="module")
def page(study: Study) -> str:
    notebook = study.root / "notebooks" / "details.ipynb"
    cells = nbformat.read(notebook, as_version=4)
    kept = {"details-01", "details-03", "details-05", "without-exclusions-words"}
    cells.cells = [one for one in cells.cells if one.id in {*kept, "without-exclusions"}]
    assert len(cells.cells) == 5
    nbformat.write(cells, notebook)
    result = run_study(study, reports=["details"], workers=1)
    assert [one.failure for one in result.pages] == [""]
    return (result.index.parent / "details.html").read_text(encoding="utf-8")


def test_the_published_page_has_the_section_with_both_numbers(page: str, study: Study) -> None:
    section = page.partition("Without the exclusions</h2>")[2].partition("<h2")[0]
    assert "filled in too fast to be read" in section
    beside = released_without_exclusions(study)
    assert beside is not None
    planned = [
        row for row in beside.where(quantity="change", level="programme").findings() if row.family
    ]
    mine = [row for row in planned if row.variant == "no_exclusions" and not row.suppressed]
    assert len(mine) >= 3
    for row in mine:
        assert f'data-finding="{row.finding_id}"' in section
        assert f'data-finding="{row.parent_id}"' in section
    assert len(re.findall("data-counted", section)) == 6


def test_a_number_that_is_not_the_released_one_is_refused(page: str, study: Study) -> None:
    released, beside = ie.released_findings(study), released_without_exclusions(study)
    shown = ie.without_exclusions(study)
    html = "<main>" + "".join(piece.html for piece in shown.pieces) + "</main>"
    assert lint_page(html, released, beside=beside) == []
    assert lint_page(html, released)
    other = html.replace('data-counted="same" value="', 'data-counted="same" value="1')
    assert lint_page(other, released, beside=beside)


def test_any_of_them_is_explained_by_its_id(study: Study) -> None:
    beside = released_without_exclusions(study)
    assert beside is not None
    row = next(one for one in beside.findings(quantity="change") if not one.suppressed)
    said = str(ie.explain(study, row.finding_id))
    assert f"finding: {row.finding_id}" in said
    assert "variant: no_exclusions" in said
    assert f"estimate: {row.estimate:.10g}; recomputed {row.estimate:.10g}" in said
    with pytest.raises(UnknownNameError):
        ie.explain(study, "f000")


def test_the_list_has_every_finding(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = ie.exclusions_list(study)
    released = ie.released_findings(study)
    assert set(listed["finding_id"]) < set(released.frame["finding_id"])
    assert {"yes", "no"} == set(listed["shown"])
    monkeypatch.chdir(study.root)
    done = CliRunner().invoke(app, ["exclusions", study.id])
    assert done.exit_code == 0
    assert f"{len(listed):,} findings" in done.output
    assert (study.processed_folder / "without_exclusions.csv").is_file()


def test_both_sets_are_kept_and_go_stale_together(study: Study, tmp_path: Path) -> None:
    kept = study.processed_folder / "findings_without_exclusions.parquet"
    assert kept.is_file()
    again = hasty_study(tmp_path, exclude="")
    assert stored_without_exclusions(ready(again)).empty
    assert not (again.processed_folder / kept.name).exists()
    assert released_without_exclusions(again) is None
    (said,) = ie.without_exclusions(again).pieces
    assert (
        said.name == "The plan excludes nothing: every finding is given with all forms that "
        "could be used."
    )
    assert ie.exclusions_list(again).empty


def test_a_plan_whose_exclusions_meet_no_form_says_so(tmp_path: Path) -> None:
    unmet = ready(hasty_study(tmp_path, exclude='"batch"'))
    (said,) = ie.without_exclusions(unmet).pieces
    assert said.name.startswith("No form had what the plan excludes")
