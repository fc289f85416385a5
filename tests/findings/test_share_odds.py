"""Shares of planned outcomes as odds, Cox's index, one school alone, other p-values and spreads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import Truth, draw_tables, open_study
from statsmodels.stats.multitest import multipletests
from test_explain import disagreements
from test_item_effects import asked
from two_sides import draw_tables as draw_sides
from two_sides import open_study as open_sides

from impact_eval.disclosure import release
from impact_eval.estimators.designs import adjusted_share_odds, cox_of_changes
from impact_eval.estimators.random_effects import random_effects
from impact_eval.estimators.share_odds import share_odds
from impact_eval.findings import compute_findings
from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import gather
from impact_eval.findings.groups.schools import changes_by_school

OF_SHARES = ("item_change", "mastery_change", "share_odds_ratio", "cox_index")
PLANNED = {("student", "knowledge"), ("student", "confidence"), ("teacher", "knowledge")}


def rows(found, quantity, **where):
    kept = found["quantity"] == quantity
    for name, value in where.items():
        kept &= found[name] == value
    return found[kept]


def test_the_shares_of_planned_outcomes_stand_as_odds_beside_their_changes(study, tables, findings):
    found = rows(findings, "share_odds_ratio")
    assert set(zip(found["audience"], found["outcome"], strict=True)) == PLANNED
    assert set(found["role"]) == {"exploratory"}
    assert set(found["plan_status"]) == {""}
    assert (found["verdict"] == "").all()
    at = {"audience": "student", "phase": "phase_2", "wave_to": "post"}
    row = rows(found, "share_odds_ratio", item_id="s_k01", **at).iloc[0]
    forms = tables.submissions
    forms = forms[(forms["audience"] == "student") & (forms["phase"] == "phase_2")]
    forms = forms[forms["wave"].isin(["pre", "post"]) & forms["s_k01"].notna()]
    team = forms["school_id"].map(tables.schools.set_index("school_id")["trainer_team"])
    own = study.audience("student").cluster
    cluster = team if own == "trainer_team" else forms["school_id"]
    e = share_odds(forms["s_k01"] >= 1, (forms["wave"] == "post").astype(int), cluster)
    assert (row["estimate"], row["std_error"], row["df"]) == pytest.approx(
        (e.estimate, e.std_error, e.df)
    )
    main = findings.set_index("finding_id").loc[row["parent_id"]]
    assert (main["quantity"], main["item_id"]) == ("item_change", "s_k01")
    mark = rows(found, "share_odds_ratio", item_id="", outcome="knowledge", **at).iloc[0]
    of_mark = findings.set_index("finding_id").loc[mark["parent_id"]]
    assert of_mark["quantity"] == "mastery_change"
    assert np.sign(mark["estimate"]) == np.sign(of_mark["estimate"])


def test_few_clusters_have_a_reason_and_no_odds(findings):
    few = rows(findings, "share_odds_ratio", phase="phase_1")
    assert len(few)
    assert few["estimate"].isna().all()
    assert few["reason"].str.contains("too little is known of others").all()


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_sides_have_odds_and_coxs_index(tmp_path, design):
    study, tables = asked(tmp_path, design=design)
    toml = study.folder / "study.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(
        text.replace('student = ["knowledge"', 'student = ["safety", "knowledge"'), "utf-8"
    )
    study = type(study).open(study.id, start=tmp_path)
    found = compute_findings(study, tables, quantities=("effect", *OF_SHARES))
    odds, index = (
        rows(found, quantity, outcome="safety") for quantity in ("share_odds_ratio", "cox_index")
    )
    assert set(rows(found, "cox_index", outcome="knowledge")["item_id"]) == {""}
    assert list(odds["item_id"]) == list(index["item_id"]) == ["k1", "k2", "k3"]
    forms = tables.submissions.merge(tables.schools, on="school_id")
    forms = forms.merge(tables.links, on="submission_id")
    wave, arm = (forms["wave"] == "post").astype(int), (forms["arm"] == "with").astype(int)
    if design == "comparison":
        e = share_odds(forms["k1"], np.column_stack([wave * arm, wave, arm]), forms["school_id"])
        g = cox_of_changes(forms["k1"], wave, arm, forms["school_id"])
        assert index.iloc[0]["estimate"] == pytest.approx(g.estimate)
    else:
        e = adjusted_share_odds(
            forms["k1"], wave, arm, forms["school_id"], respondent=forms["respondent_id"]
        )
    assert odds.iloc[0]["estimate"] == pytest.approx(e.estimate)
    assert odds.iloc[0]["std_error"] == pytest.approx(e.std_error)
    assert odds.iloc[0]["conf_low"] > 0
    assert disagreements(study, tables, pd.concat([odds, index])) == []


def test_a_single_school_has_mcnemars_test(tmp_path, study, tables):
    forms = tables.submissions
    kept = (forms["phase"] == "phase_2") | (forms["school_id"] == "p1-000")
    one = replace(tables, submissions=forms[kept])
    found = compute_findings(study, one, quantities=OF_SHARES)
    alone = found[found["estimator"] == "mcnemar"]
    assert set(alone["phase"]) == {"phase_1"}
    assert {"item_change", "mastery_change"} == set(alone["quantity"])
    assert disagreements(study, one, alone) == []
    assert alone["conf_low"].isna().all()


def test_items_of_one_group_have_a_false_discovery_rate(findings):
    at = {"audience": "student", "phase": "phase_2", "wave_to": "post", "outcome": "knowledge"}
    mains = rows(findings, "item_change", estimator="stacked", **at).set_index("item_id")
    found = rows(findings, "item_change", estimator="benjamini_hochberg", **at).set_index("item_id")
    expected = multipletests(mains["p_value"], method="fdr_bh")[1]
    assert list(found.loc[mains.index, "p_value"]) == pytest.approx(list(expected))


def test_groups_that_no_plan_names_have_a_false_discovery_rate(findings):
    found = rows(findings, "subgroup_difference", estimator="benjamini_hochberg")
    mains = findings.set_index("finding_id").loc[found["parent_id"]]
    assert len(found)
    assert set(mains["role"]) == {"exploratory"}
    planned = rows(findings, "subgroup_difference", role="secondary")
    assert len(planned)
    assert not set(planned["finding_id"]) & set(found["parent_id"])
    key = ["audience", "phase", "wave_from", "wave_to", "estimand"]
    for place, own in found.groupby(key):
        plain = findings.set_index("finding_id").loc[own["parent_id"], "p_value"]
        every = findings[(findings[key] == list(place)).all(axis=1)]
        family = every[
            (every["quantity"] == "subgroup_difference")
            & (every["role"] == "exploratory")
            & (every["parent_id"] == "")
            & (every["estimator"] != "joint")
        ]
        if len(family) == len(own):
            expected = multipletests(plain, method="fdr_bh")[1]
            assert list(own["p_value"]) == pytest.approx(list(expected))


def test_the_spread_of_schools_by_paule_and_mandel(study, tables, findings):
    found = findings[findings["estimator"] == "paule_mandel"]
    assert set(found["quantity"]) == {"spread_by_moments"}
    spread = rows(found, "spread_by_moments", audience="student", wave_to="post", variant="sd")
    spread = spread.iloc[0]
    data = gather(study, tables)
    people = data.audiences["student"]
    at = Address(
        study_id=study.id, quantity="change", outcome=spread["outcome"], audience="student",
        phase=spread["phase"], wave_from="pre", wave_to="post",
    )  # fmt: skip
    changes = changes_by_school(data, people, people.scores[spread["outcome"]], at).changes
    usable = np.isfinite(changes.variance) & (changes.variance > 0)
    e = random_effects(
        changes.change[usable],
        changes.variance[usable],
        variances_df=changes.variance_df[usable],
        tau2_method="paule_mandel",
    )
    assert spread["estimate"] ** 2 == pytest.approx(e.tau2.estimate)


def test_how_many_rose(tables, findings):
    at = {"audience": "student", "phase": "phase_2", "wave_to": "post", "outcome": "knowledge"}
    row = rows(findings, "risen_share", **at).iloc[0]
    assert (row["role"], row["unit"]) == ("secondary", "percent")
    assert 0 < row["conf_low"] < row["estimate"] < row["conf_high"] < 100
    assert row["n"] == row["n_linked"]
    assert row["method"].endswith("limits between the ends")
    # the nearer end is nearer by more than chance of drawing could bring it
    near, far = sorted([(row["estimate"], row["estimate"] - row["conf_low"]),
                        (100 - row["estimate"], row["conf_high"] - row["estimate"])])  # fmt: skip
    assert near[1] < far[1]


def test_few_who_did_not_rise_are_not_told(study, tables):
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    rise = (forms["wave"] == "post") & (forms["outcome"] == "knowledge")
    lifted = set(forms.loc[rise, "submission_id"])
    scores = tables.scores
    high = scores["submission_id"].isin(lifted) & (scores["outcome"] == "knowledge")
    tables = replace(tables, scores=scores.assign(score=scores["score"].mask(high, 12.0)))
    found = compute_findings(study, tables, quantities=("change", "risen_share"))
    released = release(found, study.facts())
    shown = rows(released.frame, "risen_share", outcome="knowledge", wave_to="post")
    n_few = shown["n"] * (1 - shown["estimate"] / 100)
    assert not ((n_few > 0) & (n_few < 10) & (shown["suppressed"] == "")).any()
    assert set(shown["suppressed"]) & {"coded_high", "small", "complementary"}


def test_a_lot_has_the_endowments_effect_sizes(tmp_path):
    study = open_sides(tmp_path, design="randomised")
    tables = draw_sides(3)
    found = compute_findings(study, tables, quantities=("effect", "effect_size"))
    sizes = rows(found, "effect_size").set_index("variant")
    assert {"g", "g_conditional", "g_unconditional"} == set(sizes.index)
    assert sizes.loc["g_conditional", "estimate"] > sizes.loc["g_unconditional", "estimate"]
    assert disagreements(study, tables, rows(found, "effect_size")) == []
    assert len(set(sizes["parent_id"])) == 1


def test_no_quantity_of_this_file_is_judged_or_leads(findings):
    own = findings["quantity"].isin(["share_odds_ratio", "cox_index", "risen_share"])
    own |= findings["estimator"].isin(["benjamini_hochberg", "paule_mandel", "mcnemar"])
    assert not findings.loc[own, "headline_ok"].any()
    assert (findings.loc[own, "verdict"] == "").all()


def test_another_truth_gives_other_odds(tmp_path):
    study = open_study(tmp_path, schools=(2, 12))
    one, other = (
        compute_findings(study, draw_tables(5, Truth(schools=(2, 12), effect=effect)),
                         quantities=OF_SHARES)
        for effect in (0.0, 3.0)
    )  # fmt: skip
    at = {"audience": "student", "phase": "phase_2", "wave_to": "post", "item_id": ""}
    low, high = (rows(found, "share_odds_ratio", **at).iloc[0] for found in (one, other))
    assert high["estimate"] > low["estimate"] + 0.5
