"""Flags held against who was careless in truth, with rates that docs/methods.md states."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact_eval.simulate import write_raw
from impact_eval.simulate.draw import instrument_of
from impact_eval.simulate.people import ATTENTIVE, RANDOM, STRAIGHTLINER
from impact_eval.simulate.survey import draw_survey
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare
from impact_eval.surveys.quality.strings import straightlining

ROOT = Path(__file__).parents[3]
ROW = ["source_file", "source_row"]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[SurveyTables, pd.DataFrame]:
    """Prepared tables of a survey with all faults of the field, and each used form's truth."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "studies" / "zindagi_trust", root / "studies" / "zindagi_trust")
    study = Study.open("zindagi_trust", start=root)
    write_raw(study, seed=7, people=4000)
    study = Study.open("zindagi_trust", start=root)
    truth = pd.read_parquet(study.raw_folder / "truth" / "simulated_truth_rows.parquet")
    tables = prepare(study)
    return tables, tables.submissions.merge(truth, on=ROW, suffixes=("", "_true"))


def rate(tables: SurveyTables, forms: pd.DataFrame, flag: str, audience: str, care: str) -> float:
    """Share of an audience's forms of one kind of care that have a flag."""
    flagged = tables.quality.loc[tables.quality["flag"] == flag, "submission_id"]
    mine = forms[(forms["audience"] == audience) & (forms["care"] == care)]
    return float(mine["submission_id"].isin(flagged).mean())


@pytest.mark.parametrize(
    ("audience", "found", "wrong"),
    [("student", 0.85, 0.001), ("parent", 0.80, 0.001), ("teacher", 0.55, 0.001)],
)
def test_straightliners_with_the_faults_of_the_field(
    simulated: tuple[SurveyTables, pd.DataFrame], audience: str, found: float, wrong: float
) -> None:
    tables, forms = simulated
    assert rate(tables, forms, "straightlining", audience, "straightlining") >= found
    assert rate(tables, forms, "straightlining", audience, "attentive") <= wrong
    assert rate(tables, forms, "straightlining", audience, "random") <= 0.01


@pytest.mark.parametrize(
    ("audience", "outcomes", "wrong"),
    [
        ("student", ("confidence", "attitudes", "help_seeking"), 0.001),
        ("parent", ("mediation", "trust"), 0.001),
        ("teacher", ("confidence",), 0.10),  # no reversed item: nearly all of them at the top
    ],
)
def test_straightliners_without_any_fault(
    audience: str, outcomes: tuple[str, ...], wrong: float
) -> None:
    study = Study.open("zindagi_trust", start=ROOT)
    survey = draw_survey(instrument_of(study, "default"), study.roster_table, seed=7, people=4000)
    drawn = survey.audiences[audience]
    codes = np.concatenate([drawn.answers[one] for one in outcomes], axis=2)
    reverse = np.concatenate([drawn.fitted[one].block.reverse for one in outcomes])
    care = np.broadcast_to(drawn.people.care[:, None], drawn.present.shape)[drawn.present]
    found = straightlining(codes[drawn.present].astype(np.uint64), reverse)
    assert found[care == STRAIGHTLINER].all()
    assert found[care == ATTENTIVE].mean() <= wrong
    assert not found[care == RANDOM].any()


@pytest.mark.parametrize("audience", ["student", "teacher", "parent"])
def test_speeders_are_found(simulated: tuple[SurveyTables, pd.DataFrame], audience: str) -> None:
    tables, forms = simulated
    flagged = tables.quality.loc[tables.quality["flag"] == "speeding", "submission_id"]
    mine = forms[(forms["audience"] == audience) & ~forms["made_up"]]
    found = mine["submission_id"].isin(flagged)
    assert mine["speeding"].sum() >= 10
    assert found[mine["speeding"]].mean() >= 0.8
    assert found[~mine["speeding"]].mean() <= 0.005


def test_the_instructed_item_finds_the_careless(
    simulated: tuple[SurveyTables, pd.DataFrame],
) -> None:
    """It is the only flag that finds random answers, and it costs some attentive people."""
    tables, forms = simulated
    flag = "instructed_item_missed"
    assert rate(tables, forms, flag, "student", "straightlining") >= 0.8
    assert rate(tables, forms, flag, "student", "random") >= 0.7
    assert 0.005 <= rate(tables, forms, flag, "student", "attentive") <= 0.03


def test_random_answers_are_not_found_by_any_other_flag(
    simulated: tuple[SurveyTables, pd.DataFrame],
) -> None:
    """No flag claims to find them: their rate is that of attentive people, near zero."""
    tables, forms = simulated
    for flag in ("straightlining", "repeated_pattern", "identical_answers"):
        assert rate(tables, forms, flag, "student", "random") <= 0.01


def test_second_forms_of_one_person_are_no_copies(
    simulated: tuple[SurveyTables, pd.DataFrame],
) -> None:
    tables, forms = simulated
    made_up = forms.loc[forms["made_up"], "submission_id"]
    honest = tables.quality[~tables.quality["submission_id"].isin(made_up)]
    assert not honest["flag"].isin(["identical_answers", "repeated_pattern"]).any()


def test_a_ceiling_is_not_counted_as_carelessness(
    simulated: tuple[SurveyTables, pd.DataFrame],
) -> None:
    tables, forms = simulated
    assert rate(tables, forms, "all_at_top", "teacher", "attentive") > 0.03
    both = tables.quality[tables.quality["flag"].isin(["all_at_top", "straightlining"])]
    assert not both.duplicated(["submission_id"]).any()
