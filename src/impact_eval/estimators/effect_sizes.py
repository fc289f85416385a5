"""Changes in standard deviations, each named after its denominator."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np
from scipy.special import gammaln

from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.spread_beside_change import SpreadErrors


def d_pre(
    change: Estimate,
    sd_pre: float,
    n_pre: int,
    *,
    design_effect: float = 1.0,
    errors: SpreadErrors | None = None,
) -> Estimate:
    """Divide a mean change by the pre scores' standard deviation, with Hedges' correction.

    Parameters
    ----------
    change
        In score points, with its standard error.
    sd_pre
        Standard deviation of all pre respondents' scores, positive, in score points.
    n_pre
        Pre respondents behind it, at least 2.
    design_effect
        Of the clusters on the standard deviation's precision, at least 1; n_pre - 1 is divided by
        it.
    errors
        Of the same answers by cluster (`spread_beside_change`); the standard error is no smaller
        than with them.

    Returns
    -------
    Estimate
        In pre standard deviations; not estimable where the change is not, or where the standard
        deviation is zero.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    Notes
    -----
    See `standardise`. Comparable between studies of one programme; not with effect sizes of
    controlled studies.

    References
    ----------
    Becker (1988), British Journal of Mathematical and Statistical Psychology 41, 257-278.

    Examples
    --------
    >>> from impact_eval.estimators.estimate import from_std_error
    >>> change = from_std_error(0.9, 0.3, 11, n=490, n_clusters=12, method="CR2")
    >>> d = d_pre(change, 2.4, 245)
    >>> f"{d.estimate:.2f} pre standard deviations ({d.conf_low:.2f} to {d.conf_high:.2f})"
    '0.37 pre standard deviations (0.10 to 0.65)'
    """
    _check(n_pre, design_effect)
    sd_df = max(1.0, (n_pre - 1) / design_effect)
    method = f"d_pre from: {change.method}"
    return standardise(change, sd_pre, sd_df=sd_df, method=method, errors=errors)


def d_av(
    change: Estimate,
    sd_pre: float,
    sd_post: float,
    n_pre: int,
    n_post: int,
    *,
    design_effect: float = 1.0,
    errors: SpreadErrors | None = None,
) -> Estimate:
    """Divide a mean change by the root mean square of the two waves' standard deviations.

    Parameters
    ----------
    change, design_effect, errors
        As for `d_pre`; of both waves' spread.
    sd_pre, sd_post, n_pre, n_post
        Standard deviation and respondents of each wave.

    Returns
    -------
    Estimate
        In average standard deviations. The degrees of freedom of the two variances are pooled as if
        the waves were independent, which overstates their precision slightly for linked people.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    References
    ----------
    Cumming (2012), Understanding the New Statistics, chapter 11.

    Examples
    --------
    >>> from impact_eval.estimators.estimate import from_std_error
    >>> change = from_std_error(0.9, 0.3, 11, n=490, n_clusters=12, method="CR2")
    >>> f"{d_av(change, 2.4, 2.0, 245, 245).estimate:.2f} average standard deviations"
    '0.41 average standard deviations'
    """
    _check(min(n_pre, n_post), design_effect)
    average = sqrt((sd_pre**2 + sd_post**2) / 2)
    sd_df = max(1.0, (n_pre + n_post - 2) / design_effect)
    method = f"d_av from: {change.method}"
    return standardise(change, average, sd_df=sd_df, method=method, errors=errors)


def d_z(change: Estimate, sd_gain: float, n_linked: int, *, design_effect: float = 1.0) -> Estimate:
    """Divide a mean gain by the gains' standard deviation: large where waves correlate highly.

    Parameters
    ----------
    change, design_effect
        As for `d_pre`, of linked people.
    sd_gain
        Standard deviation of the linked people's gains, positive.
    n_linked
        Linked people, at least 2.

    Returns
    -------
    Estimate
        In standard deviations of the gain. For sample sizes only: it measures how regular a change
        was, not how large, and does not belong in a headline.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    Examples
    --------
    >>> from impact_eval.estimators.estimate import from_std_error
    >>> change = from_std_error(0.9, 0.3, 11, n=245, n_clusters=12, method="CR2")
    >>> f"{d_z(change, 1.5, 245).estimate:.2f} standard deviations of the gain"
    '0.60 standard deviations of the gain'
    """
    _check(n_linked, design_effect)
    sd_df = max(1.0, (n_linked - 1) / design_effect)
    return standardise(change, sd_gain, sd_df=sd_df, method=f"d_z from: {change.method}")


def hedges_correction(df: float) -> float:
    """Compute the exact factor that removes the small-sample bias of a standardised mean.

    Notes
    -----
    J = Gamma(df/2) / [sqrt(df/2) Gamma((df - 1)/2)], about 1 - 3 / (4 df - 1); 0 at one degree of
    freedom, where the bias has no finite size.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6(2), 107-128, equation 6e.

    Examples
    --------
    >>> round(hedges_correction(10), 4)
    0.9227
    """
    if not df > 1:
        return 0.0
    return float(np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / sqrt(df / 2))


def standardise(
    change: Estimate,
    sd: float,
    *,
    sd_df: float,
    method: str,
    errors: SpreadErrors | None = None,
) -> Estimate:
    """Divide an estimate by a standard deviation whose own uncertainty is kept.

    Parameters
    ----------
    change
        With its standard error.
    sd
        Not negative, in the change's unit.
    sd_df
        Degrees of freedom of `sd`.
    method
        Words for the methods table.
    errors
        How `sd` errs by cluster and with the change.

    Returns
    -------
    Estimate
        d = J change / sd with standard error J sqrt(se^2 / sd^2 + d0^2 / (2 sd_df)), d0 = change /
        sd, on the change's degrees of freedom; with `errors` no less than J sqrt(se^2 / sd^2 + d0^2
        variance - 2 d0 / sd covariance).

    Raises
    ------
    EstimatorCallError
        If `sd` is negative or not finite.

    Notes
    -----
    Without `errors` it is ignored that `sd` comes from the same people, and that scores are not
    normal. The p-value is that of d / its standard error; the test of no change is the change's
    own, which is smaller by a hair.
    """
    if not isfinite(sd) or sd < 0:
        raise EstimatorCallError(f"a standard deviation must not be negative; got {sd!r}")
    if change.reason or sd == 0 or sd_df <= 1:
        reason = change.reason or (
            "the scores do not vary" if sd == 0 else "too few people for a standard deviation"
        )
        return not_estimable(
            reason,
            n=change.n,
            n_clusters=change.n_clusters,
            method=method,
            conf_level=change.conf_level,
        )
    if not isfinite(change.std_error):
        raise EstimatorCallError("the change has no standard error, so it cannot be standardised")
    factor = hedges_correction(sd_df)
    ratio = change.estimate / sd
    of_change, of_sd = (change.std_error / sd) ** 2, ratio**2 / (2 * sd_df)
    if errors is not None:
        together = ratio**2 * errors.variance - 2 * ratio / sd * errors.covariance
        of_sd = max(of_sd, together)
    std_error = factor * sqrt(of_change + of_sd)
    return from_std_error(
        factor * ratio,
        std_error,
        change.df,
        n=change.n,
        n_clusters=change.n_clusters,
        method=method,
        conf_level=change.conf_level,
    )


def _check(n: int, design_effect: float) -> None:
    if n < 2:
        raise EstimatorCallError(f"a standard deviation needs at least 2 people; got {n}")
    if design_effect < 1:
        raise EstimatorCallError(f"`design_effect` must be at least 1; got {design_effect!r}")
