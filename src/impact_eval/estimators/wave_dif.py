"""Whether an item works alike in two waves: differential item functioning of rating scales."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    describe,
    from_likelihood_ratio,
    not_estimable,
)
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.hotelling import hotelling_of
from impact_eval.estimators.inputs import Codes, Floats, read_codes, read_zero_one
from impact_eval.estimators.item_statistics import read_items
from impact_eval.estimators.one_step import cluster_moves
from impact_eval.estimators.proportional_odds import ProportionalOdds, fit_proportional_odds

Effect = Literal["negligible", "moderate", "large"]

MODERATE, LARGE = 0.035, 0.070
LEAST_IN_A_WAVE = 100
LEAST_ITEMS = 3
_METHOD = "proportional odds on the scale's total; likelihood ratio, people taken as independent"
_CLUSTERED = "proportional odds on the scale's total; one-step jackknife by cluster, Hotelling"


@dataclass(frozen=True, slots=True)
class WaveDif:
    """How much the wave adds to what the total says of one item's answers.

    `total` is wave and its interaction together, `uniform` the wave alone, `nonuniform` the
    interaction; the estimate of each is the gain in Nagelkerke's R2. `effect` is empty where
    nothing could be estimated.
    """

    total: Estimate
    uniform: Estimate
    nonuniform: Estimate
    effect: Effect | Literal[""]


def wave_dif(
    items: ArrayLike, wave: ArrayLike, *, item: int, cluster: ArrayLike | None = None
) -> WaveDif:
    """Compare how one item is answered in two waves by people with the same total.

    Parameters
    ----------
    items
        Shape (n, k), k at least 3, ratings of one scale in both waves, scored in one direction;
        rows with a gap (nan) are left out.
    wave
        Shape (n,), 0 before and 1 after.
    item
        Column of the item.
    cluster
        Shape (n,), codes of schools, or coarser; None takes people as independent.

    Returns
    -------
    WaveDif
        Not estimable with fewer than 3 items or 100 complete rows in a wave, where the item or the
        total does not vary, and where answers are separated.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a wave is neither 0 nor 1, or there is no such column.

    Notes
    -----
    Three proportional odds models of the item: on the total of all items (the item among them, so
    that a true change of the whole scale is not taken for one of the item), plus wave, plus wave x
    total. Likelihood-ratio tests on 1, 1 and 2 df: ``MASS::polr`` and ``anova``. The class
    follows the gain in Nagelkerke's R2 by both, and needs p < .05: negligible under .035, large
    from .070.
    With clusters the classes are the same, but the tests hold the wave's slope, that of wave x
    total, or both against what leaving out each cluster does to them in one Newton step
    (`cluster_moves`, times (G - 1)/G), as `hotelling_of` does; with fewer than 4 clusters there is
    no p-value. Likelihood ratios take people of one school, and one person's two answers, as
    independent, and reject far too often. The cut-offs come from items with
    two answers. No item is to be dropped for its class alone: on a scale whose content was taught,
    uneven changes may be the programme.

    References
    ----------
    Zumbo (1999), A Handbook on the Theory and Methods of Differential Item Functioning. Jodoin and
    Gierl (2001), Applied Measurement in Education 14(4), 329-349. Nagelkerke (1991), Biometrika
    78(3), 691-692.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> person, wave = rng.normal(size=(600, 1)), np.repeat([0, 1], 300)
    >>> answers = np.clip(np.round(person + rng.normal(size=(600, 4))), -2, 2)
    >>> answers[:, 0] = np.where(wave == 1, np.clip(answers[:, 0] + 2, -2, 2), answers[:, 0])
    >>> wave_dif(answers, wave, item=0).effect, wave_dif(answers, wave, item=1).effect
    ('large', 'negligible')
    """
    answers = read_items(items)
    later = read_zero_one(wave, "wave", len(answers))
    if not 0 <= item < answers.shape[1]:
        raise EstimatorCallError(f"`item` must be a column from 0 to {answers.shape[1] - 1}")
    complete = ~np.isnan(answers).any(axis=1)
    rows, later = answers[complete], later[complete]
    refuse = partial(_refuse, len(rows))
    if answers.shape[1] < LEAST_ITEMS:
        return refuse("a scale of fewer than 3 items says too little about each")
    if np.bincount(later, minlength=2).min() < LEAST_IN_A_WAVE:
        return refuse(f"fewer than {LEAST_IN_A_WAVE} complete answers in one of the two waves")
    total = rows.sum(axis=1)
    if np.ptp(total) == 0 or np.ptp(rows[:, item]) == 0:
        return refuse("the answers do not vary")
    codes = None if cluster is None else read_codes(cluster, "cluster", len(answers))[0][complete]
    by_cluster, patterns = _tabulate(rows[:, item], total, later, codes)
    counts = by_cluster.sum(axis=0)
    fits = [fit_proportional_odds(counts, patterns[:, :q]) for q in range(4)]
    if not all(fit.converged for fit in fits):
        return refuse("the total or the wave says some answers for certain, so no model fits")
    found = _compare(fits, len(rows))
    return found if codes is None else _by_clusters(found, fits, by_cluster, patterns)


def _tabulate(
    answer: Floats, total: Floats, later: Codes, cluster: Codes | None
) -> tuple[Floats, Floats]:
    """Count answers by cluster, total and wave; covariates are total, wave and their product."""
    _, level = np.unique(answer, return_inverse=True)
    sums, place = np.unique(total, return_inverse=True)
    home = np.zeros_like(later) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    shape = (int(home.max()) + 1, 2 * sums.size, int(level.max()) + 1)
    cell = np.ravel_multi_index((home, place * 2 + later, level), shape)
    counts = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
    scaled = (sums - total.mean()) / total.std()
    x, t = np.repeat(scaled, 2), np.tile([0.0, 1.0], sums.size)
    kept = counts.sum(axis=(0, 2)) > 0
    return counts[:, kept], np.column_stack([x, t, x * t])[kept]


def _by_clusters(
    found: WaveDif, fits: list[ProportionalOdds], counts: Floats, patterns: Floats
) -> WaveDif:
    """Put tests that allow for clusters in the place of likelihood ratios."""
    n_clusters = counts.shape[0]

    def tested(gain: Estimate, fit: ProportionalOdds, columns: tuple[int, ...]) -> Estimate:
        bare = describe(gain.estimate, n=gain.n, n_clusters=n_clusters, method=_CLUSTERED)
        if n_clusters < ENOUGH_TO_GENERALISE:
            return bare
        at = np.concatenate([fit.thresholds, fit.slopes])
        places = [fit.thresholds.size + column for column in columns]
        moves = cluster_moves(counts, patterns[:, : fit.slopes.size], at, places, squared=counts)
        if moves is None:
            return bare
        shrunken = moves[0] * np.sqrt(1 - 1 / n_clusters)
        test = hotelling_of(fit.slopes[list(columns)], shrunken, moves[1])
        return replace(bare, statistic=test.statistic, df=test.df, p_value=test.p_value)

    return WaveDif(
        tested(found.total, fits[3], (1, 2)),
        tested(found.uniform, fits[2], (1,)),
        tested(found.nonuniform, fits[3], (2,)),
        found.effect,
    )


def _compare(fits: list[ProportionalOdds], n: int) -> WaveDif:
    """Turn the four log-likelihoods into gains in R2 with their tests."""
    likelihood = [fit.log_likelihood for fit in fits]
    most = -np.expm1(2 * likelihood[0] / n)
    explained = [-np.expm1(2 * (likelihood[0] - value) / n) / most for value in likelihood]

    def gain(first: int, then: int) -> Estimate:
        return from_likelihood_ratio(
            explained[then] - explained[first],
            max(0.0, 2 * (likelihood[then] - likelihood[first])),
            then - first,
            n=n,
            n_clusters=0,
            method=_METHOD,
        )

    total = gain(1, 3)
    return WaveDif(total, gain(1, 2), gain(2, 3), effect_of(total))


def effect_of(gain: Estimate) -> Effect | Literal[""]:
    """Class the gain in R2 of wave and interaction together; empty where there is none."""
    if not isfinite(gain.estimate):
        return ""
    if gain.estimate < MODERATE or gain.p_value >= 0.05:
        return "negligible"
    return "moderate" if gain.estimate < LARGE else "large"


def _refuse(n: int, reason: str) -> WaveDif:
    none = not_estimable(reason, n=n, n_clusters=0, method=_METHOD)
    return WaveDif(none, none, none, "")
