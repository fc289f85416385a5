"""How far answers moved between two waves on the scale of log odds, schools held alike."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.clustered_odds import OddsOfHigher, odds_of_higher, refuse_odds
from impact_eval.estimators.inputs import (
    check_option,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)
from impact_eval.estimators.school_weights import (
    SchoolWeights,
    in_both_waves,
    row_weights,
    weights_by_school,
)


def odds_change(
    answer: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
    conf_level: float = 0.95,
) -> OddsOfHigher:
    """Estimate the log odds ratio of a higher answer after against before.

    Parameters
    ----------
    answer
        Shape (n,), any ordered numbers.
    wave
        Shape (n,), 0 for pre and 1 for post.
    cluster
        Shape (n,), codes of schools, or coarser.
    school
        Shape (n,), codes of schools surveyed in both waves. None where the two rounds drew
        different schools.
    weights, school_weights
        How much a school counts, as for `mean_change`.
    conf_level
        Between 0 and 1.

    Returns
    -------
    OddsOfHigher
        As `odds_of_higher` gives it; also not estimable where no school has both waves.

    Raises
    ------
    EstimatorCallError
        As for `mean_change`.

    Notes
    -----
    `odds_of_higher` of the wave, a row weighing its school's weight divided by the school's rows of
    that wave: every school then has the same share in both waves, so that who answered where moves
    nothing. Without `school` all rows weigh the same.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> school, later = np.repeat(np.arange(12), 40), np.tile([0, 1], 240)
    >>> answer = np.clip(np.round(rng.logistic(size=480) + later), -2, 2)
    >>> f"{odds_change(answer, later, school, school=school).log_odds.estimate:.2f}"
    '0.93'
    """
    check_option(weights, "weights", ("respondent", "school", "beneficiary"))
    answers = read_scores(answer, "answer")
    waves = read_zero_one(wave, "wave", answers.size)
    clusters, _ = read_codes(cluster, "cluster", answers.size)
    if school is None:
        if n_distinct(waves) < 2:
            return refuse_odds(answers.size, 0, conf_level, "no school has answers in both waves")
        return odds_of_higher(answers, waves, clusters, conf_level=conf_level)
    schools, names = read_codes(school, "school", answers.size)
    given = weights_by_school(weights, school_weights, names)
    kept = in_both_waves(waves, schools, names.size)[schools]
    answers, waves, clusters, schools = answers[kept], waves[kept], clusters[kept], schools[kept]
    if answers.size == 0:
        return refuse_odds(0, 0, conf_level, "no school has answers in both waves")
    if given is None:
        n = np.bincount(2 * schools + waves, minlength=2 * names.size).reshape(-1, 2)
        given = n.prod(axis=1) / np.maximum(n.sum(axis=1), 1)
    return odds_of_higher(
        answers,
        waves,
        clusters,
        weights=row_weights(waves, schools, given),
        conf_level=conf_level,
    )
