"""Attitudes towards statistics, raw file to pages: three scales fall, and the pages say so.

The numbers of `tests/reference/sats.json` are R's (clubSandwich, psych; call in sats.R).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from .conftest import Whole

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "sats.json").read_text(encoding="utf-8")
)
SCALES = {
    "affect": ("Affect", "feelings about statistics"),
    "competence": ("CogComp", "confidence in one's own ability in statistics"),
    "value": ("Value", "worth seen in statistics"),
    "difficulty": ("Diff", "easiness of statistics"),
    "interest": ("Interest", "interest in statistics"),
    "effort": ("Effort", "effort for the course"),
}
SAID = {
    "affect": "was not clearly different",
    "competence": "was not clearly different",
    "value": "was lower",
    "difficulty": "was higher",
    "interest": "was lower",
    "effort": "was lower",
}


def sentence_of(sats: Whole, outcome: str) -> str:
    """What the page says of one scale in all semesters together."""
    start = f"The mean score of students for {SCALES[outcome][1]} was "
    (line,) = {line for line in sats.everywhere.splitlines() if line.startswith(start)}
    return line


def change_of(sats: Whole, outcome: str, estimand: str = "schools_like_these") -> pd.Series:
    (row,) = (
        sats.findings.query(
            "quantity == 'change' and level == 'programme' and phase == '' and subgroup == ''"
            " and estimator == 'stacked' and variant == ''"
            f" and outcome == '{outcome}' and estimand == '{estimand}'"
        )
        .to_dict("index")
        .values()
    )
    return pd.Series(row)


@pytest.mark.parametrize("outcome", list(SCALES))
def test_a_change_is_said_with_its_numbers_and_its_direction(sats: Whole, outcome: str) -> None:
    expected = REFERENCE[SCALES[outcome][0]]["instructor"]
    said = sentence_of(sats, outcome)
    assert SAID[outcome] in said
    number = f"{expected['b']:+.2f}".replace("-", "−")
    assert f"The change is {number} points" in said
    against = "The programme hoped for a rise; this is a fall." in said
    assert against == (SAID[outcome] == "was lower")


@pytest.mark.parametrize("outcome", list(SCALES))
def test_no_change_is_surer_than_the_instructors_allow(sats: Whole, outcome: str) -> None:
    name = SCALES[outcome][0]
    change = change_of(sats, outcome)
    for column, key in (("estimate", "b"), ("std_error", "se"), ("df", "df"), ("p_value", "p")):
        assert change[column] == pytest.approx(REFERENCE[name]["instructor"][key], rel=1e-8)
    assert "judged by 31 instructors" in sentence_of(sats, outcome)
    sections = change_of(sats, outcome, "participants")
    assert sections["std_error"] == pytest.approx(
        REFERENCE[name]["instructor_section"]["se"], rel=1e-8
    )
    assert change["std_error"] > 1.4 * sections["std_error"]


@pytest.mark.parametrize("outcome", ["affect", "competence"])
def test_a_rise_that_only_the_sections_show_is_not_claimed(sats: Whole, outcome: str) -> None:
    assert change_of(sats, outcome, "participants")["p_value"] < 0.05
    assert change_of(sats, outcome)["p_value"] > 0.05
    assert " higher " not in sentence_of(sats, outcome)


def test_semesters_of_few_instructors_are_refused_with_the_arithmetic(sats: Whole) -> None:
    wide = sats.findings.query(
        "quantity == 'change' and level == 'programme' and subgroup == ''"
        " and estimator == 'stacked' and estimand == 'schools_like_these'"
    ).set_index(["phase", "outcome"])
    two, one = wide.loc[("fall_2007", "affect")], wide.loc[("winter_2010", "affect")]
    assert two["reason"].startswith("with 2 instructors too little is known of others")
    assert "with a probability of 0.50; " in two["reason"]
    assert one["reason"].startswith("with 1 instructor")
    assert not wide.loc[["fall_2007", "winter_2010", "spring_2008"], "headline_ok"].any()
    assert (wide.loc[["fall_2007", "winter_2010", "spring_2008"], "verdict"] == "").all()
    for row in (two, one):
        assert row["reason"] in sats.text("phases")


def test_every_semester_stands_in_the_table_and_the_figures(sats: Whole) -> None:
    said = sats.text("phases")
    for label in sats.study.facts().phases.values():
        assert said.count(label) > len(SCALES)
    assert "All phases" in said


def test_places_are_called_instructors(sats: Whole) -> None:
    assert "Instructors surveyed" in sats.everywhere
    for page in sats.reports:
        words = sats.text(page)
        assert not re.search(r"\bschools? (like|surveyed|in one wave)", words, re.IGNORECASE)
        assert "Sites" not in words


def test_alphas_and_intraclass_correlations_stand_on_the_page(sats: Whole) -> None:
    html = sats.html("data_quality")
    for outcome, (name, _) in SCALES.items():
        rows = sats.findings.query(f"phase == '' and outcome == '{outcome}'")
        for quantity, variant, key in (
            ("alpha", "", "alpha_pre"),
            ("icc_gain", "school", "icc_gain_instructor"),
            ("icc_gain", "workshop", "icc_gain_section"),
        ):
            (row,) = (
                rows.query(f"quantity == '{quantity}' and wave_from == 'pre'")
                .query(f"variant == '{variant}'")
                .to_dict("records")
            )
            assert row["estimate"] == pytest.approx(REFERENCE[name][key], rel=1e-8)
            assert f'data-finding="{row["finding_id"]}"' in html
