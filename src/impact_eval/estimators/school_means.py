"""Changes of schools' means, a school a number: the plainest analysis of schools as the sample."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    not_estimable,
)
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    lies_within,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)

METHOD = "mean of the schools' mean changes, a school a number"
ROUNDS_METHOD = "difference of two rounds' means of places, a place a number"


def school_means_change(
    score: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    programme: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    same_schools: bool = True,
    conf_level: float = 0.95,
) -> Estimate:
    """Average the mean changes of schools, or compare them between two sides.

    Parameters
    ----------
    score
        Shape (n,), score points of both waves, linked or not.
    wave
        Shape (n,), 0 before and 1 after.
    cluster
        Shape (n,), codes; schools or coarser. Each cluster is one number: the mean of its schools'.
    school
        Shape (n,), codes; the clusters if not given.
    programme
        Shape (n,), 1 for the programme's schools and 0 for the others; None with one group.
    stratum
        Shape (n,), codes of the strata within which schools were assigned by lot; only beside
        `programme`.
    same_schools
        False where each wave met other schools: then the means of the waves' schools are compared.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        In score points; `n` counts the rows used. Schools seen in one wave only are left out,
        unless each wave met other schools. Not estimable with fewer than 2 clusters, on a side of
        two or in a wave of two.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, `wave` or `programme` is not 0 and 1, a school lies in
        two sides, or sides are given of waves that met other schools.

    Notes
    -----
    With one group the t test of G numbers against 0 (G - 1 df). With two sides, or two rounds, the
    difference of two means with the variance s1^2/n1 + s0^2/n0 of Welch and the degrees of freedom
    of Bell and McCaffrey; strata are regressed out. In R: ``t.test(change)``; ``coef_test(lm(change
    ~ side + factor(stratum)), vcov = "CR2", cluster = cluster, test = "Satterthwaite")``. Large
    and small schools count the same, so that with unequal sizes it is about schools, not people.

    References
    ----------
    Donner and Klar (2000), Design and Analysis of Cluster Randomization Trials, ch. 6. Bell and
    McCaffrey (2002), Survey Methodology 28(2), 169-181.

    Examples
    --------
    >>> score = [4, 6, 5, 8, 6, 7, 3, 6, 5, 6]
    >>> wave, school = [0, 1] * 5, list("aabbccddee")
    >>> e = school_means_change(score, wave, school)
    >>> f"{e.estimate:.1f} ({e.conf_low:.1f} to {e.conf_high:.1f}), df {e.df:.0f}"
    '2.0 (0.8 to 3.2), df 4'
    """
    check_conf_level(conf_level)
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    schools = clusters if school is None else read_codes(school, "school", scores.size)[0]
    side = None if programme is None else read_zero_one(programme, "programme", scores.size)
    strata = None if stratum is None else read_codes(stratum, "stratum", scores.size)[0]
    if side is not None and not same_schools:
        raise EstimatorCallError("sides are compared of schools that were met in both waves")
    if side is not None and not lies_within(schools, side):
        raise EstimatorCallError("a school is in two sides")
    if not same_schools:
        return _of_rounds(scores, waves, clusters, schools, conf_level)
    kept = _in_both(waves, schools)
    refuse = partial(
        not_estimable,
        n=int(kept.sum()),
        n_clusters=n_distinct(clusters[kept]),
        method=METHOD,
        conf_level=conf_level,
    )
    if not lies_within(schools, clusters):
        return refuse("a school belongs to several clusters")
    if not kept.any():
        return refuse("no school has answers in both waves")
    group = np.zeros_like(waves) if side is None else side
    layer = np.zeros_like(waves) if side is None or strata is None else strata
    rows = (scores[kept], schools[kept], 2.0 * waves[kept] - 1)
    value, of = _means(*rows, np.column_stack([clusters, group, layer])[kept])
    one = np.ones(value.size)
    fitted = partial(_fitted, n=int(kept.sum()), method=METHOD, conf_level=conf_level)
    if side is None:
        return fitted(value, one, of[:, 0])
    if min(np.unique(of[of[:, 1] == with_it, 0]).size for with_it in (0, 1)) < 2:
        return refuse("one side has a single cluster, so its change has no standard error")
    layers = of[:, 2] if np.unique(layer).size > 1 else None
    design = np.column_stack([of[:, 1]] if layers is not None else [of[:, 1], one])
    return fitted(value, design, of[:, 0], layers)


def _of_rounds(
    scores: Floats, waves: Codes, clusters: Codes, schools: Codes, conf_level: float
) -> Estimate:
    """Compare the means of the places of two rounds."""
    value, of = _means(
        scores, 2 * schools + waves, np.ones(scores.size), np.column_stack([clusters, waves])
    )
    fewest = min(np.unique(of[of[:, 1] == one, 0]).size for one in (0, 1))
    if fewest < 2:
        return not_estimable(
            "one round has a single cluster",
            n=scores.size,
            n_clusters=n_distinct(clusters),
            method=ROUNDS_METHOD,
            conf_level=conf_level,
        )
    design = np.column_stack([of[:, 1], np.ones(value.size)])
    return _fitted(
        value, design, of[:, 0], n=scores.size, method=ROUNDS_METHOD, conf_level=conf_level
    )


def _in_both(waves: Codes, schools: Codes) -> np.ndarray:
    """Which rows are of schools that were seen in both waves."""
    later, every = np.bincount(schools, waves), np.bincount(schools)
    return np.asarray(((later > 0) & (later < every))[schools])


def _means(scores: Floats, schools: Codes, sign: Floats, unit: Codes) -> tuple[Floats, Codes]:
    """Average each unit's schools; of a school its mean after less that before, or its mean."""
    number = np.zeros(int(schools.max()) + 1)
    for one in np.unique(sign):
        rows = sign == one
        size = np.bincount(schools[rows], minlength=number.size)
        total = np.bincount(schools[rows], scores[rows], minlength=number.size)
        number += one * np.divide(total, size, out=np.zeros(number.size), where=size > 0)
    present, first = np.unique(schools, return_index=True)
    units, code = np.unique(unit[first], axis=0, return_inverse=True)
    code = code.ravel()
    return np.bincount(code, number[present]) / np.bincount(code), units.astype(np.intp)


def _fitted(
    value: Floats,
    design: Floats,
    cluster: Codes,
    strata: Codes | None = None,
    *,
    n: int,
    method: str,
    conf_level: float,
) -> Estimate:
    """Fit the numbers by least squares; people stand behind them, not numbers."""
    found = fit_cr2(
        value,
        design,
        cluster,
        coefficient=0,
        school=strata,
        conf_level=conf_level,
        method=method,
    )
    return replace(found, n=n)
