"""The mean gain with those who answered again standing for those like them who did not."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import Estimate, check_conf_level, not_estimable
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.held_gain import held_gain
from impact_eval.estimators.inputs import Codes, Floats, check_length, read_codes, read_scores
from impact_eval.estimators.missing.answer_chances import answer_chances

TRIMMED_AT = (0.01, 0.99)
_METHOD = "gains of those seen again, weighted by their chance of it, CR2"


@dataclass(frozen=True, slots=True)
class WeightedGain:
    """A weighted mean gain, and how well the weights make up for who was lost.

    `imbalance_before` and `imbalance_after` are the largest distances of those seen again from all
    who were asked before, over everything known before, in standard deviations; `effective_n` is
    how many equally weighted people the weighted ones are worth. `schools_left_out` counts the
    schools where nobody was seen again: no weight can stand for them.
    """

    estimate: Estimate
    imbalance_before: float
    imbalance_after: float
    effective_n: float
    schools_left_out: int


def weighted_gain(
    pre: ArrayLike,
    post: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike,
    covariates: ArrayLike | None = None,
    hold_schools: bool = False,
    conf_level: float = 0.95,
) -> WeightedGain:
    """Estimate the mean gain of all pre respondents by inverse probability weights.

    Parameters
    ----------
    pre
        Shape (n,), score points of everybody who was asked before.
    post
        Shape (n,), their later scores, nan for who was not seen again.
    cluster
        Shape (n,), codes.
    school
        Shape (n,), codes of schools, each with its own level of the chance to answer.
    covariates
        Shape (n, k), what else was known before; the pre score is always used.
    hold_schools
        Whether the interval speaks of these schools alone: each then has its own mean gain, and
        counts by its pre respondents.
    conf_level
        Between 0 and 1.

    Returns
    -------
    WeightedGain
        Post minus pre of all pre respondents, if among people alike in what was known before, those
        seen again and those not gained alike. `n` counts those seen again. Not estimable with fewer
        than 2 clusters that have any.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a pre score or covariate is missing, or a level is not between 0 and 1.

    Notes
    -----
    Weights are (share seen again) / (own chance by `answer_chances`), cut at their 1st and 99th
    percentile. Then gain = constant by weighted least squares with CR2. The weights are taken as
    known: with a logit that holds, fitting them makes the estimate more exact than that, so the
    interval is on the safe side. In R: ``coef_test(lm(gain ~ 1, weights = w), vcov = "CR2", cluster
    = cluster, test = "Satterthwaite")``.

    References
    ----------
    Seaman and White (2013), Statistical Methods in Medical Research 22(3), 278-295; Wooldridge
    (2007), Journal of Econometrics 141, 1281-1301, for the fitted weights.

    Examples
    --------
    The weaker half was seen again less often, and gained more.

    >>> pre = np.tile([2.0, 2, 2, 2, 8, 8, 8, 8], 6)
    >>> gain = np.tile([3.0, 3.2, 3, 3.1, 1, 1, 1, 1.2], 6)
    >>> lost = np.tile([0, 0, 1, 1, 0, 0, 0, 0], 6) == 1
    >>> school = np.repeat(list("abcdef"), 8)
    >>> gain += np.repeat([0.1, -0.1, 0.0, 0.2, -0.2, 0.0], 8)
    >>> found = weighted_gain(pre, np.where(lost, np.nan, pre + gain), school, school=school)
    >>> f"{found.estimate.estimate:.2f} of {gain.mean():.2f}, raw {gain[~lost].mean():.2f}"
    '2.06 of 2.06, raw 1.73'
    """
    check_conf_level(conf_level)
    before = read_scores(pre, "pre")
    after = np.asarray(post, dtype=np.float64)
    check_length(after, "post", before.size)
    clusters, _ = read_codes(cluster, "cluster", before.size)
    schools, labels = read_codes(school, "school", before.size)
    known = before[:, None]
    if covariates is not None:
        known = np.column_stack([before, np.asarray(covariates, dtype=np.float64)])
    seen = ~np.isnan(after)
    n_clusters = np.unique(clusters[seen]).size
    if n_clusters < 2:
        refused = not_estimable(
            refusal(n_clusters, unit="cluster"),
            n=int(seen.sum()),
            n_clusters=n_clusters,
            method=_METHOD,
            conf_level=conf_level,
        )
        return WeightedGain(refused, nan, nan, nan, 0)
    spoken_for = np.isin(schools, schools[seen])
    weights = answer_weights(seen[spoken_for], known[spoken_for], schools[spoken_for])
    estimate = held_gain(
        after[seen] - before[seen],
        clusters[seen],
        school=schools[seen] if hold_schools else None,
        school_all=schools[spoken_for],
        weights=weights,
        conf_level=conf_level,
        method=_METHOD,
    )
    everybody, again = known[spoken_for], known[seen]
    return WeightedGain(
        estimate,
        imbalance(again, everybody, np.ones(weights.size)),
        imbalance(again, everybody, weights),
        float(weights.sum() ** 2 / (weights @ weights)),
        labels.size - np.unique(schools[seen]).size,
    )


def answer_weights(seen: ArrayLike, covariates: Floats, school: Codes) -> Floats:
    """Weigh those seen again by the inverse of their chance of it, stabilised and trimmed.

    Where nobody was lost there is no chance to fit, and everybody counts the same.

    >>> x, school = np.empty((6, 0)), np.array([0, 0, 0, 1, 1, 1])
    >>> answer_weights([1, 1, 1, 0, 1, 0], x, school).round(2).tolist()
    [0.76, 0.76, 0.76, 1.75]
    """
    again = np.asarray(seen, dtype=bool)
    if again.all():
        return np.ones(again.size)
    chance = answer_chances(again, covariates, school)[again]
    weights = again.mean() / chance
    low, high = np.quantile(weights, TRIMMED_AT)
    return np.asarray(np.clip(weights, low, high), dtype=np.float64)


def imbalance(again: Floats, everybody: Floats, weights: Floats) -> float:
    """Give the largest distance of weighted means from everybody's, in standard deviations."""
    spread = everybody.std(axis=0)
    varies = spread > 0
    distance = np.average(again, axis=0, weights=weights) - everybody.mean(axis=0)
    return float(np.abs(distance[varies] / spread[varies]).max(initial=0.0))
