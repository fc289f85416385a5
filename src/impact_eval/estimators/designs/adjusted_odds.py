"""The odds of a higher score between randomised schools, earlier scores allowed for."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.clustered_odds import OddsOfHigher, odds_of_higher, refuse_odds
from impact_eval.estimators.designs.later_columns import later_columns
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.inputs import (
    Floats,
    check_length,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)

MOST_VALUES = 8
NOT_SHORT = f"no model of odds: later scores are no whole numbers of {MOST_VALUES} values at most"


def adjusted_odds(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    school: ArrayLike,
    *,
    respondent: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> OddsOfHigher:
    """Estimate the log odds ratio of a higher later score between randomised schools.

    Parameters
    ----------
    score, wave, programme, school, respondent, stratum, cluster, weights, conf_level
        As for `adjusted_difference`, of which it has all covariates.

    Returns
    -------
    OddsOfHigher
        Programme against comparison, and whether one ratio does for all cuts. Not estimable where
        later scores are no whole numbers of 8 values at most, with fewer than 4 clusters in an arm,
        and as `odds_of_higher` says.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or a respondent occurs twice in one wave of a school.

    Notes
    -----
    ``MASS::polr(factor(post) ~ T + school_pre + own + missing + factor(stratum))`` with the
    variance of `odds_of_higher`. It takes from the scores their order alone.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> school, wave = np.repeat(np.arange(16), 40), np.tile([0, 1], 320)
    >>> side = school < 8
    >>> score = np.round(rng.normal(3, 1, 640) + 0.6 * wave * side).clip(0, 6)
    >>> e = adjusted_odds(score, wave, side, school).log_odds
    >>> f"log odds {e.estimate:.1f}, {e.conf_low:.1f} to {e.conf_high:.1f}"
    'log odds 1.3, 0.9 to 1.6'
    """
    scores = read_scores(score, "score")
    n = scores.size
    waves = read_zero_one(wave, "wave", n)
    arm = read_zero_one(programme, "programme", n)
    schools, _ = read_codes(school, "school", n)
    clusters = schools if cluster is None else read_codes(cluster, "cluster", n)[0]
    sampling = np.ones(n) if weights is None else read_scores(weights, "weights")
    check_length(sampling, "weights", n)
    strata = None if stratum is None else read_codes(stratum, "stratum", n)[0]
    columns = later_columns(
        scores, waves, arm, schools, respondent=respondent, stratum=strata, sampling=sampling
    )
    post = waves == 1
    refuse = partial(refuse_odds, int(post.sum()), n_distinct(clusters[post]), conf_level)
    if not is_short(scores[post]):
        return refuse(NOT_SHORT)
    fewest = min(n_distinct(clusters[post & (arm == side)]) for side in (0, 1))
    if fewest < ENOUGH_TO_GENERALISE:
        return refuse(
            f"the model needs {ENOUGH_TO_GENERALISE} clusters in each arm, and one has {fewest}"
        )
    return odds_of_higher(
        scores[post],
        columns,
        clusters[post],
        weights=None if weights is None else sampling[post],
        conf_level=conf_level,
    )


def is_short(scores: Floats) -> bool:
    """Whether scores are whole numbers of few enough values for a model of their order.

    Examples
    --------
    >>> is_short(np.array([1.0, 2.0, 5.0])), is_short(np.array([1.0, 2.5]))
    (True, False)
    """
    values = np.unique(scores)
    return values.size <= MOST_VALUES and bool((values == np.round(values)).all())
