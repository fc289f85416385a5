"""Rubin's rules: one estimate out of those of several completed data sets."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import Estimate, EstimatorCallError, from_std_error
from impact_eval.estimators.inputs import Floats, check_length, read_scores

LEAST_SHARE = 1e-4  # of the variance, as mice has it: without it df would be infinite


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled estimate and what the missing values cost.

    `within` and `between` are the mean variance and the variance of the estimates; the
    `missing_information` is the share of the information that the missing values would have held.
    """

    estimate: Estimate
    within: float
    between: float
    missing_information: float


def pool_imputations(
    estimates: ArrayLike,
    variances: ArrayLike,
    complete_df: float = inf,
    *,
    n: int,
    n_clusters: int,
    method: str = "multiple imputation, Rubin's rules",
    conf_level: float = 0.95,
) -> Pooled:
    """Pool the estimates of completed data sets.

    Parameters
    ----------
    estimates, variances
        Shape (m,), m at least 2: of each completed data set, variances positive.
    complete_df
        Degrees of freedom that the estimate would have without missing values.
    n, n_clusters, method, conf_level
        As for `Estimate`.

    Returns
    -------
    Pooled
        T = W + (1 + 1/m) B, on the degrees of freedom of Barnard and Rubin.

    Raises
    ------
    EstimatorCallError
        If shapes differ, m is under 2, or a variance is not positive.

    Notes
    -----
    lambda = (1 + 1/m) B / T; nu_old = (m - 1) / lambda^2; nu_obs = (nu_com + 1) / (nu_com + 3)
    nu_com (1 - lambda); df = nu_old nu_obs / (nu_old + nu_obs). The missing information is (r + 2 /
    (df + 3)) / (r + 1), r = (1 + 1/m) B / W. In R: ``mice::pool.scalar(Q, U, n, k)``, whose nu_com
    is n - k.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys, chapter 3; Barnard and Rubin
    (1999), Biometrika 86(4), 948-955.

    Examples
    --------
    >>> pooled = pool_imputations([1.0, 1.2, 0.9], [0.04, 0.05, 0.04], 11, n=60, n_clusters=12)
    >>> e = pooled.estimate
    >>> f"{e.estimate:.2f} ({e.conf_low:.2f} to {e.conf_high:.2f}), df {e.df:.1f}"
    '1.03 (0.25 to 1.81), df 3.7'
    """
    found, own = read_scores(estimates, "estimates"), read_scores(variances, "variances")
    check_length(own, "variances", found.size)
    if found.size < 2 or not (own > 0).all() or not complete_df > 0:
        raise EstimatorCallError("pooling needs 2 estimates, positive variances and positive df")
    within, between = float(own.mean()), float(found.var(ddof=1))
    added = (1 + 1 / found.size) * between
    df = _barnard_rubin(found, added / (within + added), complete_df)
    rise = added / within
    estimate = from_std_error(
        float(found.mean()),
        sqrt(within + added),
        df,
        n=n,
        n_clusters=n_clusters,
        method=method,
        conf_level=conf_level,
    )
    return Pooled(estimate, within, between, (rise + 2 / (df + 3)) / (rise + 1))


def imputations_needed(missing_information: float, *, least: int, most: int) -> int:
    """Count the completed data sets to make: one for each percent of information that is missing.

    >>> imputations_needed(0.12, least=20, most=100), imputations_needed(0.42, least=20, most=100)
    (20, 42)

    References
    ----------
    White, Royston and Wood (2011), Statistics in Medicine 30, 377-399, section 7.
    """
    return int(np.clip(np.ceil(100 * missing_information), least, most))


def _barnard_rubin(estimates: Floats, share: float, complete_df: float) -> float:
    share = max(share, LEAST_SHARE)
    old = (estimates.size - 1) / share**2
    if not isfinite(complete_df):
        return old
    observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    return old * observed / (old + observed)
