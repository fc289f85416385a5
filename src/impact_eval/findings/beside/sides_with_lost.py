"""Planned effects with the lost of each side weighed for, or their later scores filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from impact_eval.estimators.estimate import not_estimable
from impact_eval.estimators.missing import imputed_effect, weighted_effect
from impact_eval.findings.address import Address
from impact_eval.findings.beside.with_lost import (
    IMPUTATION,
    SEED,
    WEIGHTS,
    Made,
    of_imputations,
    of_weights,
)
from impact_eval.findings.data.arms import ANCOVA, estimator_of, sides_of
from impact_eval.findings.data.asked_before import AskedBefore
from impact_eval.findings.data.study_data import AudienceData, Codes, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.estimands import NO_ATTENDANCE, form_weights

ROLL_OUT: Final = (
    "schools pass from one side to the other, so that the lost of a side cannot be weighed for or"
    " filled in once for all surveys"
)


def sides_with_lost(
    data: StudyData, people: AudienceData, asked: AskedBefore, at: Address, reason: str
) -> Iterator[Made]:
    """Yield the weighted and the imputed effect with their diagnostics, or why there are none.

    Parameters
    ----------
    data, people
        The study and the audience.
    asked
        Everybody asked before, of schools whose side is known.
    at
        Of the quantity `effect_with_lost`.
    reason
        Why there is no number; empty if there may be one.
    """
    weights = form_weights(data, people, asked.school)
    reason = reason or (NO_ATTENDANCE if np.isnan(weights).any() else "")
    if reason:
        refused = not_estimable(
            reason,
            n=asked.pre.size,
            n_clusters=np.unique(asked.cluster).size,
            method="if those who did not answer again differ",
            conf_level=data.conf_level,
        )
        for name in (WEIGHTS, IMPUTATION):
            yield Made(replace(at, estimator=name), refused)
        return
    design = _design(data, people, asked, at)
    yield from _weighted(asked, replace(at, estimator=WEIGHTS), design)
    yield from _imputed(asked, replace(at, estimator=IMPUTATION), design)


def why_no_number(main: Finding) -> str:
    """Say why an effect has no number that the lost could change; empty if it has one."""
    return "" if np.isfinite(main.estimate.estimate) else main.estimate.reason


def _design(
    data: StudyData, people: AudienceData, asked: AskedBefore, at: Address
) -> Mapping[str, Any]:
    """Name what both ways take from the design."""
    held = at.estimand == "participants"
    weights = form_weights(data, people, asked.school)
    return {
        "cluster": asked.workshop if held else asked.cluster,
        "school": asked.school,
        "adjusted": estimator_of(data.study) == ANCOVA,
        "stratum": _strata(data, people, asked),
        "covariates": asked.known,
        "weights": None if data.study.plan.weights == "respondent" else weights,
        "hold_schools": held,
        "conf_level": data.conf_level,
    }


def _strata(data: StudyData, people: AudienceData, asked: AskedBefore) -> Codes | None:
    """Look the stratum of everybody's school up."""
    stratum = sides_of(data, people).stratum
    if stratum is None or not data.by_lot:
        return None
    of_school = np.zeros(len(people.school.labels), np.intp)
    of_school[people.school.codes] = stratum
    return of_school[asked.school]


def _weighted(asked: AskedBefore, at: Address, design: Mapping[str, Any]) -> Iterator[Made]:
    found = weighted_effect(asked.pre, asked.post, asked.side, **design)
    yield from of_weights(
        found,
        at,
        balance="largest difference of those seen again from all asked before, on either side",
        worth="sum over sides of (sum of weights)^2 / sum of squared weights",
    )


def _imputed(asked: AskedBefore, at: Address, design: Mapping[str, Any]) -> Iterator[Made]:
    group = asked.workshop if design["hold_schools"] else asked.school
    found = imputed_effect(asked.pre, asked.post, asked.side, group=group, seed=SEED, **design)
    yield from of_imputations(found, at, each=" of each side")
