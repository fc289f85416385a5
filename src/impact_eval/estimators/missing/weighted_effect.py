"""An effect with those who answered again standing for those of their side who did not."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.inputs import Floats
from impact_eval.estimators.missing.two_sides import (
    BOTH,
    EffectOf,
    TwoSides,
    few_on_a_side,
    read_two_sides,
)
from impact_eval.estimators.missing.weighted_gain import answer_weights, imbalance

_METHOD = "difference of gains of those seen again, weighted by side for their chance of it, CR2"
_ADJUSTED = (
    "adjusted later scores of those seen again, weighted by side for their chance of it, CR2"
)


@dataclass(frozen=True, slots=True)
class WeightedEffect:
    """A weighted effect, and how well the weights make up for who was lost.

    `imbalance_before` and `imbalance_after` are those of `WeightedGain` on the side where they are
    larger; `effective_n` is how many equally weighted people those of both sides are worth.
    """

    estimate: Estimate
    imbalance_before: float
    imbalance_after: float
    effective_n: float


def weighted_effect(  # noqa: PLR0913
    pre: ArrayLike,
    post: ArrayLike,
    programme: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike,
    adjusted: bool = False,
    stratum: ArrayLike | None = None,
    covariates: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    hold_schools: bool = False,
    conf_level: float = 0.95,
) -> WeightedEffect:
    """Estimate an effect on all who were asked before by inverse probability weights.

    Parameters
    ----------
    pre
        Shape (n,), score points of everybody who was asked before, on both sides.
    post
        Shape (n,), their later scores, nan for who was not seen again.
    programme
        Shape (n,), 1 for the programme's schools and 0 for the others.
    cluster
        Shape (n,), codes.
    school
        Shape (n,), codes of schools, each with its own level of the chance to answer.
    adjusted
        Whether the effect is the difference of later scores adjusted for earlier ones, as after a
        lot, or else the difference of gains.
    stratum
        Shape (n,), codes of what schools were assigned in; for adjusted scores.
    covariates
        Shape (n, k), what else was known before; the pre score is always used.
    weights
        Shape (n,), positive, what everybody counts in the design.
    hold_schools
        Whether the interval speaks of these schools alone; for gains.
    conf_level
        Between 0 and 1.

    Returns
    -------
    WeightedEffect
        Programme minus comparison, if on each side people alike in what was known before gained
        alike, seen again or not. `n` counts those seen again. Not estimable where a side has fewer
        than 2 clusters with any.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a pre score or covariate is missing, a school is in two arms, or adjusted
        scores are to hold schools.

    Notes
    -----
    The chance to be seen again (`answer_chances`) is fitted on each side by itself: what makes
    people leave may differ between the sides, and then the difference of the sides is biased though
    neither side's loss is large. Weights are those of `answer_weights`, times the design's. Gains:
    ``coef_test(lm(post - pre ~ T, weights = w), vcov = "CR2", cluster = cluster, test =
    "Satterthwaite", coefs = "T")``. Adjusted: `adjusted_difference` with these weights, whose
    schools' means before are those of everybody asked. Weights are taken as known, as in
    `weighted_gain`.

    References
    ----------
    Seaman and White (2013), Statistical Methods in Medical Research 22(3), 278-295. Abadie (2005),
    Review of Economic Studies 72(1), 1-19, for weighted differences in differences.

    Examples
    --------
    On the programme's side the weaker half was seen again less often, and gained more.

    >>> pre = np.tile([2.0, 2, 2, 2, 8, 8, 8, 8], 12)
    >>> school, arm = np.repeat(np.arange(12), 8), np.repeat([1, 0], 48)
    >>> gain = np.where(pre == 2, 3.0, 1.0) * arm + 0.1 * (school % 3) + np.tile([0, 0.1], 48)
    >>> lost = np.tile([0, 0, 1, 1, 0, 0, 0, 0], 12) * arm == 1
    >>> post = np.where(lost, np.nan, pre + gain)
    >>> e = weighted_effect(pre, post, arm, school, school=school).estimate
    >>> raw = gain[(arm == 1) & ~lost].mean() - gain[arm == 0].mean()
    >>> f"{e.estimate:.2f}, where those seen again show {raw:.2f}"
    '1.98, where those seen again show 1.67'
    """
    of = EffectOf(adjusted, hold_schools, _ADJUSTED if adjusted else _METHOD, conf_level)
    people = read_two_sides(
        pre, post, programme, cluster, school,
        stratum=stratum, covariates=covariates, weights=weights,
    )  # fmt: skip
    reason = few_on_a_side(people)
    if reason:
        return WeightedEffect(of.refuse(people, reason), nan, nan, nan)
    people = people.part(np.isin(people.school, people.school[people.seen]))
    chances, before, after, worth = np.zeros(people.pre.size), 0.0, 0.0, 0.0
    for side in BOTH:
        own = people.programme == side
        found, apart = _side(people.part(own))
        chances[own & people.seen] = found
        before, after = max(before, apart[0]), max(after, apart[1])
        worth += float(found.sum() ** 2 / (found @ found))
    again = people.part(people.seen)
    estimate = of.estimate(again, chances[people.seen] * again.weights, people)
    return WeightedEffect(estimate, before, after, worth)


def _side(people: TwoSides) -> tuple[Floats, tuple[float, float]]:
    """Weigh one side, and say how far those seen again are from all, before and after."""
    known = np.column_stack([people.pre, people.known])
    weights = answer_weights(people.seen, known, people.school)
    again = known[people.seen]
    return weights, (
        imbalance(again, known, np.ones(weights.size)),
        imbalance(again, known, weights),
    )
