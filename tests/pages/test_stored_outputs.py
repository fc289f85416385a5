"""What stands stored in the shipped notebooks is read as every published page is."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import nbformat
import pytest

from impact_eval.disclosure import Released
from impact_eval.errors import NotPreparedError
from impact_eval.pages import released_findings
from impact_eval.planning import planned_number, starting_points
from impact_eval.reports import Provenance, export_page
from impact_eval.runs.own_texts import own_texts
from impact_eval.runs.parameters import read_parameters
from impact_eval.study import Study
from impact_eval.wording.ladder import forbidden_words
from impact_eval.wording.lint import lint_page
from impact_eval.wording.page_text import read_page

FOLDER = Path(__file__).parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
PROVENANCE = Provenance(made_at="2026-11-22 09:48 UTC", commit="256852728843")


def study_of(notebook, name: str) -> Study:
    return Study.open(str(read_parameters(notebook, name=name)["study_id"]), start=FOLDER)


@pytest.fixture(scope="module")
def released() -> Released:
    study = study_of(nbformat.read(PATHS[0], as_version=4), PATHS[0].name)
    if not (study.processed_folder / "findings.parquet").is_file():
        pytest.skip(f"`impact-eval prepare {study.id}` has not been run")
    try:
        return released_findings(study)
    except NotPreparedError:
        pytest.skip(f"`impact-eval prepare {study.id}` has not been run")


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_stored_outputs_say_nothing_that_no_finding_carries(path: Path, released) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert study_of(notebook, path.name).id == released.facts.study_id
    title = released.facts.pages.get(path.stem, "Reports")
    html = export_page(notebook, title=title, facts=released.facts, provenance=PROVENANCE)
    points = starting_points(released) if "data-planned" in html else ()
    faults = lint_page(
        html,
        released,
        page=path.name,
        planned=partial(planned_number, points),
        own=own_texts(notebook, PROVENANCE),
    )
    assert faults == []
    for_evaluators = [
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in notebook.cells
        if "evaluator" in cell.metadata.get("tags", ()) and cell.cell_type == "code"
        for output in cell.outputs
    ]
    for line in read_page("".join(for_evaluators)).lines:
        assert list(forbidden_words(line, released.facts.design)) == []
