"""The change within one school where some people are linked between waves and others are not."""

from __future__ import annotations

from functools import partial
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import (
    Estimate,
    check_conf_level,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.inputs import check_length, check_option, read_scores


def partly_linked_change(
    pre_unlinked: ArrayLike,
    post_unlinked: ArrayLike,
    pre_linked: ArrayLike,
    post_linked: ArrayLike,
    *,
    variances: Literal["equal", "unequal"] = "unequal",
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate one school's mean change from linked and unlinked respondents together.

    Parameters
    ----------
    pre_unlinked, post_unlinked
        Shapes (a,) and (b,), score points of people seen in one wave only, or not linked.
    pre_linked, post_linked
        Shape (c,), score points of the same people in both waves, c at least 2.
    variances
        Whether the two waves are taken to have one variance.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Mean of all post scores minus mean of all pre scores. People are taken as independent, which
        holds only if workshops or classes within the school do not differ; `school_changes` is for
        the other case. `n` counts people, `n_clusters` is 1.

    Raises
    ------
    EstimatorCallError
        If the linked arrays differ in length, a score is missing, or `variances` is unknown.

    Notes
    -----
    With n1 = a + c, n2 = b + c and r the correlation of the linked: the standard error is
    sqrt(s1^2/n1 + s2^2/n2 - 2 r s1 s2 c / (n1 n2)), and the df are (c - 1) + (g - c + 1) (a + b) /
    (a + b + 2c) with g = n1 + n2 - 2, or Welch's g for unequal variances. In R:
    ``Partiallyoverlapping::Partover.test``.

    References
    ----------
    Derrick, Russ, Toher and White (2017), Journal of Modern Applied Statistical Methods 16(1),
    137-157.

    Examples
    --------
    >>> e = partly_linked_change([4, 5, 6], [7, 6, 8], [5, 4, 6, 7], [6, 6, 7, 9])
    >>> f"{e.estimate:.2f} points higher after ({e.conf_low:.2f} to {e.conf_high:.2f})"
    '1.71 points higher after (0.72 to 2.71)'
    """
    check_conf_level(conf_level)
    check_option(variances, "variances", ("equal", "unequal"))
    alone = read_scores(pre_unlinked, "pre_unlinked"), read_scores(post_unlinked, "post_unlinked")
    pairs = read_scores(pre_linked, "pre_linked"), read_scores(post_linked, "post_linked")
    check_length(pairs[1], "post_linked", pairs[0].size)
    a, b, c = alone[0].size, alone[1].size, pairs[0].size
    method = f"partially overlapping samples t test, {variances} variances"
    refuse = partial(not_estimable, n=a + b + c, n_clusters=1, method=method, conf_level=conf_level)
    if c < 2:
        return refuse("fewer than 2 people are linked")
    before, after = (np.concatenate([alone[k], pairs[k]]) for k in (0, 1))
    if before.var() == 0 or after.var() == 0:
        return refuse("the scores of one wave do not vary")
    r = 0.0 if pairs[0].var() == 0 or pairs[1].var() == 0 else np.corrcoef(*pairs)[0, 1]
    n1, n2 = a + c, b + c
    v1, v2 = float(before.var(ddof=1)), float(after.var(ddof=1))
    if variances == "equal":
        v1 = v2 = ((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2)
        all_df = n1 + n2 - 2.0
    else:
        welch = v1**2 / n1**2 / (n1 - 1) + v2**2 / n2**2 / (n2 - 1)
        all_df = (v1 / n1 + v2 / n2) ** 2 / welch
    variance = v1 / n1 + v2 / n2 - 2 * float(r) * sqrt(v1 * v2) * c / (n1 * n2)
    df = (c - 1) + (all_df - c + 1) * (a + b) / (a + b + 2 * c)
    return from_std_error(
        float(after.mean() - before.mean()),
        sqrt(max(variance, 0.0)),
        df,
        n=a + b + c,
        n_clusters=1,
        method=method,
        conf_level=conf_level,
    )
