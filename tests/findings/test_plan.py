"""What the plan makes of findings: families, roles, headlines, and whether it came in time."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import MAIN, Truth, draw_tables, only, open_study, where

from impact_eval.findings import compute_findings
from impact_eval.study import Study


def test_a_family_holds_what_the_plan_names(findings):
    families = findings.groupby("family").size().to_dict()
    assert families == {"": len(findings) - 5, "main": 3, "later": 1, "first_schools": 1}
    main = where(findings, family="main")
    assert set(main["role"]) == {"primary"}
    assert set(main["estimand"]) == {"schools_like_these"}
    assert set(main["phase"]) == {"phase_2"}
    assert set(main["estimator"]) == {"stacked"}


def test_simultaneous_intervals_are_bonferroni_s(findings):
    change = only(findings, **MAIN)
    # three comparisons, six trainer teams. R: qt(1 - 0.05 / 6, 5)
    assert change["df"] == pytest.approx(5, abs=1e-6)
    half = 3.53411070406 * change["std_error"]
    assert change["simultaneous_high"] - change["estimate"] == pytest.approx(half, rel=1e-6)
    assert change["estimate"] - change["simultaneous_low"] == pytest.approx(half, rel=1e-6)


def test_a_family_of_one_has_the_plain_interval(findings):
    later = where(findings, family="later").iloc[0]
    assert later["simultaneous_low"] == pytest.approx(later["conf_low"], rel=1e-12)


def test_no_simultaneous_interval_without_a_family(findings):
    others = where(findings, family="")
    assert others[["simultaneous_low", "simultaneous_high"]].isna().all().all()


def test_what_derives_from_a_family_is_secondary_and_the_rest_exploratory(findings):
    assert only(findings, **(MAIN | {"estimator": "adjusted_gain"}))["role"] == "secondary"
    assert only(findings, **(MAIN | {"subgroup": "sex:female"}))["role"] == "secondary"
    assert only(findings, **(MAIN | {"phase": "phase_1"}))["role"] == "exploratory"
    assert set(where(findings, quantity="item_change")["role"]) == {"exploratory"}
    assert set(where(findings, level="school")["role"]) == {"exploratory"}
    assert set(where(findings, quantity="placement")["plan_status"]) == {"not_planned"}
    assert set(where(findings, quantity="mean")["plan_status"]) == {""}


def test_only_planned_primary_changes_may_lead(findings):
    leading = findings[findings["headline_ok"]]
    assert set(leading["role"]) == {"primary"}
    assert set(leading["family"]) == {"main"}
    assert (leading["n_clusters"] >= 4).all()
    assert (leading["df"] >= 4).all()
    assert len(leading) == 3


@pytest.mark.parametrize(
    ("schools", "clusters", "leads", "caution"),
    [(2, 1, False, ""), (4, 2, False, "refused_few_clusters"), (8, 4, False, "low_df"),
     (10, 5, True, "few_clusters"), (16, 8, True, "")],
)  # fmt: skip
def test_clusters_decide_what_may_lead(tmp_path, schools, clusters, leads, caution):
    truth = Truth(schools=(2, schools), students=20, items=False, effect=3.0)
    study = open_study(tmp_path, schools=truth.schools)
    findings = compute_findings(study, draw_tables(3, truth), quantities=("change",))
    change = only(findings, **MAIN)
    assert change["n_clusters"] == clusters
    assert change["headline_ok"] == leads
    assert caution in change["cautions"].split(";") or not caution
    if clusters < 4:
        assert change["verdict"] == ""
        assert change["reason"]
    elif not leads:
        assert change["verdict"] == "cannot_tell"
    else:
        assert change["verdict"] == "rise_beyond"


def test_two_workshops_give_no_verdict_on_their_participants(tmp_path):
    truth = Truth(schools=(2, 1), students=60, teachers=2, items=False, effect=3.0)
    file = open_study(tmp_path, schools=truth.schools).folder / "study.toml"
    file.write_text(file.read_text().replace('phases = ["phase_1"]', 'phases = ["phase_2"]'))
    study = Study.open("small", start=tmp_path)
    findings = compute_findings(study, draw_tables(3, truth), quantities=("change",))
    change = only(findings, **(MAIN | {"estimand": "participants"}))
    assert change["n_clusters"] == 2
    assert change["conf_low"] > -np.inf
    assert change["verdict"] == "cannot_tell"
    assert "low_df" in change["cautions"].split(";")


def test_what_the_plan_does_not_hold_has_no_verdict(findings):
    change = only(findings, **(MAIN | {"estimand": "participants"}))
    assert np.isfinite(change["conf_low"])
    assert change["role"] == "exploratory"
    assert change["verdict"] == ""


def test_two_teams_have_an_interval_and_the_arithmetic_of_the_refusal(findings):
    change = only(findings, **(MAIN | {"phase": "phase_1"}))
    assert change["n_clusters"] == 2
    assert np.isfinite(change["conf_low"])
    assert change["reason"] == (
        "with 2 trainer teams too little is known of others: by luck alone all would change the "
        "same way with a probability of 0.50; at least four trainer teams are needed"
    )


def test_the_plan_came_in_time(findings):
    assert set(where(findings, family="main")["plan_status"]) == {"planned"}


def dated(tables, dates):
    return replace(tables, submissions=tables.submissions.assign(answered_on=dates))


def test_a_plan_declared_after_the_answers_is_late(study, tables):
    late = dated(tables, pd.Timestamp("2022-12-01"))
    main = where(compute_findings(study, late, quantities=("change",)), family="main")
    assert set(main["plan_status"]) == {"planned_late"}
    assert all("plan_late" in listed.split(";") for listed in main["cautions"])


def test_a_few_mistyped_dates_do_not_make_a_plan_late(study, tables):
    dates = tables.submissions["answered_on"].copy()
    dates[dates.index % 50 == 0] = pd.Timestamp("2012-01-01")
    main = where(
        compute_findings(study, dated(tables, dates), quantities=("change",)), family="main"
    )
    assert set(main["plan_status"]) == {"planned"}


def test_missing_dates_are_said(study, tables):
    undated = dated(tables, pd.NaT)
    undated.submissions["answered_on"] = pd.to_datetime(undated.submissions["answered_on"])
    main = where(compute_findings(study, undated, quantities=("change",)), family="main")
    assert all("plan_dates_missing" in listed.split(";") for listed in main["cautions"])
