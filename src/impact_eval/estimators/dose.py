"""Whether changes go with how much of a programme people had: slopes, and nothing about causes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, check_conf_level, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_length,
    counts,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
    sums,
)
from impact_eval.estimators.school_weights import in_both_waves

SAME = 1e-9
_SCHOOLS_METHOD = "change by the school's dose, school fixed effects, CR2"
_WITHIN_METHOD = "gain by own dose less the school's mean, CR2"
RESTS_ON_ONE = "without one of the clusters no dose differs from another, so it is that one's alone"
_BETWEEN_METHOD = "gain by the school's mean dose, CR2"


@dataclass(frozen=True, slots=True)
class DoseSlopes:
    """Slopes of gains on doses: among people of one school, and among schools."""

    within: Estimate
    between: Estimate


def school_dose_slope(
    score: ArrayLike,
    wave: ArrayLike,
    dose: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate how much more schools changed for one step more of a dose of theirs.

    Parameters
    ----------
    score
        Shape (n,), any unit, respondents of both waves, linked or not.
    wave
        Shape (n,), 0 before and 1 after.
    dose
        Shape (n,), the dose of each row's school, such as sessions held; the same in all its rows.
    cluster
        Shape (n,), codes; schools or coarser.
    school
        Shape (n,), codes.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Unit of the score per step of the dose. Not estimable with fewer than 4 clusters, or where
        all schools had the same dose, or all but those of one cluster. Schools with one wave
        contribute nothing and are left out.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a value is missing, or `wave` is not 0 and 1.

    Notes
    -----
    The coefficient of wave x dose in y = school + wave + wave x dose. Schools chose, or were given,
    their doses for reasons that may move the outcome too: it describes and says nothing of causes.
    In R: ``coef_test(lm(y ~ t + t:dose + factor(school)), vcov = "CR2", cluster = cluster,
    test = "Satterthwaite", coefs = "t:dose")`` (clubSandwich).

    References
    ----------
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683.

    Examples
    --------
    >>> score = [4, 5, 5, 7, 6, 9, 3, 7, 5, 6]
    >>> wave = [0, 1] * 5
    >>> school = ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e"]
    >>> e = school_dose_slope(score, wave, [1, 1, 2, 2, 3, 3, 4, 4, 2, 2], school, school=school)
    >>> f"{e.estimate:.2f} more for one session more ({e.conf_low:.2f} to {e.conf_high:.2f})"
    '1.08 more for one session more (0.27 to 1.89)'
    """
    check_conf_level(conf_level)
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    doses = read_scores(dose, "dose")
    check_length(doses, "dose", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    schools, labels = read_codes(school, "school", scores.size)
    kept = in_both_waves(waves, schools, labels.size)[schools] if scores.size else schools > 0
    scores, waves, doses, clusters, schools = (
        scores[kept], waves[kept], doses[kept], clusters[kept], schools[kept],
    )  # fmt: skip
    refused = _refuse(
        doses, clusters, _SCHOOLS_METHOD, "every school had the same dose", conf_level
    )
    if refused is not None:
        return refused
    centred = doses - doses.mean()
    return fit_cr2(
        scores,
        np.column_stack([waves * centred, waves]),
        clusters,
        coefficient=0,
        school=schools,
        conf_level=conf_level,
        method=_SCHOOLS_METHOD,
    )


def person_dose_slopes(
    gain: ArrayLike,
    dose: ArrayLike,
    school: ArrayLike,
    cluster: ArrayLike,
    *,
    conf_level: float = 0.95,
) -> DoseSlopes:
    """Estimate how gains go with people's own doses, within schools and between schools.

    Parameters
    ----------
    gain
        Shape (n,), post minus pre of linked people, any unit.
    dose
        Shape (n,), each person's own dose, such as sessions attended.
    school, cluster
        Shape (n,), codes; a school lies within a cluster.
    conf_level
        Between 0 and 1.

    Returns
    -------
    DoseSlopes
        Both in the unit of the gain per step of the dose. Not estimable with fewer than 4 clusters;
        the slope within schools where nobody's dose differs from that of others of the school, the
        slope between them where all schools have the same mean; either where this is so without
        one of the clusters, of whose variation nothing then tells.

    Raises
    ------
    EstimatorCallError
        If shapes differ or a value is missing.

    Notes
    -----
    With d_ij the dose of person i in school j and m_j the mean of school j's people in the data,
    gain = a + within (d_ij - m_j) + between m_j, by least squares. One slope on d_ij alone would
    mix the two; that within schools cannot come from differences between schools, but can from
    differences between people: who came more often may be keener, freer, or already know more.
    In R: ``coef_test(lm(gain ~ I(dose - ave(dose, school)) + ave(dose, school)), vcov = "CR2",
    cluster = cluster, test = "Satterthwaite")`` (clubSandwich).

    References
    ----------
    Mundlak (1978), Econometrica 46(1), 69-85. Neuhaus and Kalbfleisch (1998), Biometrics 54(2),
    638-645.

    Examples
    --------
    >>> gain, dose = [1, 2, 2, 3, 1, 3, 2, 4], [1, 2, 2, 4, 1, 3, 3, 4]
    >>> school = list("aabbccdd")
    >>> slopes = person_dose_slopes(gain, dose, school, school)
    >>> f"{slopes.within.estimate:.2f} within schools, {slopes.between.estimate:.2f} between"
    '0.90 within schools, 0.70 between'
    """
    check_conf_level(conf_level)
    gains, doses = read_scores(gain, "gain"), read_scores(dose, "dose")
    check_length(doses, "dose", gains.size)
    schools, labels = read_codes(school, "school", gains.size)
    clusters, _ = read_codes(cluster, "cluster", gains.size)
    size = np.maximum(counts(schools, labels.size), 1)
    mean = (sums(doses, schools, labels.size) / size)[schools]
    own, between = doses - mean, mean - (doses.mean() if doses.size else 0.0)
    fit = partial(_slope, gains, clusters, conf_level=conf_level)
    alone = "nobody's dose differs from that of others at the same school"
    return DoseSlopes(
        within=fit(own, between, method=_WITHIN_METHOD, same=alone),
        between=fit(
            between, own, method=_BETWEEN_METHOD, same="all schools have the same mean dose"
        ),
    )


def _slope(
    gains: Floats,
    clusters: Codes,
    wanted: Floats,
    other: Floats,
    *,
    method: str,
    same: str,
    conf_level: float,
) -> Estimate:
    """Fit the slope on one part of the dose beside the other, which may not vary."""
    refused = _refuse(wanted, clusters, method, same, conf_level)
    if refused is not None:
        return refused
    columns = [wanted, np.ones(gains.size)]
    if _varies(other):
        columns.append(other)
    return fit_cr2(
        gains,
        np.column_stack(columns),
        clusters,
        coefficient=0,
        conf_level=conf_level,
        method=method,
    )


def _refuse(
    doses: Floats, clusters: Codes, method: str, same: str, conf_level: float
) -> Estimate | None:
    n_clusters = n_distinct(clusters)
    refuse = partial(
        not_estimable, n=doses.size, n_clusters=n_clusters, method=method, conf_level=conf_level
    )
    if doses.size == 0:
        return refuse("nobody's dose and change are both known")
    if n_clusters < ENOUGH_TO_GENERALISE:
        return refuse(refusal(n_clusters, unit="cluster"))
    if not _varies(doses):
        return refuse(same)
    return refuse(RESTS_ON_ONE) if _rests_on_one(doses, clusters) else None


def _varies(values: Floats) -> bool:
    return bool(np.ptp(values) > SAME * max(1.0, float(np.abs(values).max())))


def _rests_on_one(doses: Floats, clusters: Codes) -> bool:
    """Whether the doses do not vary without one of the clusters."""
    at_ends = [clusters[doses == end] for end in (doses.min(), doses.max())]
    lone = [int(one[0]) for one in at_ends if n_distinct(one) == 1]
    return any(not _varies(doses[clusters != cluster]) for cluster in lone)
