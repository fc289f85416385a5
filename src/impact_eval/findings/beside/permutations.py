"""What the lot drew, exchanged between the sides as the lot could have drawn it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.permutation import permutation_difference
from impact_eval.findings.beside.sign_flips import SEED, limits_of_few
from impact_eval.findings.data.arms import ANCOVA, Sides, sides_of
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import row_weights

VARIANT: Final = "permutation"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the lot drew as a whole, the audience's clusters: arrays of one length.

    `cluster` is its code, `position` that of one of its forms, `number` the mean of its schools'
    numbers, `weight` how much it counts, `fewest` its people in the wave in which fewer answered.
    """

    cluster: Codes
    position: Codes
    number: Floats
    weight: Floats
    fewest: Codes


def permutation_effects(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield a permutation of what the lot drew for each effect after a lot that has a number.

    Notes
    -----
    Clusters of the audience are exchanged, schools or what holds several of them, within their
    strata, as they were drawn. A school counts by its mean after, less the slope of such means on
    the means before, which knows nothing of the sides; so the test is exact, and its estimate
    differs a little from the effect's. The dates of a roll-out: `drawn_dates`.
    """
    for main in list(done.values()) if data.by_lot and not data.staggered else ():
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


def adjusted_means(sample: Sample) -> tuple[Codes, Floats]:
    """Mean after of each school seen in both waves, less what its mean before predicts.

    Returns
    -------
    tuple
        Codes of the schools, and their numbers.
    """
    size = 2 * (int(sample.school.max()) + 1)
    n = np.bincount(2 * sample.school + sample.wave, minlength=size).reshape(-1, 2)
    totals = np.bincount(2 * sample.school + sample.wave, sample.score, size).reshape(-1, 2)
    schools = np.flatnonzero((n > 0).all(axis=1))
    before, after = (totals[schools] / n[schools]).T
    apart = before - before.mean()
    squares = float(apart @ apart)
    slope = float(apart @ after) / squares if squares > 0 else 0.0
    return schools, after - slope * apart


def as_drawn(sample: Sample, weights: Floats | None) -> Drawn:
    """Put the schools' adjusted means together into the clusters of the sample.

    Parameters
    ----------
    sample
        Of two waves.
    weights
        Shape of its rows, how much each counts; None if every row counts the same. A school counts
        by the sum of its later ones.

    Returns
    -------
    Drawn
        Of clusters with a school that was seen in both waves.
    """
    schools, numbers = adjusted_means(sample)
    seen = np.isin(sample.school, schools)
    own = (np.ones(sample.score.size) if weights is None else weights) * (sample.wave == 1)
    of_school = np.bincount(sample.school, own)[schools]
    position, cluster = (np.empty(int(sample.school.max()) + 1, np.intp) for _ in "ab")
    position[sample.school], cluster[sample.school] = sample.position, sample.cluster
    _, first, home = np.unique(cluster[schools], return_index=True, return_inverse=True)
    weight: Floats = np.bincount(home, of_school).astype(np.float64)
    place = np.searchsorted(cluster[schools][first], sample.cluster[seen])
    people = np.bincount(2 * place + sample.wave[seen], minlength=2 * first.size)
    return Drawn(
        cluster=cluster[schools][first],
        position=position[schools][first],
        number=np.bincount(home, of_school * numbers) / weight,
        weight=weight,
        fewest=people.reshape(-1, 2).min(axis=1),
    )


def _test(data: StudyData, people: AudienceData, sample: Sample) -> tuple[Estimate, int]:
    """Exchange the clusters; and say how many answered where and when fewest did."""
    sides: Sides = sides_of(data, people)
    drawn = as_drawn(sample, row_weights(data, people, sample))
    tested = permutation_difference(
        drawn.number,
        sides.programme[drawn.position],
        stratum=None if sides.stratum is None else sides.stratum[drawn.position],
        weight=drawn.weight,
        n=sample.score.size,
        generator=np.random.default_rng(SEED),
        conf_level=data.conf_level,
    )
    method = (
        f"{tested.method.replace('clusters', people.audience.cluster_nouns[1])}, school means less"
        f" what those before predict, weights: {data.study.plan.weights}"
    )
    return replace(tested, method=method), int(drawn.fewest.min(initial=0))
