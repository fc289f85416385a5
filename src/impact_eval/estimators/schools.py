"""The change of each school, with variances pooled over the programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from impact_eval.estimators.estimate import (
    Estimate,
    check_conf_level,
    from_interval,
    not_estimable,
)
from impact_eval.estimators.inputs import Codes, Floats, Labels, sums
from impact_eval.estimators.school_rows import SchoolRows, read_school_rows
from impact_eval.estimators.workshop_components import PooledComponents, estimate_components

__all__ = [
    "PooledComponents",
    "SchoolChanges",
    "pooled_components",
    "school_changes",
    "school_estimates",
]

_METHOD = "change of one school, variances pooled over schools"
_NO_REPLICATION = "in one of the waves no school has two workshops, so their variation is unknown"


@dataclass(frozen=True, slots=True)
class SchoolChanges:
    """One entry a school seen in both waves, in order of first appearance.

    `df` are the workshops', of each change's own interval; `variance_df` those with which each
    school's `variance`, of all components together, is known.
    """

    school: Labels
    change: Floats
    variance: Floats
    variance_df: Floats
    n_pre: Codes
    n_post: Codes
    n_linked: Codes
    n_workshops: Codes
    df: float
    reason: str


def pooled_components(
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    workshop: ArrayLike | None,
    *,
    respondent: ArrayLike | None = None,
) -> PooledComponents:
    """Estimate the variances of people within workshops and of workshops within schools.

    Parameters
    ----------
    score, wave, school
        Shape (n,): score points, 0 or 1, codes. All schools of one kind together.
    workshop
        Shape (n,), codes of workshops or classes within schools; the same code in both waves for
        the same group. None only if people answered on their own: the variances then leave out
        whatever workshops have in common, and intervals with 2 or 3 workshops a school would cover
        50 to 64 % for 95 %.
    respondent
        Shape (n,), the person's code, or missing where a survey could not be linked. Without it,
        what a person's two answers have in common is counted as their workshop's, which gives the
        same variance of a change where workshops are of similar size.

    Returns
    -------
    PooledComponents
        By the method of moments: the covariance of workshops' means less what people alone would
        give. Workshops weigh n / (n + 10), for two waves the root of the product: of one or two
        people, a mean says little of its workshop. Whatever the weights the moments are without
        bias, and with equal workshops they are those of unweighted means.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or a person answers twice in one wave and school.

    Examples
    --------
    >>> score = [4, 6, 6, 8, 5, 7, 9, 9, 3, 5, 5, 5, 6, 8, 7, 9]
    >>> wave = [0, 0, 1, 1] * 4
    >>> school = ["a"] * 8 + ["b"] * 8
    >>> workshop = ["a1"] * 4 + ["a2"] * 4 + ["b1"] * 4 + ["b2"] * 4
    >>> c = pooled_components(score, wave, school, workshop)
    >>> f"person variance {c.person_pre:.1f} before and {c.person_post:.1f} after, df {c.df:.0f}"
    'person variance 2.0 before and 1.0 after, df 2'
    """
    return estimate_components(read_school_rows(score, wave, school, workshop, respondent))


def school_changes(
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    workshop: ArrayLike | None,
    *,
    respondent: ArrayLike | None = None,
    components: PooledComponents | None = None,
) -> SchoolChanges:
    """Estimate each school's mean change with a variance pooled over the programme.

    Parameters
    ----------
    score, wave, school, workshop, respondent
        As for `pooled_components`.
    components
        Of another, larger set of schools, if these are too few to estimate them; None for their
        own.

    Returns
    -------
    SchoolChanges
        Post minus pre of all respondents of each school seen in both waves. Where no school has two
        workshops the variances are nan, with a reason.

    Raises
    ------
    EstimatorCallError
        As for `pooled_components`.

    Notes
    -----
    With f_wt the share of wave t's respondents who are of workshop w, the variance of a change is
    sum_w [f_w1^2 W11 + f_w0^2 W00 - 2 f_w1 f_w0 W01] + P11/n1 + P00/n0 - 2 P01 n_linked/(n0 n1):
    with k equal workshops and everybody linked, (W11 + W00 - 2 W01)/k + (P11 + P00 - 2 P01)/n.

    Workshop terms that add up to less than nothing count as 0, except where people were not linked
    (a negative sum then stands for what the same people have in common).

    The variance is linear in the six components, v = l'c, so its own variance is l' Cov(c) l, and
    `variance_df` = 2 v^2 / that: for `random_effects`. With equal workshops, all before and after
    and linked, and nothing cut at 0, it is the workshops' df.

    References
    ----------
    Searle, Casella and McCulloch (1992), Variance Components, chapter 5, for the moments.

    Examples
    --------
    >>> score = [4, 6, 6, 8, 5, 7, 9, 9, 3, 5, 5, 5, 6, 8, 7, 9]
    >>> wave = [0, 0, 1, 1] * 4
    >>> school = ["a"] * 8 + ["b"] * 8
    >>> workshop = ["a1"] * 4 + ["a2"] * 4 + ["b1"] * 4 + ["b2"] * 4
    >>> changes = school_changes(score, wave, school, workshop)
    >>> first = school_estimates(changes)[0]
    >>> f"these respondents scored {first.estimate:.1f} points higher after"
    'these respondents scored 2.5 points higher after'
    """
    rows = read_school_rows(score, wave, school, workshop, respondent)
    pooled = estimate_components(rows) if components is None else components
    loadings = _loadings(rows)
    variance = _variances(loadings, pooled)
    return SchoolChanges(
        school=rows.labels,
        change=rows.means_of_schools[:, 1] - rows.means_of_schools[:, 0],
        variance=variance,
        variance_df=_satterthwaite(variance, loadings, pooled),
        n_pre=rows.n_of_schools[:, 0],
        n_post=rows.n_of_schools[:, 1],
        n_linked=rows.linked_of_schools,
        n_workshops=rows.workshops_of_schools,
        df=pooled.df,
        reason=_NO_REPLICATION if np.isnan(variance).any() else "",
    )


def school_estimates(changes: SchoolChanges, *, conf_level: float = 0.95) -> tuple[Estimate, ...]:
    """Make each school's change an `Estimate` with a t interval and no p-value.

    Parameters
    ----------
    changes
        From `school_changes`.
    conf_level
        Between 0 and 1.

    Returns
    -------
    tuple of Estimate
        In the order of `changes.school`. `n` counts both waves' surveys less the linked ones (a
        linked person counts once), `n_clusters` the workshops.

    Raises
    ------
    EstimatorCallError
        If `conf_level` is not between 0 and 1.
    """
    check_conf_level(conf_level)
    people = changes.n_pre + changes.n_post - changes.n_linked
    quantile = float(stats.t.ppf((1 + conf_level) / 2, changes.df)) if changes.df > 0 else np.nan
    halves = quantile * np.sqrt(changes.variance)
    made = []
    for change, half, n, k in zip(changes.change, halves, people, changes.n_workshops, strict=True):
        if np.isfinite(half) and half > 0:
            estimate = from_interval(
                change, change - half, change + half,
                n=n, n_clusters=k, method=_METHOD, conf_level=conf_level,
            )  # fmt: skip
        else:
            reason = changes.reason or "the scores do not vary"
            estimate = not_estimable(
                reason, n=n, n_clusters=k, method=_METHOD, conf_level=conf_level
            )
        made.append(estimate)
    return tuple(made)


def _loadings(rows: SchoolRows) -> Floats:
    """Compute how much of each of the six components is in each school's variance, shape (G, 6)."""
    n0, n1 = rows.n_of_schools[:, 0], rows.n_of_schools[:, 1]
    people = [1 / n0, 1 / n1, -2 * rows.linked_of_schools / (n0 * n1)]
    if not rows.has_workshops:
        return np.column_stack([*people, *np.zeros((3, n0.size))])
    share = rows.n_of_cells / rows.n_of_schools[rows.school_of_cell]
    products = share[:, 0] ** 2, share[:, 1] ** 2, -2 * share[:, 0] * share[:, 1]
    workshops = [sums(product, rows.school_of_cell, n0.size) for product in products]
    return np.column_stack([*people, *workshops])


def _variances(loadings: Floats, c: PooledComponents) -> Floats:
    """Compute the variance of each school's change from the pooled components."""
    people = loadings[:, :3] @ c.values[:3]
    workshops = loadings[:, 3:] @ c.values[3:]
    least = 0.0 if c.links_known else -people
    return np.asarray(people + np.where(workshops < least, 0.0, workshops))


def _satterthwaite(variance: Floats, loadings: Floats, c: PooledComponents) -> Floats:
    """Match 2 v^2 / df to the variance of v, linear in the components; inf where it has none."""
    squares = ((loadings @ c.errors) * loadings).sum(axis=1)
    df = np.divide(2 * variance**2, squares, out=np.full_like(variance, np.inf),
                   where=~(squares <= 0))  # fmt: skip
    return np.asarray(df)
