"""Whether several measures of the same people all changed alike: one test of all their changes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    describe,
    not_estimable,
)
from impact_eval.estimators.hotelling import NO_TEST, hotelling_test
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_option,
    lies_within,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)
from impact_eval.estimators.linear_model import LinearFit, fit_linear
from impact_eval.estimators.school_weights import (
    SchoolWeights,
    in_both_waves,
    row_weights,
    weights_by_school,
)

_METHOD = "changes of all measures at once, CR2, approximate Hotelling test (HTZ)"


def several_changes(
    score: ArrayLike,
    wave: ArrayLike,
    measure: ArrayLike,
    cluster: ArrayLike,
    *,
    programme: ArrayLike | None = None,
    school: ArrayLike | None = None,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
) -> Estimate:
    """Test whether several measures in one unit, such as topics of a quiz, all changed alike.

    Parameters
    ----------
    score
        Shape (n,), in one unit: a row for each form and measure.
    wave, cluster, school, weights, school_weights
        As for `mean_change`, of each row's form.
    measure
        Shape (n,), the code of each row's measure; two measures or more.
    programme
        Shape (n,), 1 for the programme's side and 0 for the other: then it is the sides'
        differences in differences that are held against each other.

    Returns
    -------
    Estimate
        The largest of the changes minus the smallest, in the unit of `score`, which says how far
        apart they are and has no interval; `statistic` is F, `df` its second degrees of freedom,
        `p_value` that of all changes being equal. Not estimable where a measure lacks a wave (on a
        side), or too few clusters are left for a test.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, `wave` or `programme` is not 0 and 1, or weights other
        than "respondent" come without `school`.

    Notes
    -----
    In y = school x measure (or measure) + wave x measure each coefficient is the `mean_change` of
    that measure alone, and with sides, y = ... + wave x side x measure, its `change_difference`.
    One model gives the covariances of the measures, which are of the same people; all coefficients
    are held against the first one's by `hotelling_test`. In R: ``Wald_test(lm(y ~ 0 + t:m +
    factor(school):factor(m)), constraints = constrain_equal(1:k), vcov = "CR2",
    cluster = cluster, test = "HTZ")`` (clubSandwich). That one measure has a p under .05 and
    another has not is no difference between them.

    References
    ----------
    Gelman and Stern (2006), The American Statistician 60(4), 328-331. Pustejovsky and Tipton
    (2018), Journal of Business & Economic Statistics 36(4), 672-683.

    Examples
    --------
    >>> passwords, scams = [3, 6, 4, 6, 2, 6, 4, 7], [5, 6, 4, 4, 5, 5, 6, 7]
    >>> school = [0, 0, 1, 1, 2, 2, 3, 3] * 2
    >>> e = several_changes(passwords + scams, [0, 1] * 8, [0] * 8 + [1] * 8, school, school=school)
    >>> f"changes {e.estimate:.1f} apart, p = {e.p_value:.3f}"
    'changes 2.5 apart, p = 0.015'
    """
    check_option(weights, "weights", ("respondent", "school", "beneficiary"))
    rows = _read(score, wave, measure, cluster, programme)
    if school is None:
        if weights != "respondent":
            raise EstimatorCallError('`weights` other than "respondent" need `school`')
    else:
        rows = _in_schools(rows, school, weights, school_weights)
    n_clusters = n_distinct(rows.cluster)
    refuse = partial(not_estimable, n=rows.score.size, n_clusters=n_clusters, method=_METHOD)
    k = int(rows.measure.max(initial=-1)) + 1
    reason = _why_not(rows, k)
    if reason:
        return refuse(reason)
    fit = fit_linear(rows.score, _design(rows, k), weights=rows.weight, school=rows.cell)
    return held_together(fit, rows.cluster, k, method=_METHOD)


def held_together(fit: LinearFit | None, cluster: Codes, k: int, *, method: str) -> Estimate:
    """Test whether the first k coefficients of a fit are one and the same.

    Parameters
    ----------
    fit
        None where the data do not identify the coefficients.
    cluster
        Shape (n,), codes 0, 1, 2, ... of the clusters.
    k
        Two or more.
    method
        Words for the methods table.

    Returns
    -------
    Estimate
        As `several_changes` describes it.
    """
    n_clusters = n_distinct(cluster)
    refuse = partial(not_estimable, n=cluster.size, n_clusters=n_clusters, method=method)
    if fit is None:
        return refuse(
            "changes cannot be told apart: one has no answers in a wave, or repeats another"
        )
    contrasts = np.zeros((k - 1, fit.coefficients.size))
    contrasts[:, 0], contrasts[np.arange(k - 1), np.arange(1, k)] = -1, 1
    test = hotelling_test(fit, cluster, contrasts)
    if test == NO_TEST:
        return refuse("too few clusters are left to test so many changes at once")
    apart = float(np.ptp(fit.coefficients[:k]))
    found = describe(apart, n=cluster.size, n_clusters=n_clusters, method=method)
    return replace(found, statistic=test.statistic, df=test.df, p_value=test.p_value)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Arrays of one length; `cell` counts schools x measures, `side` is 1 with the programme."""

    score: Floats
    wave: Codes
    measure: Codes
    cluster: Codes
    side: Codes | None
    cell: Codes | None = None
    weight: Floats | None = None


def _read(
    score: ArrayLike,
    wave: ArrayLike,
    measure: ArrayLike,
    cluster: ArrayLike,
    programme: ArrayLike | None,
) -> _Rows:
    scores = read_scores(score, "score")
    n = scores.size
    return _Rows(
        scores,
        read_zero_one(wave, "wave", n),
        read_codes(measure, "measure", n)[0],
        read_codes(cluster, "cluster", n)[0],
        None if programme is None else read_zero_one(programme, "programme", n),
    )


def _in_schools(
    rows: _Rows,
    school: ArrayLike,
    weights: SchoolWeights,
    school_weights: Mapping[Hashable, float] | None,
) -> _Rows:
    """Keep the schools that have a measure in both waves, with effects and weights of their own."""
    schools, labels = read_codes(school, "school", rows.score.size)
    by_school = weights_by_school(weights, school_weights, labels)
    width = int(rows.measure.max(initial=0)) + 1
    pair, place = np.unique(schools * width + rows.measure, return_inverse=True)
    kept = in_both_waves(rows.wave, place.astype(np.intp), pair.size)[place]
    wave, cell = rows.wave[kept], place[kept].astype(np.intp)
    return _Rows(
        rows.score[kept],
        wave,
        read_codes(rows.measure[kept], "measure", wave.size)[0],
        read_codes(rows.cluster[kept], "cluster", wave.size)[0],
        None if rows.side is None else rows.side[kept],
        read_codes(cell, "school", wave.size)[0],
        None if by_school is None else row_weights(wave, cell, by_school[pair // width]),
    )


def _design(rows: _Rows, k: int) -> Floats:
    """Columns of what is held against each other, a measure each; then those of the rest."""
    own = np.eye(k)[rows.measure]
    later = rows.wave[:, None] * own
    side = None if rows.side is None else rows.side[:, None]
    columns = [later] if side is None else [later * side, later]
    if rows.cell is None:
        columns += [own] if side is None else [own * side, own]
    return np.column_stack(columns)


def _why_not(rows: _Rows, k: int) -> str:
    if k < 2:
        return "there is a single measure"
    if n_distinct(2 * rows.measure + rows.wave) < 2 * k:
        return "a measure has no answers in one of the waves"
    if rows.side is None:
        return ""
    if n_distinct(4 * rows.measure + 2 * rows.side + rows.wave) < 4 * k:
        return "a measure has no answers on a side in one of the waves"
    if lies_within(rows.cluster, rows.side):
        fewest = min(n_distinct(rows.cluster[rows.side == one]) for one in (0, 1))
        if fewest < 2:
            return "a side has a single cluster, so its changes have no standard error"
    return ""
