"""Analysis of covariance between randomised schools, on everybody who answered afterwards."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.designs.arms import too_few_clusters
from impact_eval.estimators.designs.own_pre import own_pre_scores
from impact_eval.estimators.estimate import Estimate, EstimatorCallError, not_estimable
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_length,
    lies_within,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
    sums,
)
from impact_eval.estimators.jackknife_error import most_at_one_end, no_narrower_than_jackknife

_ALL = "adjusted difference of post scores, all post respondents, CR2"
_LINKED = "adjusted difference of post scores, linked respondents only, CR2"


def adjusted_difference(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    school: ArrayLike,
    *,
    respondent: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    linked_only: bool = False,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate the programme's effect between randomised schools, in score points.

    Parameters
    ----------
    score
        Shape (n,), score points of both waves, one row an answered survey.
    wave
        Shape (n,), 0 for pre and 1 for post.
    programme
        Shape (n,), 1 for schools assigned to the programme, 0 for the others: as assigned, whatever
        they then did.
    school
        Shape (n,), codes.
    respondent
        Shape (n,), codes of people within their school, missing (None, nan) where a form is not
        linked. Without it nobody's own pre score is known.
    stratum
        Shape (n,), codes of the strata or matched pairs within which schools were randomised.
    cluster
        Shape (n,), codes; the schools if not given, and never finer than what was randomised.
    weights
        Shape (n,), positive sampling weights.
    linked_only
        Leave out everybody who is not linked: the sensitivity, not the answer.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Programme minus comparison; `n` counts the post rows. Not estimable where an arm has a
        single cluster, or where strata and covariates leave nothing of the arms.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, a school is in two arms or strata, or a respondent
        occurs twice in one wave of a school.

    Notes
    -----
    post = T + school's mean of all its pre scores + (own pre - that mean) + not linked + strata.
    The own pre score is filled with its school's mean where it is not known; with randomised arms
    that costs precision, no bias. A school without pre scores gets the mean of the schools' means
    and an indicator. Columns that do not vary are left out. In R, with `own` so filled:
    ``coef_test(lm(post ~ T + school_pre + own + missing + factor(stratum), weights = w),
    vcov = "CR2", cluster = school, test = "Satterthwaite", coefs = "T")``. Where two in five
    or more of the later scores stand at the highest or lowest there is, and clusters are 10 to 200,
    the standard error is the jackknife's if that is wider (`jackknife_error`).

    For schools that were not randomised this adjusts to the wrong mean (Lord's paradox):
    `compare_groups` shows it beside the difference in differences, and says why.

    References
    ----------
    Van Breukelen (2006), Journal of Clinical Epidemiology 59(9), 920-925. Groenwold and others
    (2012), CMAJ 184(11), 1265-1269, on missing covariates in trials. Pustejovsky and Tipton (2018),
    Journal of Business & Economic Statistics 36(4), 672-683.

    Examples
    --------
    >>> pre, post = [4, 6, 5, 7, 3, 5, 6, 4, 5, 6], [7, 8, 7, 9, 5, 7, 6, 5, 5, 7]
    >>> school, arm = list("aabbccddee"), [1] * 6 + [0] * 4
    >>> e = adjusted_difference(pre + post, [0] * 10 + [1] * 10, arm * 2, school * 2)
    >>> f"{e.estimate:.1f} points more, df {e.df:.1f}"
    '1.7 points more, df 1.9'
    """
    method = _LINKED if linked_only else _ALL
    scores = read_scores(score, "score")
    n = scores.size
    waves = read_zero_one(wave, "wave", n)
    arm = read_zero_one(programme, "programme", n)
    schools, _ = read_codes(school, "school", n)
    clusters = schools if cluster is None else read_codes(cluster, "cluster", n)[0]
    strata = None if stratum is None else read_codes(stratum, "stratum", n)[0]
    sampling = np.ones(n) if weights is None else read_scores(weights, "weights")
    check_length(sampling, "weights", n)
    own = own_pre_scores(scores, waves, schools, respondent)
    post = waves == 1
    if linked_only:
        post &= ~np.isnan(own.of_post)
    pre = own.pre_is_linked if linked_only else waves == 0
    refuse = partial(
        not_estimable,
        n=int(post.sum()),
        n_clusters=n_distinct(clusters[post]),
        method=method,
        conf_level=conf_level,
    )
    _check_assignment(arm, schools, strata)
    reason = too_few_clusters(clusters[post], arm[post])
    if reason:
        return refuse(reason)
    means = school_pre_means(scores, schools, pre, sampling)[schools[post]]
    design = [arm[post], *baseline_columns(means, own.of_post[post])]
    columns = np.column_stack(design if strata is not None else [*design, np.ones(means.size)])
    within = None if strata is None else strata[post]
    given = None if weights is None else sampling[post]
    found = fit_cr2(
        scores[post],
        columns,
        clusters[post],
        coefficient=0,
        school=within,
        weights=given,
        conf_level=conf_level,
        method=method,
    )
    if not most_at_one_end(scores[post]):
        return found
    return no_narrower_than_jackknife(
        found,
        scores[post],
        columns,
        clusters[post],
        coefficient=0,
        stratum=within,
        weights=given,
    )


def school_pre_means(scores: Floats, schools: Codes, pre: Codes, weights: Floats) -> Floats:
    """Average each school's pre scores; nan for a school without any."""
    n_schools = int(schools.max(initial=-1)) + 1
    held = sums(weights[pre], schools[pre], n_schools)
    totals = sums((weights * scores)[pre], schools[pre], n_schools)
    return np.asarray(np.divide(totals, held, out=np.full(n_schools, np.nan), where=held > 0))


def baseline_columns(means: Floats, own: Floats) -> list[Floats]:
    """Return the columns that vary: school mean, no school mean, own pre, not linked."""
    unknown = np.isnan(means)
    centre = float(np.mean(means[~unknown])) if not unknown.all() else 0.0
    level = np.where(unknown, 0.0, means - centre)
    missing = np.isnan(own)
    apart = np.where(missing | unknown, 0.0, own - means)
    columns = [level, unknown.astype(float), apart, missing.astype(float)]
    return [c for c in columns if np.ptp(c) > 1e-12 * max(1.0, float(np.abs(c).max()))]


def _check_assignment(arm: Codes, schools: Codes, strata: Codes | None) -> None:
    """Raise where a school is in two arms or strata: schools are what was randomised."""
    for name, codes in (("arms", arm), ("strata", strata)):
        if codes is not None and not lies_within(schools, codes):
            raise EstimatorCallError(f"a school is in two {name}")
