"""Stepdown test of several outcomes by flipping the signs of whole schools."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.inputs import Floats
from impact_eval.estimators.rearrangements import DRAWS, TIE, check_draws, need_generator
from impact_eval.estimators.sign_patterns import MOST_ENUMERATED, all_sign_sums, draw_signs
from impact_eval.estimators.stepdown import shares_as_extreme, stepdown_shares


@dataclass(frozen=True, slots=True)
class StepdownTest:
    """One entry an outcome; `p_adjusted` holds the chance of any false finding in the family.

    `p_value` is that of `sign_flip` for the outcome alone. Entries are nan where an outcome has
    fewer than 2 clusters or changes that do not vary; `reason` says why all of them are.
    """

    estimate: Floats
    p_value: Floats
    p_adjusted: Floats
    n_clusters: int
    method: str
    reason: str = ""


def romano_wolf(
    changes: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    n_draws: int = DRAWS,
    generator: np.random.Generator | None = None,
) -> StepdownTest:
    """Test the mean changes of a family of outcomes so that any false finding is rare.

    Parameters
    ----------
    changes
        Shape (G, k), the change of each cluster in each outcome; nan where a cluster has none.
        Outcomes may have different units.
    weights
        Shape (G, k), positive where there is a change. None for all clusters the same.
    n_draws, generator
        As for `sign_flip`.

    Returns
    -------
    StepdownTest
        In the order of the columns. Not estimable with fewer than 2 clusters.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a value is infinite, a weight is missing or not positive, or `generator`
        is missing where it is needed.

    Notes
    -----
    A cluster's sign changes in all its outcomes at once, which keeps their correlation. The
    statistic is t = |sum_g w_g d_g| / sqrt(sum_g w_g^2 d_g^2), whose divisor no sign changes; with
    equal weights it orders the patterns as the usual t does. Outcomes are taken from the largest t
    down. The next one's p is the share of patterns whose largest t among it and all outcomes after
    it is at least its own, ties included, and never below the p of the one before.

    With one outcome it is `sign_flip`; outcomes that are multiples of each other cost nothing. The
    chance of a false finding is held, exactly, where the changes in the outcomes without a true
    change are jointly symmetric: flipped in all of them, they are as likely as they are.

    References
    ----------
    Romano and Wolf (2005), Journal of the American Statistical Association 100(469), 94-108,
    algorithm 1. Romano and Wolf (2016), Statistics & Probability Letters 113, 38-40, on p-values.

    Examples
    --------
    >>> first = np.array([0.4, 0.9, 0.1, 0.6, 0.5, 0.7])
    >>> second = np.array([0.4, -0.2, 0.3, 0.1, 0.5, -0.1])
    >>> found = romano_wolf(np.column_stack([first, second]))
    >>> [f"{p:.3f} becomes {q:.3f}" for p, q in zip(found.p_value, found.p_adjusted)]
    ['0.031 becomes 0.031', '0.250 becomes 0.250']
    """
    check_draws(n_draws)
    values, shares, _ = read_changes(changes, weights)
    n, k = values.shape
    exact = n <= MOST_ENUMERATED
    counted = f"all {2**n:,}" if exact else f"{n_draws:,} drawn"
    method = f"stepdown by sign flips, {counted} patterns"
    known = np.array([_varies(values[shares[:, j] > 0, j]) for j in range(k)])
    none = np.full(k, np.nan)
    if not known.any():
        reason = refusal(n, unit="cluster") if n < 2 else "the clusters' changes do not vary"
        return StepdownTest(none, none, none, n, method, reason)
    parts = (shares * values)[:, known].T
    flipped = _flipped(parts, n_draws, generator)
    own = np.abs(parts.sum(axis=1)) / np.linalg.norm(parts, axis=1)
    estimate, alone, adjusted = none.copy(), none.copy(), none.copy()
    estimate[known] = parts.sum(axis=1)
    alone[known] = shares_as_extreme(flipped, own, exact=exact)
    adjusted[known] = stepdown_shares(flipped, own, exact=exact)
    return StepdownTest(estimate, alone, adjusted, n, method)


def _varies(changes: Floats) -> bool:
    return changes.size > 1 and bool(np.ptp(changes) > TIE * np.abs(changes).max())


def _flipped(parts: Floats, n_draws: int, generator: np.random.Generator | None) -> Floats:
    """Return each outcome's statistic under patterns of signs, shape (k, patterns)."""
    n = parts.shape[1]
    if n <= MOST_ENUMERATED:
        totals = all_sign_sums(parts)
    else:
        rng = need_generator(generator, f"sign patterns of {n} clusters")
        totals = parts @ draw_signs(n, n_draws, rng).T
    return np.asarray(np.abs(totals) / np.linalg.norm(parts, axis=1)[:, None])


def read_changes(
    changes: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return changes and weights of the clusters that have any, both 0 where there is none.

    The weights of an outcome sum to 1. Last come the rows of the clusters that have any. Raises
    `EstimatorCallError` as `romano_wolf` does.
    """
    values = np.asarray(changes, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] == 0:
        raise EstimatorCallError(f"`changes` must have shape (G, k), but has {values.shape}")
    if np.isinf(values).any():
        raise EstimatorCallError("`changes` has values that are infinite")
    used = ~np.isnan(values)
    given = np.ones(used.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if given.shape != used.shape:
        raise EstimatorCallError(f"`weights` must have shape {used.shape}, but has {given.shape}")
    if not (np.isfinite(given[used]) & (given[used] > 0)).all():
        raise EstimatorCallError("`weights` must be positive where there is a change")
    some = used.any(axis=1)
    shares = np.where(used, given, 0.0)[some]
    total = np.where(used.any(axis=0), shares.sum(axis=0), 1.0)
    return np.where(used, values, 0.0)[some], np.asarray(shares / total), np.asarray(some)
