"""Effects of a lot in standard deviations as the Education Endowment Foundation has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.estimators.designs.later_columns import later_columns
from impact_eval.estimators.designs.random_intercept import random_intercept
from impact_eval.estimators.designs.unequal_clusters_g import total_variance_g
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.findings.data.arms import sides_of
from impact_eval.findings.data.samples import draw_sample, part_of
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.plan.families import memberships

UNCONDITIONAL: Final = "g_unconditional"
CONDITIONAL: Final = "g_conditional"
METHOD: Final = "difference by a mixed model over its total standard deviation"
NO_ROLL_OUT: Final = "no effect in standard deviations of schools that pass from side to side"


def effect_sizes_of_lots(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield each planned effect of a lot over two total standard deviations.

    Parameters
    ----------
    data
        The study.
    done
        All findings so far, with the effects among them.

    Yields
    ------
    Finding
        Beside the effect: `g_unconditional`, over the deviation of the later scores as they are,
        and `g_conditional`, over what earlier scores and strata leave of it. Everybody counts once,
        as the mixed model weighs; of a roll-out there is none.
    """
    wanted = memberships(data.study) if data.by_lot and not data.staggered else {}
    for finding_id, member in wanted.items():
        main, at = done.get(finding_id), member.address
        if main is None or not isfinite(main.estimate.estimate):
            continue
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        of = sides_of(data, people)
        known = of.programme[sample.position] >= 0
        sample = part_of(sample, known, np.ones(sample.n_linked, bool))
        columns = later_columns(
            sample.score,
            sample.wave,
            of.programme[sample.position],
            sample.school,
            respondent=None if people.audience.link == "none" else sample.respondent,
            stratum=None if of.stratum is None else of.stratum[sample.position],
            sampling=np.ones(sample.score.size),
        )
        later = sample.wave == 1
        sizes = _sizes(
            sample.score[later], columns, sample.cluster[later], conf_level=data.conf_level
        )
        for variant, size in sizes.items():
            here = replace(at, quantity="effect_size", variant=variant)
            yield finding_of(here, size, sample, unit="SD", parent_id=finding_id)


def _sizes(
    score: np.ndarray, columns: np.ndarray, cluster: np.ndarray, *, conf_level: float
) -> dict[str, Estimate]:
    """Divide the difference by what all, and by what the adjusted scores vary."""
    arm = columns[:, 0]
    sides = [np.unique(cluster[arm == side], return_counts=True)[1] for side in (1, 0)]
    if min(side.size for side in sides) < 2:
        reason = "a side has a single cluster"
        refused = not_estimable(reason, n=score.size, n_clusters=1, method=METHOD)
        return {UNCONDITIONAL: refused, CONDITIONAL: refused}
    adjusted = random_intercept(score, columns, cluster)
    plain = random_intercept(score, None, cluster)
    return {
        variant: replace(
            total_variance_g(
                float(adjusted.coefficients[0]), of.total, of.icc, *sides, conf_level=conf_level
            ),
            method=f"{METHOD}, {words}, clusters of unequal size",
        )
        for variant, of, words in (
            (UNCONDITIONAL, plain, "of the later scores as they are"),
            (CONDITIONAL, adjusted, "of what earlier scores and strata leave"),
        )
    }
