"""An effect on everybody asked before, with missing later scores imputed on each side by itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.inputs import Codes, Floats, read_codes
from impact_eval.estimators.missing.imputed_gain import (
    APART,
    FEWEST_SEEN,
    WARM_UP,
    ImputedGain,
    centred,
    pool_completed,
)
from impact_eval.estimators.missing.two_level import TwoLevelDraws
from impact_eval.estimators.missing.two_sides import (
    BOTH,
    EffectOf,
    TwoSides,
    few_on_a_side,
    read_two_sides,
)

_METHOD = "two-level multiple imputation by side, Rubin's rules, difference of gains, CR2"
_ADJUSTED = "two-level multiple imputation by side, Rubin's rules, adjusted later scores, CR2"
_FEW = f"a side has fewer than {FEWEST_SEEN} people who were seen again, too few to impute from"


def imputed_effect(  # noqa: PLR0913
    pre: ArrayLike,
    post: ArrayLike,
    programme: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike,
    group: ArrayLike,
    seed: int,
    adjusted: bool = False,
    stratum: ArrayLike | None = None,
    covariates: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    hold_schools: bool = False,
    conf_level: float = 0.95,
) -> ImputedGain:
    """Estimate an effect on all who were asked before by two-level multiple imputation.

    Parameters
    ----------
    pre, post, programme, cluster, school, adjusted, stratum, covariates, weights, hold_schools
        As for `weighted_effect`.
    group
        Shape (n,), codes of the places whose levels the model holds: schools, or workshops.
    seed
        Of the draws.
    conf_level
        Between 0 and 1.

    Returns
    -------
    ImputedGain
        Programme minus comparison, if those not seen again gained like people of the same side and
        place with the same earlier score and covariates. Not estimable where a side has fewer than
        2 clusters, or 10 people, that were seen again.

    Raises
    ------
    EstimatorCallError
        As for `weighted_effect`.

    Notes
    -----
    Each side has a model of its own (`TwoLevelDraws`): means, slopes and covariances may all
    differ. One model for both would draw the lost of the programme's schools after what holds of
    both sides together, and pull the effect, and how it varies with earlier scores, to none. The
    design's own estimator is applied to each completed data set; the rest is as in `imputed_gain`.
    In R: ``mice(method = "2l.pan")`` on each side, ``rbind``, and ``coef_test`` of each fit.

    References
    ----------
    Tilling, Williamson, Spratt, Sterne and Carpenter (2016), Journal of Clinical Epidemiology 80,
    107-115, on imputing by arm. Sullivan, White, Salter, Ryan and Lee (2018), Statistical Methods
    in Medical Research 27(9), 2610-2626, on trials.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> school, arm = np.repeat(np.arange(20), 15), np.repeat([1, 0], 150)
    >>> pre = rng.normal(5, 2, 300)
    >>> post = pre + (3 - 0.4 * pre) * arm + rng.normal(0, 1, 300)
    >>> seen = (arm == 0) | (rng.random(300) < 0.1 * pre)
    >>> seen_post = np.where(seen, post, np.nan)
    >>> found = imputed_effect(pre, seen_post, arm, school, school=school, group=school, seed=1)
    >>> gain = post - pre
    >>> raw = gain[seen & (arm == 1)].mean() - gain[arm == 0].mean()
    >>> f"{found.estimate.estimate:.1f}, where those seen again show {raw:.1f}"
    '1.0, where those seen again show 0.8'
    """
    of = EffectOf(adjusted, hold_schools, _ADJUSTED if adjusted else _METHOD, conf_level)
    people = read_two_sides(
        pre, post, programme, cluster, school,
        stratum=stratum, covariates=covariates, weights=weights,
    )  # fmt: skip
    places, _ = read_codes(group, "group", people.pre.size)
    sides = [people.programme == side for side in BOTH]
    few = any(int(people.seen[own].sum()) < FEWEST_SEEN for own in sides)
    reason = few_on_a_side(people) or (_FEW if few else "")
    if reason:
        return ImputedGain(of.refuse(people, reason), np.nan, 0)
    complete = partial(_complete, of, people)
    if people.seen.all():
        return ImputedGain(complete(people.post), 0.0, 0)
    return pool_completed(_later_scores(people, places, seed), complete)


def _complete(of: EffectOf, people: TwoSides, post: Floats) -> Estimate:
    whole = people.with_later(post)
    return of.estimate(whole, whole.weights, whole)


def _later_scores(people: TwoSides, places: Codes, seed: int) -> Iterator[Floats]:
    """Yield later scores of everybody, each side drawn by a chain of its own."""
    sides = [people.programme == side for side in BOTH]
    generators = np.random.default_rng(seed).spawn(len(BOTH))
    chains = [
        _chain(people.part(own), places[own], rng)
        for own, rng in zip(sides, generators, strict=True)
    ]
    for drawn in zip(*chains, strict=False):
        post = people.post.copy()
        for own, scores in zip(sides, drawn, strict=True):
            post[own] = scores
        yield post


def _chain(side: TwoSides, places: Codes, generator: np.random.Generator) -> Iterator[Floats]:
    """Yield the completed later scores of one side."""
    codes, _ = read_codes(places, "group", side.pre.size)
    known = centred(side.known, side.pre.size)
    chain = TwoLevelDraws(side.pre, side.post, codes, known, generator)
    return chain.later_scores(warm_up=WARM_UP, apart=APART)
