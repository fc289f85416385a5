"""Whether parents and children came closer together by more where the programme was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from impact_eval.estimators.change_differences import change_difference
from impact_eval.estimators.designs.staggered import staggered_effect
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.data.arms import (
    COHORTS,
    CONTRAST,
    DIFFERENCE,
    PROGRAMME,
    school_cohorts,
    school_sides,
    subgroup_of,
)
from impact_eval.findings.data.dyads import Dyads
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.pairs import STEPS, each_pair
from impact_eval.findings.sides.effects import CROSSED_OVER, NO_ANSWERS, crossed_over
from impact_eval.findings.sides.roll_outs import surveys_between
from impact_eval.study.arms import NEVER

METHOD = "difference of the sides' changes of a difference in pairs, school fixed effects, CR2"
OF_ROLL_OUT = "groups against schools still waiting, of a difference in pairs, CR2"


def side_pair_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield by how much more the difference of parents and children changed on one side.

    Notes
    -----
    Exploratory, like all that is said of pairs; also after a lot it is a difference in differences,
    since pairs are joined in each wave anew. In a staggered roll-out it is that of schools that
    have begun and schools still waiting, over all surveys between the two.
    """
    del done
    for name, _, dyads, address in each_pair(data) if data.has_arms else ():
        method = OF_ROLL_OUT if data.staggered else METHOD
        noun = data.audiences[address.audience].audience.cluster_nouns[1]
        for first, later in data.contrasts:
            at = replace(address, wave_from=first, wave_to=later)
            waves = surveys_between(data, at) if data.staggered else [first, later]
            here = dyads.where(dyads.wave.isin(waves))
            wave = np.asarray(here.wave == later, dtype=np.intp)
            if wave.size == 0:
                continue
            estimate = (
                _of_roll_out(data, here, waves)
                if data.staggered
                else _estimated(data, here, wave, later)
            )
            yield Finding(
                address=replace(
                    at,
                    quantity="pair_difference",
                    contrast=CONTRAST,
                    estimator=COHORTS if data.staggered else DIFFERENCE,
                    variant=name,
                ),
                estimate=replace(estimate, method=f"{method} by {noun}"),
                unit=STEPS,
                n_pre=int((wave == 0).sum()),
                n_post=int(wave.sum()),
                plan_status="not_planned",
            )


def _estimated(data: StudyData, here: Dyads, wave: np.ndarray, later: str) -> Estimate:
    side = here.school.map(school_sides(data))
    programme = np.asarray(side == subgroup_of(PROGRAMME), dtype=np.intp)
    fewest = here.cluster.groupby(programme).nunique().min()
    reason = ""
    if crossed_over(data, later):
        reason = CROSSED_OVER
    elif np.unique(2 * programme + wave).size < 4:
        reason = NO_ANSWERS
    elif fewest < ENOUGH_TO_GENERALISE:
        reason = (
            f"a comparison of sides needs pairs of {ENOUGH_TO_GENERALISE} clusters on each, and one"
            f" has {fewest}"
        )
    if reason:
        return not_estimable(
            reason,
            n=len(here),
            n_clusters=here.cluster.nunique(),
            method=METHOD,
            conf_level=data.conf_level,
        )
    return change_difference(
        here.first - here.second,
        wave,
        programme,
        here.cluster.to_numpy(),
        school=here.school.to_numpy(),
        conf_level=data.conf_level,
    )


def _of_roll_out(data: StudyData, here: Dyads, waves: Sequence[str]) -> Estimate:
    """Compare schools that have begun with those still waiting, pair by pair."""
    order = (*data.study.wave_ids, NEVER)
    begun = here.school.map(school_cohorts(data)).map(order.index)
    wave = here.wave.map(order.index).to_numpy(dtype=np.intp)
    first, last = order.index(waves[0]), order.index(waves[-1])
    known = np.maximum(begun.to_numpy(dtype=np.float64), first)
    return staggered_effect(
        here.first - here.second,
        wave,
        here.school.to_numpy(),
        np.where(known > last, np.nan, known),
        cluster=here.cluster.to_numpy(),
        weights="respondent",
        conf_level=data.conf_level,
    ).overall
