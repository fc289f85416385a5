"""Schools with and without the programme: numbers, verdicts, and what takes a verdict away."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from two_sides import TWO_SCALES, Truth, draw_tables, open_study, roster

from impact_eval.estimators.designs.comparison import compare_groups, compare_randomised
from impact_eval.findings import compute_findings
from impact_eval.findings.explained.explanation import explain_row
from impact_eval.study import Study
from impact_eval.study.locking.lock import make_lock, write_locks

LOOK_AT = ["effect", "baseline_difference", "attrition_difference", "effect_size", "attrition"]


def main_of(findings: pd.DataFrame) -> pd.Series:
    """The planned effect."""
    (row,) = findings[(findings["quantity"] == "effect") & (findings["role"] == "primary")].to_dict(
        "records"
    )
    return pd.Series(row)


def computed(root: Path, truth: Truth, *, seed: int = 3, **options: object) -> pd.DataFrame:
    study = open_study(root, schools=truth.schools, **options)  # type: ignore[arg-type]
    strata = bool(options.get("strata"))
    linked = options.get("link") != "none"
    return compute_findings(study, draw_tables(seed, truth, strata=strata, linked=linked))


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_effects_are_those_of_the_estimators(tmp_path: Path, design: str) -> None:
    study = open_study(tmp_path, design=design, strata=design == "randomised")
    tables = draw_tables(3, Truth(effect=1.2), strata=design == "randomised")
    forms = tables.submissions.merge(tables.scores, on="submission_id").merge(
        tables.links, on="submission_id"
    )
    forms = forms.merge(tables.schools, on="school_id")
    wave = (forms["wave"] == "post").astype(int)
    arm = (forms["arm"] == "with").astype(int)
    score, school, person = forms["score"], forms["school_id"], forms["respondent_id"]
    if design == "comparison":
        expected = compare_groups(score, wave, arm, school, school=school, respondent=person)
    else:
        expected = compare_randomised(
            score, wave, arm, school, respondent=person, stratum=forms["stratum"]
        )
    findings = compute_findings(study, tables)
    main = main_of(findings)
    for name in ("estimate", "std_error", "df", "p_value", "conf_low", "conf_high"):
        assert main[name] == pytest.approx(getattr(expected.primary, name), rel=1e-9)
    beside = findings[(findings["quantity"] == "effect") & (findings["role"] == "secondary")]
    beside = beside[~beside["variant"].isin(["permutation", "adjusted_gain"])]
    assert list(beside["estimate"]) == pytest.approx([expected.beside.estimate])
    assert set(beside["parent_id"]) == {main["finding_id"]}
    (before,) = findings.loc[findings["quantity"] == "baseline_difference", "estimate"]
    assert before == pytest.approx(expected.balance.g.estimate)


@pytest.mark.parametrize("design", ["comparison", "randomised"])
@pytest.mark.parametrize("link", ["roster_id", "code", "none"])
@pytest.mark.parametrize("weights", ["respondent", "school"])
def test_every_number_is_explained(tmp_path: Path, design: str, link: str, weights: str) -> None:
    options = {"design": design, "link": link, "weights": weights}
    study = open_study(tmp_path, **options)  # type: ignore[arg-type]
    tables = draw_tables(5, Truth(effect=0.8, lost=(0.1, 0.2), coded=0.9), linked=link != "none")
    findings = compute_findings(study, tables)
    rows = findings[findings["quantity"].isin(LOOK_AT) | findings["subgroup"].str.startswith("arm")]
    assert {"effect", "baseline_difference"} < set(rows["quantity"])
    for _, row in rows.iterrows():
        again = explain_row(study, tables, row)
        for name, value in again.recomputed.items():
            assert value == pytest.approx(again.numbers[name], rel=1e-9, abs=1e-9)


def test_no_change_of_both_sides_together_is_computed(tmp_path: Path) -> None:
    findings = computed(tmp_path, Truth())
    whole = findings[(findings["level"] == "programme") & (findings["subgroup"] == "")]
    assert not {"change", "mastery_change", "schools_mean_change"} & set(whole["quantity"])
    sides = findings[(findings["quantity"] == "change") & (findings["level"] == "programme")]
    assert set(sides["subgroup"]) == {"arm:programme", "arm:comparison"}
    assert set(sides["verdict"]) == {""}


@pytest.mark.parametrize(
    ("truth", "verdict", "caution"),
    [
        (Truth(effect=1.2), "rise_beyond", ""),
        (Truth(effect=-1.3), "fall_beyond", ""),
        (Truth(effect=0.0, change_sd=0.1, students=80), "within", ""),
        (Truth(effect=1.2, apart=1.0), "cannot_tell", "groups_not_comparable"),
        (Truth(effect=1.2, schools=(2, 2)), "cannot_tell", "low_df"),
    ],
)
def test_the_verdict_and_what_takes_it_away(
    tmp_path: Path, truth: Truth, verdict: str, caution: str
) -> None:
    main = main_of(computed(tmp_path, truth))
    assert main["verdict"] == verdict
    assert not caution or caution in main["cautions"].split(";")
    assert "no_secular" not in main["cautions"]


def test_without_a_smallest_effect_there_is_no_verdict(tmp_path: Path) -> None:
    main = main_of(computed(tmp_path, Truth(effect=1.2), smallest=""))
    assert main["verdict"] == ""
    assert main["cautions"].split(";") == ["no_smallest_effect"]


def test_a_lot_that_lost_few_excuses_a_difference_before(tmp_path: Path) -> None:
    kept = main_of(computed(tmp_path, Truth(effect=1.2, apart=1.0), design="randomised"))
    assert "groups_not_comparable" not in kept["cautions"]
    assert kept["verdict"] == "rise_beyond"
    lossy = Truth(effect=1.2, apart=1.0, lost=(0.02, 0.3))
    lost = main_of(computed(tmp_path, lossy, design="randomised"))
    assert {"attrition_high", "groups_not_comparable"} <= set(lost["cautions"].split(";"))
    assert lost["verdict"] == "cannot_tell"


@pytest.mark.parametrize("link", ["code", "none"])
def test_attrition_is_unknown_without_numbers(tmp_path: Path, link: str) -> None:
    findings = computed(tmp_path, Truth(), design="randomised", link=link)
    (row,) = findings[findings["quantity"] == "attrition_difference"].to_dict("records")
    assert np.isnan(row["estimate"])
    assert "nobody can say which of them were lost" in row["reason"]
    assert "attrition_unknown" in main_of(findings)["cautions"]


def test_a_school_that_left_counts_as_lost(tmp_path: Path) -> None:
    study = open_study(tmp_path, design="randomised", schools=(6, 6))
    tables = draw_tables(3, Truth(schools=(6, 6)))
    gone = tables.submissions["school_id"].isin(["s00", "s01", "s02"])
    kept = tables.submissions[~(gone & (tables.submissions["wave"] == "post"))]
    findings = compute_findings(study, replace(tables, submissions=kept))
    (row,) = findings[findings["quantity"] == "attrition_difference"].to_dict("records")
    assert row["cautions"] == "attrition_high"


def test_two_scales_give_no_difference_of_changes(tmp_path: Path) -> None:
    chosen = computed(tmp_path, Truth(effect=1.2), scale=TWO_SCALES)
    main = main_of(chosen)
    assert "different scales" in main["reason"]
    beside = chosen[(chosen["quantity"] == "effect") & (chosen["variant"] == "ancova")]
    assert beside["estimate"].notna().all()
    drawn = main_of(computed(tmp_path, Truth(effect=1.2), scale=TWO_SCALES, design="randomised"))
    assert drawn["verdict"] == "rise_beyond"


def test_too_few_schools_have_no_number(tmp_path: Path) -> None:
    study = open_study(tmp_path, schools=(2, 2))
    tables = draw_tables(3, Truth(schools=(2, 2)))
    kept = tables.submissions[tables.submissions["school_id"] != "s03"]
    main = main_of(compute_findings(study, replace(tables, submissions=kept)))
    assert np.isnan(main["estimate"])
    assert main["reason"].startswith("the two sides have 3 schools together")


def test_a_lock_holds_who_was_in_which_arm(tmp_path: Path) -> None:
    study = open_study(tmp_path, design="randomised")
    assert study.plan_content["assignment.s00.arm"] == "with"
    assert study.plan_content["arms.with.programme"] is True
    lock = make_lock(study.plan_content, now=dt.datetime(2024, 1, 20, tzinfo=dt.UTC))
    write_locks(study.lock_file, [lock], study_id=study.id)
    tables = draw_tables(3, Truth(effect=1.2))
    kept = main_of(compute_findings(Study.open("sides", start=tmp_path), tables))
    assert kept["plan_status"] == "planned"
    moved = roster((10, 10))
    moved.loc[0, "arm"] = "without"
    moved.to_csv(study.folder / "roster.csv", index=False)
    again = compute_findings(Study.open("sides", start=tmp_path), replace(tables, schools=moved))
    effects = again[(again["quantity"] == "effect") & (again["variant"] == "")]
    assert set(effects["plan_status"]) == {"changed_since_lock"}
    assert set(effects["verdict"]) == {""}


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_without_an_effect_hardly_any_study_is_called_one(tmp_path: Path, design: str) -> None:
    """2.5 % on each side are meant; a limit for the naive t test is passed by far more."""
    truth = Truth(schools=(8, 8), students=20)
    study = open_study(tmp_path, design=design, schools=truth.schools)
    quantities = ("effect", "baseline_difference", "attrition_difference")
    verdicts = [
        main_of(compute_findings(study, draw_tables(seed, truth), quantities=quantities))["verdict"]
        for seed in range(100, 160)
    ]
    called = [one for one in verdicts if one not in ("within", "cannot_tell")]
    assert len(called) <= 6
    assert "rise_beyond" not in verdicts
    assert "fall_beyond" not in verdicts


def test_linked_gains_take_the_verdict_where_they_are_apart(tmp_path):
    study = open_study(tmp_path, smallest="smallest_effect = 0.3")
    tables = draw_tables(3, Truth(effect=1.5, students=60, change_sd=0.1))
    kept = compute_findings(study, tables)
    assert main_of(kept)["verdict"] == "rise_beyond"
    ours = {"variant": "adjusted_gain", "estimand": "schools_like_these"}
    beside = kept[(kept[list(ours)] == list(ours.values())).all(axis=1)].iloc[0]
    assert beside["parent_id"] == main_of(kept)["finding_id"]
    assert (beside["role"], beside["verdict"], beside["headline_ok"]) == ("secondary", "", False)
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    forms = forms.merge(tables.links, on="submission_id")
    before = forms[forms["wave"] == "pre"].set_index("respondent_id")["score"]
    weak = forms["respondent_id"].map(before) < 5.5
    with_it = forms["school_id"] < "s10"
    gone = forms.loc[(forms["wave"] == "post") & with_it & weak, "submission_id"]
    parts = {
        name: table[~table["submission_id"].isin(gone)].reset_index(drop=True)
        for name, table in vars(tables).items()
        if name in ("submissions", "links", "scores")
    }
    taken = compute_findings(study, replace(tables, **parts))
    main = main_of(taken)
    assert main["verdict"] == "cannot_tell"
    assert "linked_gains_disagree" in main["cautions"]
    found = taken[(taken[list(ours)] == list(ours.values())).all(axis=1)].iloc[0]
    assert found["estimate"] < main["estimate"] - 0.15
    again = explain_row(study, replace(tables, **parts), found).recomputed["estimate"]
    assert again == pytest.approx(found["estimate"])
