"""Later answers of people who met more of a programme beside those of people who met less."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    not_estimable,
)
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_length,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)
from impact_eval.estimators.school_weights import in_both_waves

_WITHIN_METHOD = "slope of later scores on exposure, school fixed effects, CR2"
_METHOD = "change beside exposure, CR2"
_SAME_METHOD = "change beside exposure, school fixed effects, CR2"
ONE_CLUSTER = "all who said so belong to one cluster, and nothing tells how others would vary"


@dataclass(frozen=True, slots=True)
class ExposedChanges:
    """Changes from everybody asked before to people without, and with one step of, exposure."""

    without: Estimate
    with_it: Estimate


def exposure_slope(
    score: ArrayLike,
    exposure: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate how scores of one survey go with people's own exposure, within schools.

    Parameters
    ----------
    score
        Shape (n,), any unit, of one wave.
    exposure
        Shape (n,), what each person says of it: 1 for yes and 0 for no, or how often or how much.
    cluster, school
        Shape (n,), codes; a school lies within a cluster.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Unit of the score per step of exposure. Not estimable with fewer than 4 clusters, or where
        at no school, or in one cluster alone, one person's exposure differs from another's. A
        school where it does not differ adds nothing to the slope.

    Raises
    ------
    EstimatorCallError
        If shapes differ or a value is missing.

    Notes
    -----
    y = school + slope x exposure, by least squares. It is no effect in any survey: people choose
    what they come across and what they remember, and who knows more may notice more. In R:
    ``coef_test(lm(y ~ exposure + factor(school)), vcov = "CR2", cluster = cluster,
    test = "Satterthwaite", coefs = "exposure")`` (clubSandwich).

    References
    ----------
    Hornik (2002), Public Health Communication: Evidence for Behavior Change, ch. 1, on
    self-reported exposure. Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics
    36(4), 672-683.

    Examples
    --------
    >>> score, seen = [4, 6, 5, 6, 3, 6, 5, 9], [0, 1, 0, 1, 0, 1, 0, 1]
    >>> e = exposure_slope(score, seen, list("aabbccdd"), school=list("aabbccdd"))
    >>> f"{e.estimate:.2f} more where people say yes ({e.conf_low:.2f} to {e.conf_high:.2f})"
    '2.50 more where people say yes (0.45 to 4.55)'
    """
    check_conf_level(conf_level)
    scores, doses = read_scores(score, "score"), read_scores(exposure, "exposure")
    check_length(doses, "exposure", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    schools, _ = read_codes(school, "school", scores.size)
    refuse = partial(
        not_estimable,
        n=scores.size,
        n_clusters=n_distinct(clusters),
        method=_WITHIN_METHOD,
        conf_level=conf_level,
    )
    if n_distinct(clusters) < ENOUGH_TO_GENERALISE:
        return refuse(refusal(n_distinct(clusters), unit="cluster"))
    differing = _differ_within(doses, schools)
    if not differing.any():
        return refuse("at no school one person's exposure differs from another's")
    if n_distinct(clusters[differing]) < 2:
        return refuse("in one cluster alone people's exposures differ")
    return fit_cr2(
        scores,
        doses - doses.mean(),
        clusters,
        school=schools,
        conf_level=conf_level,
        method=_WITHIN_METHOD,
    )


def exposed_changes(
    score: ArrayLike,
    wave: ArrayLike,
    exposure: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> ExposedChanges:
    """Split a change by what those who were asked later say of their exposure.

    Parameters
    ----------
    score
        Shape (n,), any unit, respondents of both waves, linked or not.
    wave
        Shape (n,), 0 before and 1 after.
    exposure
        Shape (n,), in the later wave 1 for yes, 0 for no (or a number, 0 the least), NaN for who
        does not know; not looked at in the earlier wave.
    cluster
        Shape (n,), codes; schools or coarser.
    school
        Shape (n,), codes of schools met in both waves, whose levels are then held fixed; None where
        each wave met other schools.
    conf_level
        Between 0 and 1.

    Returns
    -------
    ExposedChanges
        Both from everybody asked before: to those without exposure, and to those with one step of
        it. Not estimable with fewer than 4 clusters, or where all or none say that they met it;
        nor the one of the two of which all people belong to one cluster.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or `wave` is not 0 and 1.

    Notes
    -----
    y = a (or school) + b wave + c wave x exposure + d wave x does not know; without is b, with b +
    c; the model without exposure, y = a + b wave, is `mean_change`, on the same people. Beside it
    the two say how much of a change stands among people who say that they met nothing: it
    describes who changed, and no part of it is the programme's. Before, nobody could be told
    apart, so that the people who would later meet it may have scored higher then already. In R:
    ``coef_test(lm(y ~ t + I(t * x) + I(t * unsure)), vcov = "CR2", cluster = cluster, test =
    "Satterthwaite")``, and ``linear_contrast`` for the sum (clubSandwich).

    Examples
    --------
    >>> score, wave = [4, 5, 6, 5, 4, 6, 5, 7, 6, 7, 8, 6], [0, 0, 0, 0] + [1] * 8
    >>> seen, place = [0] * 4 + [0, 1] * 4, [1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8, 8]
    >>> c = exposed_changes(score, wave, seen, place)
    >>> f"{c.without.estimate:.2f} without, {c.with_it.estimate:.2f} with"
    '0.75 without, 1.50 with'
    """
    check_conf_level(conf_level)
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    doses = np.asarray(exposure, dtype=np.float64)
    if doses.shape != scores.shape:
        raise EstimatorCallError("`exposure` must have the shape of `score`")
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    schools = None
    if school is not None:
        schools, labels = read_codes(school, "school", scores.size)
        kept = in_both_waves(waves, schools, labels.size)[schools]
        scores, waves, doses = scores[kept], waves[kept], doses[kept]
        clusters, schools = clusters[kept], schools[kept]
    later = waves == 1
    said = later & np.isfinite(doses)
    method = _METHOD if schools is None else _SAME_METHOD
    refuse = partial(
        not_estimable,
        n=scores.size,
        n_clusters=n_distinct(clusters),
        method=method,
        conf_level=conf_level,
    )
    reason = _why_not(later, doses[said], clusters)
    if reason:
        return ExposedChanges(refuse(reason), refuse(reason))
    columns = [waves.astype(np.float64), np.where(said, doses, 0.0)]
    unsure = later & ~said
    columns += [unsure.astype(np.float64)] if unsure.any() else []
    if schools is None:
        columns.append(np.ones(scores.size))
    contrast = np.zeros((2, len(columns)))
    contrast[:, 0], contrast[1, 1] = 1.0, 1.0
    fit = partial(
        fit_cr2,
        scores,
        np.column_stack(columns),
        clusters,
        school=schools,
        conf_level=conf_level,
        method=method,
    )
    least = said & (doses <= doses[said].min())
    alone = (refuse(ONE_CLUSTER) if n_distinct(clusters[own]) < 2 else None
             for own in (least, said & ~least))  # fmt: skip
    without, with_it = (
        refused or fit(coefficient=one) for refused, one in zip(alone, contrast, strict=True)
    )
    return ExposedChanges(without, with_it)


def _why_not(later: np.ndarray, said: Floats, clusters: Codes) -> str:
    """Say why these answers give no such changes."""
    if n_distinct(clusters) < ENOUGH_TO_GENERALISE:
        return refusal(n_distinct(clusters), unit="cluster")
    if later.all() or not later.any():
        return "there are no answers in one of the two waves"
    if said.size == 0 or np.ptp(said) == 0:
        return "everybody says the same of the exposure"
    return ""


def _differ_within(doses: Floats, schools: Codes) -> NDArray[np.bool_]:
    """Of each person, whether at the school two people's exposures differ."""
    lowest, highest = np.full((2, int(schools.max()) + 1), [[np.inf], [-np.inf]])
    np.minimum.at(lowest, schools, doses)
    np.maximum.at(highest, schools, doses)
    return np.asarray((highest > lowest)[schools])
