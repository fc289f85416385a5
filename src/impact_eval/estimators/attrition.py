"""How many people were lost between waves, and whether the linked differ from the unlinked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.effect_sizes import standardise
from impact_eval.estimators.estimate import Estimate, EstimatorCallError, not_estimable
from impact_eval.estimators.inputs import n_distinct, read_codes, read_scores, read_zero_one

_METHOD = "linked minus unlinked at baseline, in pooled standard deviations, CR2"


@dataclass(frozen=True, slots=True)
class AttritionRange:
    """The fewest and the most pre respondents who can have been lost, as counts and shares."""

    n_pre: int
    lost_low: int
    lost_high: int
    rate_low: float
    rate_high: float


def attrition_range(n_pre: int, n_post: int, n_linked: int) -> AttritionRange:
    """Bound the number of pre respondents who did not answer afterwards.

    Parameters
    ----------
    n_pre, n_post
        Respondents of each wave, not negative.
    n_linked
        People linked between the waves, at most the smaller of the two.

    Returns
    -------
    AttritionRange
        From max(0, n_pre - n_post), if every post respondent had answered before, to all unlinked
        pre respondents, if every unlinked post respondent is new. Rates are shares of `n_pre`, nan
        without pre respondents.

    Raises
    ------
    EstimatorCallError
        If a count is negative or `n_linked` exceeds a wave.

    Examples
    --------
    >>> r = attrition_range(500, 460, 380)
    >>> f"between {r.lost_low} and {r.lost_high} of {r.n_pre} were not surveyed again"
    'between 40 and 120 of 500 were not surveyed again'
    """
    if min(n_pre, n_post, n_linked) < 0 or n_linked > min(n_pre, n_post):
        raise EstimatorCallError(
            "counts must not be negative, and `n_linked` at most `n_pre` and `n_post`; "
            f"got {n_pre}, {n_post} and {n_linked}"
        )
    low, high = max(0, n_pre - n_post), n_pre - n_linked
    rates = (low / n_pre, high / n_pre) if n_pre else (float("nan"), float("nan"))
    return AttritionRange(n_pre, low, high, *rates)


def baseline_difference(
    pre: ArrayLike, linked: ArrayLike, cluster: ArrayLike, *, conf_level: float = 0.95
) -> Estimate:
    """Estimate how linked pre respondents differ from unlinked ones, in standard deviations.

    Parameters
    ----------
    pre
        Shape (n,), score points of all pre respondents.
    linked
        Shape (n,), 1 for those linked to a post survey and 0 for the others.
    cluster
        Shape (n,), codes.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Linked minus unlinked, divided by the pooled standard deviation within the two. Not
        estimable where one of the two has fewer than 2 people.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or `linked` is not 0 and 1.

    Notes
    -----
    The difference and its CR2 interval are those of ``lm(pre ~ linked)``; `standardise` adds the
    uncertainty of the standard deviation.

    Examples
    --------
    >>> pre, linked = [5, 6, 7, 6, 4, 7, 3, 5], [1, 1, 1, 1, 0, 1, 0, 0]
    >>> e = baseline_difference(pre, linked, ["a", "a", "b", "b", "c", "c", "d", "d"])
    >>> f"linked pupils scored {e.estimate:.1f} SD above the others"
    'linked pupils scored 2.1 SD above the others'
    """
    scores = read_scores(pre, "pre")
    group = read_zero_one(linked, "linked", scores.size)
    if scores.size and np.ptp(group) == 0:
        return not_estimable(
            "everybody of the earlier survey was linked" if group[0] else "nobody was linked",
            n=scores.size,
            n_clusters=n_distinct(read_codes(cluster, "cluster", scores.size)[0]),
            method=_METHOD,
            conf_level=conf_level,
        )
    design = np.column_stack([group, np.ones(scores.size)])
    difference = fit_cr2(
        scores, design, cluster, coefficient=0, conf_level=conf_level, method=_METHOD
    )
    df = scores.size - 2
    if difference.reason or df < 1:
        return difference
    within = scores.copy()
    for g in (0, 1):
        within[group == g] -= within[group == g].mean()
    sd = float(np.sqrt(within @ within / df))
    return standardise(difference, sd, sd_df=df, method=_METHOD)
