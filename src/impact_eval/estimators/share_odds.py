"""Log odds ratios of a share with clusters: a logit whose answers are alike within clusters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from impact_eval.estimators.cr2 import read_design
from impact_eval.estimators.estimate import (
    Estimate,
    check_conf_level,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.estimators.inputs import Codes, Floats, counts, read_codes, read_zero_one
from impact_eval.estimators.rare_answers import too_rare

METHOD = "logit by estimating equations, exchangeable, Mancl and DeRouen's variance, Satterthwaite"
SEPARATED = "one of the groups gave one answer only, so no odds can be compared"
_MOST_STEPS = 100
_CONVERGED = 1e-10
_CERTAIN = 20.0
_SINGULAR = 1e-10


@dataclass(frozen=True, slots=True)
class _Cells:
    """Answers counted by cluster and pattern of covariates; `sizes` are the clusters' people."""

    patterns: Floats
    cluster: Codes
    people: Floats
    reached: Floats
    sizes: Floats

    def by_cluster(self, values: Floats) -> Floats:
        """Add up cells by cluster, shape (G, ...)."""
        total = np.zeros((self.sizes.size, *values.shape[1:]))
        np.add.at(total, self.cluster, values)
        return total


def share_odds(
    reached: ArrayLike,
    covariates: ArrayLike,
    cluster: ArrayLike,
    *,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate the log odds ratio of a yes by one covariate, answers alike within clusters.

    Parameters
    ----------
    reached
        Shape (n,), 1 and 0.
    covariates
        Shape (n,) or (n, q) without a constant; the ratio is that of the first column.
    cluster
        Shape (n,), codes.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        In log odds, on at most G - p degrees of freedom, p the coefficients with the constant. Not
        estimable with fewer than 4 clusters or no degrees of freedom, where fewer than 5 p gave the
        rarer answer, and where all answers are the same or groups are separated.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a value is missing, or `reached` is not 0 or 1.

    Notes
    -----
    Generalised estimating equations with a logit link, everybody counting once, and one
    correlation a of any two answers of a cluster: a = mean over pairs of r_i r_k / mean of r^2, r
    the Pearson residuals; a negative one is taken as 0, which changes efficiency and not validity.
    With B the inverse of sum_g A_g, A_g = D'V^-1 D and u_g = D'V^-1 e of a cluster, the variance
    is B [sum_g s_g s_g'] B with s_g = D'V^-1 (I - H_gg)^-1 e = (I - A_g B)^-1 u_g, so that nothing
    of size rows by rows exists. Degrees of freedom are (tr P)^2 / tr(P P), with P the covariances
    of the s_g of the slope if V were true, P_gh = p_g' ([g = h] A_g - A_g B A_h) p_h and p_g =
    (I - B A_g)^-1 B_1: fewer where a few clusters hold most people, at most G - p. It speaks of the
    population's odds, not of those within a school.
    In R: ``geepack::geeglm(y ~ x, id = cluster, family = binomial, corstr = "exchangeable")`` for
    the estimate, whose own standard error is the uncorrected one.

    References
    ----------
    Liang and Zeger (1986), Biometrika 73(1), 13-22. Mancl and DeRouen (2001), Biometrics 57(1),
    126-134, equation 5.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> school, later = np.repeat(np.arange(20), 30), np.tile([0, 1], 300)
    >>> reached = rng.logistic(size=600) + rng.normal(size=20)[school] + 0.8 * later > 0
    >>> found = share_odds(reached, later, school)
    >>> f"{found.estimate:.2f} ({found.df:.0f} df)"
    '0.65 (18 df)'
    """
    check_conf_level(conf_level)
    answered = np.asarray(reached)
    yes = read_zero_one(answered, "reached", answered.size)
    design = read_design(covariates, answered.size)
    clusters, labels = read_codes(cluster, "cluster", answered.size)
    refuse = partial(
        not_estimable, n=yes.size, n_clusters=labels.size, method=METHOD, conf_level=conf_level
    )
    if labels.size < ENOUGH_TO_GENERALISE:
        return refuse(refusal(labels.size, unit="cluster"))
    df = labels.size - design.shape[1] - 1
    if df < 1:
        return refuse("there are no more clusters than coefficients")
    reason = too_rare(yes, design.shape[1] + 1)
    if reason and np.ptp(yes) > 0:
        return refuse(reason)
    found = _fit(_count(yes, design, clusters))
    if found is None:
        return refuse(SEPARATED)
    slope, std_error, own_df = found
    return from_std_error(
        slope,
        std_error,
        min(df, own_df),
        n=yes.size,
        n_clusters=labels.size,
        method=METHOD,
        conf_level=conf_level,
    )


def _count(yes: Codes, design: Floats, clusters: Codes) -> _Cells:
    pattern = np.zeros(yes.size, dtype=np.intp)
    for column in design.T:
        level, values = pd.factorize(column)
        pattern = pd.factorize(pattern * values.size + level)[0].astype(np.intp)
    width = int(pattern.max(initial=0)) + 1
    cell, keys = pd.factorize(clusters * width + pattern)
    first = np.unique(cell, return_index=True)[1]
    return _Cells(
        np.column_stack([np.ones(keys.size), design[first]]),
        np.asarray(keys // width, dtype=np.intp),
        np.bincount(cell).astype(np.float64),
        np.bincount(cell, yes).astype(np.float64),
        counts(clusters, int(clusters.max(initial=-1)) + 1).astype(np.float64),
    )


def _fit(cells: _Cells) -> tuple[float, float, float] | None:
    """First slope, its standard error and df; None where no odds can be compared."""
    share = cells.reached.sum() / cells.people.sum()
    if not 0 < share < 1:
        return None
    at = np.zeros(cells.patterns.shape[1])
    at[0] = special.logit(share)
    for _ in range(_MOST_STEPS):
        information, score = _parts(cells, at, _alikeness(cells, at))
        whole = information.sum(axis=0)
        if np.linalg.cond(whole) > 1 / _SINGULAR:
            return None
        step = np.linalg.solve(whole, score.sum(axis=0))
        at = at + step
        if np.abs(cells.patterns @ at).max() > _CERTAIN:
            return None
        if np.abs(step).max() < _CONVERGED:
            break
    else:
        return None
    information, score = _parts(cells, at, _alikeness(cells, at))
    inverse = np.linalg.inv(information.sum(axis=0))
    left = np.eye(at.size) - information @ inverse
    if np.linalg.cond(left).max() > 1 / _SINGULAR:
        return None
    moved = np.linalg.solve(left, score[..., None])[..., 0] @ inverse
    error = float(np.sqrt((moved[:, 1] ** 2).sum()))
    return float(at[1]), error, _df(information, inverse, left)


def _df(information: Floats, inverse: Floats, left: Floats) -> float:
    """Degrees of freedom of the first slope's variance, answers as alike as was estimated."""
    pull = np.linalg.solve(np.swapaxes(left, 1, 2), inverse[:, 1, None])[..., 0]
    through = np.einsum("gkl,gl->gk", information, pull)
    together = -through @ inverse @ through.T
    together[np.diag_indices(len(pull))] += np.einsum("gk,gk->g", pull, through)
    return float(np.trace(together) ** 2 / (together**2).sum())


def _residuals(cells: _Cells, at: Floats) -> tuple[Floats, Floats]:
    """Roots of the variances, and sums of Pearson residuals, of the cells."""
    mean = special.expit(cells.patterns @ at)
    root = np.sqrt(mean * (1 - mean))
    return root, np.asarray((cells.reached - cells.people * mean) / root)


def _alikeness(cells: _Cells, at: Floats) -> float:
    """Correlation of two answers of a cluster, at least 0."""
    mean = special.expit(cells.patterns @ at)
    _, residual = _residuals(cells, at)
    squares = cells.reached * (1 - mean) / mean
    squares += (cells.people - cells.reached) * mean / (1 - mean)
    pairs = float((cells.sizes * (cells.sizes - 1)).sum())
    if pairs == 0:
        return 0.0
    together = float((cells.by_cluster(residual) ** 2).sum() - squares.sum())
    return max(0.0, together / pairs / (float(squares.sum()) / float(cells.people.sum())))


def _parts(cells: _Cells, at: Floats, alike: float) -> tuple[Floats, Floats]:
    """Each cluster's D'V^-1 D and D'V^-1 e, the scale left out, which cancels."""
    root, residual = _residuals(cells, at)
    weighted = cells.patterns * root[:, None]
    shrink = alike / (1 + (cells.sizes - 1) * alike)
    whole = cells.by_cluster(weighted * cells.people[:, None])
    outer = (weighted[:, :, None] * weighted[:, None, :]) * cells.people[:, None, None]
    information = cells.by_cluster(outer)
    information -= shrink[:, None, None] * whole[:, :, None] * whole[:, None, :]
    score = cells.by_cluster(weighted * residual[:, None])
    score -= (shrink * cells.by_cluster(residual))[:, None] * whole
    scale = 1 - min(alike, 1 - _SINGULAR)
    return information / scale, score / scale
