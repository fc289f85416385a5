"""Later shares of randomised schools: log odds and Cox's index, earlier answers allowed for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.designs.later_columns import later_columns
from impact_eval.estimators.designs.shares import cox_difference
from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    Labels,
    read_codes,
    read_scores,
    read_zero_one,
)
from impact_eval.estimators.share_odds import share_odds


def adjusted_share_odds(
    reached: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    school: ArrayLike,
    *,
    respondent: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate the log odds ratio of a later yes between randomised schools.

    Parameters
    ----------
    reached
        Shape (n,), 1 and 0.
    wave, programme, school, respondent, stratum, cluster, conf_level
        As for `adjusted_difference`, of which it has all covariates.

    Returns
    -------
    Estimate
        As of `share_odds`.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a value is missing, or a respondent occurs twice in one wave of a school.

    Notes
    -----
    ``geepack::geeglm(post ~ T + school_pre + own + missing + factor(stratum), corstr =
    "exchangeable")`` with the variance of `share_odds`.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> school, wave = np.repeat(np.arange(16), 40), np.tile([0, 1], 320)
    >>> reached = rng.logistic(size=640) + 0.9 * wave * (school < 8) > 0
    >>> e = adjusted_share_odds(reached, wave, school < 8, school)
    >>> f"{e.estimate:.1f} ({e.conf_low:.1f} to {e.conf_high:.1f})"
    '0.8 (0.4 to 1.1)'
    """
    later, columns, clusters = _later(
        reached, wave, programme, school, respondent=respondent, stratum=stratum, cluster=cluster
    )
    return share_odds(later, columns, clusters, conf_level=conf_level)


def adjusted_cox(
    reached: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    school: ArrayLike,
    *,
    respondent: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate Cox's index of later shares of randomised schools, earlier answers allowed for.

    Parameters
    ----------
    reached, wave, programme, school, respondent, stratum, cluster, conf_level
        As for `adjusted_share_odds`.

    Returns
    -------
    Estimate
        As of `cox_difference`.

    Raises
    ------
    EstimatorCallError
        As of `adjusted_share_odds`.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> school, wave = np.repeat(np.arange(16), 40), np.tile([0, 1], 320)
    >>> reached = rng.logistic(size=640) + 0.9 * wave * (school < 8) > 0
    >>> e = adjusted_cox(reached, wave, school < 8, school)
    >>> f"{e.estimate:.1f} SD ({e.conf_low:.1f} to {e.conf_high:.1f})"
    '0.5 SD (0.3 to 0.7)'
    """
    later, columns, clusters = _later(
        reached, wave, programme, school, respondent=respondent, stratum=stratum, cluster=cluster
    )
    rest = columns[:, 1:] if columns.shape[1] > 1 else None
    found = cox_difference(later, columns[:, 0], clusters, covariates=rest, conf_level=conf_level)
    return replace(found, method=f"{found.method}, adjusted for earlier answers and strata")


def _later(
    reached: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    school: ArrayLike,
    *,
    respondent: ArrayLike | None,
    stratum: ArrayLike | None,
    cluster: ArrayLike | None,
) -> tuple[Floats, Floats, Codes]:
    """Later answers, their columns, and their clusters."""
    scores = read_scores(np.asarray(reached, dtype=np.float64), "reached")
    n = scores.size
    waves = read_zero_one(wave, "wave", n)
    arm = read_zero_one(programme, "programme", n)
    schools, _ = read_codes(school, "school", n)
    clusters = schools if cluster is None else read_codes(cluster, "cluster", n)[0]
    strata: Labels | None = None if stratum is None else read_codes(stratum, "stratum", n)[0]
    columns = later_columns(
        scores, waves, arm, schools, respondent=respondent, stratum=strata, sampling=np.ones(n)
    )
    post = waves == 1
    return scores[post], columns, clusters[post]
