"""Proportional odds with clusters: how far answers moved on the scale of log odds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from impact_eval.estimators.cr2 import read_design, read_weights
from impact_eval.estimators.estimate import (
    Estimate,
    check_conf_level,
    describe,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.estimators.inputs import Codes, Floats, read_codes, read_scores
from impact_eval.estimators.one_step import cluster_moves
from impact_eval.estimators.pair_ranks import ALL_ALIKE
from impact_eval.estimators.proportional_odds import fit_proportional_odds

METHOD = "proportional odds, one-step jackknife by cluster, Satterthwaite"
CHECK = "log odds ratios of all cuts of the answers held equal, jackknife by cluster, F"
SEPARATED = "some answers are certain in one of the groups, so no model fits"
_SINGULAR = 1e-10
_CERTAIN = 20.0


@dataclass(frozen=True, slots=True)
class OddsOfHigher:
    """A log odds ratio of a higher answer, and whether one number does for all cuts.

    `proportionality` has the largest log odds ratio of a cut less the smallest, without an
    interval; its p-value is that of the test that all are equal.
    """

    log_odds: Estimate
    proportionality: Estimate


def odds_of_higher(
    answer: ArrayLike,
    covariates: ArrayLike,
    cluster: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> OddsOfHigher:
    """Estimate the log odds ratio of a higher answer by one covariate, others held fixed.

    Parameters
    ----------
    answer
        Shape (n,), any ordered numbers; only their order matters.
    covariates
        Shape (n,) or (n, q) without a constant; the ratio is that of the first column. Few
        different rows: memory grows with their number times that of the clusters.
    cluster
        Shape (n,), codes.
    weights
        Shape (n,), positive sampling weights; only their ratios matter.
    conf_level
        Between 0 and 1.

    Returns
    -------
    OddsOfHigher
        Both not estimable with fewer than 4 clusters, where all answers are the same, or where
        groups are separated; the check also with two answers only, or too few clusters for so
        many cuts.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a value is missing, or a weight is not positive.

    Notes
    -----
    logit P(Y > j) = x'b - threshold_j, ``MASS::polr(answer ~ x)``, people taken as independent
    for the estimate. With H the information and H_g, s_g a cluster's part of it and of the
    gradient, V = (G - 1)/G sum_g d_g d_g', d_g = (H - H_g)^-1 s_g: what leaving out a cluster does
    in one Newton step, which is the correction of Mancl and DeRouen times (G - 1)/G. Degrees of
    freedom f = (tr P)^2 / tr(P P) with P the moves' covariances if people were independent
    (`cluster_moves`), at most G - 1: fewer where a few clusters hold most people. It speaks of the
    population's odds, not of those within a school.

    The check fits a logit to every cut, takes V of all their ratios at once, and holds
    W = d'V^-1 d of the m = J - 2 differences, as F = (f - m + 1) / (m f) W, against
    F(m, f - m + 1).

    References
    ----------
    McCullagh (1980), Journal of the Royal Statistical Society B 42(2), 109-142. Mancl and DeRouen
    (2001), Biometrics 57(1), 126-134. Brant (1990), Biometrics 46(4), 1171-1178, for the check.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> school, later = np.repeat(np.arange(20), 30), np.tile([0, 1], 300)
    >>> answer = np.round(rng.logistic(size=600) + rng.normal(size=20)[school] + 0.8 * later)
    >>> found = odds_of_higher(np.clip(answer, -2, 2), later, school)
    >>> f"{found.log_odds.estimate:.2f} ({found.log_odds.df:.0f} df)"
    '0.72 (19 df)'
    """
    check_conf_level(conf_level)
    answers = read_scores(answer, "answer")
    design = read_design(covariates, answers.size)
    clusters, labels = read_codes(cluster, "cluster", answers.size)
    sampling = np.ones(answers.size) if weights is None else read_weights(weights, answers.size)
    refuse = partial(refuse_odds, answers.size, labels.size, conf_level)
    if labels.size < ENOUGH_TO_GENERALISE:
        return refuse(refusal(labels.size, unit="cluster"))
    if np.ptp(answers) == 0:
        return refuse(ALL_ALIKE)
    counts, patterns = _tabulate(answers, design, clusters, sampling)
    squared = counts if weights is None else _tabulate(answers, design, clusters, sampling**2)[0]
    moves = _moves(counts, patterns, squared)
    if moves is None:
        return refuse(SEPARATED)
    slope, moved, df = moves
    std_error = float(np.sqrt((1 - 1 / labels.size) * (moved**2).sum()))
    log_odds = from_std_error(
        slope,
        std_error,
        df,
        n=answers.size,
        n_clusters=labels.size,
        method=METHOD,
        conf_level=conf_level,
    )
    return OddsOfHigher(log_odds, _check(counts, patterns, df, n=answers.size))


def _tabulate(
    answers: Floats, design: Floats, clusters: Codes, sampling: Floats
) -> tuple[Floats, Floats]:
    """Weights of answers by cluster and pattern, shape (G, p, J), and the patterns."""
    level, _ = pd.factorize(answers, sort=True)
    place = np.zeros(len(design), dtype=np.intp)
    for column in design.T:
        own, different = pd.factorize(column, sort=True)
        place, _ = pd.factorize(place * different.size + own, sort=True)
    patterns = np.empty((int(place.max()) + 1, design.shape[1]))
    patterns[place] = design
    shape = (int(clusters.max()) + 1, len(patterns), int(level.max()) + 1)
    cell = np.ravel_multi_index((clusters, place, level), shape)
    table = np.bincount(cell, sampling, minlength=int(np.prod(shape)))
    return table.reshape(shape).astype(np.float64), patterns


def _moves(counts: Floats, patterns: Floats, squared: Floats) -> tuple[float, Floats, float] | None:
    """First slope, how much each cluster moves it, and df of these moves; None if nothing fits."""
    fit = fit_proportional_odds(counts.sum(axis=0), patterns)
    if not fit.converged or np.ptp(patterns @ fit.slopes) > _CERTAIN:
        return None
    at = np.concatenate([fit.thresholds, fit.slopes])
    found = cluster_moves(counts, patterns, at, [fit.thresholds.size], squared=squared)
    if found is None:
        return None
    (moved,), ((own,),) = found
    df = float(np.trace(own) ** 2 / (own**2).sum())
    return float(fit.slopes[0]), moved, min(df, len(moved) - 1)


def _check(counts: Floats, patterns: Floats, df_of_ratio: float, *, n: int) -> Estimate:
    """Hold the log odds ratios of all cuts against each other."""
    n_clusters, n_levels = counts.shape[0], counts.shape[2]
    refuse = partial(not_estimable, n=n, n_clusters=n_clusters, method=CHECK)
    m = n_levels - 2
    if m == 0:
        return refuse("there are two answers only, so there is one cut")
    df = df_of_ratio - m + 1
    if df < 2:
        return refuse("there are too few clusters for so many answers")
    slopes, moved = [], []
    for cut in range(1, n_levels):
        halves = np.stack([counts[..., :cut].sum(-1), counts[..., cut:].sum(-1)], axis=-1)
        found = _moves(halves, patterns, halves)
        if found is None:
            return refuse("one of the answers is too rare to be looked at alone")
        slopes.append(found[0])
        moved.append(found[1])
    differences = np.diff(np.array(moved), axis=0)
    variance = (1 - 1 / n_clusters) * differences @ differences.T
    if np.linalg.cond(variance) > 1 / _SINGULAR:
        return refuse("the cuts do not vary enough between clusters")
    distance = np.diff(slopes)
    wald = float(distance @ np.linalg.solve(variance, distance))
    statistic = df / (m * df_of_ratio) * wald
    spread = describe(float(np.ptp(slopes)), n=n, n_clusters=n_clusters, method=CHECK)
    return replace(
        spread,
        statistic=statistic,
        df=float(df),
        p_value=float(special.fdtrc(m, df, statistic)),
    )


def refuse_odds(n: int, n_clusters: int, conf_level: float, reason: str) -> OddsOfHigher:
    """Give the reason in place of both."""
    refused = [
        not_estimable(reason, n=n, n_clusters=n_clusters, method=method, conf_level=conf_level)
        for method in (METHOD, CHECK)
    ]
    return OddsOfHigher(refused[0], refused[1])
