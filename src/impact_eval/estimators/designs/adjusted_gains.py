"""How much more people gained on one side, where each side's linked people stand for all asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from impact_eval.estimators.estimate import Estimate, from_std_error, not_estimable
from impact_eval.estimators.inputs import check_length, read_zero_one
from impact_eval.estimators.linked import adjusted_gain

_METHOD = "difference of the sides' linked gains, each adjusted to all its pre respondents, CR2"


def adjusted_gain_difference(  # noqa: PLR0913
    pre: ArrayLike,
    post: ArrayLike,
    programme: ArrayLike,
    cluster: ArrayLike,
    *,
    pre_all: ArrayLike,
    pre_all_programme: ArrayLike,
    pre_all_cluster: ArrayLike,
    school: ArrayLike,
    pre_all_school: ArrayLike,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate the difference of two sides' mean gains, of all who were asked before.

    Parameters
    ----------
    pre, post, programme, cluster, school
        Shape (n,), the linked respondents' scores, sides (1 for the programme's schools, 0 for the
        others), clusters and schools.
    pre_all, pre_all_programme, pre_all_cluster, pre_all_school
        Shape (m,), the same of all pre respondents, the linked ones among them.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Programme minus comparison; `n` counts the linked respondents. Not estimable where
        `adjusted_gain` is not on a side.

    Raises
    ------
    EstimatorCallError
        As for `adjusted_gain`, and if a side is not 0 or 1.

    Notes
    -----
    `adjusted_gain` on each side with a slope of its own, and their difference: variances add, as
    the sides share no cluster. df = (1/m_1 + 1/m_0)^2 / sum (1/m_s)^2 / df_s with m_s the pre
    respondents of a side: Satterthwaite's under independent errors of one variance, so that with
    everybody linked all of it is ``coef_test(lm(gain ~ T), vcov = "CR2", coefs = "T")`` for schools
    as clusters. Where whom a side lost depends on the earlier score this holds, and the difference
    in differences of all who answered does not.

    Examples
    --------
    The programme's weaker pupils left, who gained most; elsewhere nobody did.

    >>> rng = np.random.default_rng(1)
    >>> school, arm = np.repeat(np.arange(12), 25), np.repeat([1, 0], 150)
    >>> pre = rng.normal(5, 2, 300)
    >>> post = pre + (3 - 0.4 * pre) * arm + rng.normal(0, 0.5, 300)
    >>> seen = (arm == 0) | (pre > 4)
    >>> e = adjusted_gain_difference(
    ...     pre[seen], post[seen], arm[seen], school[seen], pre_all=pre, pre_all_programme=arm,
    ...     pre_all_cluster=school, school=school[seen], pre_all_school=school)
    >>> gain = post - pre
    >>> raw = gain[seen & (arm == 1)].mean() - gain[arm == 0].mean()
    >>> f"{e.estimate:.1f}, where linked pupils show {raw:.1f}"
    '1.1, where linked pupils show 0.7'
    """
    own, everybody = np.asarray(pre, float), np.asarray(pre_all, float)
    arm = read_zero_one(programme, "programme", own.size)
    arm_all = read_zero_one(pre_all_programme, "pre_all_programme", everybody.size)
    linked = [np.asarray(one) for one in (pre, post, cluster, school)]
    asked = [np.asarray(one) for one in (pre_all, pre_all_cluster, pre_all_school)]
    for column in linked:
        check_length(column, "of linked respondents", own.size)
    sides = [
        _side([one[arm == side] for one in linked], [one[arm_all == side] for one in asked],
              conf_level)
        for side in (1, 0)
    ]  # fmt: skip
    n, n_clusters = (sum(getattr(one, name) for one in sides) for name in ("n", "n_clusters"))
    reason = next((one.reason for one in sides if one.reason), "")
    if reason:
        return not_estimable(
            f"on one side: {reason}",
            n=n,
            n_clusters=n_clusters,
            method=_METHOD,
            conf_level=conf_level,
        )
    sizes = np.array([_asked_of(asked[2][arm_all == s], linked[3][arm == s]) for s in (1, 0)])
    df = np.array([one.df for one in sides])
    return from_std_error(
        sides[0].estimate - sides[1].estimate,
        float(np.hypot(sides[0].std_error, sides[1].std_error)),
        float((1 / sizes).sum() ** 2 / (1 / sizes**2 / df).sum()),
        n=n,
        n_clusters=n_clusters,
        method=_METHOD,
        conf_level=conf_level,
    )


def _side(
    linked: list[NDArray[np.generic]], asked: list[NDArray[np.generic]], conf_level: float
) -> Estimate:
    pre, post, cluster, school = linked
    pre_all, cluster_all, school_all = asked
    found = adjusted_gain(
        pre,
        post,
        cluster,
        pre_all=pre_all,
        pre_all_cluster=cluster_all,
        school=school,
        pre_all_school=school_all,
        conf_level=conf_level,
    )
    return replace(found, method=_METHOD)


def _asked_of(school_all: NDArray[np.generic], school: NDArray[np.generic]) -> int:
    """Count the pre respondents of schools with anybody linked, for whom a side's gain stands."""
    return int(np.isin(school_all, school).sum())
