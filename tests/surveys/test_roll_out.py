"""Dates of a staggered roll-out against the dates of answers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from roll_out_study import Truth, draw_forms, roster, write_study
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.study import Study
from impact_eval.surveys import prepare
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.dates import date_flags
from impact_eval.surveys.roll_out import (
    contradictions,
    first_after,
    roll_out_remarks,
)

TRUTH = Truth(cohorts=((0, 2), (1, 3), (2, 3), (None, 3)), students=4)


def with_forms(root: Path, forms: pd.DataFrame) -> Study:
    study = write_study(root, TRUTH)
    study.raw_folder.mkdir(parents=True)
    forms.to_csv(study.raw_folder / "simulated_student.csv", index=False)
    return study


def test_sound_dates_are_contradicted_by_nothing(tmp_path: Path) -> None:
    study = with_forms(tmp_path, draw_forms(1, TRUTH))
    tables = prepare(study)
    assert contradictions(study, tables) == []
    said = roll_out_remarks(study, tables)
    assert any(
        "began before the first survey and can be compared with nothing (2)" in one and "s00" in one
        for one in said
    )
    assert not any("still waits" in one for one in said)


def test_a_survey_dated_on_the_other_side_of_the_workshop_is_named(tmp_path: Path) -> None:
    forms = draw_forms(1, TRUTH)
    late = (forms["school"] == "s02") & (forms["wave"] == "spring")  # its workshop: 15 April
    early = (forms["school"] == "s05") & (forms["wave"] == "autumn")  # its workshop: 15 July
    forms.loc[late, "on"] = "2024-05-01"
    forms.loc[early, "on"] = "2024-07-01"
    study = with_forms(tmp_path, forms)
    faults = contradictions(study, prepare(study))
    assert [("school s02, survey spring" in f.place, "school s05, survey autumn" in f.place)
            for f in faults] == [(False, True), (True, False)]  # fmt: skip
    assert all("workshop_wave or workshop_on" in fault.remedy for fault in faults)
    assert all(number not in str(faults) for number in forms["number"])


def test_the_check_names_them_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forms = draw_forms(1, TRUTH)
    forms.loc[(forms["school"] == "s02") & (forms["wave"] == "spring"), "on"] = "2024-05-01"
    study = with_forms(tmp_path, forms)
    monkeypatch.chdir(tmp_path)
    before = CliRunner().invoke(app, ["check", study.id])
    assert "held against answers after" in before.output
    assert before.exit_code == 0
    prepare(study)
    after = CliRunner().invoke(app, ["check", study.id])
    assert "school s02, survey spring" in after.output
    assert after.exit_code == 1


def test_schools_without_the_survey_they_need_are_named(tmp_path: Path) -> None:
    forms = draw_forms(1, TRUTH)
    gone = (forms["school"] == "s05") & (forms["wave"] == "summer")
    study = with_forms(tmp_path, forms[~gone & (forms["school"] != "s10")])
    said = "\n".join(roll_out_remarks(study, prepare(study)))
    assert "have no answers in the last survey before their workshop (1): s05" in said
    assert "have no answers at all (1): s10" in said


def test_answers_before_a_late_workshop_are_not_flagged(tmp_path: Path) -> None:
    study = write_study(tmp_path, TRUTH)
    assert first_after(study)["s05"] == 2
    assert first_after(study)["s10"] == 4
    forms = pd.DataFrame(
        {
            "school_id": ["s05"] * 3,
            "workshop_id": "w",
            "audience": "student",
            "wave": ["spring", "summer", "autumn"],
            "answered_on": pd.to_datetime(["2024-03-01", "2024-06-01", "2024-07-01"]),
        }
    )
    links = pd.DataFrame({"respondent_id": ["", "", ""]})
    held = pd.DataFrame(
        {"workshop_id": ["w"], "audience": ["student"], "held_on": pd.to_datetime(["2024-07-15"])}
    )
    begun = first_after(study)
    flags = date_flags(Columns.of(forms), links, held, study.wave_ids, first_after=begun)
    assert flags["before_workshop"].tolist() == [False, False, True]
    assert set(roster(TRUTH)["workshop_wave"]) == {"spring", "summer", "autumn", ""}
