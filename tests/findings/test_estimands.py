"""The two estimands, their clusters and weights, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from small_study import MAIN, Truth, draw_tables, only, open_study, where

from impact_eval.estimators import mean_change
from impact_eval.findings import compute_findings

PARTICIPANTS = MAIN | {"estimand": "participants"}


def rows_of(tables, *, outcome="knowledge", phase="phase_2", waves=("pre", "post")):
    forms = tables.submissions.merge(
        tables.scores[tables.scores["outcome"] == outcome], on="submission_id"
    ).merge(tables.schools[["school_id", "trainer_team"]], on="school_id")
    kept = (forms["audience"] == "student") & (forms["phase"] == phase) & forms["wave"].isin(waves)
    return forms[kept].assign(t=lambda f: (f["wave"] == waves[1]).astype(int))


@pytest.mark.parametrize(
    ("estimand", "cluster"), [("schools_like_these", "trainer_team"), ("participants", "workshop")]
)
def test_clusters_are_those_of_the_estimand(findings, tables, estimand, cluster):
    rows = rows_of(tables)
    rows["workshop"] = rows["school_id"] + rows["workshop_id"]
    outside = mean_change(rows["score"], rows["t"], rows[cluster], school=rows["school_id"])
    change = only(findings, **(MAIN | {"estimand": estimand}))
    for name in ("estimate", "std_error", "df", "p_value", "n_clusters", "n"):
        assert change[name] == pytest.approx(getattr(outside, name), rel=1e-10)


def test_the_method_names_clusters_and_weights(findings):
    assert only(findings, **MAIN)["method"] == (
        "all respondents of both waves, school fixed effects, CR2 by trainer teams,"
        " weights: respondent"
    )
    assert "CR2 by workshops" in only(findings, **PARTICIPANTS)["method"]


def test_schools_count_the_same_if_the_plan_says_so(tmp_path):
    truth = Truth(schools=(2, 12), students=12, items=False)
    study = open_study(tmp_path, schools=truth.schools, weights="school")
    tables = draw_tables(1, truth)
    change = only(compute_findings(study, tables, quantities=("change",)), **MAIN)
    means = rows_of(tables).groupby(["school_id", "t"])["score"].mean()
    by_school = means.xs(1, level="t") - means.xs(0, level="t")
    assert change["estimate"] == pytest.approx(by_school.mean(), rel=1e-10)


def test_beneficiaries_need_attendance(tmp_path):
    truth = Truth(schools=(2, 12), students=12, items=False)
    study = open_study(tmp_path, schools=truth.schools, weights="beneficiary")
    tables = draw_tables(1, truth)
    gap = tables.workshops[tables.workshops["school_id"] != "p2-003"]
    findings = compute_findings(study, replace(tables, workshops=gap))
    assert "attendance is not known" in only(findings, **MAIN)["reason"]
    mean = {"quantity": "mean", "estimator": "mean", "estimand": "", "wave_from": "post"}
    assert "attendance is not known" in only(findings, **(MAIN | mean))["reason"]


def test_participants_need_workshops(study, tables):
    unknown = replace(tables, submissions=tables.submissions.assign(workshop_id=""))
    findings = compute_findings(study, unknown, quantities=("change",))
    change = only(findings, **PARTICIPANTS)
    assert np.isnan(change["estimate"])
    assert "which workshop" in change["reason"]
    assert np.isfinite(only(findings, **MAIN)["estimate"])


def test_rounds_that_draw_other_schools_have_no_school_effects(tmp_path):
    truth = Truth(schools=(2, 12), students=12, items=False)
    study = open_study(tmp_path, schools=truth.schools, design="cross_sections", link="none")
    findings = compute_findings(study, draw_tables(1, truth))
    rounds = MAIN | {"phase": ""}
    change = only(findings, **rounds)
    assert "no school effects" in change["method"]
    assert "other_respondents" in change["cautions"].split(";")
    assert "other places" in only(findings, **(rounds | {"estimand": "participants"}))["reason"]
    assert not len(where(findings, quantity="shrunken_change"))
    assert not len(where(findings, quantity="attrition"))
    assert not len(where(findings, quantity="change", level="school"))


def test_scores_on_two_scales_have_no_change(tmp_path, tables):
    study = open_study(tmp_path, schools=(2, 12))
    outcomes = tuple(
        one.model_copy(
            update={"kind": "ready_made", "ranges": {"pre": (0.0, 7.0), "post": (1.0, 4.0)}}
        )
        if one.id == "confidence"
        else one
        for one in study.outcomes
    )
    study = study.model_copy(update={"outcomes": outcomes})
    findings = compute_findings(study, tables)
    own = where(findings, outcome="confidence", wave_from="pre", wave_to="post")
    refused = where(own, quantity="change")
    assert len(refused) == 4
    assert all("different scales (0 to 7, then 1 to 4)" in reason for reason in refused["reason"])
    assert not len(where(own, quantity="effect_size"))
    assert not len(where(own, quantity="icc_gain"))
    assert len(where(findings, outcome="confidence", quantity="mean"))


def test_provinces_with_few_teams_are_refused(findings):
    provinces = where(findings, quantity="change", level="province", phase="phase_2")
    wide = where(provinces, estimand="schools_like_these", audience="student")
    assert (wide.loc[wide["n_clusters"] < 4, "reason"] != "").all()
    assert wide.loc[wide["n_clusters"] < 4, "estimate"].isna().all()
    own = where(provinces, estimand="participants", audience="student")
    assert own["estimate"].notna().all()


def without(tables, dropped):
    kept = ~dropped
    return replace(tables, submissions=tables.submissions[kept], links=tables.links[kept.array])


def test_what_a_change_does_without_is_said(study, tables):
    forms = tables.submissions
    gone = (forms["school_id"] == "p2-002") & (forms["wave"] == "post")
    change = only(compute_findings(study, without(tables, gone), quantities=("change",)), **MAIN)
    assert "schools_left_out" in change["cautions"].split(";")
    some = forms.assign(workshop_id=forms["workshop_id"].where(forms.index % 10 > 0, ""))
    partly = compute_findings(study, replace(tables, submissions=some), quantities=("change",))
    cautions = only(partly, **PARTICIPANTS)["cautions"].split(";")
    assert "workshops_partly_known" in cautions
    assert "schools_left_out" not in cautions


def test_means_of_few_teams_have_no_interval_and_say_so(findings):
    mean = MAIN | {"quantity": "mean", "estimator": "mean", "estimand": "", "wave_from": "post"}
    few = only(findings, **(mean | {"phase": "phase_1"}))
    assert np.isnan(few["conf_low"])
    assert "no_interval_few_clusters" in few["cautions"].split(";")
    assert np.isfinite(only(findings, **mean)["conf_low"])
