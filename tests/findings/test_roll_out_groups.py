"""Groups of people, and of parents with their children, where schools begin at different dates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import test_dose
import test_exposures
import test_pairs
from roll_out_study import WAVES, Truth, draw_tables, roster, write_study
from test_explain import disagreements
from test_side_gaps import SEX
from test_sides_of_pairs_and_doses import ARMS, with_arms

from impact_eval.disclosure import release
from impact_eval.estimators.designs import staggered_effect, staggered_group_difference
from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.tables import (
    dose_table,
    exposed_table,
    exposure_table,
    pair_table,
    side_gap_table,
    subgroup_table,
)
from impact_eval.wording.lint import lint_page

STEADY = Truth(cohorts=((1, 8), (2, 8), (None, 8)), effect=((1, 0.6, 0.2), (2, 0.6, 0.2)))
QUANTITIES = ("mean", "effect", "subgroup_difference", "surveyed")


def with_groups(root: Path, *, planned: bool = False, **options: str) -> Study:
    write_study(root, STEADY, **options)  # type: ignore[arg-type]
    file = root / "studies" / "roll_out" / "study.toml"
    words = file.read_text("utf-8").replace('answered_on = "on"', 'answered_on = "on", sex = "sex"')
    if planned:
        words = words.replace("[plan]", '[plan]\nsubgroups = ["sex"]')
    file.write_text(words + SEX, encoding="utf-8")
    return Study.open("roll_out", start=root)


def with_sex(tables: SurveyTables, *, moved: float = 0.0, girls: int = 2) -> SurveyTables:
    """Every so manieth student is a girl; once schools have begun girls gain `moved` more."""
    forms = tables.submissions
    number = tables.links["respondent_id"].str[1:].astype(int).to_numpy()
    sex = np.where(number % girls == 0, "female", "male")
    begun = forms["school_id"].map(roster(STEADY).set_index("school_id")["workshop_wave"])
    place = {wave: at for at, wave in enumerate(WAVES)} | {"": len(WAVES)}
    after = forms["wave"].map(place) >= begun.map(place)
    score = tables.scores["score"] + moved * ((sex == "female") & after)
    return replace(
        tables,
        submissions=forms.assign(sex=sex),
        scores=tables.scores.assign(score=score.clip(upper=12)),
    )


def the_difference(found: pd.DataFrame) -> pd.Series:
    rows = found[(found["quantity"] == "subgroup_difference") & (found["parent_id"] == "")]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize("weights", ["respondent", "school"])
def test_it_is_the_effect_on_girls_less_that_on_boys(tmp_path: Path, weights: str) -> None:
    study = with_groups(tmp_path, weights=weights)
    tables = with_sex(draw_tables(4, STEADY), moved=1.5)
    row = the_difference(compute_findings(study, tables, quantities=QUANTITIES))
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    place = {wave: float(at) for at, wave in enumerate(WAVES)} | {"": np.nan}
    begun = roster(STEADY).set_index("school_id")["workshop_wave"]
    effects = {
        sex: staggered_effect(
            own["score"],
            own["wave"].map(place).astype(int),
            own["school_id"],
            own["school_id"].map(begun).map(place),
            weights=weights,  # type: ignore[arg-type]
        ).overall.estimate
        for sex, own in forms.groupby("sex")
    }
    assert row["estimate"] == pytest.approx(effects["female"] - effects["male"], abs=1e-10)
    assert row["conf_low"] > 0
    assert row["conf_low"] < 1.5 < row["conf_high"]
    assert (row["verdict"], row["role"], row["estimator"]) == (
        *("", "exploratory"),
        "cohorts_against_waiting",
    )


def test_numbers_are_computed_again_from_the_forms(tmp_path: Path) -> None:
    study = with_groups(tmp_path)
    tables = with_sex(draw_tables(4, STEADY))
    found = compute_findings(study, tables, quantities=QUANTITIES)
    rows = found[found["quantity"] == "subgroup_difference"]
    assert disagreements(study, tables, rows) == []
    moved = rows.assign(estimate=rows["estimate"] + 0.01)
    assert len(disagreements(study, tables, moved)) == len(moved)


def test_a_plan_may_name_the_groups(tmp_path: Path) -> None:
    study = with_groups(tmp_path, planned=True)
    found = compute_findings(study, with_sex(draw_tables(4, STEADY)), quantities=QUANTITIES)
    row = the_difference(found)
    assert (row["role"], row["verdict"]) == ("secondary", "")


def test_tables_show_one_comparison_and_no_effect_of_a_group(tmp_path: Path) -> None:
    study = with_groups(tmp_path)
    tables = with_sex(draw_tables(4, STEADY), moved=1.5)
    released = release(
        compute_findings(study, tables, quantities=QUANTITIES), study.facts(tables.schools)
    )
    at = {"wave_from": "spring", "wave_to": "winter"}
    for table in (
        side_gap_table(released, subgroup="sex", **at),
        subgroup_table(released, subgroup="sex:female-male", **at),
    ):
        assert table is not None
        html = table._repr_mimebundle_()["text/html"]
        assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
        assert "still waiting" in html
        assert len(table.rows) == 1


def test_few_girls_in_one_group_of_schools_hide_the_comparison(tmp_path: Path) -> None:
    study = with_groups(tmp_path)
    tables = with_sex(draw_tables(4, STEADY), girls=24)  # 8 or 9 of each 200
    found = compute_findings(study, tables, quantities=QUANTITIES)
    assert np.isfinite(the_difference(found)["estimate"])
    frame = release(found, study.facts(tables.schools)).frame
    rows = frame[frame["quantity"] == "subgroup_difference"]
    assert rows["estimate"].isna().all()
    assert (rows["suppressed"] != "").all()


def test_groups_that_share_no_comparison_have_a_reason_and_wrong_calls_fail() -> None:
    school = np.repeat(np.arange(8), 4)
    wave, group = np.tile([0, 1, 0, 1], 8), np.tile([1, 1, 0, 0], 8)
    first = np.where(school < 4, 1.0, np.nan)
    score = np.arange(32.0)
    lone = ~((school > 0) & (school < 4) & (group == 1))  # girls begin in one school alone
    found = staggered_group_difference(
        score[lone], wave[lone], school[lone], first[lone], group[lone]
    )
    assert "both groups" in found.reason
    assert np.isnan(found.estimate)
    with pytest.raises(EstimatorCallError, match="1 and 0"):
        staggered_group_difference(score, wave, school, first, group + 1)


def test_the_groups_swapped_turn_the_sign_and_schools_told_apart_are_one_cluster() -> None:
    rng = np.random.default_rng(2)
    school = np.repeat(np.arange(12), 20)
    group = np.tile([0, 1], 120)
    wave = np.tile(np.repeat([0, 1], 10), 12)
    first = np.where(school < 6, 1.0, np.nan)
    score = rng.normal(size=240) + rng.normal(size=12)[school]
    one = staggered_group_difference(score, wave, school, first, group)
    other = staggered_group_difference(score, wave, school, first, 1 - group)
    assert (one.estimate, one.std_error, one.df) == pytest.approx(
        (-other.estimate, other.std_error, other.df)
    )
    assert one.n_clusters == 12
    reached = {"weights": "beneficiary", "school_weights": dict.fromkeys(range(12), 7.0)}
    alike = staggered_group_difference(score, wave, school, first, group, **reached)  # type: ignore[arg-type]
    assert (alike.estimate, alike.std_error) == pytest.approx((one.estimate, one.std_error))
    # balanced: schools' own differences of two changes, as a Welch test would take them
    mean = pd.DataFrame({"s": school, "g": group, "w": wave, "y": score}).pivot_table(
        index="s", columns=["g", "w"], values="y"
    )
    gap = (mean[1][1] - mean[1][0]) - (mean[0][1] - mean[0][0])
    early, late = gap[:6], gap[6:]
    assert one.estimate == pytest.approx(early.mean() - late.mean())
    assert one.std_error == pytest.approx(np.sqrt(early.var() / 6 + late.var() / 6))


def roll_out_of(root: Path, study: Study, tables: SurveyTables) -> tuple[Study, SurveyTables]:
    """The same study, half of whose schools begin before the second survey."""
    folder = root / "studies" / "small"
    file = folder / "study.toml"
    words = file.read_text("utf-8").replace('subgroups = ["sex"]\n', "")
    words = words.replace('estimand = "participants"', 'estimand = "schools_like_these"')
    before, _, after = words.partition('design = "one_group"\n')
    top, _, rest = after.partition("[[phases]]")
    arms = ARMS.replace('"comparison"', '"staggered"\nassigned_by = "choice"', 1)
    words = before + arms.replace("\n[[arms]]", top + "\n[[arms]]", 1) + "[[phases]]" + rest
    file.write_text(words, encoding="utf-8")
    schools = with_arms(pd.read_csv(folder / "roster.csv", dtype="str").fillna(""))
    later = study.wave_ids[1]
    schools["workshop_wave"] = np.where(schools.pop("arm") == "with", later, "")
    schools.to_csv(folder / "roster.csv", index=False)
    begun = tables.schools["school_id"].map(schools.set_index("school_id")["workshop_wave"])
    tables = replace(tables, schools=tables.schools.assign(workshop_wave=begun))
    return Study.open("small", start=root), tables


def test_pairs_of_schools_that_begun_stand_beside_those_still_waiting(tmp_path: Path) -> None:
    study, tables = roll_out_of(tmp_path, test_pairs.with_pairs(tmp_path), test_pairs.draw(3))
    wanted = ("pair_mean", "pair_agreement", "pair_kappa", "pair_difference", "surveyed")
    found = compute_findings(study, tables, quantities=wanted)
    rows = found[(found["quantity"] == "pair_difference") & (found["contrast"] != "")]
    assert set(rows["estimator"]) == {"cohorts_against_waiting"}
    assert rows["conf_low"].notna().any()
    assert rows.loc[rows["estimate"].isna(), "reason"].ne("").all()
    once = found[found["subgroup"].str.startswith("workshop_wave:") & (found["variant"] != "")]
    assert len(once)
    assert disagreements(study, tables, once[once["estimate"].notna()]) == []
    known = rows[rows["estimate"].notna()]
    assert disagreements(study, tables, known) == []
    assert len(disagreements(study, tables, known.assign(estimate=9.0))) == len(known)
    released = release(found, study.facts(tables.schools))
    table = pair_table(released, pair="dares")
    assert table is not None
    html = table._repr_mimebundle_()["text/html"]
    assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
    few = tables.dyads[tables.dyads["school_id"].isin(tables.dyads["school_id"].unique()[:2])]
    thin = release(
        compute_findings(study, replace(tables, dyads=few), quantities=wanted),
        study.facts(tables.schools),
    ).frame
    thin = thin[(thin["quantity"] == "pair_difference") & (thin["contrast"] != "")]
    assert thin["estimate"].isna().all()


def test_exposure_stands_at_each_group_of_schools(tmp_path: Path) -> None:
    made = test_exposures.with_exposure(tmp_path), test_exposures.draw(4, chooser=0.5)
    study, tables = roll_out_of(tmp_path, *made)
    wanted = ("exposure_share", "exposed_mean", "exposure_gap", "exposure_slope", "surveyed")
    found = compute_findings(study, tables, quantities=(*wanted, "exposure_change", "effect"))
    rows = found[found["quantity"].isin(wanted[:-1])]
    groups = {"post", "never"}
    assert {one.partition("+")[2] for one in rows["subgroup"]} == {
        f"workshop_wave:{group}" for group in groups
    }
    assert set(rows["role"]) == {"exploratory"}
    assert disagreements(study, tables, rows) == []
    assert not len(found[found["quantity"] == "exposure_change"])
    released = release(found, study.facts(tables.schools))
    for make in (exposed_table, exposure_table):
        table = make(released, exposure="took_part")
        assert table is not None
        html = table._repr_mimebundle_()["text/html"]
        assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
        assert "no workshop up to the last survey" in html


def test_doses_are_of_people_of_one_school_that_has_begun(tmp_path: Path) -> None:
    study, tables = roll_out_of(tmp_path, test_dose.with_dose(tmp_path), test_dose.draw(4))
    found = compute_findings(study, tables, quantities=("dose_slope", "effect", "surveyed"))
    rows = found[found["quantity"] == "dose_slope"]
    assert set(rows["subgroup"]) == {"arm:programme"}
    within = rows[rows["variant"].str.endswith(":within") & rows["estimate"].notna()]
    assert len(within)
    assert rows.drop(within.index)["reason"].ne("").all()
    assert disagreements(study, tables, within) == []
    begun = tables.schools.set_index("school_id")["workshop_wave"] == "post"
    linked = within["n_linked"].max()
    assert 0 < linked <= tables.submissions["school_id"].map(begun).sum() / 2
    released = release(found, study.facts(tables.schools))
    table = dose_table(released, dose="attended", wave_from="pre", wave_to="post")
    assert table is not None
    html = table._repr_mimebundle_()["text/html"]
    assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
