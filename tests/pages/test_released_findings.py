"""Released findings: made once for the study, read by every page, never out of date."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from impact_eval.errors import NotPreparedError, UnknownNameError
from impact_eval.findings import write_findings
from impact_eval.pages import explain, released_findings
from impact_eval.study import Study
from impact_eval.study.new import create_study
from impact_eval.surveys import prepare


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    root = tmp_path_factory.mktemp("project")
    (root / "studies").mkdir()
    create_study("small", root=root)
    study = Study.open("small", start=root)
    prepare(study)
    write_findings(study)
    return study


def test_they_are_written_once_and_read_again(study: Study, monkeypatch) -> None:
    first = released_findings(study)
    assert (study.processed_folder / "released.parquet").exists()
    monkeypatch.setattr("impact_eval.pages.findings.release", None)
    again = released_findings(study)
    pd.testing.assert_frame_equal(first.frame, again.frame)


def test_a_change_of_the_plan_makes_them_anew(study: Study, tmp_path: Path) -> None:
    root = shutil.copytree(study.root, tmp_path / "copy")
    file = root / "studies" / "small" / "study.toml"
    before = file.read_text("utf-8")
    changed = before.replace("disclosure_threshold = 10", "disclosure_threshold = 40")
    assert changed != before
    released_findings(Study.open("small", start=root))
    file.write_text(changed, "utf-8")
    strict = released_findings(Study.open("small", start=root))
    hidden = strict.frame["suppressed"].ne("").sum()
    assert hidden > released_findings(study).frame["suppressed"].ne("").sum()


def test_stale_findings_are_computed_and_not_kept(study: Study, tmp_path: Path) -> None:
    root = shutil.copytree(study.root, tmp_path / "copy")
    copy = Study.open("small", start=root)
    for name in ("findings.parquet", "findings.json", "released.parquet"):
        (copy.processed_folder / name).unlink(missing_ok=True)
    pd.testing.assert_frame_equal(
        released_findings(copy).frame, released_findings(study).frame, check_exact=False
    )
    assert not (copy.processed_folder / "released.parquet").exists()


def test_a_study_that_is_not_prepared_names_the_command(study: Study, tmp_path: Path) -> None:
    root = shutil.copytree(study.root, tmp_path / "copy")
    copy = Study.open("small", start=root)
    shutil.rmtree(copy.processed_folder)
    with pytest.raises(NotPreparedError, match="prepare"):
        released_findings(copy)


def test_the_page_of_a_school_gets_its_rows_and_what_it_is_compared_with(study: Study) -> None:
    whole = released_findings(study).frame
    school = study.school_ids[0]
    frame = released_findings(study, school_id=school).frame
    others = frame.loc[frame["level"].eq("school") & frame["unit_id"].ne(school)]
    assert set(others["quantity"]) == {"change"}
    own = whole["unit_id"].eq(school)
    assert int(own.sum()) == int(frame["unit_id"].eq(school).sum())
    above = whole["level"].ne("school")
    assert int(above.sum()) == int(frame["level"].ne("school").sum())


def test_an_unknown_school_is_an_error_that_lists_the_known(study: Study) -> None:
    with pytest.raises(UnknownNameError, match=study.school_ids[0]):
        released_findings(study, school_id="nowhere")


def test_behind_a_number_stand_its_method_and_the_number_again(study: Study) -> None:
    change = released_findings(study).where(quantity="change").findings()[0]
    shown = explain(study, change.finding_id)
    data = shown._repr_mimebundle_()
    assert data["text/plain"] == f"Explanation of {change.finding_id}"
    assert "recomputed" in str(shown)
    assert "\nnot recomputed: only estimate here; what else is given (std_error, df, " in str(shown)
    assert f"n_pre: {change.n_pre:.0f}" in str(shown)
    with pytest.raises(UnknownNameError):
        explain(study, "f000")
