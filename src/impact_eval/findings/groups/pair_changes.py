"""Whether parents and children came closer together by more where the programme was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from impact_eval.estimators.change_differences import change_difference
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.data.arms import (
    CONTRAST,
    DIFFERENCE,
    PROGRAMME,
    school_sides,
    subgroup_of,
)
from impact_eval.findings.data.dyads import Dyads
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.effect_differences import PASSED_OVER
from impact_eval.findings.groups.pairs import STEPS, each_pair
from impact_eval.findings.sides.effects import CROSSED_OVER, NO_ANSWERS, crossed_over

METHOD = "difference of the sides' changes of a difference in pairs, school fixed effects, CR2"


def side_pair_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield by how much more the difference of parents and children changed on one side.

    Notes
    -----
    Exploratory, like all that is said of pairs; also after a lot it is a difference in differences,
    since pairs are joined in each wave anew.
    """
    del done
    for name, _, dyads, address in each_pair(data) if data.has_arms else ():
        noun = data.audiences[address.audience].audience.cluster_nouns[1]
        for first, later in data.contrasts:
            here = dyads.where(dyads.wave.isin([first, later]))
            wave = np.asarray(here.wave == later, dtype=np.intp)
            if wave.size == 0:
                continue
            estimate = _estimated(data, here, wave, later)
            yield Finding(
                address=replace(
                    address,
                    quantity="pair_difference",
                    wave_from=first,
                    wave_to=later,
                    contrast=CONTRAST,
                    estimator=DIFFERENCE,
                    variant=name,
                ),
                estimate=replace(estimate, method=f"{METHOD} by {noun}"),
                unit=STEPS,
                n_pre=int((wave == 0).sum()),
                n_post=int(wave.sum()),
                plan_status="not_planned",
            )


def _estimated(data: StudyData, here: Dyads, wave: np.ndarray, later: str) -> Estimate:
    side = here.school.map(school_sides(data))
    programme = np.asarray(side == subgroup_of(PROGRAMME), dtype=np.intp)
    fewest = here.cluster.groupby(programme).nunique().min()
    reason = PASSED_OVER if data.staggered else ""
    if not reason and crossed_over(data, later):
        reason = CROSSED_OVER
    elif not reason and np.unique(2 * programme + wave).size < 4:
        reason = NO_ANSWERS
    elif not reason and fewest < ENOUGH_TO_GENERALISE:
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
