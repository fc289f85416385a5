"""A run before there is a single survey file: the page of the next phase, and no other."""

from __future__ import annotations

import json
import shutil

import pytest

from impact_eval.errors import SurveyFileError
from impact_eval.pages import planning_basis
from impact_eval.planning import BeforeData
from impact_eval.runs import run_study
from impact_eval.runs.ready import make_ready
from impact_eval.study import Study

REPORT = """
[[reports]]
id = "planning"
notebook = "planning"
title = "Planning the next phase"
"""


@pytest.fixture
def waiting(study: Study) -> Study:
    """Give a study that has its three files, and nothing that was collected."""
    shutil.rmtree(study.raw_folder)
    toml = study.folder / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + REPORT, encoding="utf-8")
    return Study.open("small", start=study.root)


def test_the_planning_page_is_made_without_data_and_says_so(waiting: Study) -> None:
    result = run_study(waiting, reports=["planning"])
    assert [(page.page, page.failure) for page in result.pages] == [("planning.html", "")]
    page = (result.index.parent / "planning.html").read_text(encoding="utf-8")
    assert "No data are in this page." in page
    assert 'class="banner"' not in page
    assert page.count("<figure>") >= 2
    manifest = json.loads((result.index.parent / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["released"], manifest["provenance"]["data"]) == ("", {})
    assert not (waiting.processed_folder / "prepared.json").exists()


@pytest.mark.parametrize("reports", [None, ["findings", "planning"]])
def test_pages_that_need_data_are_not_made_without(waiting: Study, reports) -> None:
    with pytest.raises(SurveyFileError):
        run_study(waiting, reports=reports)
    assert not (waiting.reports_folder / "latest").exists()


def test_a_survey_file_ends_the_time_before_data(ready: Study) -> None:
    assert not isinstance(planning_basis(ready), BeforeData)
    for path in ready.raw_folder.glob("*.csv"):
        path.unlink()
    assert not isinstance(planning_basis(ready), BeforeData)


def test_what_is_collected_takes_the_place_of_what_was_published(study: Study) -> None:
    kept = study.raw_folder.with_name("kept")
    study.raw_folder.rename(kept)
    assert isinstance(planning_basis(study), BeforeData)
    kept.rename(study.raw_folder)
    make_ready(study, progress=lambda what, done, total: None)
    assert len(planning_basis(study)) > 0
