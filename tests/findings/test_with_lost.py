"""What those who were not seen again could make of a change or an effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import small_study
import two_sides
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.estimators.designs.lee import lee_bounds
from impact_eval.findings import compute_findings
from impact_eval.findings.data.asked_before import BY_CODES

SETS = ("change", "change_with_lost", "lost", "weight_balance", "effective_sample")
SETS += ("missing_information",)
AT = {"quantity": "change_with_lost", "audience": "student", "outcome": "knowledge"}
AT |= {"phase": "phase_2", "wave_to": "post"}
GAIN = 1.0


def drawn(seed, *, schools=(2, 16), students=30, everybody=False):
    """Numbers of a roster; whoever scored low before gains more, and stays away more often."""
    truth = small_study.Truth(schools=schools, students=students, teachers=4, linked=1.0)
    tables = small_study.draw_tables(seed, replace(truth, items=False))
    rng = np.random.default_rng(seed)
    forms = tables.submissions.merge(tables.links, on="submission_id")
    scores = tables.scores.merge(forms, on="submission_id")
    own = scores["outcome"] == "knowledge"
    pre = scores[own & (scores["wave"] == "pre")].set_index("respondent_id")["score"]
    before = scores["respondent_id"].map(pre)
    school = pd.factorize(scores["school_id"])[0]
    drift = rng.normal(0, 0.4, school.max() + 1)[school]
    later = 6 + GAIN + drift + 0.4 * (before - 6) + rng.normal(0, 1, len(scores))
    score = np.where(own & (scores["wave"] != "pre"), later, scores["score"])
    score = np.where(own, np.clip(score, 0, 12), score)
    tables = replace(
        tables, scores=scores[["submission_id", "outcome", "n_answered"]].assign(score=score)
    )
    if everybody:
        return tables
    start = forms["respondent_id"].map(pre)
    leaves = rng.random(len(forms)) < 1 / (1 + np.exp(0.6 + 0.7 * (start - 6)))
    kept = forms.loc[(forms["wave"] == "pre") | ~leaves, "submission_id"]
    parts = {
        name: table[table["submission_id"].isin(kept)].reset_index(drop=True)
        for name, table in vars(tables).items()
        if name in ("submissions", "links", "scores")
    }
    return replace(tables, **parts)


def one(findings, **address):
    rows = findings
    for column, value in {"variant": "", "subgroup": "", "level": "programme", **address}.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1, f"{len(rows)} rows at {address}"
    return rows.iloc[0]


@pytest.fixture(scope="module")
def roster(tmp_path_factory):
    study = small_study.open_study(
        tmp_path_factory.mktemp("roster"), schools=(2, 16), link="roster_id"
    )
    tables = drawn(3)
    return study, tables, compute_findings(study, tables, quantities=SETS)


def test_weights_and_imputation_recover_what_everybody_would_have_gained(roster, tmp_path):
    study, _, findings = roster
    whole = compute_findings(study, drawn(3, everybody=True), quantities=("change",))
    truth = one(whole, **{**AT, "quantity": "change", "estimator": "stacked",
                          "estimand": "schools_like_these"})["estimate"]  # fmt: skip
    raw = one(findings, **{**AT, "quantity": "change", "estimator": "stacked",
                           "estimand": "schools_like_these"})["estimate"]  # fmt: skip
    weighted = one(findings, **AT, estimator="retention_weights")
    imputed = one(findings, **AT, estimator="imputation")
    assert abs(raw - truth) > 0.15
    for row in (weighted, imputed):
        assert abs(row["estimate"] - truth) < abs(raw - truth) / 2
        assert row["conf_low"] < truth < row["conf_high"]
        assert row["plan_status"] == "not_planned"
        assert (row["role"], row["headline_ok"], row["verdict"]) == ("exploratory", False, "")


def test_worst_cases_hold_the_truth_and_are_as_wide_as_the_loss(roster):
    _, _, findings = roster
    bounds = one(findings, **AT, estimator="worst_case")
    wide = one(findings, **AT, estimator="worst_case", variant="interval")
    lost = one(findings, **{**AT, "quantity": "lost"})
    share = lost["estimate"] / bounds["n_pre"]
    assert bounds["conf_high"] - bounds["conf_low"] == pytest.approx(12 * share)
    assert wide["conf_low"] < bounds["conf_low"] < bounds["conf_high"] < wide["conf_high"]
    assert lost["estimate"] == bounds["n_pre"] - bounds["n_linked"]
    assert {bounds["parent_id"], wide["parent_id"]} == {lost["finding_id"]}


def test_diagnostics_stand_beside_the_weights(roster):
    _, _, findings = roster
    weighted = one(findings, **AT, estimator="retention_weights")
    of = {**AT, "quantity": "weight_balance", "estimator": "retention_weights"}
    before, after = (one(findings, **of, variant=name) for name in ("before", "after"))
    assert after["estimate"] < before["estimate"] / 2
    worth = one(findings, **{**of, "quantity": "effective_sample"})
    assert 0.3 * weighted["n"] < worth["estimate"] < weighted["n"]
    assert (
        one(findings, **{**of, "quantity": "missing_information", "estimator": "imputation"})[
            "estimate"
        ]
        > 1
    )


def test_all_of_it_is_recomputed(roster):
    study, tables, findings = roster
    own = findings[findings["quantity"] != "change"]
    assert set(own["quantity"]) == set(SETS[1:])
    assert disagreements(study, tables, own) == []


def test_the_order_of_the_forms_does_not_matter(roster):
    study, tables, findings = roster
    order = np.random.default_rng(1).permutation(len(tables.submissions))
    mixed = replace(tables, submissions=tables.submissions.iloc[order].reset_index(drop=True))
    again = compute_findings(study, mixed, quantities=SETS).set_index("finding_id")
    again = again.loc[findings["finding_id"]]
    np.testing.assert_allclose(again["conf_low"], findings["conf_low"], rtol=1e-7, atol=1e-9)


def test_codes_leave_a_range_and_no_weights(findings):
    rows = findings[findings["quantity"] == "change_with_lost"]
    by_name = rows[rows["estimator"].isin(("retention_weights", "imputation"))]
    assert set(by_name["reason"]) == {BY_CODES}
    assert by_name["estimate"].isna().all()
    fewest, most = (
        one(findings, **AT, estimator="worst_case", variant=name) for name in ("fewest", "most")
    )
    assert most["conf_low"] < fewest["conf_low"] <= fewest["conf_high"] < most["conf_high"]
    lost = [one(findings, **{**AT, "quantity": "lost"}, variant=name)["estimate"]
            for name in ("fewest", "most")]  # fmt: skip
    assert lost[0] == 0
    assert lost[1] == most["n_pre"] - most["n_linked"]


def test_with_as_few_lost_as_none_the_worst_case_is_the_change(findings):
    change = one(findings, **{**AT, "quantity": "change", "estimator": "stacked", "subgroup": "",
                              "level": "programme", "estimand": "schools_like_these"})  # fmt: skip
    fewest = one(findings, **AT, estimator="worst_case", variant="fewest")
    assert [fewest["conf_low"], fewest["conf_high"]] == pytest.approx([change["estimate"]] * 2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"link": "none"}, "not known from one survey to the next"),
        ({"link": "none", "design": "cross_sections"}, "each round asked other people"),
    ],
    ids=["no link", "rounds"],
)
def test_what_cannot_be_said_says_why(tmp_path, options, words):
    study = small_study.open_study(tmp_path, schools=(2, 12), **options)
    tables = small_study.draw_tables(1, small_study.Truth(schools=(2, 12), items=False))
    tables = replace(tables, links=tables.links.assign(respondent_id="", method="none"))
    rows = compute_findings(study, tables, quantities=SETS)
    rows = rows[rows["quantity"] == "change_with_lost"]
    assert len(rows)
    assert rows["reason"].str.contains(words).all()


def test_scores_outside_the_declared_range_have_no_worst_case(tmp_path):
    study = small_study.open_study(tmp_path, schools=(2, 12), link="roster_id")
    tables = drawn(4, schools=(2, 12), students=10)
    tables = replace(tables, scores=tables.scores.assign(score=10 * tables.scores["score"]))
    found = one(compute_findings(study, tables, quantities=SETS), **AT, estimator="worst_case")
    assert "outside the range" in found["reason"]


def test_a_verdict_that_would_be_another_is_named(roster):
    _, _, findings = roster
    rows = findings[findings["quantity"] == "change_with_lost"]
    judged = rows[rows["cautions"] != ""]
    assert set(judged["cautions"]) <= {"verdict_stands", "verdict_would_differ"}
    assert len(judged)


SIDES = ("effect", "effect_with_lost", "lost", "attrition_difference", *SETS[3:])


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_effects_have_bounds(tmp_path, design):
    study = two_sides.open_study(tmp_path, design=design)
    truth = two_sides.Truth(effect=1.0, lost=(0.1, 0.3))
    tables = two_sides.draw_tables(3, truth)
    findings = compute_findings(study, tables, quantities=SIDES)
    rows = findings[findings["quantity"].isin(SIDES[1:3] + SETS[3:])]
    expected = {"retention_weights", "imputation", "worst_case"}
    expected |= {"lee"} if design == "randomised" else set()
    assert set(rows["estimator"]) - {"count"} == expected
    assert disagreements(study, tables, rows) == []
    rows = rows[rows["quantity"] == "effect_with_lost"]
    assert (rows["conf_low"].dropna() < 1.0).all()
    assert (rows["conf_high"].dropna() > 1.0).all()


def test_lee_s_bounds_are_those_of_the_estimator(tmp_path):
    study = two_sides.open_study(tmp_path, design="randomised")
    tables = two_sides.draw_tables(3, two_sides.Truth(effect=1.0, lost=(0.1, 0.3)))
    findings = compute_findings(study, tables, quantities=SIDES)
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    forms = forms.merge(tables.links, on="submission_id").merge(tables.schools, on="school_id")
    before = forms[forms["wave"] == "pre"]
    later = forms[forms["wave"] == "post"].set_index("respondent_id")["score"]
    lee = lee_bounds(
        before["respondent_id"].map(later),
        (before["arm"] == "with").astype(int),
        before["school_id"],
        seed=1,
    )
    found = one(findings, quantity="effect_with_lost", estimator="lee")
    wide = one(findings, quantity="effect_with_lost", estimator="lee", variant="interval")
    assert [found["conf_low"], found["conf_high"]] == pytest.approx(
        [lee.bounds.lower, lee.bounds.upper]
    )
    assert [wide["conf_low"], wide["conf_high"]] == pytest.approx(
        [lee.bounds.conf_low, lee.bounds.conf_high]
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"link": "code"}, "codes that they make themselves"),
        ({"scale": two_sides.TWO_SCALES, "design": "randomised"}, "different scales"),
    ],
    ids=["codes", "scales"],
)
def test_effects_without_bounds_say_why(tmp_path, options, words):
    study = two_sides.open_study(tmp_path, **options)
    findings = compute_findings(study, two_sides.draw_tables(3), quantities=SIDES)
    rows = findings[findings["quantity"] == "effect_with_lost"]
    assert rows[rows["estimator"] == "worst_case"]["reason"].str.contains(words).all()
    by_name = rows[rows["estimator"].isin(("retention_weights", "imputation"))]
    assert by_name["reason"].ne("").all() == (options.get("link") == "code")
    assert len(rows)


def test_few_lost_on_a_side_are_not_told_by_what_the_weights_are_worth(tmp_path):
    study = two_sides.open_study(tmp_path)
    tables = two_sides.draw_tables(3, two_sides.Truth(lost=(0, 0)))
    later = tables.submissions.query("wave == 'post'")
    gone = later["submission_id"].iloc[[3, 40, 80]]
    parts = {
        name: table[~table["submission_id"].isin(gone)].reset_index(drop=True)
        for name, table in vars(tables).items()
        if name in ("submissions", "links", "scores")
    }
    found = compute_findings(study, replace(tables, **parts))
    frame = release(found, study.facts()).frame
    assert (frame[frame["quantity"] == "effective_sample"]["suppressed"] != "").all()
    weighted = frame[frame["estimator"] == "retention_weights"]
    assert weighted[["n", "n_linked"]].isna().all(axis=None)
