"""What would change a finding, a second time: by search, by leaving out, by scoring again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil, isfinite

import numpy as np
import pandas as pd

from impact_eval.findings.beside.specifications import agreements
from impact_eval.findings.beside.trends_before import IN_SD, IN_STEPS
from impact_eval.findings.beside.ways import PLANNED, Way, way_of
from impact_eval.findings.data.arms import COMPARISON, PROGRAMME
from impact_eval.findings.data.samples import draw_sample
from impact_eval.findings.data.study_data import StudyData, gather
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute import effects, roll_out_ways, roll_outs, scores
from impact_eval.findings.explained.recompute.other_estimators import by_another_estimator
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import stacked_change
from impact_eval.findings.outcomes.items import percentages
from impact_eval.findings.plan.families import Membership, memberships
from impact_eval.findings.plan.readings import Yardstick, yardstick_of
from impact_eval.findings.plan.verdicts import Limits, decide
from impact_eval.findings.sides.effects import main_effect
from impact_eval.surveys.quality.exclusions import with_excluded, without_flagged
from impact_eval.vocabulary import Verdict

STEPS = 200
STILL_TRUE: Mapping[Verdict, tuple[Verdict, ...]] = {
    "rise_size_open": ("rise_size_open", "rise_beyond"),
    "fall_size_open": ("fall_size_open", "fall_beyond"),
}


def tipping_point(behind: Behind) -> dict[str, float]:
    """Search for the bias at which the verdict changes, and turn it into what the row is about."""
    data, member, main = _planned_again(behind)
    yardstick = yardstick_of(data, member)
    if yardstick is None:
        return {}
    shift = min((_searched(yardstick, main, way) for way in (1.0, -1.0)), key=abs)
    bias = str(behind.row["variant"])
    per_unit = 1.0
    if behind.row["estimator"] == IN_SD:
        per_unit = float(behind.wave("wave_from")["value"].std(ddof=1))
    if bias == "secular":
        return {"estimate": (shift + yardstick.secular[1 if shift > 0 else 0]) / per_unit}
    if bias == "trend":
        if behind.row["estimator"] == IN_STEPS:
            return roll_out_ways.in_steps_before(behind, shift)
        return {"estimate": shift / roll_out_ways.reach(behind) / per_unit}
    if bias == "response_shift":
        return {"estimate": shift / per_unit}
    return {"estimate": -shift / _most_lost(behind, bias) / per_unit}


def without_one_school(behind: Behind) -> dict[str, float]:
    """Compute the change without each school from the forms, one school after the other."""
    found = []
    for school in behind.forms["school"].unique():
        forms = behind.tables.submissions
        kept = replace(behind.tables, submissions=forms[forms["school_id"] != school])
        found.append(_change(replace(behind, tables=kept)))
    return {"conf_low": min(found), "conf_high": max(found)}


def specification(behind: Behind) -> dict[str, float]:
    """Score the forms again as the way says, and compute the change plainly."""
    way = way_of(str(behind.row["variant"]))
    study, tables = behind.study, behind.tables
    if way.exclusions == "none":
        tables = with_excluded(tables, study)
    if way.exclusions == "all_flags":
        tables = without_flagged(tables)
    if way.weights != PLANNED:
        plan = study.plan.model_copy(update={"weights": way.weights})
        study = study.model_copy(update={"plan": plan})
    again = _scored_again(Behind(study, tables, behind.row), way)
    if way.estimators != PLANNED:
        return by_another_estimator(again, way)
    if study.design == "staggered":
        return {"estimate": roll_out_ways.in_another_way(again, way)}
    if way.sample == PLANNED:
        return {"estimate": _change(again)}
    if way.sample == "adjusted_gain":
        return {"estimate": scores.adjusted_gain(again)}
    return {"estimate": _change_of_linked(again)}


def specifications(behind: Behind) -> dict[str, float]:
    """Run every way once more and count again."""
    data, member, main = _planned_again(behind)
    number = agreements(data, main, member)[str(behind.row["variant"])]
    return {} if number is None else {"estimate": number}


def _planned_again(behind: Behind) -> tuple[StudyData, Membership, Finding]:
    """Estimate the planned change that a row is about from the tables."""
    data = gather(behind.study, behind.tables)
    member = memberships(behind.study)[str(behind.row["parent_id"])]
    at = member.address
    people = data.audiences[at.audience]
    sample = draw_sample(
        people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
    )
    estimate = (
        main_effect(data, people, sample, at)
        if data.has_arms
        else stacked_change(data, people, sample, estimand=member.family.estimand)
    )
    return data, member, finding_of(at, estimate, sample, unit=str(behind.row["unit"]))


def _searched(yardstick: Yardstick, main: Finding, sign: float) -> float:
    """Halve the distance to the bias that undoes the verdict, on one side of zero."""
    estimate = main.estimate
    limits = yardstick.limits(estimate.estimate, estimate.std_error, estimate.df)
    own = decide(limits)
    holds = STILL_TRUE.get(own, (own,))
    near, far = 0.0, 1.0
    while _after(limits, sign * far) in holds:
        far *= 2
        if not isfinite(far):
            return sign * far
    for _ in range(STEPS):
        middle = (near + far) / 2
        near, far = (middle, far) if _after(limits, sign * middle) in holds else (near, middle)
    return sign * far


def _after(limits: Limits, shift: float) -> Verdict:
    return decide(
        replace(
            limits,
            low=limits.low - shift,
            high=limits.high - shift,
            narrow_low=limits.narrow_low - shift,
            narrow_high=limits.narrow_high - shift,
        )
    )


def _most_lost(behind: Behind, bias: str) -> float:
    """Largest share that may have been lost, as the bias counts it."""
    if bias == "loss":
        return _lost(behind.wave("wave_from"), behind.wave("wave_to"), behind)[1]
    own = {}
    for side in (PROGRAMME, COMPARISON):
        of = [behind.wave(which) for which in ("wave_from", "wave_to")]
        before, after = (forms[forms["group"] == side] for forms in of)
        own[side] = _lost(before, after, behind)
    low_1, high_1 = own[PROGRAMME]
    low_0, high_0 = own[COMPARISON]
    return max(high_1, high_0) if bias == "loss_one_side" else max(high_1 - low_0, high_0 - low_1)


def _lost(before: pd.DataFrame, after: pd.DataFrame, behind: Behind) -> tuple[float, float]:
    again = before["person"].isin(after["person"][after["person"] != ""])
    most = 1 - float(again.mean())
    known = behind.study.audience(str(behind.row["audience"])).link == "roster_id"
    return (most if known else max(0.0, 1 - len(after) / len(before))), most


def _change(behind: Behind) -> float:
    """Compute the planned change or effect of some forms."""
    if behind.study.design == "staggered":
        return roll_outs.effect(behind)
    if behind.row["contrast"]:
        return effects.effect(behind)
    if behind.rounds_differ and behind.study.plan.weights != "respondent":
        before = behind.row.copy()
        before["wave_to"] = behind.row["wave_from"]
        earlier = scores.mean(replace(behind, row=before))
        return scores.mean(behind) - earlier
    return scores.stacked(behind)


def _change_of_linked(behind: Behind) -> float:
    """Average the gains of the linked; of two sides compute the effect from their forms alone."""
    linked = behind.linked()
    if behind.row["contrast"]:
        ids = behind.tables.links
        known = ids[ids["respondent_id"].isin(linked["person"])]["submission_id"]
        forms = behind.tables.submissions
        kept = forms[forms["submission_id"].isin(known)]
        tables = replace(behind.tables, submissions=kept)
        return _change(Behind(behind.study, tables, behind.row))
    gains = (linked["post"] - linked["pre"]).groupby(linked["school"]).agg(["mean", "size"])
    weight = scores.school_weight(behind, gains["size"].astype(float))
    weight = gains["size"] if weight is None else weight
    return float((gains["mean"] * weight).sum() / weight.sum())


def _scored_again(behind: Behind, way: Way) -> Behind:
    """Put the scores of a way in the place of the outcome's own."""
    study, row = behind.study, behind.row
    outcome = study.outcome(str(row["audience"]), str(row["outcome"]))
    if outcome.kind == "ready_made" or (way.answers, way.scoring) == (PLANNED, PLANNED):
        return behind
    items = study.items_of(outcome.audience, outcome.id).set_index("item_id")
    forms = behind.tables.submissions
    forms = forms[forms["audience"] == outcome.audience].set_index("submission_id")
    answers = forms[[item for item in items.index if item in forms]].astype(float)
    own = behind.tables.scores[behind.tables.scores["outcome"] == outcome.id]
    score = own.set_index("submission_id")["score"].reindex(answers.index)
    score = _by_rule(behind, way, answers, items.loc[list(answers)], score)
    again = pd.DataFrame({"submission_id": score.index, "outcome": outcome.id, "score": score})
    others = behind.tables.scores[~behind.tables.scores["submission_id"].isin(score.index)]
    tables = replace(behind.tables, scores=pd.concat([others, again], ignore_index=True))
    return Behind(study, tables, row)


def _by_rule(
    behind: Behind,
    way: Way,
    answers: pd.DataFrame,
    items: pd.DataFrame,
    declared: pd.Series[float],
) -> pd.Series[float]:
    study, row = behind.study, behind.row
    outcome = study.outcome(str(row["audience"]), str(row["outcome"]))
    count = answers.shape[1]
    planned = outcome.minimum_answered or count
    needs: Mapping[str, int] = {"complete": count, "half": ceil(count / 2)}
    enough = answers.notna().sum(axis=1) >= needs.get(way.answers, planned)
    weight = items["weight"].astype(float)
    forms = behind.tables.submissions.set_index("submission_id").loc[answers.index]
    if way.scoring == "top_box":
        top = pd.DataFrame(
            {
                str(item): percentages(
                    answers[str(item)].to_numpy(),
                    kind=str(items["type"][str(item)]),
                    minimum=float(str(items["minimum"][str(item)])),
                    maximum=float(str(items["maximum"][str(item)])),
                )[0]
                for item in answers
            },
            index=answers.index,
        )
        share = (top.mean(axis=1) / 100).where(enough)
        before = (forms["wave"] == row["wave_from"]) & _of_phase(behind, forms)
        both = before & share.notna() & declared.notna()
        stretched: pd.Series[float] = share * float(
            declared[both].std(ddof=1) / share[both].std(ddof=1)
        )
        return stretched
    if way.scoring == "missing_wrong":
        parts = []
        for _, rows in forms[_of_phase(behind, forms)].groupby("wave"):
            own = answers.loc[rows.index]
            asked = own.notna().any()
            right = (own.fillna(0) * weight).loc[:, asked].sum(axis=1)
            parts.append(right * weight.sum() / weight[asked].sum())
        counted: pd.Series[float] = pd.concat(parts).reindex(answers.index)
        return counted.where(enough)
    mean = (answers * weight).sum(axis=1) / (answers.notna() * weight).sum(axis=1)
    found: pd.Series[float] = mean * weight.sum() if outcome.kind == "index" else mean
    return found.where(enough)


def _of_phase(behind: Behind, forms: pd.DataFrame) -> np.ndarray:
    """Which forms the row's phase holds."""
    phase = behind.row["phase"]
    if not phase or len(behind.study.phases) < 2:
        return np.ones(len(forms), bool)
    return np.asarray(forms["phase"] == phase)
