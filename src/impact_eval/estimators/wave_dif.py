"""Whether an item works alike in two waves: differential item functioning of rating scales."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    from_likelihood_ratio,
    not_estimable,
)
from impact_eval.estimators.inputs import Codes, Floats, read_zero_one
from impact_eval.estimators.item_statistics import read_items
from impact_eval.estimators.proportional_odds import ProportionalOdds, fit_proportional_odds

Effect = Literal["negligible", "moderate", "large"]

MODERATE, LARGE = 0.035, 0.070
LEAST_IN_A_WAVE = 100
LEAST_ITEMS = 3
_METHOD = "proportional odds on the scale's total; likelihood ratio, people taken as independent"


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


def wave_dif(items: ArrayLike, wave: ArrayLike, *, item: int) -> WaveDif:
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
    People of one school, and one person's two answers, are not independent, so the p-values are
    too small; the classes do not rest on them in large samples. The cut-offs come from items with
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
    counts, patterns = _tabulate(rows[:, item], total, later)
    fits = [fit_proportional_odds(counts, patterns[:, :q]) for q in range(4)]
    if not all(fit.converged for fit in fits):
        return refuse("the total or the wave says some answers for certain, so no model fits")
    return _compare(fits, len(rows))


def _tabulate(answer: Floats, total: Floats, later: Codes) -> tuple[Floats, Floats]:
    """Count answers by total and wave; covariates are total, wave and their product."""
    _, level = np.unique(answer, return_inverse=True)
    sums, place = np.unique(total, return_inverse=True)
    cell = place * 2 + later
    n_levels = int(level.max()) + 1
    counts = np.bincount(cell * n_levels + level, minlength=2 * sums.size * n_levels)
    counts = counts.reshape(-1, n_levels).astype(np.float64)
    scaled = (sums - total.mean()) / total.std()
    x, t = np.repeat(scaled, 2), np.tile([0.0, 1.0], sums.size)
    kept = counts.sum(axis=1) > 0
    return counts[kept], np.column_stack([x, t, x * t])[kept]


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
