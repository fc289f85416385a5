"""What is left of a change or an effect at a later wave."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_study
import two_sides

from impact_eval.findings import compute_findings
from impact_eval.findings.explained.explanation import explain_row


def test_what_is_left_of_a_change(tmp_path: Path) -> None:
    study = small_study.open_study(tmp_path)
    tables = small_study.draw_tables(5, small_study.Truth(effect=1.5, later_effect=0.6))
    findings = compute_findings(study, tables)
    rows = findings[findings["quantity"] == "retention"]
    (main,) = rows[
        (rows["phase"] == "phase_2")
        & (rows["outcome"] == "knowledge")
        & (rows["audience"] == "student")
        & (rows["estimand"] == "schools_like_these")
    ].to_dict("records")
    # of 1.95 questions, 1.05 are drawn to be left
    assert main["conf_low"] < 100 * 1.05 / 1.95 < main["conf_high"]
    assert (main["role"], main["plan_status"]) == ("secondary", "planned")
    assert (main["wave_from"], main["variant"], main["wave_to"]) == ("pre", "post", "follow_up")
    few = rows[(rows["phase"] == "phase_1") & (rows["estimand"] == "schools_like_these")]
    assert few["estimate"].isna().all()
    assert (few["reason"] != "").all()
    for _, row in rows.iterrows():
        again = explain_row(study, tables, row)
        for name, value in again.recomputed.items():
            assert value == pytest.approx(again.numbers[name], rel=1e-9)


@pytest.mark.parametrize(
    ("design", "role"), [("comparison", "exploratory"), ("randomised", "exploratory")]
)
def test_what_is_left_of_an_effect(tmp_path: Path, design: str, role: str) -> None:
    study = two_sides.open_study(tmp_path, design=design, follow_up=True)
    tables = two_sides.draw_tables(3, two_sides.Truth(effect=1.5, left=0.4))
    findings = compute_findings(study, tables)
    rows = findings[findings["quantity"] == "retention"]
    (main,) = rows[rows["estimand"] == "schools_like_these"].to_dict("records")
    assert main["contrast"] == "programme-comparison"
    assert main["conf_low"] < 40 < main["conf_high"]
    assert main["role"] == role
    for _, row in rows.iterrows():
        again = explain_row(study, tables, row)
        assert again.recomputed["estimate"] == pytest.approx(again.numbers["estimate"], rel=1e-9)


@pytest.mark.parametrize(("design", "link"), [("cross_sections", "none"), ("no_programme", "code")])
def test_nothing_is_left_of_what_there_is_not(tmp_path: Path, design: str, link: str) -> None:
    study = small_study.open_study(tmp_path, design=design, link=link)
    findings = compute_findings(
        study, small_study.draw_tables(5), quantities=("change", "retention")
    )
    assert "retention" not in set(findings["quantity"])
    assert "change" in set(findings["quantity"])
