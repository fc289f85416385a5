"""What is left of a change at a later wave."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.designs.arms import too_few_clusters
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_interval,
    not_estimable,
)
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    Labels,
    check_length,
    counts,
    lies_within,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)

_METHOD = "schools seen in all three waves, school fixed effects, CR2"
_SHARE = "share of the first change left at follow-up, Fieller's interval"
UNCLEAR = "the first change is not clearly different from none, so no share of it can be given"


@dataclass(frozen=True, slots=True)
class Retention:
    """A change, what became of it, and what is left.

    `first` is post minus pre, `later` follow-up minus post, `total` follow-up minus pre, all of the
    same schools, so that first + later = total. `share` is total / first: 1 if all of the change is
    left, 0 if none; it has no p-value.
    """

    first: Estimate
    later: Estimate
    total: Estimate
    share: Estimate


def retention(
    score: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike,
    programme: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Retention:
    """Estimate how much of a change is left at follow-up.

    Parameters
    ----------
    score
        Shape (n,), score points of three waves.
    wave
        Shape (n,), 0 for pre, 1 for post, 2 for follow-up.
    cluster
        Shape (n,), codes, as for `mean_change`.
    school
        Shape (n,), codes; schools without answers in one of the waves are left out
        (`schools_missing_a_wave` names them).
    programme
        Shape (n,), 1 and 0: then all changes are differences in differences.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Retention
        `share` is refused where the first change's interval, at the degrees of freedom used for the
        share, holds zero: Fieller's set is then not an interval.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or `wave` is not 0, 1 and 2.

    Notes
    -----
    One regression, score = school + post + follow-up (times programme), with CR2. The share's
    limits are the r with (total - r first)^2 = t^2 Var(total - r first), t on the smaller of the
    two changes' degrees of freedom. In R: ``lm(y ~ factor(wave) + factor(school))`` and its
    ``vcovCR(type = "CR2")``. People who come back may differ from those who do not: pass the rows
    of people linked in all three waves to see whether the answer hangs on it.

    References
    ----------
    Fieller (1954), Journal of the Royal Statistical Society B 16(2), 175-185.

    Examples
    --------
    >>> score = [4, 5, 8, 9, 6, 7, 5, 6, 8, 9, 7, 8, 3, 5, 7, 8, 6, 7, 4, 6, 9, 9, 6, 8]
    >>> r = retention(score, [0, 0, 1, 1, 2, 2] * 4, np.repeat(range(4), 6),
    ...     school=np.repeat(range(4), 6))
    >>> f"{r.share.estimate:.0%} left ({r.share.conf_low:.0%} to {r.share.conf_high:.0%})"
    '59% left (43% to 80%)'
    """
    check_conf_level(conf_level)
    scores = read_scores(score, "score")
    waves = _read_three_waves(wave, scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    schools, labels = read_codes(school, "school", scores.size)
    arm = None if programme is None else read_zero_one(programme, "programme", scores.size)
    kept = _in_all_waves(waves, schools, labels.size)[schools]
    scores, waves, clusters, schools = scores[kept], waves[kept], clusters[kept], schools[kept]
    arm = None if arm is None else arm[kept]
    reason = _refuse(scores, clusters, arm)
    if reason:
        refuse = partial(
            not_estimable, n=scores.size, n_clusters=n_distinct(clusters), conf_level=conf_level
        )
        change = refuse(reason, method=_METHOD)
        return Retention(change, change, change, refuse(reason, method=_SHARE))
    design = _design(waves, schools, arm)
    ask = partial(_ask, scores, design, clusters, schools, conf_level)
    first, later, total = ask((1, 0)), ask((-1, 1)), ask((0, 1))
    return Retention(first, later, total, _share(first, later, total))


def schools_missing_a_wave(wave: ArrayLike, school: ArrayLike) -> Labels:
    """List the schools without answers in one of the three waves: retention leaves them out.

    Examples
    --------
    >>> schools_missing_a_wave([0, 1, 2, 0, 1], ["a", "a", "a", "b", "b"]).tolist()
    ['b']
    """
    n = np.asarray(wave).size
    waves = _read_three_waves(wave, n)
    schools, labels = read_codes(school, "school", n)
    return labels[~_in_all_waves(waves, schools, labels.size)]


def fieller(
    numerator: float,
    denominator: float,
    variances: tuple[float, float],
    covariance: float,
    t: float,
) -> tuple[float, float]:
    """Compute the limits of a ratio; infinite where the denominator is not clear of zero.

    Parameters
    ----------
    numerator, denominator
        Estimates.
    variances, covariance
        Of the numerator, then of the denominator; between the two.
    t
        Quantile of the interval.

    Returns
    -------
    tuple
        Lower and upper limit.

    Examples
    --------
    >>> low, high = fieller(1.0, 2.0, (0.04, 0.04), 0.0, 1.96)
    >>> f"{low:.3f} to {high:.3f}"
    '0.296 to 0.744'
    """
    a = denominator**2 - t**2 * variances[1]
    if a <= 0:
        return -inf, inf
    b = numerator * denominator - t**2 * covariance
    c = numerator**2 - t**2 * variances[0]
    root = sqrt(max(0.0, b**2 - a * c))
    return (b - root) / a, (b + root) / a


def _ask(
    scores: Floats,
    design: Floats,
    clusters: Codes,
    schools: Codes,
    conf_level: float,
    contrast: tuple[int, int],
) -> Estimate:
    return fit_cr2(
        scores,
        design,
        clusters,
        coefficient=[*contrast, *[0] * (design.shape[1] - 2)],
        school=schools,
        conf_level=conf_level,
        method=_METHOD,
    )


def _share(first: Estimate, later: Estimate, total: Estimate) -> Estimate:
    """Divide; the covariance comes from Var(later) = Var(total) + Var(first) - 2 Cov."""
    parts = (first, later, total)
    refuse = partial(
        not_estimable,
        n=first.n,
        n_clusters=first.n_clusters,
        method=_SHARE,
        conf_level=first.conf_level,
    )
    reasons = [part.reason for part in (first, total) if part.reason]
    if reasons:
        return refuse(reasons[0])
    v_first, v_later, v_total = (0.0 if p.reason else p.std_error**2 for p in parts)
    covariance = (v_total + v_first - v_later) / 2
    t = float(special.stdtrit(min(first.df, total.df), (1 + first.conf_level) / 2))
    limits = fieller(total.estimate, first.estimate, (v_total, v_first), covariance, t)
    if limits[0] == -inf:
        return refuse(UNCLEAR)
    return from_interval(
        total.estimate / first.estimate,
        *limits,
        n=first.n,
        n_clusters=first.n_clusters,
        method=_SHARE,
        conf_level=first.conf_level,
    )


def _design(waves: Codes, schools: Codes, arm: Codes | None) -> Floats:
    post, follow_up = (waves == 1).astype(float), (waves == 2).astype(float)
    if arm is None:
        return np.column_stack([post, follow_up])
    columns = [post * arm, follow_up * arm, post, follow_up]
    return np.column_stack(columns if lies_within(schools, arm) else [*columns, arm])


def _refuse(scores: Floats, clusters: Codes, arm: Codes | None) -> str:
    if scores.size == 0:
        return "no school has answers in all three waves"
    if n_distinct(clusters) < 2:
        return refusal(1, unit="cluster")
    return "" if arm is None else too_few_clusters(clusters, arm)


def _in_all_waves(waves: Codes, schools: Codes, n_schools: int) -> Labels:
    return np.asarray((counts(3 * schools + waves, 3 * n_schools).reshape(-1, 3) > 0).all(axis=1))


def _read_three_waves(wave: ArrayLike, n: int) -> Codes:
    given = np.asarray(wave)
    check_length(given, "wave", n)
    if not np.isin(given, (0, 1, 2)).all():
        raise EstimatorCallError("`wave` must hold only 0, 1 and 2")
    return given.astype(np.intp)
