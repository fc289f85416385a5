"""How far answers moved between two waves on the scale of log odds, schools held alike."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.clustered_odds import OddsOfHigher, odds_of_higher, refuse_odds
from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
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

FEW_ON_A_SIDE = "a side has fewer than 4 clusters, too few to tell by how much they vary"


def odds_change(
    answer: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    programme: ArrayLike | None = None,
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
    programme
        Shape (n,), 1 for schools with the programme and 0 for the others; with it the ratio is that
        of the two sides' odds ratios. It needs `school`.
    weights, school_weights
        How much a school counts, as for `mean_change`.
    conf_level
        Between 0 and 1.

    Returns
    -------
    OddsOfHigher
        As `odds_of_higher` gives it; also not estimable where no school has both waves, or a side
        has fewer than 4 clusters.

    Raises
    ------
    EstimatorCallError
        As for `mean_change`, or if there are sides and no schools.

    Notes
    -----
    `odds_of_higher` of the wave, a row weighing its school's weight divided by the school's rows of
    that wave: every school then has the same share in both waves, so that who answered where moves
    nothing. Without `school` all rows weigh the same. Of two sides it is the coefficient of wave x
    side beside wave and side, ``MASS::polr(answer ~ wave * side, weights = w)``.

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
    side = None if programme is None else read_zero_one(programme, "programme", answers.size)
    if school is None and side is not None:
        raise EstimatorCallError("`programme` needs `school`")
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
    columns = waves.astype(np.float64)
    if side is not None:
        own = side[kept]
        if min(n_distinct(clusters[own == one]) for one in (0, 1)) < ENOUGH_TO_GENERALISE:
            return refuse_odds(answers.size, n_distinct(clusters), conf_level, FEW_ON_A_SIDE)
        columns = np.column_stack([waves * own, waves, own]).astype(np.float64)
    return odds_of_higher(
        answers,
        columns,
        clusters,
        weights=row_weights(waves, schools, given),
        conf_level=conf_level,
    )
