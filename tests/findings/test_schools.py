"""Schools: their own change, how they vary, and phases side by side."""

from dataclasses import replace

import numpy as np
import pytest
from small_study import MAIN, Truth, draw_tables, only, open_study, where
from test_explain import disagreements

from impact_eval.findings import compute_findings

OF_SCHOOLS = ("change", "mastery_change", "shrunken_change", "mean", "mastery_share", "surveyed")


def test_a_school_s_change_has_an_interval_and_no_p_value(findings):
    schools = where(findings, quantity="change", level="school", phase="phase_2")
    assert schools["p_value"].isna().all()
    assert schools["conf_low"].notna().all()
    assert all("these_respondents_only" in listed for listed in schools["cautions"])
    assert not schools["headline_ok"].any()
    assert set(schools["verdict"]) == {""}


def test_audiences_reported_by_province_have_no_school_rows(findings):
    teachers = findings[(findings["audience"] == "teacher") & (findings["level"] == "school")]
    assert teachers.empty
    assert len(where(findings, audience="teacher", quantity="between_school_sd"))


def test_variances_are_pooled_over_schools(findings):
    schools = where(
        findings, quantity="change", level="school", phase="phase_2", outcome="knowledge",
        wave_to="post",
    )  # fmt: skip
    equal = schools.groupby(["n_pre", "n_post", "n_linked"])["std_error"].nunique()
    assert schools["df"].nunique() == 1
    assert equal.size < len(schools)


def test_shrunken_changes_lie_between_their_own_and_the_mean(findings):
    shrunken = where(findings, quantity="shrunken_change", phase="phase_2").set_index("parent_id")
    own = findings.set_index("finding_id").loc[shrunken.index]
    for at, rows in shrunken.groupby(["outcome", "wave_to"]):
        mean = only(
            findings, quantity="schools_mean_change", phase="phase_2", audience="student",
            outcome=at[0], wave_to=at[1],
        )["estimate"]  # fmt: skip
        low = np.minimum(own.loc[rows.index, "estimate"], mean) - 1e-12
        high = np.maximum(own.loc[rows.index, "estimate"], mean) + 1e-12
        assert (rows["estimate"] >= low).all()
        assert (rows["estimate"] <= high).all()


def test_between_schools_is_refused_below_four(findings):
    few = where(findings, phase="phase_1", audience="student", quantity="schools_mean_change")
    assert few["estimate"].isna().all()
    assert set(few["reason"]) == {
        (
            "with 2 schools too little is known of others: by luck alone all would change the same "
            "way with a probability of 0.50; at least four schools are needed"
        )
    }
    assert not len(where(findings, phase="phase_1", quantity="shrunken_change"))


def test_the_first_schools_are_placed_among_all_if_few_are_of_their_kind(findings):
    placed = where(findings, quantity="placement", outcome="knowledge", wave_to="post")
    assert set(placed["unit_id"]) == {"p1-000", "p1-001"}
    assert set(placed["cautions"]) == {"other_kinds"}
    assert set(placed["contrast"]) == {"phase_1-phase_2"}
    assert placed["estimate"].between(0, 100).all()


def test_the_first_schools_are_placed_among_their_kind(tmp_path):
    truth = Truth(schools=(2, 22), students=10, teachers=2, items=False)
    study = open_study(tmp_path, schools=truth.schools)
    findings = compute_findings(study, draw_tables(1, truth), quantities=("change", "placement"))
    placed = where(findings, quantity="placement")
    assert set(placed["cautions"]) == {"same_kind"}
    assert set(placed["n_clusters"]) == {11}


def test_two_clusters_are_not_tested_against_many(findings):
    rows = where(findings, quantity="phase_difference", estimator="interaction")
    assert len(rows) == 6
    assert rows["estimate"].isna().all()
    assert all("a phase has 2 clusters; any test" in reason for reason in rows["reason"])


def test_two_large_phases_are_compared_first_minus_later(tmp_path):
    truth = Truth(schools=(8, 16), students=10, teachers=2, items=False)
    study = open_study(tmp_path, schools=truth.schools)
    wanted = ("change", "phase_difference", "placement")
    findings = compute_findings(study, draw_tables(1, truth), quantities=wanted)
    difference = only(
        findings, quantity="phase_difference", outcome="knowledge", audience="student",
        wave_to="post", estimator="interaction",
    )  # fmt: skip
    first, later = (only(findings, **(MAIN | {"phase": phase})) for phase in ("phase_1", "phase_2"))
    assert difference["contrast"] == "phase_1-phase_2"
    assert difference["estimate"] == pytest.approx(first["estimate"] - later["estimate"], rel=1e-9)
    assert not len(where(findings, quantity="placement"))
    exchanged = where(findings, quantity="phase_difference", estimator="permutation")
    uneven = exchanged[exchanged["reason"].str.contains("vary alike")]
    assert len(uneven)
    assert uneven["p_value"].isna().all()


def test_few_clusters_have_the_half_width_that_any_test_would_have(findings):
    half = where(findings, quantity="phase_difference", variant="half_width")
    refused = where(findings, quantity="phase_difference", estimator="interaction")
    assert len(half) == len(refused) == 6
    for _, row in half.iterrows():
        reason = refused.set_index("finding_id").loc[row["parent_id"], "reason"]
        assert reason.endswith(f"half-width of {row['estimate']:.2g} or more")
    exchanged = where(findings, quantity="phase_difference", estimator="permutation")
    assert exchanged["reason"].ne("").all()


@pytest.mark.parametrize(("later", "said"), [(0.0, "phases_alike"), (3.0, "phases_apart")])
def test_large_phases_are_alike_or_apart_and_exchanged(tmp_path, later, said):
    truth = Truth(schools=(16, 24), students=40, teachers=2, items=False, school_change_sd=0.05,
                  team_change_sd=0.05, workshop_change_sd=0.05)  # fmt: skip
    study = open_study(tmp_path, schools=truth.schools)
    tables = draw_tables(4, truth)
    second = tables.submissions.set_index("submission_id").query(
        "phase == 'phase_2' and wave == 'post'"
    )
    moved = tables.scores["submission_id"].isin(second.index)
    moved &= tables.scores["outcome"] == "knowledge"
    score = tables.scores["score"] - later * moved
    tables = replace(tables, scores=tables.scores.assign(score=score))
    found = compute_findings(study, tables, quantities=("change", "phase_difference"))
    at = {"quantity": "phase_difference", "outcome": "knowledge", "audience": "student",
          "wave_to": "post"}  # fmt: skip
    main = only(found, estimator="interaction", **at)
    assert said in main["cautions"].split(";")
    exchanged = only(found, estimator="permutation", **at)
    assert exchanged["parent_id"] == main["finding_id"]
    assert (exchanged["p_value"] < 0.01) == bool(later)
    assert disagreements(study, tables, found[found["quantity"] == "phase_difference"]) == []


def test_prediction_intervals_are_ranges_of_changes(findings):
    rows = where(findings, quantity="prediction_interval", phase="phase_2")
    assert all("range_of_changes" in listed.split(";") for listed in rows["cautions"])
    assert rows["conf_low"].notna().all()
