"""An estimate's interval at another level: for families of outcomes and for equivalence."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import Literal

from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_std_error,
)
from impact_eval.estimators.inputs import check_option


def with_level(estimate: Estimate, conf_level: float) -> Estimate:
    """Cut an estimate's interval again at another level, from its standard error and df.

    Parameters
    ----------
    estimate
        With a standard error; one that is not estimable stays so.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        The same estimate, statistic and p-value; another interval.

    Raises
    ------
    EstimatorCallError
        If the interval does not come from a standard error, or the level is not between 0 and 1.

    Examples
    --------
    >>> from impact_eval.estimators.estimate import from_std_error
    >>> e = from_std_error(0.9, 0.3, 11, n=245, n_clusters=12, method="CR2")
    >>> wide = with_level(e, 0.99)
    >>> f"{wide.conf_low:.2f} to {wide.conf_high:.2f}"
    '-0.03 to 1.83'
    """
    check_conf_level(conf_level)
    if estimate.reason:
        return replace(estimate, conf_level=conf_level)
    if isnan(estimate.std_error):
        raise EstimatorCallError(
            "the interval cannot be cut again: it does not come from a standard error"
        )
    return from_std_error(
        estimate.estimate,
        estimate.std_error,
        estimate.df,
        n=estimate.n,
        n_clusters=estimate.n_clusters,
        method=estimate.method,
        conf_level=conf_level,
    )


def simultaneous(
    estimate: Estimate, n_comparisons: int, method: Literal["bonferroni", "sidak"] = "bonferroni"
) -> Estimate:
    """Widen an interval so that all intervals of a family hold together at the estimate's level.

    Parameters
    ----------
    estimate
        With a standard error; its `conf_level` is the family's.
    n_comparisons
        Estimates in the family, at least 1.
    method
        "bonferroni" holds whatever the dependence; "sidak" is slightly narrower and holds for
        jointly normal estimates.

    Returns
    -------
    Estimate
        `conf_level` is that of the single comparison, so that the p-value, which stays unadjusted,
        is below 1 - `conf_level` exactly when the interval excludes zero.

    Raises
    ------
    EstimatorCallError
        If `n_comparisons` is below 1, the method is unknown, or there is no standard error.

    References
    ----------
    Sidak (1967), Journal of the American Statistical Association 62, 626-633.

    Examples
    --------
    >>> from impact_eval.estimators.estimate import from_std_error
    >>> e = from_std_error(0.9, 0.3, 11, n=245, n_clusters=12, method="CR2")
    >>> three = simultaneous(e, 3)
    >>> f"{three.conf_low:.2f} to {three.conf_high:.2f} at {three.conf_level:.4f}"
    '0.05 to 1.75 at 0.9833'
    """
    check_option(method, "method", ("bonferroni", "sidak"))
    if n_comparisons < 1:
        raise EstimatorCallError(f"`n_comparisons` must be at least 1; got {n_comparisons}")
    if method == "bonferroni":
        level = 1 - (1 - estimate.conf_level) / n_comparisons
    else:
        level = float(estimate.conf_level ** (1 / n_comparisons))
    return with_level(estimate, level)


def equivalence_interval(
    estimate: Estimate, *, alpha: float = 0.05, n_comparisons: int = 1
) -> Estimate:
    """Cut the interval that two one-sided tests use: inside +/- d, the change is smaller than d.

    Parameters
    ----------
    estimate
        With a standard error.
    alpha
        Level of each one-sided test, between 0 and 0.5; 0.05 gives the 90 % interval.
    n_comparisons
        Estimates in the family; `alpha` is divided among them.

    Returns
    -------
    Estimate
        With the interval at 1 - 2 alpha / n_comparisons.

    Raises
    ------
    EstimatorCallError
        If `alpha` or `n_comparisons` is outside its range, or there is no standard error.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657-680.

    Examples
    --------
    >>> from impact_eval.estimators.estimate import from_std_error
    >>> e = from_std_error(0.02, 0.04, 60, n=4000, n_clusters=80, method="CR2")
    >>> narrow = equivalence_interval(e)
    >>> f"between {narrow.conf_low:.2f} and {narrow.conf_high:.2f}: less than 0.1 either way"
    'between -0.05 and 0.09: less than 0.1 either way'
    """
    if not 0 < alpha < 0.5 or n_comparisons < 1:
        raise EstimatorCallError(
            "`alpha` must be between 0 and 0.5, and `n_comparisons` at least 1"
        )
    return with_level(estimate, 1 - 2 * alpha / n_comparisons)
