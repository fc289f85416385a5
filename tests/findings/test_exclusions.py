"""Planned changes with other forms in them, and the shares of flagged forms."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from small_study import only, where

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.findings.explained.explanation import explain_row
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.table_columns import LINKS, QUALITY

QUANTITIES = ("mean", "change", "effect_size", "alpha", "flagged")
MAIN = {
    "quantity": "change",
    "outcome": "knowledge",
    "audience": "student",
    "phase": "phase_2",
    "level": "programme",
    "subgroup": "",
    "wave_to": "post",
    "estimand": "schools_like_these",
    "estimator": "stacked",
}


def without(tables: SurveyTables, left: pd.Series) -> SurveyTables:
    """Tables in which some forms of the submissions were left out by the plan."""

    def kept(table: pd.DataFrame) -> pd.DataFrame:
        return table[~table["submission_id"].isin(left)].reset_index(drop=True)

    forms = tables.submissions[tables.submissions["submission_id"].isin(left)]
    excluded = forms.merge(tables.links[list(LINKS)], on="submission_id")
    return replace(
        tables,
        submissions=kept(tables.submissions),
        links=kept(tables.links),
        scores=kept(tables.scores),
        excluded=excluded,
    )


def planning(study: Study) -> Study:
    return study.model_copy(
        update={"plan": study.plan.model_copy(update={"exclude": ("straightlining",)})}
    )


def test_without_flagged_is_the_change_of_the_others(
    study: Study, tables: SurveyTables, findings: pd.DataFrame
) -> None:
    rest = without(tables, tables.quality["submission_id"])
    alone = compute_findings(study, replace(rest, quality=tables.quality.iloc[:0]))
    beside = only(findings, **MAIN, variant="without_flagged")
    expected = only(alone, **MAIN)
    for column in ("estimate", "std_error", "df", "n", "n_pre", "n_post"):
        assert beside[column] == pytest.approx(expected[column]), column
    assert beside["parent_id"] == only(findings, **MAIN)["finding_id"]
    assert beside["verdict"] == ""
    assert not beside["headline_ok"]


def test_only_planned_changes_of_the_programme_have_a_variant(findings: pd.DataFrame) -> None:
    changes = findings[findings["quantity"] == "change"]
    beside = changes[changes["variant"] != ""]
    assert set(beside["level"]) == {"programme"}
    planned = changes[changes["family"] != ""]
    assert set(beside["parent_id"]) <= set(planned["finding_id"])
    assert len(beside) > 0
    assert set(findings.loc[findings["quantity"] == "effect_size", "variant"]) == {"d_pre", "d_av"}


def test_a_plan_that_leaves_out_is_also_given_without_exclusions(
    study: Study, tables: SurveyTables, findings: pd.DataFrame
) -> None:
    rest = without(tables, tables.quality["submission_id"])
    found = compute_findings(planning(study), rest, quantities=QUANTITIES)
    beside = only(found, **MAIN, variant="no_exclusions")
    assert beside["estimate"] == pytest.approx(only(findings, **MAIN)["estimate"])
    assert beside["n"] == only(findings, **MAIN)["n"]
    assert where(found, quantity="change", variant="without_flagged").empty
    assert where(found, quantity="flagged").empty
    again = explain_row(planning(study), rest, beside)
    assert again.recomputed["estimate"] == pytest.approx(beside["estimate"])


def test_few_left_out_people_are_not_given_away(study: Study, tables: SurveyTables) -> None:
    forms = tables.submissions
    few = forms[(forms["audience"] == "student") & (forms["phase"] == "phase_2")]
    few = few[few["wave"] == "post"]["submission_id"].iloc[: study.disclosure_threshold - 1]
    found = compute_findings(planning(study), without(tables, few), quantities=QUANTITIES)
    assert where(found, quantity="change", variant="no_exclusions").empty


def test_a_difference_of_over_half_the_smallest_effect_is_said(
    study: Study, tables: SurveyTables
) -> None:
    forms = tables.submissions
    mine = (forms["audience"] == "student") & (forms["wave"] == "post")
    best = forms[mine].merge(tables.scores[tables.scores["outcome"] == "knowledge"])
    best = best.sort_values("score")["submission_id"].tail(mine.sum() // 3)
    flagged = pd.DataFrame({"submission_id": best, "flag": "batch"}, columns=list(QUALITY))
    swayed = compute_findings(study, replace(tables, quality=flagged), quantities=QUANTITIES)
    assert "exclusions_matter" in only(swayed, **MAIN)["cautions"].split(";")
    calm = compute_findings(study, replace(tables, quality=flagged.iloc[:0]), quantities=QUANTITIES)
    assert "exclusions_matter" not in only(calm, **MAIN)["cautions"]


def test_flagged_shares_are_counted_and_few_are_coded(study: Study, tables: SurveyTables) -> None:
    place = {"audience": "student", "phase": "phase_2", "wave_to": "post", "quantity": "flagged"}
    forms = tables.submissions
    mine = (forms["audience"] == "student") & (forms["phase"] == "phase_2")
    mine &= forms["wave"] == "post"
    three = pd.DataFrame({"submission_id": forms[mine]["submission_id"].iloc[:3], "flag": "batch"})
    quality = pd.concat([tables.quality, three], ignore_index=True)
    found = compute_findings(study, replace(tables, quality=quality), quantities=QUANTITIES)
    many = only(found, **place, variant="straightlining")
    has = forms[mine]["submission_id"].isin(tables.quality["submission_id"])
    assert many["estimate"] == pytest.approx(100 * has.mean())
    assert many["n"] == mine.sum()
    shown = release(found, study.facts()).frame
    assert only(shown, **place, variant="straightlining")["estimate"] == many["estimate"]
    few = only(shown, **place, variant="batch")
    assert few["suppressed"] == "coded_low"
    assert pd.isna(few["estimate"])
