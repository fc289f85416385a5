"""The way of schools and people through a study, counted here by other means."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import two_sides
from small_study import only, open_study, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.table_columns import WORKSHOPS
from impact_eval.tables import flow_table

STUDENTS = {"audience": "student", "phase": "phase_2", "level": "programme"}
OF_FLOW = (
    *("enrolled", "invited", "analysed"),
    *("schools_listed", "schools_attended", "schools_surveyed", "schools_analysed"),
)


def counted(study, tables, **at):
    return only(compute_findings(study, tables, quantities=OF_FLOW), **(STUDENTS | at))


def test_lists_and_invitations_add_up_the_attendance_file(findings):
    # twelve schools of 12 students surveyed; the file lists four, and has three asked, for each
    assert only(findings, **STUDENTS, quantity="enrolled")["estimate"] == 576
    assert only(findings, **STUDENTS, quantity="invited")["estimate"] == 432
    assert where(findings, quantity="invited")["level"].unique().tolist() == ["programme"]


def test_schools_are_counted_at_every_step(findings):
    for quantity, at in (
        ("schools_listed", {}),
        ("schools_attended", {}),
        ("schools_surveyed", {"wave_to": "follow_up"}),
        ("schools_analysed", {"wave_to": "post"}),
    ):
        row = only(findings, **STUDENTS, quantity=quantity, **at)
        assert (row["estimate"], row["unit"]) == (12, "schools")


def test_a_school_of_one_wave_and_a_form_without_a_score_are_in_no_comparison(study, tables):
    forms = tables.submissions
    mine = (forms["audience"] == "student") & (forms["phase"] == "phase_2")
    gone = mine & (forms["school_id"] == "p2-002") & (forms["wave"] == "post")
    first = forms[mine & (forms["wave"] == "pre") & (forms["school_id"] == "p2-003")]
    bare = tables.scores["submission_id"].isin(first["submission_id"].head(5))
    kept = replace(
        tables,
        submissions=forms[~gone],
        links=tables.links[~gone.to_numpy()],
        scores=tables.scores.assign(score=tables.scores["score"].where(~bare)),
    )
    row = counted(study, kept, quantity="analysed", wave_to="post")
    n_pre = int((mine & (forms["wave"] == "pre")).sum())
    n_post = int((mine & (forms["wave"] == "post")).sum())
    in_school = int((mine & (forms["wave"] == "pre") & (forms["school_id"] == "p2-002")).sum())
    assert (in_school, n_pre, int(gone.sum())) == (12, 144, 12)
    assert row["n_pre"] == n_pre - 12 - 5
    assert row["n_post"] == n_post - 12
    assert row["estimate"] == row["n"] == row["n_pre"] + row["n_post"]
    assert counted(study, kept, quantity="schools_analysed", wave_to="post")["estimate"] == 11
    surveyed = {"quantity": "schools_surveyed"}
    assert counted(study, kept, **surveyed, wave_to="pre")["estimate"] == 12
    assert counted(study, kept, **surveyed, wave_to="post")["estimate"] == 11
    later = counted(study, kept, quantity="analysed", wave_to="follow_up")
    assert later["n_pre"] == n_pre - 5


def test_one_scored_outcome_is_enough(study, tables):
    forms = tables.submissions
    mine = (forms["audience"] == "student") & (forms["phase"] == "phase_2")
    some = forms.loc[mine & (forms["wave"] == "pre"), "submission_id"].head(20)
    quiz = (tables.scores["outcome"] == "knowledge") & tables.scores["submission_id"].isin(some)
    kept = replace(tables, scores=tables.scores.assign(score=tables.scores["score"].where(~quiz)))
    assert counted(study, kept, quantity="analysed", wave_to="post")["n_pre"] == 144


def test_rounds_of_other_places_compare_every_scored_form(tmp_path, tables):
    rounds = open_study(tmp_path, schools=(2, 12), design="cross_sections", link="none")
    forms = tables.submissions
    one = (forms["school_id"] == "p2-002") & (forms["wave"] == "post")
    kept = replace(
        tables,
        submissions=forms[~one],
        links=tables.links[~one.to_numpy()].assign(respondent_id="", method="none"),
    )
    found = compute_findings(rounds, kept, quantities=OF_FLOW)
    row = only(found, quantity="analysed", audience="student", wave_to="post")
    mine = kept.submissions[kept.submissions["audience"] == "student"]
    assert row["n_pre"] == (mine["wave"] == "pre").sum()
    assert row["n_post"] == (mine["wave"] == "post").sum()
    assert where(found, quantity="schools_listed").empty


@pytest.mark.parametrize("column", ["enrolled", "invited", "attended"])
def test_what_the_attendance_file_does_not_say_is_no_finding(study, tables, column):
    without = tables.workshops.assign(**{column: np.nan})
    found = compute_findings(study, replace(tables, workshops=without), quantities=OF_FLOW)
    silent = "schools_attended" if column == "attended" else column
    told = {"enrolled", "invited", "schools_attended"} - {silent}
    assert told <= set(found["quantity"])
    assert silent not in set(found["quantity"])


def test_a_school_where_nobody_came_is_not_counted(study, tables):
    held = tables.workshops
    empty = held.assign(attended=held["attended"].where(held["school_id"] != "p2-004", 0.0))
    kept = replace(tables, workshops=empty)
    assert counted(study, kept, quantity="schools_attended")["estimate"] == 11


def test_no_attendance_file_is_no_finding(study, tables):
    none = pd.DataFrame({column: pd.Series(dtype="str") for column in WORKSHOPS})
    none = none.astype({"enrolled": "float64", "invited": "float64", "attended": "float64"})
    found = compute_findings(study, replace(tables, workshops=none), quantities=OF_FLOW)
    assert not {"enrolled", "invited", "schools_attended"} & set(found["quantity"])


def test_each_side_has_its_own_numbers_analysed(tmp_path):
    study = two_sides.open_study(tmp_path, schools=(6, 5))
    tables = two_sides.draw_tables(4, two_sides.Truth(schools=(6, 5), lost=(0.1, 0.3)))
    gone = (tables.submissions["school_id"] == "s10") & (tables.submissions["wave"] == "post")
    tables = replace(
        tables, submissions=tables.submissions[~gone], links=tables.links[~gone.to_numpy()]
    )
    found = compute_findings(study, tables, quantities=("surveyed", *OF_FLOW))
    whole, own, other = (
        only(found, quantity="analysed", subgroup=side)
        for side in ("", "arm:programme", "arm:comparison")
    )
    for column in ("estimate", "n_pre", "n_post"):
        assert whole[column] == own[column] + other[column]
    assert (own["n_pre"], other["n_pre"]) == (6 * 30, 4 * 30)  # a school has no later form
    schools = where(found, quantity="schools_analysed").set_index("subgroup")["estimate"]
    assert schools.to_dict() == {"": 10, "arm:programme": 6, "arm:comparison": 4}
    rows = found[found["quantity"].isin(("analysed", "schools_analysed"))]
    assert disagreements(study, tables, rows) == []
    html = flow_table(release(found, study.facts(tables.schools)))._repr_mimebundle_()["text/html"]
    assert ">120<" in html
