"""A roll-out's dates drawn again: several outcomes tested together under the lot that there was."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from impact_eval.estimators.designs.date_orders import RollOutScores, read_outcome
from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Codes, Floats
from impact_eval.estimators.rearrangements import DRAWS, check_draws
from impact_eval.estimators.romano_wolf import StepdownTest
from impact_eval.estimators.school_weights import SchoolWeights
from impact_eval.estimators.stepdown import shares_as_extreme, stepdown_shares

SMALLEST: Final = 1e-12


def roll_out_stepdown(
    outcomes: Sequence[RollOutScores],
    dates: Mapping[Hashable, float],
    *,
    generator: np.random.Generator,
    stratum: Mapping[Hashable, Hashable] | None = None,
    weights: SchoolWeights = "school",
    min_schools: int = 2,
    n_draws: int = DRAWS,
) -> StepdownTest:
    """Test the overall effects of a roll-out on a family of outcomes; any false finding is rare.

    Parameters
    ----------
    outcomes
        One or more.
    dates
        The first wave after each cluster's workshop, in the numbers of the waves, nan without one:
        what the lot drew.
    generator
        Draws the dates again.
    stratum
        The stratum of each cluster: dates are exchanged within strata. None for one stratum.
    weights, min_schools
        As for `staggered_effect`.
    n_draws
        Orders drawn beside the data's own.

    Returns
    -------
    StepdownTest
        One entry an outcome, nan where it has no overall effect or where no order changes it.

    Raises
    ------
    EstimatorCallError
        If there is no outcome, an array is wrong, a cluster has no date or no stratum, or `n_draws`
        is under 1.

    Notes
    -----
    Each draw exchanges the dates of whole clusters and estimates all outcomes' overall effects as
    `staggered_effect` does, with the comparisons that this order leaves. The statistic is the size
    of the effect divided by its root mean square over the draws and the data, so that outcomes are
    on one scale. p is (1 + #) / (B + 1), stepping down as `permutation_stepdown` does. Exact under
    the lot, for outcomes on which the workshop has no effect at any wave, whatever the others do.

    References
    ----------
    As for `permutation_stepdown`; Roth and Sant'Anna (2023), Journal of Political Economy:
    Microeconomics 1(4), 669-709, on drawing dates again.

    Examples
    --------
    >>> school, wave = np.repeat(list("abcdef"), 3), np.array([0, 1, 2] * 6)
    >>> first = np.repeat([1, 1, 2, 2, np.nan, np.nan], 3)
    >>> score = [4, 6, 8, 5, 8, 8, 4, 4, 7, 5, 6, 7, 4, 5, 5, 6, 6, 7]
    >>> found = roll_out_stepdown(
    ...     [RollOutScores(score, wave, school, school)],
    ...     dict(zip(school, first)),
    ...     generator=np.random.default_rng(1),
    ... )
    >>> f"{found.estimate[0]:.2f}, p = {found.p_value[0]:.2f}"
    '1.88, p = 0.03'
    """
    check_draws(n_draws)
    if not outcomes:
        raise EstimatorCallError("a family needs an outcome")
    lot = _Lot.of(dates, stratum)
    within = "" if stratum is None else " within strata"
    several = "stepdown, " if len(outcomes) > 1 else ""
    method = f"{several}dates of clusters drawn again{within}, {n_draws:,} orders"
    none = np.full(len(outcomes), np.nan)
    orders = np.vstack([lot.dates, lot.again(n_draws, generator)])
    effects = np.full((len(outcomes), n_draws + 1), np.nan)
    seen: set[int] = set()
    for row, one in enumerate(outcomes):
        read = read_outcome(one, lot.place, weights=weights, min_schools=min_schools)
        if read is not None:
            effects[row] = read.effects(orders)
            seen |= set(read.cluster.tolist())
    n = len(seen)
    own, drawn = effects[:, 0], np.nan_to_num(effects[:, 1:])
    scale = np.sqrt((np.nan_to_num(effects) ** 2).mean(axis=1))
    known = np.isfinite(own) & (scale > SMALLEST)
    if not known.any():
        reason = "no outcome has an overall effect that other orders would change"
        return StepdownTest(none, none, none, n, method, reason)
    size = np.abs(own[known]) / scale[known], np.abs(drawn[known]) / scale[known, None]
    alone, adjusted = none.copy(), none.copy()
    alone[known] = shares_as_extreme(size[1], size[0], exact=False)
    adjusted[known] = stepdown_shares(size[1], size[0], exact=False)
    return StepdownTest(np.where(known, own, np.nan), alone, adjusted, n, method)


@dataclass(frozen=True, slots=True)
class _Lot:
    """What was drawn: the clusters' places by label, their dates, and their strata."""

    place: Mapping[Hashable, int]
    dates: Floats
    stratum: Codes

    @classmethod
    def of(
        cls, dates: Mapping[Hashable, float], stratum: Mapping[Hashable, Hashable] | None
    ) -> _Lot:
        if stratum is not None and set(dates) - set(stratum):
            raise EstimatorCallError("a cluster has no stratum")
        place = {label: number for number, label in enumerate(dates)}
        given = np.array([float(date) for date in dates.values()])
        codes = np.zeros(given.size, dtype=np.intp)
        if stratum is not None:
            named = {one: code for code, one in enumerate(dict.fromkeys(stratum.values()))}
            codes = np.array([named[stratum[label]] for label in dates], dtype=np.intp)
        return cls(place, np.where(np.isnan(given), np.inf, given), codes)

    def again(self, n_draws: int, generator: np.random.Generator) -> Floats:
        """Exchange dates within strata, shape (draws, clusters)."""
        drawn = np.empty((n_draws, self.dates.size))
        for code in range(int(self.stratum.max()) + 1):
            own = np.flatnonzero(self.stratum == code)
            order = np.broadcast_to(self.dates[own], (n_draws, own.size))
            drawn[:, own] = generator.permuted(order, axis=1)
        return drawn
