"""Cluster-robust inference for least squares: CR2 with Satterthwaite degrees of freedom."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.clustered_variance import cr2_variance
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.inputs import (
    Floats,
    check_length,
    read_codes,
    read_scores,
)
from impact_eval.estimators.linear_model import NOT_IDENTIFIED, fit_linear

NO_VARIANCE = 1e-13


def fit_cr2(
    y: ArrayLike,
    design: ArrayLike,
    cluster: ArrayLike,
    *,
    coefficient: int | ArrayLike | None = None,
    school: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    conf_level: float = 0.95,
    method: str = "least squares, CR2",
) -> Estimate:
    """Estimate one coefficient, or one contrast of them, with CR2 and Satterthwaite df.

    Parameters
    ----------
    y
        Shape (n,), any unit, nothing missing.
    design
        Shape (n, p), or (n,) for one column. An intercept is a column of ones; with `school` there
        is none, because the schools' own intercepts take its place.
    cluster
        Shape (n,), the code of each row's cluster.
    coefficient
        Which column (its index), or a contrast: weights of the columns, shape (p,). With one column
        it need not be named.
    school
        Shape (n,), codes of the schools whose fixed effects join the design.
    weights
        Shape (n,), positive sampling weights; only their ratios matter.
    conf_level
        Between 0 and 1.
    method
        Words for the methods table.

    Returns
    -------
    Estimate
        In the unit of `y`; not estimable with fewer than 2 clusters, or where the design does not
        identify the coefficients, or where nothing varies.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a value is missing, a weight is not positive, or the coefficient is not
        named.

    Notes
    -----
    With M = (X'WX)^-1 and the hat matrix H = X M X'W, cluster g's residuals are multiplied by
    A_g = B_g^(+1/2), B_g = [(I - H)(I - H)']_gg, and c'Vc = sum_g (c'M X_g'W_g A_g e_g)^2. The df
    are (tr P)^2 / tr(P P), where c'Vc = e'Pe under independent errors of one variance. In R:
    ``clubSandwich::coef_test(lm(y ~ x + factor(school), weights = w), vcov = "CR2",
    cluster = cluster, test = "Satterthwaite")``.

    A_g is the identity plus a matrix of low rank, so a cluster's rows enter only by cross-products
    of the columns that they touch, and memory is linear in the rows.

    References
    ----------
    Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181. Pustejovsky and Tipton (2018),
    Journal of Business & Economic Statistics 36(4), 672-683, equations 8 to 11.

    Examples
    --------
    Four schools' mean gains of 1, 2, 3 and 6 points, one value a school: the t interval of a mean.

    >>> e = fit_cr2([1, 2, 3, 6], [1, 1, 1, 1], ["a", "b", "c", "d"])
    >>> f"rise of {e.estimate:.1f} points, {e.conf_low:.1f} to {e.conf_high:.1f}, df {e.df:.0f}"
    'rise of 3.0 points, -0.4 to 6.4, df 3'
    """
    check_conf_level(conf_level)
    scores = read_scores(y, "y")
    n = scores.size
    columns = read_design(design, n)
    target = _read_contrast(coefficient, columns.shape[1])
    cluster_code, labels = read_codes(cluster, "cluster", n)
    sampling = None if weights is None else read_weights(weights, n)
    school_code = None if school is None else read_codes(school, "school", n)[0]
    refuse = partial(
        not_estimable, n=n, n_clusters=labels.size, method=method, conf_level=conf_level
    )
    if n == 0:
        return refuse("there are no scores")
    if labels.size < 2:
        return refuse(refusal(1, unit="cluster"))
    fit = fit_linear(scores, columns, weights=sampling, school=school_code)
    if fit is None:
        return refuse(NOT_IDENTIFIED)
    variance, df = cr2_variance(fit, cluster_code, target)
    estimate = float(target @ fit.coefficients)
    scale = float(np.abs(np.linalg.solve(fit.triangle.T, target)).max() * np.abs(scores).max())
    std_error = float(np.sqrt(variance))
    return from_std_error(
        estimate,
        std_error if std_error > NO_VARIANCE * scale else 0.0,
        df,
        n=n,
        n_clusters=labels.size,
        method=method,
        conf_level=conf_level,
    )


def read_design(design: ArrayLike, n: int) -> Floats:
    """Return the design with shape (n, p), or raise."""
    columns = np.asarray(design, dtype=np.float64)
    if columns.ndim == 1:
        columns = columns[:, None]
    if columns.ndim != 2 or columns.shape[0] != n or columns.shape[1] == 0:
        raise EstimatorCallError(f"`design` must have shape ({n}, p), but has {columns.shape}")
    if not np.isfinite(columns).all():
        raise EstimatorCallError("`design` has values that are missing or infinite")
    return columns


def _read_contrast(coefficient: int | ArrayLike | None, p: int) -> Floats:
    if coefficient is None:
        if p > 1:
            raise EstimatorCallError("name the column, or give a contrast, by `coefficient`")
        coefficient = 0
    if not isinstance(coefficient, int):
        contrast = np.asarray(coefficient, dtype=np.float64)
        check_length(contrast, "coefficient", p)
        return contrast
    if not 0 <= coefficient < p:
        raise EstimatorCallError(f"`coefficient` must be from 0 to {p - 1}; got {coefficient}")
    unit = np.zeros(p)
    unit[coefficient] = 1.0
    return unit


def read_weights(weights: ArrayLike, n: int) -> Floats:
    """Return positive weights with mean 1, or raise."""
    sampling = read_scores(weights, "weights")
    check_length(sampling, "weights", n)
    if (sampling <= 0).any():
        raise EstimatorCallError("`weights` must be positive; drop the rows of weight zero")
    return sampling / sampling.mean() if n else sampling
