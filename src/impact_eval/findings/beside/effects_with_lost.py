"""Each planned effect if those who did not answer again had.

Weights and imputation by side, Lee's bounds and worst cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.designs.lee import lee_bounds
from impact_eval.estimators.designs.manski import worst_case_gain
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.missing import worst_case_effect
from impact_eval.findings.address import Address
from impact_eval.findings.beside.roll_out_ways import roll_out_worst_case
from impact_eval.findings.beside.sides_with_lost import (
    ROLL_OUT,
    sides_with_lost,
    why_no_number,
)
from impact_eval.findings.beside.with_lost import (
    IMPUTATION,
    OUTSIDE,
    SEED,
    WEIGHTS,
    WORST_CASE,
    Made,
    of_bounds,
)
from impact_eval.findings.data.arms import sides_of
from impact_eval.findings.data.asked_before import (
    AskedBefore,
    asked_before,
    range_of,
    why_nobody_is_lost_by_name,
)
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, scales_differ
from impact_eval.findings.plan.families import memberships
from impact_eval.findings.sides.effects import CROSSED_OVER, crossed_over
from impact_eval.findings.sides.roll_outs import draw_roll_out, refuse_roll_out

LEE: Final = "lee"
SCALES: Final = "the two waves have different scales, so there are no gains to bound"
FEW: Final = "a side has too few {} with anybody who was asked before"


def effects_with_lost(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each planned effect what the lost could make of it.

    Notes
    -----
    Weights and imputation take each side by itself, and then estimate as the design does. Lee's
    bounds need a lot, and speak of those who would answer on either side. The worst cases speak of
    everybody asked before, and need nothing. In a staggered roll-out there are the worst cases
    alone: schools pass from one side to the other, so there are no two sides whose lost could be
    weighed or drawn, nor two shares of answers that could be made equal.
    """
    for finding_id, member in memberships(data.study).items() if data.has_arms else ():
        main, at = done.get(finding_id), member.address
        if main is None:
            continue
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        here = replace(at, quantity="effect_with_lost", variant="")
        compute = _of_roll_out if data.staggered else _of_effect
        for made in compute(data, people, sample, here, main):
            yield made.finding(sample, main.unit)


def _of_effect(
    data: StudyData, people: AudienceData, sample: Sample, at: Address, main: Finding
) -> Iterator[Made]:
    reason = why_nobody_is_lost_by_name(data, people)
    asked = asked_before(people, at, side=sides_of(data, people).programme)
    reason = (
        reason
        or (CROSSED_OVER if crossed_over(data, at.wave_to) else "")
        or _few(people, asked, at)
    )
    known = only(asked, asked.side >= 0)
    yield from sides_with_lost(data, people, known, at, reason or why_no_number(main))
    names = (LEE, WORST_CASE) if data.by_lot else (WORST_CASE,)
    for name in names:
        here = replace(at, estimator=name)
        why = reason or (_no_gains(data, sample, at) if name == WORST_CASE else "")
        if why:
            yield Made(here, _refuse(sample, why))
        elif name == LEE:
            yield from _lee(data, people, asked, here)
        else:
            yield from _worst_case(data, asked, here)


def _of_roll_out(
    data: StudyData, people: AudienceData, sample: Sample, at: Address, main: Finding
) -> Iterator[Made]:
    """Yield the worst cases of a roll-out, of everybody asked before each comparison."""
    del main
    by_name = why_nobody_is_lost_by_name(data, people)
    for name in (WEIGHTS, IMPUTATION):
        yield Made(replace(at, estimator=name), _refuse(sample, by_name or ROLL_OUT))
    here = replace(at, estimator=WORST_CASE)
    drawn = draw_roll_out(data, people, at)
    lowest, highest = range_of(data, at)
    inside = (drawn.score >= lowest) & (drawn.score <= highest)
    refused = refuse_roll_out(data, people, at, drawn, method=WORST_CASE)
    why = by_name or ("" if refused is None else refused.reason)
    why = why or ("" if inside.all() else OUTSIDE)
    if why:
        yield Made(here, _refuse(sample, why))
        return
    found = roll_out_worst_case(data, people, at, (lowest, highest))
    yield from of_bounds(found.bounds, here, lost=found.lost)


def _refuse(sample: Sample, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method="if those who did not answer again differ",
    )


def _lee(data: StudyData, people: AudienceData, asked: AskedBefore, at: Address) -> Iterator[Made]:
    """Yield Lee's bounds, in whose words clusters are called what the study calls them."""
    own = only(asked, asked.side >= 0)
    found = lee_bounds(own.post, own.side, own.cluster, seed=SEED, conf_level=data.conf_level)
    method, reason = (
        words.replace("clusters", nouns[1]).replace("cluster", nouns[0])
        for nouns in [people.audience.cluster_nouns]
        for words in (found.bounds.method, found.bounds.reason)
    )
    bounds = replace(found.bounds, method=method, reason=reason)
    yield from of_bounds(bounds, at, lost=_lost(own))


def _worst_case(data: StudyData, asked: AskedBefore, at: Address) -> Iterator[Made]:
    lowest, highest = range_of(data, at)
    held = at.estimand == "participants"
    sides = [only(asked, asked.side == side) for side in (1, 0)]
    programme, comparison = (
        worst_case_gain(
            one.pre,
            one.post,
            one.workshop if held else one.cluster,
            lowest=lowest,
            highest=highest,
            hold_schools=one.school if held else None,
            conf_level=data.conf_level,
        )
        for one in sides
    )
    both = worst_case_effect(programme, comparison)
    yield from of_bounds(both, at, lost=sum(_lost(one) for one in sides))


def only(asked: AskedBefore, kept: NDArray[np.bool_]) -> AskedBefore:
    """Keep some of the people."""
    return AskedBefore(**{one.name: getattr(asked, one.name)[kept] for one in fields(asked)})


def _lost(asked: AskedBefore) -> int:
    return int(np.isnan(asked.post).sum())


def _few(people: AudienceData, asked: AskedBefore, at: Address) -> str:
    """Say that a side has too few clusters to speak for others, or too few schools to hold."""
    held, audience = at.estimand == "participants", people.audience
    places, noun = (
        (asked.school, audience.site_noun[1])
        if held
        else (asked.cluster, audience.cluster_nouns[1])
    )
    found = [np.unique(places[asked.side == side]).size for side in (1, 0)]
    enough = min(found) > 1 and sum(found) >= ENOUGH_TO_GENERALISE
    return "" if enough else FEW.format(noun)


def _no_gains(data: StudyData, sample: Sample, at: Address) -> str:
    if scales_differ(data.study.outcome(at.audience, at.outcome), contrast_of(at)):
        return SCALES
    lowest, highest = range_of(data, at)
    inside = (sample.score >= lowest) & (sample.score <= highest)
    return "" if inside.all() else OUTSIDE
