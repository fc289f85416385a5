"""How school changes vary beyond chance: their mean, spread, prediction interval and shrinkage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import inf, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from impact_eval.estimators.between_variance import tau2_by_paule_mandel, tau2_by_reml, tau2_limits
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_interval,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.inputs import Floats, check_length, check_option, read_scores
from impact_eval.estimators.spread_uncertainty import (
    KNOWN_DF,
    likely_spreads,
    likely_variances,
    predict_school,
    shrink_limits,
    spread_limits,
)

_MEAN = "mean of school changes, random effects, Hartung-Knapp"
_TAU2 = "variance of true school changes"
_PREDICTION = "prediction interval of a further school's true change"


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """A random-effects summary of school changes; the arrays follow the given order.

    `tau2` is in squared score points. `prediction` has the mean as its estimate and the prediction
    interval as its interval. `weight_on_own` is tau2 / (tau2 + v), the share of a school's own
    change in its shrunken change.
    """

    mean: Estimate
    tau2: Estimate
    prediction: Estimate
    shrunken: Floats
    shrunken_low: Floats
    shrunken_high: Floats
    weight_on_own: Floats


def random_effects(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    variances_df: ArrayLike = inf,
    tau2_method: Literal["reml", "paule_mandel"] = "reml",
    tau2_known: bool = False,
    n_people: int = 0,
    conf_level: float = 0.95,
) -> RandomEffects:
    """Summarise school changes as draws from a population of schools.

    Parameters
    ----------
    estimates
        Shape (G,), each school's change in score points.
    variances
        Shape (G,), their sampling variances, positive; pooled over schools, because a variance from
        a school's own few workshops makes tau2 too large.
    variances_df
        Degrees of freedom with which each variance is known, one number or shape (G,), positive:
        `variance_df` of `school_changes`. Variances of 10,000 or more count as known. Changes no
        estimate, and no interval of the mean.
    tau2_method
        "reml", or "paule_mandel" as a check that needs no normality.
    tau2_known
        Whether the intervals of single schools take tau2 as known, as metafor's do; they then cover
        too little (see Notes).
    n_people
        People behind the changes, for the record.
    conf_level
        Between 0 and 1.

    Returns
    -------
    RandomEffects
        With one school nothing is estimable. The prediction interval is refused below 4 schools.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a variance is not positive, or the method is unknown.

    Notes
    -----
    w = 1 / (v + tau2), mu = sum w y / sum w, with standard error sqrt(max(1, q) / sum w), q =
    sum w (y - mu)^2 / (G - 1), on G - 1 df: ``metafor::rma(y, v, method = "REML",
    test = "adhoc")``, or ``test = "knha"`` where q > 1. The interval of tau2 inverts Cochran's Q
    (``confint``).

    Where variances are estimated, the interval of tau2 averages Q's tail over v df / chi-square(df)
    quantiles; their error is common to all schools, since they are pooled.

    The prediction interval and the intervals of the shrunken changes average over the distribution
    of tau2 and v that inverting both chi-squares gives, kept to tau2 >= 0, a mixture of normals;
    the former holds at least the interval of the mean. With equal variances it is the posterior of
    the balanced model with prior 1 / (v (v + tau2)). 95 % prediction intervals covered 95 to 100 %
    of further schools, and shrunken intervals 93 to 98 %, with 4 to 100 schools, variances from
    few workshops or people, and equal or very unequal sizes (docs/simulation.md). With
    `tau2_known` they are mu +/- t sqrt(tau2 + se^2) (``predict``) and ``blup``, and covered 83 to
    97 % and 83 to 99 %. The shrunken changes themselves are ``blup`` either way.

    References
    ----------
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30(3), 261-293. Knapp and
    Hartung (2003), Statistics in Medicine 22, 2693-2710. Viechtbauer (2007), Statistics in Medicine
    26, 37-52, for the interval of tau2. Tiao and Tan (1965), Biometrika 52, 37-53, for the
    posterior of the balanced model. Higgins, Thompson and Spiegelhalter (2009), Journal of the
    Royal Statistical Society A 172, 137-159, and Nagashima, Noma and Furukawa (2019), Statistical
    Methods in Medical Research 28, 1689-1702, for prediction with tau2 known and uncertain.

    Examples
    --------
    >>> r = random_effects([0.9, 0.2, 0.6, 1.1, 0.4, 0.8], [0.04, 0.03, 0.05, 0.04, 0.03, 0.06])
    >>> low, high = r.prediction.conf_low, r.prediction.conf_high
    >>> f"mean {r.mean.estimate:.2f}; a further school's change between {low:.2f} and {high:.2f}"
    "mean 0.65; a further school's change between -0.20 and 1.52"
    """
    check_conf_level(conf_level)
    check_option(tau2_method, "tau2_method", ("reml", "paule_mandel"))
    y, v = read_scores(estimates, "estimates"), read_scores(variances, "variances")
    check_length(v, "variances", y.size)
    if (v <= 0).any():
        raise EstimatorCallError("`variances` must be positive")
    if y.size < 2:
        return _refused(y.size, n_people, conf_level)
    tau2 = tau2_by_reml(y, v) if tau2_method == "reml" else tau2_by_paule_mandel(y, v)
    df = _read_df(variances_df, y.size)
    known = bool((df >= KNOWN_DF).all())
    points = likely_variances(v, df)
    low, high = tau2_limits(y, v, conf_level) if known else spread_limits(y, points, conf_level)
    mean = _mean(y, v, tau2, n_people, conf_level)
    counted = partial(from_interval, n=n_people, n_clusters=y.size, conf_level=conf_level)
    own = tau2 / (tau2 + v)
    shrunken = own * y + (1 - own) * mean.estimate
    if tau2_known:
        further, limits = _plug_in_prediction(mean, tau2), _plug_in_limits(shrunken, v, own, mean)
    else:
        likely = likely_spreads(y, points)
        further = _no_narrower(predict_school(y, likely, conf_level), mean)
        limits = shrink_limits(y, likely, conf_level)
    return RandomEffects(
        mean=mean,
        tau2=counted(tau2, low, high, method=f"{_TAU2}, {tau2_method.replace('_', '-')}"),
        prediction=_prediction(mean, further),
        shrunken=shrunken,
        shrunken_low=limits[0],
        shrunken_high=limits[1],
        weight_on_own=own,
    )


def _read_df(variances_df: ArrayLike, size: int) -> Floats:
    """Read the degrees of freedom of the variances, one for all or one for each."""
    df = np.asarray(variances_df, dtype=np.float64)
    if df.ndim:
        check_length(df, "variances_df", size)
    if not (df > 0).all():
        raise EstimatorCallError("`variances_df` must be positive")
    return np.broadcast_to(df, (size,))


def _mean(y: Floats, v: Floats, tau2: float, n_people: int, conf_level: float) -> Estimate:
    w = 1 / (v + tau2)
    mu = float(w @ y / w.sum())
    q = float(w @ (y - mu) ** 2) / (y.size - 1)
    return from_std_error(
        mu,
        sqrt(max(1.0, q) / float(w.sum())),
        y.size - 1,
        n=n_people,
        n_clusters=y.size,
        method=_MEAN,
        conf_level=conf_level,
    )


def _prediction(mean: Estimate, limits: tuple[float, float]) -> Estimate:
    """Give the mean a further school's limits, or refuse them."""
    if mean.n_clusters < ENOUGH_TO_GENERALISE:
        return not_estimable(
            f"a prediction interval needs at least {ENOUGH_TO_GENERALISE} schools",
            n=mean.n,
            n_clusters=mean.n_clusters,
            method=_PREDICTION,
            conf_level=mean.conf_level,
        )
    return from_interval(
        mean.estimate,
        *limits,
        n=mean.n,
        n_clusters=mean.n_clusters,
        method=_PREDICTION,
        conf_level=mean.conf_level,
    )


def _no_narrower(limits: tuple[float, float], mean: Estimate) -> tuple[float, float]:
    """Hold the mean's own interval: no single school is known better than the mean of all."""
    return min(limits[0], mean.conf_low), max(limits[1], mean.conf_high)


def _plug_in_prediction(mean: Estimate, tau2: float) -> tuple[float, float]:
    half = _quantile(mean) * sqrt(tau2 + mean.std_error**2)
    return mean.estimate - half, mean.estimate + half


def _plug_in_limits(
    shrunken: Floats, v: Floats, own: Floats, mean: Estimate
) -> tuple[Floats, Floats]:
    half = _quantile(mean) * np.sqrt(own * v + ((1 - own) * mean.std_error) ** 2)
    return shrunken - half, shrunken + half


def _quantile(mean: Estimate) -> float:
    return float(stats.t.ppf((1 + mean.conf_level) / 2, mean.df))


def _refused(n_schools: int, n_people: int, conf_level: float) -> RandomEffects:
    refuse = partial(
        not_estimable,
        "the spread of school changes needs at least 2 schools",
        n=n_people,
        n_clusters=n_schools,
        conf_level=conf_level,
    )
    empty = np.full(n_schools, nan)
    return RandomEffects(
        mean=refuse(method=_MEAN),
        tau2=refuse(method=_TAU2),
        prediction=refuse(method=_PREDICTION),
        shrunken=empty,
        shrunken_low=empty,
        shrunken_high=empty,
        weight_on_own=empty,
    )
