"""Single ratings without a cut: exploratory, of the programme only, hidden with their shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import SCALE, Truth, draw_tables, only, open_study, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.estimators.superiority import school_superiority
from impact_eval.findings import compute_findings
from impact_eval.study import Study

QUANTITIES = ("item_share", "item_change", "item_superiority", "item_odds_ratio")
OF_RATINGS = QUANTITIES[2:]
AT = {"audience": "student", "phase": "phase_2", "wave_from": "pre", "wave_to": "post"}
TWENTY = Truth(schools=(2, 20), students=14, teachers=3)


@pytest.fixture(scope="module")
def by_school(tmp_path_factory):
    return open_study(tmp_path_factory.mktemp("by_school"), cluster="school_id", schools=(2, 20))


def ratings_of(study, tables):
    found = compute_findings(study, tables, quantities=QUANTITIES)
    return found[found["quantity"].isin(OF_RATINGS)]


def lifted(tables, item, steps):
    """The tables with later answers to one item some steps higher, up to the top."""
    forms = tables.submissions.copy()
    later = forms["wave"] != "pre"
    forms.loc[later, item] = (forms.loc[later, item] + steps).clip(upper=5)
    return replace(tables, submissions=forms)


def test_they_are_exploratory_and_of_the_programme(findings):
    mine = findings[findings["quantity"].isin(OF_RATINGS)]
    assert set(mine["item_id"]) == set(SCALE)
    assert set(mine["level"]) == {"programme"}
    assert set(mine["role"]) == {"exploratory"}
    assert set(mine["plan_status"]) == {"not_planned"}
    assert not mine["headline_ok"].any()
    assert set(mine["verdict"]) == {""}
    assert set(mine["parent_id"]) <= set(where(findings, quantity="item_change")["finding_id"])


def test_few_clusters_speak_of_participants_and_have_no_odds(findings):
    at = {**AT, "phase": "phase_1", "item_id": "c01"}
    pairs = only(findings, quantity="item_superiority", estimator="superiority", **at)
    assert pairs["estimand"] == "participants"
    assert np.isfinite(pairs["conf_low"])
    odds = where(findings, quantity="item_odds_ratio", **at)
    assert odds["estimate"].isna().all()
    assert odds["reason"].str.contains("with 2 .*probability of 0.50").all()


def test_the_number_is_the_estimators(by_school):
    tables = draw_tables(3, TWENTY)
    found = ratings_of(by_school, tables)
    row = only(found, quantity="item_superiority", estimator="superiority", item_id="c02", **AT)
    forms = tables.submissions.query("audience == 'student' and phase == 'phase_2'")
    forms = forms[forms["wave"].isin(["pre", "post"])].dropna(subset=["c02"])
    e = school_superiority(forms["c02"], (forms["wave"] == "post") * 1, forms["school_id"])
    assert row["estimate"] == pytest.approx(100 * e.estimate)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(
        (100 * e.conf_low, 100 * e.conf_high)
    )
    assert row["p_value"] == pytest.approx(e.p_value)


def test_a_rise_is_seen_by_all_and_no_rise_of_others(by_school):
    found = ratings_of(by_school, lifted(draw_tables(3, TWENTY), "c01", 1))
    risen = where(found, item_id="c01", variant="", **AT)
    assert len(risen) == 3
    nothing = np.where(risen["quantity"] == "item_superiority", 50, 0)
    assert (risen["conf_low"] > nothing).all()
    still = only(found, item_id="c02", estimator="superiority", **AT)
    assert still["conf_low"] < 50 + 8
    assert abs(still["estimate"] - 50) < 8


def test_without_a_change_few_are_found(tmp_path):
    study, nothing = open_study(tmp_path, schools=(2, 20)), replace(TWENTY, secular=0)
    p = [
        ratings_of(study, draw_tables(seed, nothing)).query(
            "phase == 'phase_2' and variant == '' and item_id == 'c01'"
        )
        for seed in range(12)
    ]
    values = pd.concat(p).groupby("estimator")["p_value"].agg(lambda own: (own < 0.05).mean())
    assert (values < 0.25).all(), values


@pytest.mark.parametrize("weights", ["school", "beneficiary"])
def test_other_weights_are_computed_twice(tmp_path, weights):
    study = open_study(tmp_path, weights=weights, schools=(2, 10))
    tables = draw_tables(5, Truth(schools=(2, 10), students=6, teachers=3))
    found = ratings_of(study, tables)
    assert disagreements(study, tables, found) == []
    assert found["method"].str.contains(f"weights: {weights}").any()


def test_attendance_that_is_not_known_is_a_reason(tmp_path):
    study = open_study(tmp_path, weights="beneficiary", schools=(2, 10))
    tables = draw_tables(5, Truth(schools=(2, 10), students=6, teachers=3))
    partly = replace(tables, workshops=tables.workshops.iloc[8:])
    found = ratings_of(study, partly).query("phase == 'phase_1' or quantity == 'item_superiority'")
    refused = found[found["reason"].str.contains("attendance is not known")]
    assert len(refused)
    assert refused["estimate"].isna().all()


def test_answers_that_are_all_the_same_are_a_reason(by_school):
    tables = draw_tables(3, TWENTY)
    forms = tables.submissions.assign(c01=tables.submissions["c01"].where(lambda v: v.isna(), 4.0))
    found = ratings_of(by_school, replace(tables, submissions=forms))
    mine = where(found, item_id="c01", **AT)
    assert set(mine["reason"]) <= {
        "everybody gave the same answer",
        "the standard error is zero or undefined",
    }
    assert mine["estimate"].isna().all()


def test_two_answers_and_questions_with_a_right_one_have_none(tmp_path):
    open_study(tmp_path, schools=(2, 10))
    file = tmp_path / "studies" / "small" / "codebook.csv"
    rows = pd.read_csv(file, dtype="str", keep_default_na=False)
    rows.loc[rows["item_id"].isin(SCALE), "maximum"] = "2"
    rows.to_csv(file, index=False)
    tables = draw_tables(5, Truth(schools=(2, 10), students=6, teachers=3))
    forms = tables.submissions.copy()
    forms[list(SCALE)] = forms[list(SCALE)].clip(upper=2)
    found = ratings_of(Study.open("small", start=tmp_path), replace(tables, submissions=forms))
    assert found.empty


def test_they_are_hidden_with_the_share_at_the_top(by_school):
    tables = draw_tables(3, TWENTY)
    forms = tables.submissions.copy()
    in_phase = (forms["phase"] == "phase_2") & forms["c01"].notna() & (forms["wave"] == "pre")
    forms.loc[in_phase, "c01"] = forms.loc[in_phase, "c01"].clip(upper=3)
    forms.loc[forms[in_phase].index[:4], "c01"] = 5  # four people, under the threshold
    found = compute_findings(by_school, replace(tables, submissions=forms), quantities=QUANTITIES)
    shown = release(found, by_school.facts()).frame
    at = where(shown, item_id="c01", **AT)
    mine = at[at["quantity"].isin(OF_RATINGS)]
    assert len(mine) == 4
    assert set(mine["suppressed"]) == {"small"}
    assert mine["estimate"].isna().all()
    others = where(shown, item_id="c02", **AT)
    assert not others["suppressed"].any()
