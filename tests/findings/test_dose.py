"""What was delivered, and changes by sessions held and sessions attended, from tables to words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import Truth, draw_tables, only, open_study, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.errors import StudyError
from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.tables import delivery_table, dose_table
from impact_eval.wording.lint import lint_page

DOSE = """
[[doses]]
id = "attended"
label = "sessions attended"
audience = "student"
item = "s_sessions"
"""
SIZE = Truth(schools=(2, 15), students=12, teachers=4)
DELIVERED = (
    "workshops",
    "sessions_planned",
    "sessions_held",
    "sessions_share",
    "people_per_workshop",
    "workshop_minutes",
)
AT = {"audience": "student", "phase": "phase_2", "outcome": "knowledge", "wave_to": "post"}


def with_dose(root, more=DOSE):
    """The small study, whose students say how many sessions they attended."""
    open_study(root, schools=SIZE.schools)
    folder = root / "studies" / "small"
    file = folder / "study.toml"
    file.write_text(file.read_text("utf-8") + more, encoding="utf-8")
    codebook = folder / "codebook.csv"
    rows = pd.read_csv(codebook, dtype="str").fillna("")
    row = dict.fromkeys(rows.columns, "") | {
        "item_id": "s_sessions", "audience": "student", "label": "How many sessions",
        "type": "frequency", "minimum": "0", "maximum": "9", "waves": "post|follow_up",
    }  # fmt: skip
    pd.concat([rows, pd.DataFrame([row])]).to_csv(codebook, index=False)
    return Study.open("small", start=root)


def draw(seed, *, own=0.0, school=0.0):
    """Students attend more or fewer of the sessions held; scores after move with what is given."""
    tables = draw_tables(seed, SIZE)
    rng = np.random.default_rng(seed)
    forms = tables.submissions
    held = tables.workshops.groupby("school_id")["sessions_held"].mean()
    of_school = forms["school_id"].map(held).to_numpy()
    attended = np.clip(of_school + rng.integers(-1, 2, len(forms)), 0, 9)
    later = (forms["wave"] != "pre") & (forms["audience"] == "student")
    submissions = forms.assign(s_sessions=np.where(later, attended, np.nan))
    moved = pd.Series(
        np.where(later, own * (attended - of_school) + school * of_school, 0.0),
        index=forms["submission_id"],
    )
    scores = tables.scores
    moved = scores["score"] + scores["submission_id"].map(moved)
    return replace(tables, submissions=submissions, scores=scores.assign(score=moved))


@pytest.fixture(scope="module")
def dosed(tmp_path_factory):
    return with_dose(tmp_path_factory.mktemp("dose"))


@pytest.fixture(scope="module")
def drawn():
    return draw(2)


@pytest.fixture(scope="module")
def found(dosed, drawn):
    return compute_findings(dosed, drawn)


@pytest.fixture(scope="module")
def released(dosed, found):
    return release(found, dosed.facts())


def test_sums_are_those_of_the_file(drawn, found):
    held = drawn.workshops.merge(drawn.schools, on="school_id")
    own = held[(held["audience"] == "student") & (held["phase"] == "phase_2")]
    at = {"audience": "student", "phase": "phase_2", "subgroup": ""}
    assert only(found, quantity="workshops", **at)["estimate"] == len(own)
    assert only(found, quantity="sessions_planned", **at)["estimate"] == 4 * len(own)
    total = own["sessions_held"].sum()
    assert only(found, quantity="sessions_held", **at)["estimate"] == total
    share = only(found, quantity="sessions_share", **at)["estimate"]
    assert share == pytest.approx(100 * total / (4 * len(own)))
    people = only(found, quantity="people_per_workshop", **at)
    assert people["estimate"] == pytest.approx(own["attended"].mean())
    assert people["n_clusters"] == 15


def test_workshops_without_sessions_are_left_out_and_counted(dosed, drawn):
    workshops = drawn.workshops.copy()
    workshops.loc[workshops["school_id"] == "p2-000", "sessions_held"] = np.nan
    found = compute_findings(dosed, replace(drawn, workshops=workshops), quantities=DELIVERED)
    at = {"quantity": "workshops", "audience": "student", "phase": "phase_2", "subgroup": ""}
    every, known = only(found, variant="", **at), only(found, variant="with_sessions", **at)
    assert every["estimate"] - known["estimate"] == 2
    html = delivery_table(release(found, dosed.facts())).html
    assert "with sessions noted" in html


def test_an_attendance_file_without_sessions_says_so(dosed, drawn):
    bare = drawn.workshops.drop(columns=["sessions_planned", "sessions_held", "minutes"])
    none = replace(drawn, workshops=bare)
    found = compute_findings(dosed, none, quantities=(*DELIVERED, "dose_slope"))
    assert where(found, quantity="sessions_share")["reason"].str.contains("does not say").all()
    assert where(found, quantity="sessions_held").empty
    assert where(found, quantity="dose_slope", variant="sessions_held").empty
    assert "does not say" in delivery_table(release(found, dosed.facts())).html


def test_no_attendance_is_no_finding(dosed, drawn):
    none = replace(drawn, workshops=drawn.workshops.iloc[:0])
    found = compute_findings(dosed, none, quantities=DELIVERED)
    assert not found["quantity"].isin(DELIVERED).any()


def test_every_number_is_recomputed(dosed, drawn, found):
    mine = found[found["quantity"].isin((*DELIVERED, "dose_slope"))]
    assert set(mine["quantity"]) == {*DELIVERED, "dose_slope"}
    assert disagreements(dosed, drawn, mine) == []


def test_slopes_are_told_apart(dosed):
    moved = draw(2, own=1.6, school=0.0)
    found = compute_findings(dosed, moved, quantities=("dose_slope",))
    within = only(found, variant="attended:within", **AT)
    assert within["conf_low"] > 0
    assert within["conf_low"] < 1.6 < within["conf_high"]
    schools = compute_findings(dosed, draw(2, school=1.2), quantities=("dose_slope",))
    for variant in ("attended:between", "sessions_held"):
        slope = only(schools, variant=variant, **AT)
        assert slope["conf_low"] < 1.2 < slope["conf_high"]
        assert slope["conf_low"] > 0
    assert not only(schools, variant="attended:within", **AT)["conf_low"] > 0


def test_two_schools_have_no_slope(found):
    few = where(found, quantity="dose_slope", phase="phase_1")
    assert len(few)
    assert few["reason"].str.contains("trainer team|schools", regex=True).all()
    assert few["estimate"].isna().all()


def test_same_sessions_everywhere_have_no_slope(dosed, drawn):
    alike = replace(drawn, workshops=drawn.workshops.assign(sessions_held=3.0))
    found = compute_findings(dosed, alike, quantities=("dose_slope",))
    assert "same dose" in only(found, variant="sessions_held", **AT)["reason"]


def test_nothing_is_planned_a_headline_or_judged(found):
    mine = found[found["quantity"].isin((*DELIVERED, "dose_slope"))]
    assert set(mine["role"]) == {"exploratory"}
    assert set(mine["plan_status"]) <= {"", "not_planned"}
    assert set(mine["verdict"]) == {""}
    assert not mine["headline_ok"].any()


def test_without_any_slope_intervals_seldom_leave_zero(dosed):
    beyond = []
    for seed in range(12):
        found = compute_findings(dosed, draw(seed), quantities=("dose_slope",))
        at = {"audience": "student", "phase": "phase_2", "wave_to": "post"}
        mine = where(found, quantity="dose_slope", **at)
        beyond += ((mine["conf_low"] > 0) | (mine["conf_high"] < 0)).tolist()
    assert len(beyond) == 12 * 6
    assert np.mean(beyond) <= 0.15


def test_tables_say_that_it_is_exploratory_and_whom_it_compares(released):
    for dose in ("sessions_held", "attended"):
        table = dose_table(
            released.where(audience="student"), dose=dose, wave_from="pre", wave_to="post"
        )
        html = table.html
        assert "(exploratory)" in html
        assert "may differ in other things" in html
        assert "trainer team" in html  # why there is nothing of the first phase
        assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
    assert "same school" in html


def test_teams_are_shown_together_in_the_order_of_the_roster_or_not_at_all(dosed, drawn, released):
    assert delivery_table(released, by_team=True) is None
    assert "not shown one by one" in delivery_table(released).html
    roster = drawn.schools.copy()
    second = roster["phase"] == "phase_2"
    roster.loc[second, "trainer_team"] = ["zeta", "alpha", "mid"] * 5
    large = replace(drawn, schools=roster)
    rows = roster.to_dict(orient="records")
    facts = replace(dosed.facts(), schools={row["school_id"]: row for row in rows})
    shown = release(compute_findings(dosed, large, quantities=(*DELIVERED, "surveyed")), facts)
    table = delivery_table(shown.where(audience="student"), by_team=True)
    assert [row.label for row in table.rows] == ["zeta", "alpha", "mid"]
    assert "not ranked" in table.html
    roster.loc[second, "trainer_team"] = ["zeta"] * 12 + ["alpha", "alpha", "mid"]
    few = release(
        compute_findings(dosed, replace(drawn, schools=roster), quantities=DELIVERED), facts
    )
    assert delivery_table(few.where(audience="student"), by_team=True) is None
    hidden = few.frame[few.frame["subgroup"].str.contains("zeta")]
    assert hidden["estimate"].isna().all()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (DOSE.replace('"student"', '"pupil"'), "must be a declared audience"),
        (DOSE.replace("s_sessions", "s_session"), "must be an item of student"),
        (DOSE.replace("s_sessions", "s_k01"), "is answered with a number"),
        (DOSE + DOSE, "must be unique"),
    ],
)
def test_faults(tmp_path, more, said):
    with pytest.raises(StudyError, match=said):
        with_dose(tmp_path, more)
