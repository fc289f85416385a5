"""Changes of the people whose pre and post surveys could be linked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    Labels,
    check_length,
    read_codes,
    read_scores,
    sums,
)

_RAW_METHOD = "mean gain of linked respondents, CR2"
_ADJUSTED_METHOD = "linked gains adjusted to all pre respondents, CR2"


def raw_gain(
    pre: ArrayLike, post: ArrayLike, cluster: ArrayLike, *, conf_level: float = 0.95
) -> Estimate:
    """Estimate the mean gain of the linked respondents, in score points.

    Parameters
    ----------
    pre, post
        Shape (n,), score points of the same people.
    cluster
        Shape (n,), codes.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Post minus pre of the linked people, who may differ from all respondents: biased where
        people are missing because of their scores.

    Raises
    ------
    EstimatorCallError
        If shapes differ or a score is missing.

    Notes
    -----
    In R: ``coef_test(lm(I(post - pre) ~ 1), vcov = "CR2", cluster = cluster,
    test = "Satterthwaite")``.

    Examples
    --------
    >>> e = raw_gain([4, 6, 5, 5, 3, 6], [6, 7, 7, 6, 5, 8], ["a", "a", "b", "b", "c", "c"])
    >>> f"{e.estimate:.2f} points higher after ({e.conf_low:.2f} to {e.conf_high:.2f})"
    '1.67 points higher after (0.95 to 2.38)'
    """
    before, after = read_scores(pre, "pre"), read_scores(post, "post")
    check_length(after, "post", before.size)
    return fit_cr2(
        after - before,
        np.ones(before.size),
        cluster,
        conf_level=conf_level,
        method=_RAW_METHOD,
    )


def adjusted_gain(
    pre: ArrayLike,
    post: ArrayLike,
    cluster: ArrayLike,
    *,
    pre_all: ArrayLike,
    pre_all_cluster: ArrayLike,
    school: ArrayLike | None = None,
    pre_all_school: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate the mean gain of all pre respondents from the gains of the linked ones.

    Parameters
    ----------
    pre, post, cluster
        Shape (n,), the linked respondents' scores and clusters.
    pre_all, pre_all_cluster
        Shape (m,), scores and clusters of all pre respondents, the linked ones among them.
    school, pre_all_school
        Shapes (n,) and (m,), codes of schools, whose own mean gains are then kept apart and
        weighted by all their pre respondents. Give both or neither.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Post minus pre; `n` counts the linked respondents. Schools without a linked respondent are
        left out (`schools_without_links` names them).

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, one of the two school arrays is missing, or a linked
        respondent's cluster or school has no pre respondents.

    Notes
    -----
    gain = a_school + b pre, by least squares over the linked; the estimate is the fitted gain
    averaged over all pre respondents: sum_j p_j [gain_j + b (pre_all_j - pre_linked_j)] with p_j
    the school's share of all pre respondents. Without schools this equals the maximum-likelihood
    mean change under normality when post is missing at random given pre.

    Each cluster's part in the linearised estimate (of the gains, of b, of the pre means and of the
    schools) is summed, divided by sqrt(1 - size_g / size), and squared: CR2 of a mean of those
    parts, with the matching Satterthwaite df. With everybody linked this is `raw_gain`, exactly.
    Assumes that, among people with the same pre score (and school), linked and unlinked people gain
    alike.

    References
    ----------
    Anderson (1957), Journal of the American Statistical Association 52, 200-203, for the estimate.

    Examples
    --------
    Weaker pupils were linked less often and gained more; the adjustment brings them back.

    >>> pre, post = [5, 6, 7, 6, 7, 8, 5, 7], [7, 8, 8, 8, 8, 9, 8, 8]
    >>> school = ["a", "a", "b", "b", "c", "c", "d", "d"]
    >>> pre_all = pre + [3, 4, 4, 3]
    >>> everybody = school + ["a", "b", "c", "d"]
    >>> e = adjusted_gain(pre, post, school, pre_all=pre_all, pre_all_cluster=everybody)
    >>> raw = raw_gain(pre, post, school)
    >>> f"{e.estimate:.2f} points, where linked pupils alone show {raw.estimate:.2f}"
    '2.22 points, where linked pupils alone show 1.62'
    """
    check_conf_level(conf_level)
    data = _read(pre, post, cluster, pre_all, pre_all_cluster, school, pre_all_school)
    n_clusters = np.unique(data.cluster).size
    refuse = partial(
        not_estimable,
        n=data.gain.size,
        n_clusters=n_clusters,
        method=_ADJUSTED_METHOD,
        conf_level=conf_level,
    )
    if n_clusters < 2:
        return refuse(refusal(n_clusters, unit="cluster"))
    parts = _linearised_parts(data, by_school=school is not None)
    if parts is None:
        return refuse("pre scores of linked respondents do not vary, so there is no slope on them")
    estimate, by_cluster, size = parts
    variance, df = mean_variance(by_cluster, size)
    return from_std_error(
        estimate,
        float(np.sqrt(variance)),
        df,
        n=data.gain.size,
        n_clusters=n_clusters,
        method=_ADJUSTED_METHOD,
        conf_level=conf_level,
    )


def schools_without_links(school: ArrayLike, pre_all_school: ArrayLike) -> Labels:
    """List the schools with pre respondents of whom none is linked.

    >>> schools_without_links(["a", "a"], ["a", "a", "b"]).tolist()
    ['b']
    """
    everybody = np.asarray(pre_all_school)
    _, labels = read_codes(everybody, "pre_all_school", everybody.size)
    return labels[~np.isin(labels, np.asarray(school))]


def mean_variance(by_cluster: Floats, size: Floats) -> tuple[float, float]:
    """Compute a mean's CR2 variance and Satterthwaite df from its clusters' parts and sizes."""
    share = size / size.sum()
    rest = 1 - share
    if (rest <= 0).any():
        return float("nan"), 0.0
    products = share**2 / rest
    square = (share**2).sum() + products.sum() ** 2 - (products**2).sum()
    return float((by_cluster**2 / rest).sum()), 1 / float(square)


@dataclass(frozen=True, slots=True)
class _Linked:
    """Linked people's gains, all pre respondents' scores, with codes that match between the two."""

    pre: Floats
    gain: Floats
    cluster: Codes
    school: Codes
    pre_all: Floats
    cluster_all: Codes
    school_all: Codes


def _read(
    pre: ArrayLike,
    post: ArrayLike,
    cluster: ArrayLike,
    pre_all: ArrayLike,
    pre_all_cluster: ArrayLike,
    school: ArrayLike | None,
    pre_all_school: ArrayLike | None,
) -> _Linked:
    before, after, everybody = (
        read_scores(a, name) for a, name in ((pre, "pre"), (post, "post"), (pre_all, "pre_all"))
    )
    n, m = before.size, everybody.size
    check_length(after, "post", n)
    if (school is None) != (pre_all_school is None):
        raise EstimatorCallError("give both `school` and `pre_all_school`, or neither")
    clusters, clusters_all = _match(cluster, pre_all_cluster, n, m, "cluster")
    if school is None or pre_all_school is None:
        schools, schools_all = np.zeros(n, np.intp), np.zeros(m, np.intp)
    else:
        schools, schools_all = _match(school, pre_all_school, n, m, "school")
    kept = np.isin(schools_all, schools)
    return _Linked(
        before, after - before, clusters, schools,
        everybody[kept], clusters_all[kept], schools_all[kept],
    )  # fmt: skip


def _match(
    linked: ArrayLike, everybody: ArrayLike, n: int, m: int, name: str
) -> tuple[Codes, Codes]:
    """Code two arrays alike; every code of the linked must occur among all."""
    check_length(np.asarray(linked), name, n)
    check_length(np.asarray(everybody), f"pre_all_{name}", m)
    both = np.concatenate([np.asarray(everybody), np.asarray(linked)])
    codes, _ = read_codes(both, name, n + m)
    if not np.isin(codes[m:], codes[:m]).all():
        raise EstimatorCallError(
            f"every `{name}` of a linked respondent must occur in `pre_all_{name}`"
        )
    return codes[m:], codes[:m]


def _linearised_parts(data: _Linked, *, by_school: bool) -> tuple[float, Floats, Floats] | None:
    """Return the estimate, each cluster's linearised part in it, and each cluster's size."""
    n_schools = int(data.school_all.max()) + 1
    linked = np.maximum(sums(np.ones(data.gain.size), data.school, n_schools), 1)
    everybody = sums(np.ones(data.pre_all.size), data.school_all, n_schools)
    share = everybody / everybody.sum()
    pre_mean = sums(data.pre, data.school, n_schools) / linked
    gain_mean = sums(data.gain, data.school, n_schools) / linked
    all_mean = sums(data.pre_all, data.school_all, n_schools) / np.maximum(everybody, 1)
    pre_within = data.pre - pre_mean[data.school]
    spread = float(pre_within @ pre_within)
    if spread <= 1e-12 * float(data.pre @ data.pre):
        return None
    gain_within = data.gain - gain_mean[data.school]
    slope = float(pre_within @ gain_within) / spread
    residual = gain_within - slope * pre_within
    school_gain = gain_mean + slope * (all_mean - pre_mean)
    estimate = float(share @ school_gain)
    distance = float(share @ (all_mean - pre_mean))
    n_clusters = int(max(data.cluster.max(), data.cluster_all.max())) + 1
    of_linked = residual * ((share / linked)[data.school] + distance * pre_within / spread)
    of_all = slope * (data.pre_all - all_mean[data.school_all])
    of_all = (of_all + school_gain[data.school_all] - estimate) / data.pre_all.size
    by_cluster = sums(of_linked, data.cluster, n_clusters)
    by_cluster += sums(of_all, data.cluster_all, n_clusters)
    sized = data.cluster_all if by_school else data.cluster
    return estimate, by_cluster, sums(np.ones(sized.size), sized, n_clusters)
