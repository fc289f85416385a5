"""Randomised schools exchanged between the sides as the lot could have drawn them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.permutation import permutation_difference
from impact_eval.findings.beside.sign_flips import SEED, limits_of_few
from impact_eval.findings.data.arms import ANCOVA, sides_of
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of

VARIANT: Final = "permutation"


def permutation_effects(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield a permutation of the schools of each randomised effect that has a number.

    Notes
    -----
    Schools are exchanged within their strata, as they were drawn. A school counts by its mean
    after, less the slope of such means on the means before, which knows nothing of the sides; so
    the test is exact, and its estimate differs a little from the effect's.
    """
    for main in list(done.values()) if data.study.design == "randomised" else ():
        at = main.address
        if at.quantity != "effect" or at.variant or at.estimator != ANCOVA:
            continue
        if not isfinite(main.estimate.estimate):
            continue
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        estimate, fewest = _test(data, people, sample)
        threshold = data.study.disclosure_threshold
        yield finding_of(
            replace(at, variant=VARIANT),
            estimate,
            sample,
            unit=main.unit,
            parent_id=main.finding_id,
            cautions=limits_of_few(fewest, estimate.n_clusters, threshold),
        )


def adjusted_means(sample: Sample) -> tuple[Codes, Floats, int]:
    """Mean after of each school seen in both waves, less what its mean before predicts.

    Returns
    -------
    tuple
        Codes of the schools, their numbers, and how many answered where and when fewest did.
    """
    size = 2 * (int(sample.school.max()) + 1)
    n = np.bincount(2 * sample.school + sample.wave, minlength=size).reshape(-1, 2)
    totals = np.bincount(2 * sample.school + sample.wave, sample.score, size).reshape(-1, 2)
    schools = np.flatnonzero((n > 0).all(axis=1))
    before, after = (totals[schools] / n[schools]).T
    apart = before - before.mean()
    squares = float(apart @ apart)
    slope = float(apart @ after) / squares if squares > 0 else 0.0
    return schools, after - slope * apart, int(n[schools].min(initial=0))


def _test(data: StudyData, people: AudienceData, sample: Sample) -> tuple[Estimate, int]:
    sides = sides_of(data, people)
    schools, numbers, fewest = adjusted_means(sample)
    first = np.unique(people.school.codes, return_index=True)
    row = dict(zip(first[0].tolist(), first[1].tolist(), strict=True))
    place = np.array([row[int(school)] for school in schools], dtype=np.intp)
    tested = permutation_difference(
        numbers,
        sides.programme[place],
        stratum=None if sides.stratum is None else sides.stratum[place],
        n=sample.score.size,
        generator=np.random.default_rng(SEED),
        conf_level=data.conf_level,
    )
    method = tested.method.replace("clusters", "schools")
    return replace(tested, method=f"{method}, school means less what those before predict"), fewest
