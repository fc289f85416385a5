"""Flags of two real studies: careless answers of students, and forms of one device."""

from pathlib import Path

import pytest
from real_studies import open_real_study

from impact_eval.study import Study
from impact_eval.surveys import prepare

FIELD = """[sources.columns]
started_at = "X.U.FEFF.start"
ended_at = "end"
device = "deviceid"
interviewer = "enumerator_num"
"""


def test_straightlining_is_rare_among_students(tmp_path: Path) -> None:
    tables = prepare(open_real_study("sats36", tmp_path))
    flagged = tables.quality.merge(tables.submissions)
    counts = flagged[flagged["flag"] == "straightlining"].groupby("wave").size()
    share = 100 * counts / tables.submissions.groupby("wave").size()
    assert share["pre"] == pytest.approx(0.14, abs=0.01)
    assert share["post"] == pytest.approx(0.35, abs=0.01)


def test_a_household_survey_has_one_batch_and_interviewers_who_differ(tmp_path: Path) -> None:
    open_real_study("kobo", tmp_path)
    path = tmp_path / "studies" / "kobo" / "study.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[sources.columns]\n", FIELD), encoding="utf-8")
    tables = prepare(Study.open("kobo", start=tmp_path))
    assert tables.quality["flag"].value_counts().to_dict() == {"batch": 5}
    out = tables.quality_summary[tables.quality_summary["stands_out"]]
    assert out["school_id"].unique().tolist() == ["hgh"]
    groups = tables.quality_groups
    clusters = groups[groups["flag"] == "interviewer_cluster"]
    assert len(clusters) == 64  # 16 interviewers and 16 devices, two measures each
    interviewers = groups[groups["group"] == "interviewer:between"]
    assert interviewers["flagged"].sum() == 4
    assert clusters["unit_id"].str.fullmatch("[0-9a-f]{20}").all()
    rounded = groups[groups["flag"] != "interviewer_cluster"]
    assert rounded["flag"].value_counts().to_dict() == {
        "time_digit_preference": 146,
        "day_digit_preference": 24,
    }
    assert not rounded["flagged"].any(), "devices write down times that nobody rounds"
