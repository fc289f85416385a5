"""Whether schools that were to begin already moved apart from those that waited longer."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from impact_eval.estimators.designs.staggered import StaggeredEffect
from impact_eval.estimators.equivalence import simultaneous
from impact_eval.estimators.estimate import Estimate, not_estimable

FIRST_LEAD = -2
NO_LEADS = "no schools that were still to begin were asked twice before, beside others that waited"


def equal_trends(effect: StaggeredEffect) -> Estimate:
    """Test at once that nothing set the groups apart before the workshops.

    Parameters
    ----------
    effect
        Of `staggered_effect`; its times before the last wave before the workshop are looked at.

    Returns
    -------
    Estimate
        The difference that lies farthest from zero in standard errors, with the interval that
        allows for all of them, and the joint p-value of all.

    Notes
    -----
    p = min(1, L p_min) and intervals at 1 - (1 - level) / L for L times (Bonferroni): valid however
    the differences hang together and however few the schools, where a joint Wald test by the
    cluster-robust variance is not. Not to reject is no proof: with few schools a difference that
    would matter is often not seen, which the interval shows.

    References
    ----------
    Roth (2022), American Economic Review: Insights 4(3), 305-322, on what such tests miss.

    Examples
    --------
    >>> import numpy as np
    >>> from impact_eval.estimators.designs.staggered import staggered_effect
    >>> school, never = np.repeat(list("abcdef"), 3), np.nan
    >>> first = np.repeat([2, 2, 2, never, never, never], 3)
    >>> score = [4, 6, 8, 5, 6, 8, 4, 6, 9, 5, 6, 7, 4, 5, 5, 6, 6, 7]
    >>> test = equal_trends(staggered_effect(score, [0, 1, 2] * 6, school, first))
    >>> f"{test.estimate:.2f} points, p = {test.p_value:.2f}"
    '-1.00 points, p = 0.10'
    """
    leads = [one.estimate for one in effect.by_time_since if one.since <= FIRST_LEAD]
    tested = [one for one in leads if isfinite(one.p_value)]
    if not tested:
        overall = effect.overall
        return not_estimable(
            NO_LEADS,
            n=overall.n,
            n_clusters=overall.n_clusters,
            method="largest difference before the workshops",
            conf_level=overall.conf_level,
        )
    farthest = max(tested, key=lambda one: abs(one.statistic))
    joint = min(1.0, len(tested) * min(one.p_value for one in tested))
    wide = simultaneous(farthest, len(tested)) if len(tested) > 1 else farthest
    method = f"largest of {len(tested)} differences before the workshops, Bonferroni, CR2"
    return replace(wide, p_value=joint, method=method, conf_level=farthest.conf_level)
