"""Linked people's own two answers of one kind: McNemar's exact test."""

from __future__ import annotations

from math import nan

from numpy.typing import ArrayLike
from scipy import stats

from impact_eval.estimators.estimate import Estimate, from_resampling, not_estimable
from impact_eval.estimators.inputs import read_scores, read_zero_one

METHOD = "change of the linked people's share, McNemar's exact test"


def mcnemar_change(pre: ArrayLike, post: ArrayLike, *, conf_level: float = 0.95) -> Estimate:
    """Test whether as many linked people of one place came to a yes as left it.

    Parameters
    ----------
    pre, post
        Shape (n,), 1 and 0, a person an element.
    conf_level
        Between 0 and 1; there is no interval.

    Returns
    -------
    Estimate
        Share after less share before, between -1 and 1, with the exact two-sided p and one cluster.
        Not estimable where nobody's answer changed.

    Raises
    ------
    EstimatorCallError
        If shapes differ or a value is not 0 or 1.

    Notes
    -----
    Given the number of people whose answer changed, those who came to a yes are binomial with one
    half: ``binom.test(up, up + down)$p.value`` in R. People are taken as independent, so this is
    for a single school alone, and says nothing about others.

    References
    ----------
    McNemar (1947), Psychometrika 12(2), 153-157.

    Examples
    --------
    >>> e = mcnemar_change([0] * 9 + [1], [1] * 8 + [0, 1])
    >>> f"{e.estimate:.1f}, p = {e.p_value:.4f}"
    '0.8, p = 0.0078'
    """
    before = read_scores(pre, "pre")
    first = read_zero_one(before, "pre", before.size)
    later = read_zero_one(post, "post", before.size)
    up = int(((first == 0) & (later == 1)).sum())
    down = int(((first == 1) & (later == 0)).sum())
    if up + down == 0:
        return not_estimable(
            "no linked person's answer changed",
            n=before.size,
            n_clusters=1,
            method=METHOD,
            conf_level=conf_level,
        )
    return from_resampling(
        (up - down) / before.size,
        float(stats.binomtest(up, up + down).pvalue),
        (nan, nan),
        n=before.size,
        n_clusters=1,
        method=METHOD,
        conf_level=conf_level,
    )
