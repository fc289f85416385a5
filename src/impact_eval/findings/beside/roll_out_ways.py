"""What stands beside the effect of a roll-out: other ways, one school left out, the time before."""

from __future__ import annotations

from typing import Final

import numpy as np

from impact_eval.estimators.designs.staggered_gains import (
    WorstCase,
    staggered_gain,
    staggered_worst_case,
)
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.robustness import (
    LeftOut,
    Trends,
    roll_out_trends,
    roll_out_without_each_school,
)
from impact_eval.findings.address import Address
from impact_eval.findings.beside.ways import PLANNED, Way
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData
from impact_eval.findings.sides.roll_outs import (
    FEWEST,
    RollOut,
    draw_roll_out,
    given_weights,
    refuse_roll_out,
    roll_out_effect,
)

TO_THE_END: Final = "to_the_end"
NOBODY_LINKED: Final = "nobody is recognised from one survey to the next"
NO_GROUP_LEFT: Final = (
    "without one of its schools a group of schools could no longer be compared, so that what is"
    " left would be the effect on other groups"
)


def roll_out_left_out(data: StudyData, people: AudienceData, at: Address) -> LeftOut:
    """Estimate the effect of a roll-out without each school in turn."""
    drawn = draw_roll_out(data, people, at)
    return roll_out_without_each_school(
        drawn.score,
        drawn.wave,
        drawn.school,
        drawn.begun,
        cluster=drawn.cluster,
        weights=data.study.plan.weights,
        school_weights=given_weights(data, people),
        min_schools=FEWEST,
    )


def roll_out_steps(data: StudyData, people: AudienceData, at: Address) -> Trends:
    """Take the time before the workshops apart, survey by survey."""
    drawn = draw_roll_out(data, people, at)
    return roll_out_trends(
        drawn.score,
        drawn.wave,
        drawn.school,
        drawn.begun,
        cluster=drawn.cluster,
        weights=data.study.plan.weights,
        school_weights=given_weights(data, people),
        min_schools=FEWEST,
        conf_level=data.conf_level,
    )


def roll_out_way(
    data: StudyData, people: AudienceData, at: Address, way: Way, *, values: Floats
) -> Estimate:
    """Estimate the effect of a roll-out in another way, weights and forms already chosen.

    Parameters
    ----------
    data, people, at
        The study, the audience and the planned effect.
    way
        Its `sample` and `waiting` are looked at.
    values
        Shape of the audience: the scores of the way.

    Returns
    -------
    Estimate
        With a reason where the data do not give it.
    """
    if way.sample == PLANNED:
        own = "to_the_end" if way.waiting == TO_THE_END else "not_yet"
        return roll_out_effect(data, people, at, values=values, waiting=own)  # type: ignore[arg-type]
    drawn = draw_roll_out(data, people, at, values)
    method = f"people met twice, weights: {data.study.plan.weights}"
    refused = refuse_roll_out(data, people, at, drawn, method=method)
    if refused is not None:
        return refused
    if people.audience.link == "none":
        return not_estimable(
            NOBODY_LINKED,
            n=drawn.score.size,
            n_clusters=np.unique(drawn.cluster).size,
            method=method,
            conf_level=data.conf_level,
        )
    known = drawn.person >= 0
    return staggered_gain(
        drawn.score[known],
        drawn.person[known],
        drawn.wave[known],
        drawn.school[known],
        drawn.begun[known],
        cluster=drawn.cluster[known],
        weights=data.study.plan.weights,
        school_weights=given_weights(data, people),
        min_schools=FEWEST,
        waiting="to_the_end" if way.waiting == TO_THE_END else "not_yet",
        conf_level=data.conf_level,
    )


def roll_out_worst_case(
    data: StudyData, people: AudienceData, at: Address, ends: tuple[float, float]
) -> WorstCase:
    """Bound the effect of a roll-out on everybody who was asked before, of people with a number."""
    drawn: RollOut = draw_roll_out(data, people, at)
    known = drawn.person >= 0
    return staggered_worst_case(
        drawn.score[known],
        drawn.person[known],
        drawn.wave[known],
        drawn.school[known],
        drawn.begun[known],
        cluster=drawn.cluster[known],
        ends=ends,
        weights=data.study.plan.weights,
        school_weights=given_weights(data, people),
        min_schools=FEWEST,
        conf_level=data.conf_level,
    )
