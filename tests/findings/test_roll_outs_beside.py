"""What would change the effect of a roll-out: trends, one school, other ways, the lost."""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from roll_out_study import WAVES, Truth, begun_of, draw_tables, write_study

from impact_eval.disclosure import release
from impact_eval.disclosure.groups import groups_of
from impact_eval.findings import compute_findings
from impact_eval.surveys import SurveyTables

GROWING = ((1, 1.0, 0.3), (2, 0.9, 0.2))
TRUTH = Truth(cohorts=((1, 12), (2, 12), (None, 12)), effect=GROWING, school_sd=0.2, lost=0.1)
NEEDED = ("effect", "effect_with_lost", "specification", "specifications", "tipping_point")
NEEDED += ("without_one_school", "attrition_difference", "baseline_difference", "equal_trends")


def made(root: Path, truth: Truth = TRUTH, *, seed: int = 5, **options: str) -> pd.DataFrame:
    study = write_study(root, truth, **options)  # type: ignore[arg-type]
    tables = draw_tables(seed, truth, linked=options.get("link") != "none")
    return compute_findings(study, tables, quantities=NEEDED)


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return made(tmp_path_factory.mktemp("beside"))


def points_of(findings: pd.DataFrame) -> pd.DataFrame:
    rows = findings[findings["quantity"] == "tipping_point"]
    return rows.set_index(["variant", "estimator"])


def bent(tables: SurveyTables, truth: Truth, trend: float) -> SurveyTables:
    """Take a trend a survey off the schools that have begun, from their last wait on."""
    begun = {f"s{i:02d}": place for i, place in enumerate(begun_of(truth))}
    forms = tables.submissions.set_index("submission_id")
    first = forms["school_id"].map(begun).astype(float)
    since = forms["wave"].map(WAVES.index) - first + 1
    off = trend * since.clip(lower=0).fillna(0.0)
    scores = tables.scores
    again = scores.assign(score=scores["score"] - scores["submission_id"].map(off))
    return replace(tables, scores=again)


def test_the_verdict_falls_exactly_at_the_trend_that_was_named(tmp_path: Path) -> None:
    study, tables = write_study(tmp_path, TRUTH), draw_tables(5, TRUTH)
    found = points_of(compute_findings(study, tables, quantities=NEEDED))
    trend = found.loc[("trend", "in_unit"), "estimate"]
    assert trend > 0
    for factor, holds in ((0.999, True), (1.001, False)):
        again = compute_findings(study, bent(tables, TRUTH, factor * trend), quantities=("effect",))
        (row,) = again.query("quantity == 'effect' and variant == ''").to_dict("records")
        assert (row["simultaneous_low"] > 0.5) is holds


def test_a_trend_stands_in_the_unit_in_deviations_and_beside_the_time_before(
    findings: pd.DataFrame,
) -> None:
    found = points_of(findings)
    reach = (
        found.loc[("secular", "in_unit"), "estimate"] / found.loc[("trend", "in_unit"), "estimate"]
    )
    assert isclose(reach, (2 + 1.5) / 2, rel_tol=0.02)  # surveys since the wait: 1, 2, 3 and 1, 2
    times = found.loc[("trend", "in_steps_before")]
    assert times["unit"] == "times"
    assert times["conf_low"] < times["estimate"] == times["conf_high"]
    assert found.loc[("loss", "in_unit"), "reason"].startswith("schools pass from waiting")


def test_without_a_time_before_a_trend_is_held_against_nothing(tmp_path: Path) -> None:
    truth = Truth(cohorts=((1, 12), (None, 12)), effect=((1, 1.6, 0.3),), school_sd=0.2)
    found = points_of(made(tmp_path, truth))
    assert found.loc[("trend", "in_unit"), "estimate"] > 0
    assert np.isnan(found.loc[("trend", "in_steps_before"), "estimate"])
    assert "asked twice before" in found.loc[("trend", "in_steps_before"), "reason"]


def test_one_school_left_out_and_a_group_that_falls_away(
    findings: pd.DataFrame, tmp_path: Path
) -> None:
    (row,) = findings.query("quantity == 'without_one_school'").to_dict("records")
    (main,) = findings.query("quantity == 'effect' and variant == ''").to_dict("records")
    assert row["conf_low"] < main["estimate"] < row["conf_high"]
    assert row["n_clusters"] == 36
    assert row["cautions"] == ""
    small = made(tmp_path, replace(TRUTH, cohorts=((1, 12), (2, 2), (None, 12))))
    (row,) = small.query("quantity == 'without_one_school'").to_dict("records")
    assert np.isnan(row["conf_low"])
    assert "the effect on other groups" in row["reason"]


def test_ways_of_a_roll_out_and_no_copies_of_them(findings: pd.DataFrame, tmp_path: Path) -> None:
    ways = findings.query("quantity == 'specification'").set_index("variant")
    assert {"planned", "waiting:to_the_end", "sample:linked", "weights:school"} < set(ways.index)
    assert len(ways) == 8
    assert ways["estimate"].notna().all()
    assert ways["estimate"].nunique() == len(ways)
    (main,) = findings.query("quantity == 'effect' and variant == ''").to_dict("records")
    assert ways.loc["planned", "std_error"] == main["std_error"]
    one_group = replace(TRUTH, cohorts=((1, 12), (None, 12)))
    few = made(tmp_path, one_group).query("quantity == 'specification'")
    assert not few["variant"].str.contains("waiting").any()


def test_people_without_numbers_leave_rows_with_reasons(tmp_path: Path) -> None:
    found = made(tmp_path, link="none")
    lost = found.query("quantity == 'effect_with_lost'")
    assert set(lost["estimator"]) == {"retention_weights", "imputation", "worst_case"}
    assert lost["reason"].str.contains("nobody can say who was lost").all()
    assert not found.query("quantity == 'specification'")["variant"].str.contains("linked").any()


def test_worst_cases_hold_the_effect_whoever_leaves(tmp_path: Path) -> None:
    # the lower half of those at schools still waiting leave, and the upper half at the others
    truth = replace(TRUTH, lost=0.0)
    study, tables = write_study(tmp_path, truth), draw_tables(7, truth)
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    begun = {f"s{i:02d}": 9 if one is None else one for i, one in enumerate(begun_of(truth))}
    wave = forms["wave"].map(WAVES.index)
    after = wave >= forms["school_id"].map(begun)
    above = forms["score"] > forms.groupby(["school_id", "wave"])["score"].transform("median")
    leaves = (wave == len(WAVES) - 1) & (above == after)
    kept = tables.submissions[~leaves.to_numpy()]
    found = compute_findings(study, replace(tables, submissions=kept), quantities=NEEDED)
    (main,) = found.query("quantity == 'effect' and variant == ''").to_dict("records")
    assert main["conf_high"] < truth.overall
    (worst,) = found.query("estimator == 'worst_case' and variant == ''").to_dict("records")
    assert worst["conf_low"] < truth.overall < worst["conf_high"]
    (lost,) = found.query("quantity == 'lost'").to_dict("records")
    assert lost["estimate"] == leaves.sum()


def test_disclosure_takes_every_group_and_survey_to_be_behind_it(tmp_path: Path) -> None:
    study, tables = write_study(tmp_path, TRUTH), draw_tables(5, TRUTH)
    facts = study.facts(tables.schools)
    released = release(compute_findings(study, tables), facts)
    for quantity in ("tipping_point", "without_one_school", "specification", "effect_with_lost"):
        for row in released.where(quantity=quantity).findings():  # type: ignore[arg-type]
            groups = {(one.wave_from, one.subgroup) for one in groups_of(row, facts)}
            cohorts = {f"workshop_wave:{one}" for one in facts.cohorts}
            assert groups >= {(wave, group) for wave in WAVES for group in cohorts}, quantity
    (one,) = released.where(quantity="without_one_school").findings()
    for limit in (one.conf_low, one.conf_high):
        assert isclose(limit, round(limit, 1), abs_tol=1e-9)


def test_the_lost_of_schools_that_pass_from_side_to_side_are_not_weighed_for(
    findings: pd.DataFrame,
) -> None:
    rows = findings.query("quantity == 'effect_with_lost'")
    by_name = rows[rows["estimator"].isin(["retention_weights", "imputation"])]
    assert len(by_name) == 2
    assert by_name["reason"].str.contains("pass from one side to the other").all()
