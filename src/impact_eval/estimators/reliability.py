"""How well the items of a scale hang together: alpha and omega, with intervals by cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import exp, log, nan
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from impact_eval.estimators.cluster_moments import (
    cluster_moments,
    covariances,
    leave_one_out,
    redraw,
)
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_interval,
    not_estimable,
)
from impact_eval.estimators.inputs import Codes, Floats, check_option, read_codes
from impact_eval.estimators.item_statistics import read_items
from impact_eval.estimators.one_factor import OneFactor, fit_one_factor

Interval = Literal["jackknife", "bootstrap"]
Coefficient: TypeAlias = Callable[[Floats], Floats]

LEAST_FOR_INTERVAL = 6
LEAST_FOR_BOOTSTRAP = 30
DRAWS = 2000
MOST_LOST_DRAWS = 0.05
_ALPHA = "Cronbach's alpha, complete answers"
_OMEGA = "omega total of one factor, maximum likelihood, complete answers"


def cronbach_alpha(
    items: ArrayLike,
    cluster: ArrayLike | None = None,
    conf_level: float = 0.95,
    *,
    interval: Interval = "jackknife",
    seed: int | None = None,
) -> Estimate:
    """Estimate Cronbach's alpha of a scale of items that are meant to measure one thing.

    Parameters
    ----------
    items
        Shape (n, k), one column an item, all scored in one direction; nan where unanswered. Rows
        with a gap are left out.
    cluster
        Shape (n,), codes, for the interval.
    conf_level
        Between 0 and 1.
    interval
        `jackknife` leaves out one cluster at a time, `bootstrap` redraws all of them 2,000 times.
    seed
        For the bootstrap, which needs one.

    Returns
    -------
    Estimate
        Without p-value; `n` counts complete rows. The interval is nan without clusters, and with
        fewer than 6 of them for the jackknife or 30 for the bootstrap. Not estimable with fewer
        than 2 items or 3 complete rows, or where the sum of the items does not vary.

    Raises
    ------
    EstimatorCallError
        If shapes differ, an answer is infinite, the option is unknown or the seed is missing.

    Notes
    -----
    k/(k-1) (1 - sum of item variances / variance of the sum): ``psych::alpha(na.omit(items))``,
    raw. The jackknife is applied to log(1 - alpha), with t on G - 1 df; nominal 95 % intervals
    covered 92 to 97 % with 6 to 100 clusters (rating scales and quizzes of 5 and 10 items, 20 to 60
    people a cluster). The bootstrap takes percentiles; with 8 or 15 clusters it covered 81 to 91 %,
    so it needs 30. Feldt's interval takes people as independent; with clusters it is too narrow. A
    quiz that adds up separate pieces of knowledge is an index, of which alpha is no test.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334. Bonett (2002), Journal of Educational and Behavioral
    Statistics 27, 335-340, for the scale on which alpha is nearly normal.

    Examples
    --------
    >>> answers = [[1, 2, 2], [2, 2, 3], [4, 3, 4], [5, 4, 5], [3, 3, 3]]
    >>> f"{cronbach_alpha(answers).estimate:.2f}"
    '0.95'
    """
    sample = _read(items, cluster, interval, conf_level, seed)
    refuse = partial(_refuse, sample, _ALPHA)
    if sample.rows.shape[1] < 2:
        return refuse("alpha needs at least 2 items")
    if len(sample.rows) < 3:
        return refuse("fewer than 3 people answered all items")
    if not sample.rows.sum(axis=1).std() > 1e-9 * np.abs(sample.rows).max(initial=0):
        return refuse("the sum of the items does not vary")
    return _estimate(sample, float(_alpha(sample.covariance)[0]), _alpha, _ALPHA)


def omega_total(
    items: ArrayLike,
    cluster: ArrayLike | None = None,
    *,
    conf_level: float = 0.95,
    interval: Interval = "jackknife",
    seed: int | None = None,
) -> Estimate:
    """Estimate the share of the score's variance that one common factor explains.

    Parameters
    ----------
    items
        Shape (n, k), k at least 3, all scored in one direction; nan where unanswered. Rows with a
        gap are left out.
    cluster
        Shape (n,), codes, for the interval.
    conf_level
        Between 0 and 1.
    interval, seed
        As for `cronbach_alpha`.

    Returns
    -------
    Estimate
        Without p-value; `n` counts complete rows; the interval as for `cronbach_alpha`. Not
        estimable with fewer than 3 items (one factor of 2 items is not identified) or more items
        than complete rows, where an item does not vary or repeats others, where the fit does not
        converge, and where an item's own variance goes to zero (a Heywood case).

    Raises
    ------
    EstimatorCallError
        If shapes differ, an answer is infinite, the option is unknown or the seed is missing.

    Notes
    -----
    (sum l)^2 / ((sum l)^2 + sum u), with loadings l and unique variances u of the items as scored
    (not standardised), as the score adds them up:
    ``f <- psych::fa(x, nfactors = 1, fm = "ml", covar = FALSE)``, l = f$loadings x sd,
    u = f$uniquenesses x sd^2. Where the model holds, it equals alpha if all loadings are the same
    and is larger otherwise. The model says that one factor explains all that the items share.

    References
    ----------
    McDonald (1999), Test Theory: A Unified Treatment, ch. 6, equation 6.20.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> answers = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    >>> f"{omega_total(answers).estimate:.2f}"
    '0.78'
    """
    sample = _read(items, cluster, interval, conf_level, seed)
    refuse = partial(_refuse, sample, _OMEGA)
    if reason := _without_factor(sample.rows):
        return refuse(reason)
    covariance = sample.covariance
    fit = fit_one_factor(_correlation(covariance))
    if not fit.proper[0]:
        return refuse("an item has no variance of its own in the one-factor model (Heywood case)")
    if not fit.converged[0]:
        return refuse("the one-factor model did not converge")
    value = float(_omega(covariance, fit)[0])
    return _estimate(sample, value, partial(_omega_near, fit), _OMEGA)


@dataclass(frozen=True, slots=True)
class _Sample:
    """Complete rows with their clusters, and the interval that was asked for."""

    rows: Floats
    codes: Codes
    n_clusters: int
    interval: Interval
    conf_level: float
    seed: int | None

    @property
    def covariance(self) -> Floats:
        """Covariance matrix, shape (1, k, k)."""
        return np.asarray(np.cov(self.rows.T))[None]


def _read(
    items: ArrayLike,
    cluster: ArrayLike | None,
    interval: Interval,
    conf_level: float,
    seed: int | None,
) -> _Sample:
    check_conf_level(conf_level)
    check_option(interval, "interval", get_args(Interval))
    if interval == "bootstrap" and seed is None:
        raise EstimatorCallError("a bootstrap needs a `seed`, such as seed=1")
    answers = read_items(items)
    complete = ~np.isnan(answers).any(axis=1)
    rows = answers[complete]
    if cluster is None:
        return _Sample(rows, np.zeros(len(rows), np.intp), 0, interval, conf_level, seed)
    codes, _ = read_codes(cluster, "cluster", len(answers))
    codes, labels = read_codes(codes[complete], "cluster", len(rows))
    return _Sample(rows, codes, labels.size, interval, conf_level, seed)


def _refuse(sample: _Sample, method: str, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=len(sample.rows),
        n_clusters=sample.n_clusters,
        method=method,
        conf_level=sample.conf_level,
    )


def _estimate(sample: _Sample, value: float, coefficient: Coefficient, method: str) -> Estimate:
    """Add the interval that was asked for, where there are clusters enough."""
    low, high = nan, nan
    if sample.interval == "bootstrap" and sample.n_clusters >= LEAST_FOR_BOOTSTRAP:
        low, high = _bootstrap(sample, coefficient)
    if sample.interval == "jackknife" and sample.n_clusters >= LEAST_FOR_INTERVAL:
        low, high = _jackknife(sample, value, coefficient)
    return from_interval(
        value,
        low,
        high,
        n=len(sample.rows),
        n_clusters=sample.n_clusters,
        method=method,
        conf_level=sample.conf_level,
    )


def _without_factor(rows: Floats) -> str:
    """Say why no factor can be fitted; empty if one can."""
    n, k = rows.shape
    if k < 3:
        return "one factor needs at least 3 items"
    if n <= k:
        return "there are not more complete answers than items"
    if not (np.ptp(rows, axis=0) > 0).all():
        return "an item does not vary"
    if np.linalg.eigvalsh(np.corrcoef(rows.T))[0] < 1e-10:
        return "an item repeats what others say"
    return ""


def _alpha(covariance: Floats) -> Floats:
    k = covariance.shape[1]
    of_items, of_sum = np.trace(covariance, axis1=1, axis2=2), covariance.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(k / (k - 1) * (1 - of_items / of_sum))


def _correlation(covariance: Floats) -> Floats:
    sd = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    return np.asarray(covariance / (sd[:, :, None] * sd[:, None, :]))


def _omega(covariance: Floats, fit: OneFactor) -> Floats:
    """Compute omega of the items as scored; nan where the fit is not proper."""
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    common = (fit.loading * np.sqrt(variance)).sum(axis=1) ** 2
    values = common / (common + (fit.uniqueness * variance).sum(axis=1))
    return np.where(fit.converged & fit.proper, values, nan)


def _omega_near(fit: OneFactor, covariance: Floats) -> Floats:
    """Compute omega of many sets, each fitted from the fit of all people."""
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    usable = np.asarray((np.isfinite(variance) & (variance > 0)).all(axis=1))
    usable[usable] = np.linalg.eigvalsh(_correlation(covariance[usable]))[:, 0] > 1e-10
    values = np.full(len(covariance), nan)
    chosen = covariance[usable]
    values[usable] = _omega(chosen, fit_one_factor(_correlation(chosen), start=fit))
    return values


def _jackknife(sample: _Sample, value: float, coefficient: Coefficient) -> tuple[float, float]:
    """Leave out one cluster at a time, on the scale of log(1 - coefficient)."""
    g = sample.n_clusters
    moments = cluster_moments(sample.rows, sample.codes, g)
    without = coefficient(covariances(moments, leave_one_out(g)))
    if value >= 1 or not (without < 1).all() or np.isneginf(without).any():
        return nan, nan
    logs = np.log1p(-without)
    variance = (g - 1) / g * float(((logs - logs.mean()) ** 2).sum())
    half = float(stats.t.ppf((1 + sample.conf_level) / 2, g - 1)) * variance**0.5
    centre = log(1 - value)
    return 1 - exp(centre + half), 1 - exp(centre - half)


def _bootstrap(sample: _Sample, coefficient: Coefficient) -> tuple[float, float]:
    """Take percentiles over redrawn clusters; nan if one draw in twenty gives no number."""
    g = sample.n_clusters
    moments = cluster_moments(sample.rows, sample.codes, g)
    draws = coefficient(covariances(moments, redraw(g, DRAWS, sample.seed or 0)))
    known = draws[np.isfinite(draws)]
    if known.size < (1 - MOST_LOST_DRAWS) * DRAWS:
        return nan, nan
    tail = (1 - sample.conf_level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)
