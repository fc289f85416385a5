"""The wild cluster bootstrap of a coefficient, with the value tested imposed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import inf, log2, sqrt
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import NO_VARIANCE, read_design, read_weights
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_resampling,
    not_estimable,
)
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.inputs import Floats, check_option, read_codes, read_scores
from impact_eval.estimators.linear_model import NOT_IDENTIFIED, fit_linear
from impact_eval.estimators.rearrangements import DRAWS, check_draws, need_generator
from impact_eval.estimators.sign_patterns import all_signs, draw_signs
from impact_eval.estimators.wild_sums import WildRefits, WildSums, wild_refits, wild_sums

Multipliers = Literal["rademacher", "webb"]

TIE = 1e-9
FARTHEST = 2.0**30
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class WildDraws:
    """What multiplies the clusters' residuals, and how often it is drawn.

    "rademacher" multiplies by 1 or -1, and all 2^G patterns are gone through where these are no
    more than `n`. "webb" multiplies by plus or minus the roots of 1/2, 1 and 3/2, so that few
    clusters have more than 2^G different draws. `generator` is needed unless nothing is drawn.
    """

    multipliers: Multipliers = "rademacher"
    n: int = DRAWS
    generator: np.random.Generator | None = None

    def __post_init__(self) -> None:
        """Raise if the multipliers are unknown or there is nothing to count."""
        check_option(self.multipliers, "multipliers", get_args(Multipliers))
        check_draws(self.n)

    def goes_through_all(self, n_clusters: int) -> bool:
        """Whether all patterns are gone through."""
        return self.multipliers == "rademacher" and n_clusters <= log2(self.n)

    def of(self, n_clusters: int) -> Floats:
        """Return the multipliers, shape (draws, n_clusters); of all patterns, one half."""
        if self.goes_through_all(n_clusters):
            return all_signs(n_clusters)
        rng = need_generator(self.generator, f"draws for {n_clusters} clusters")
        signs = draw_signs(n_clusters, self.n, rng)
        if self.multipliers == "rademacher":
            return signs
        return np.asarray(signs * np.sqrt([0.5, 1.0, 1.5])[rng.integers(0, 3, signs.shape)])


_DEFAULT: Final = WildDraws()


def wild_bootstrap(
    y: ArrayLike,
    design: ArrayLike,
    cluster: ArrayLike,
    *,
    coefficient: int = 0,
    school: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    draws: WildDraws = _DEFAULT,
    conf_level: float = 0.95,
) -> Estimate:
    """Test one coefficient by multiplying whole clusters' residuals, the null imposed (WCR).

    Parameters
    ----------
    y, design, cluster, school, weights
        As for `fit_cr2`.
    coefficient
        Which column of `design` is tested, by its index.
    draws
        Which multipliers, how many draws, and from which generator.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Least squares with its CR1 standard error, its t statistic, the p counted, and the
        interval of values that the test does not reject; no interval where it rejects none.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a value is missing, a weight is not positive, the column is unknown, or
        `draws` lacks a generator where it is needed.

    Notes
    -----
    Each draw multiplies the residuals of the fit with the coefficient held at c by one v_g a
    cluster, refits without restriction, and takes t* = (b* - c) / se*. p is the share of
    |t*| >= |t|, ties included: # / 2^G of all patterns, (1 + #) / (B + 1) of drawn ones. CR1 is
    G / (G - 1) sum_g (x_g'w_g e_g)^2 / (x'wx)^2, x less its projection on the other columns: in R
    ``vcovCR(fit, cluster, type = "CR1")`` (clubSandwich). The factor cancels in p.

    Rows enter by sums of clusters only, and as functions of c, so that the limits, found by
    halving, need no further draw. Where p rises again farther out, the limits are the crossings
    that halving meets. p is approximate, and poor where few clusters are treated.

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3), 414-427.
    Roodman, MacKinnon, Nielsen and Webb (2019), Stata Journal 19(1), 4-60. Webb (2023), Canadian
    Journal of Economics 56(3), 839-858.

    Examples
    --------
    >>> change = [0.4, 0.9, -0.1, 0.6, 0.5, 0.7]
    >>> e = wild_bootstrap(change, [1.0] * 6, list("abcdef"))
    >>> f"t = {e.statistic:.1f}, p = {e.p_value:.4f}: 4 of 64 patterns"
    't = 3.6, p = 0.0625: 4 of 64 patterns'
    """
    check_conf_level(conf_level)
    scores = read_scores(y, "y")
    columns = _last(read_design(design, scores.size), coefficient)
    clusters, labels = read_codes(cluster, "cluster", scores.size)
    sampling = None if weights is None else read_weights(weights, scores.size)
    schools = None if school is None else read_codes(school, "school", scores.size)[0]
    exact = draws.goes_through_all(labels.size)
    refuse = partial(
        not_estimable,
        n=scores.size,
        n_clusters=labels.size,
        method=_method(draws, labels.size),
        conf_level=conf_level,
    )
    if labels.size < 2:
        return refuse(refusal(labels.size, unit="cluster"))
    fit = fit_linear(scores, columns, weights=sampling, school=schools)
    if fit is None:
        return refuse(NOT_IDENTIFIED)
    totals = wild_sums(fit, clusters)
    std_error = _std_error(totals)
    if std_error <= NO_VARIANCE * np.abs(scores).max() / sqrt(totals.column.sum()):
        return refuse("the standard error is zero or undefined")
    refits = wild_refits(totals, draws.of(labels.size))
    p_of = partial(_p_value, totals, refits, exact=exact)
    found = from_resampling(
        totals.estimate,
        p_of(0.0),
        _limits(p_of, totals.estimate, std_error, 1 - conf_level),
        n=scores.size,
        n_clusters=labels.size,
        method=_method(draws, labels.size),
        conf_level=conf_level,
    )
    return replace(found, std_error=std_error, statistic=totals.estimate / std_error)


def _p_value(totals: WildSums, refits: WildRefits, null: float, *, exact: bool) -> float:
    """Compare squared t statistics, cross-multiplied so that no draw divides by zero."""
    first = refits.first - null * refits.first_slope
    squares = refits.constant - 2 * null * refits.linear + null**2 * refits.square
    own = totals.outcome.sum() - null * totals.column.sum()
    least = own**2 * np.maximum(squares, 0.0)
    count = int((first**2 * totals.score_squares >= (1 - TIE) * least).sum())
    return count / first.size if exact else (1 + count) / (first.size + 1)


def _limits(
    p_of: Callable[[float], float], estimate: float, step: float, alpha: float
) -> tuple[float, float]:
    """Find where p falls to `alpha` on either side; infinite where it does not."""
    return _crossing(p_of, estimate, -step, alpha), _crossing(p_of, estimate, step, alpha)


def _crossing(p_of: Callable[[float], float], inside: float, step: float, alpha: float) -> float:
    farthest = FARTHEST * abs(step)
    outside = inside + step
    while p_of(outside) > alpha:
        inside, step = outside, 2 * step
        outside = inside + step
        if abs(step) > farthest:
            return inf if step > 0 else -inf
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_of(middle) > alpha else (inside, middle)
    return inside


def _last(columns: Floats, coefficient: int) -> Floats:
    """Move the column of interest to the end."""
    p = columns.shape[1]
    if not 0 <= coefficient < p:
        raise EstimatorCallError(f"`coefficient` must be from 0 to {p - 1}; got {coefficient}")
    return np.column_stack([np.delete(columns, coefficient, axis=1), columns[:, coefficient]])


def _std_error(totals: WildSums) -> float:
    g = totals.column.size
    return sqrt(g / (g - 1) * totals.score_squares) / float(totals.column.sum())


def _method(draws: WildDraws, n_clusters: int) -> str:
    name = {"rademacher": "Rademacher", "webb": "Webb"}[draws.multipliers]
    all_of_them = draws.goes_through_all(n_clusters)
    counted = f"all {2**n_clusters:,} patterns" if all_of_them else f"{draws.n:,} draws"
    return f"wild cluster bootstrap, null imposed, {name}, CR1, {counted}"
