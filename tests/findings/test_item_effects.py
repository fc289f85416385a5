"""Single items of two sides: shares of each, the difference, other p, the page, and disclosure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests
from test_explain import disagreements
from two_sides import Truth, draw_tables, open_study

from impact_eval.disclosure import release
from impact_eval.estimators import change_difference
from impact_eval.estimators.designs import adjusted_difference
from impact_eval.findings import compute_findings
from impact_eval.pages.detail import items
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables

CODEBOOK = """item_id,audience,outcome,label,type,minimum,maximum,correct,reverse,missing_codes
k1,student,safety,Which password is best?,choice,,,b,,
k2,student,safety,Whom do you tell?,choice,,,c,,
k3,student,safety,What is a scam?,choice,,,a,,
r1,student,,I can say no,rating,1,5,,,
"""
SAFETY = """[[outcomes]]
id = "safety"
audience = "student"
label = "safety questions"
kind = "index"
unit = "questions right, out of 3"
direction = "higher"
minimum_answered = 3

[plan]
"""
MOVES = {"k1": 0.25, "k2": 0.0, "k3": 0.0}
ITEMS = {"quantities": ("item_share", "item_change")}


def asked(root: Path, *, students: int = 30, **options: object) -> tuple[Study, SurveyTables]:
    """The study of two sides with three questions, of which the programme moves the first."""
    study = open_study(root, **options)  # type: ignore[arg-type]
    (study.folder / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    file = study.folder / "study.toml"
    text = file.read_text(encoding="utf-8").replace(
        'roster = "roster.csv"', 'roster = "roster.csv"\ncodebook = "codebook.csv"'
    )
    file.write_text(text.replace("[plan]\n", SAFETY), encoding="utf-8")
    study = Study.open(study.id, start=root)
    tables = draw_tables(3, Truth(students=students))
    forms, rng = tables.submissions, np.random.default_rng(5)
    school = forms["school_id"].str[1:].astype(int)
    later = (forms["wave"] != "pre").to_numpy()
    place = rng.normal(0, 0.05, 20)[school]
    moved = later * (school < 10).to_numpy()
    answers = {
        item: (rng.random(len(forms)) < 0.4 + place + 0.1 * later + by * moved).astype(float)
        for item, by in MOVES.items()
    }
    rating = rng.integers(1, 6, len(forms)).astype(float)
    return study, replace(tables, submissions=forms.assign(**answers, r1=rating))


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_items_are_estimated_as_the_design_does(tmp_path: Path, design: str) -> None:
    study, tables = asked(tmp_path, design=design)
    found = compute_findings(study, tables, **ITEMS)  # type: ignore[arg-type]
    forms = tables.submissions.merge(tables.schools, on="school_id")
    forms = forms.merge(tables.links, on="submission_id")
    wave, arm = (forms["wave"] == "post").astype(int), (forms["arm"] == "with").astype(int)
    school = forms["school_id"]
    rows = found[
        (found["quantity"] == "item_change") & (found["estimator"] != "benjamini_hochberg")
    ]
    assert list(rows["item_id"]) == ["k1", "k2", "k3", "r1"]
    for item, row in rows.set_index("item_id").iterrows():
        share = 100.0 * (forms[item] >= (4 if item == "r1" else 1))
        if design == "comparison":
            expected = change_difference(share, wave, arm, school, school=school)
        else:
            person = forms["respondent_id"]
            expected = adjusted_difference(share, wave, arm, school, respondent=person)
        assert row["estimate"] == pytest.approx(expected.estimate)
        assert row["std_error"] == pytest.approx(expected.std_error)
        assert row["df"] == pytest.approx(expected.df)
        assert (row["role"], row["plan_status"]) == ("exploratory", "not_planned")
        assert (row["verdict"], row["unit"]) == ("", "points")
    of_k1 = rows.iloc[0]
    assert 15 < of_k1["estimate"] < 35
    assert of_k1["conf_low"] > 0
    assert disagreements(study, tables, found) == []


def test_shares_are_given_for_each_side_and_none_for_both(tmp_path: Path) -> None:
    study, tables = asked(tmp_path)
    found = compute_findings(study, tables, **ITEMS)  # type: ignore[arg-type]
    shares = found[found["quantity"] == "item_share"]
    assert set(shares["subgroup"]) == {"arm:programme", "arm:comparison"}
    forms = tables.submissions
    own = forms[(forms["wave"] == "post") & (forms["school_id"] < "s10")]
    mine = shares[(shares["item_id"] == "k1") & (shares["subgroup"] == "arm:programme")]
    assert mine.set_index("wave_to")["estimate"]["post"] == pytest.approx(100 * own["k1"].mean())


def test_the_false_discovery_rate_allows_for_the_other_items_of_the_outcome(tmp_path: Path) -> None:
    study, tables = asked(tmp_path)
    found = compute_findings(study, tables, **ITEMS)  # type: ignore[arg-type]
    changes = found[found["quantity"] == "item_change"].set_index(["item_id", "estimator"])
    plain = changes.xs("difference_in_differences", level=1)["p_value"][["k1", "k2", "k3"]]
    found = changes.xs("benjamini_hochberg", level=1)
    assert list(found.index) == ["k1", "k2", "k3"]
    assert list(found["p_value"]) == pytest.approx(list(multipletests(plain, method="fdr_bh")[1]))
    assert found["p_value"]["k1"] < 0.05
    assert found["conf_low"].isna().all()
    parents = changes.xs("difference_in_differences", level=1)["finding_id"]
    assert (found["parent_id"] == parents[found.index]).all()


def test_the_page_shows_both_sides_and_hides_small_shares_with_their_difference(
    tmp_path: Path,
) -> None:
    study, tables = asked(tmp_path)
    forms = tables.submissions
    few = (forms["wave"] == "pre") & (forms["school_id"] < "s10")
    first = few & (few.cumsum() <= 3)
    tables = replace(tables, submissions=forms.assign(k3=forms["k3"].where(~few, first * 1.0)))
    found = compute_findings(study, tables)
    released = release(found, study.facts())
    (page,) = [piece.html for piece in items(released).pieces]
    assert "Workshop schools" in page
    assert "Comparison schools" in page
    assert page.count("<tr") >= 5
    frame = released.frame[released.frame["item_id"] == "k3"]
    small = frame[(frame["quantity"] == "item_share") & (frame["subgroup"] == "arm:programme")]
    assert (small.set_index("wave_to")["suppressed"] != "")["pre"]
    hidden = frame[(frame["quantity"] == "item_change") & (frame["contrast"] != "")]
    assert (hidden["suppressed"] != "").all()
    shown = released.frame[released.frame["item_id"] == "k1"]
    assert (shown["suppressed"] == "").all()


def test_a_side_without_later_answers_is_a_reason(tmp_path: Path) -> None:
    study, tables = asked(tmp_path)
    forms = tables.submissions
    gone = (forms["wave"] == "post") & (forms["school_id"] >= "s10")
    later = {item: forms[item].where(~gone) for item in MOVES}
    tables = replace(tables, submissions=forms.assign(**later))
    found = compute_findings(study, tables, **ITEMS)  # type: ignore[arg-type]
    rows = found[(found["quantity"] == "item_change") & found["item_id"].isin(list(MOVES))]
    assert rows["reason"].str.contains("no answers in one of the two waves").all()
    assert len(rows) == len(MOVES)
