"""The mean gain of everybody asked before, with missing later scores imputed many times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    not_estimable,
)
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.held_gain import held_gain
from impact_eval.estimators.inputs import Floats, check_length, read_codes, read_scores
from impact_eval.estimators.missing.rubin import Pooled, imputations_needed, pool_imputations
from impact_eval.estimators.missing.two_level import TwoLevelDraws

LEAST, MOST = 20, 100
WARM_UP, APART = 100, 20
FEWEST_SEEN = 10
_METHOD = "two-level multiple imputation, Rubin's rules, CR2"


@dataclass(frozen=True, slots=True)
class ImputedGain:
    """A pooled mean gain, the share of information that was missing, and how many imputations."""

    estimate: Estimate
    missing_information: float
    imputations: int


def imputed_gain(
    pre: ArrayLike,
    post: ArrayLike,
    cluster: ArrayLike,
    *,
    group: ArrayLike,
    seed: int,
    covariates: ArrayLike | None = None,
    hold_groups: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> ImputedGain:
    """Estimate the mean gain of all pre respondents by two-level multiple imputation.

    Parameters
    ----------
    pre
        Shape (n,), score points of everybody who was asked before.
    post
        Shape (n,), their later scores, nan for who was not seen again.
    cluster
        Shape (n,), codes of the clusters of the interval.
    group
        Shape (n,), codes of the places whose levels the model holds: schools, or workshops.
    seed
        Of the draws.
    covariates
        Shape (n, k), what else was known before.
    hold_groups
        Shape (n,), codes of schools; given, the interval speaks of these schools alone.
    conf_level
        Between 0 and 1.

    Returns
    -------
    ImputedGain
        Post minus pre of all pre respondents, if those not seen again gained like people of the
        same place with the same earlier score and covariates. Not estimable with fewer than 2
        clusters, or 10 people seen again.

    Raises
    ------
    EstimatorCallError
        If shapes differ or a pre score or covariate is missing.

    Notes
    -----
    Pre and post are jointly normal with a random level of each group in each wave (`TwoLevelDraws`;
    in R: ``mice(method = "2l.pan")`` with wave as a random slope, or ``jomo``). Each completed data
    set gives a CR2 estimate with its df; `pool_imputations` pools them on the mean of those df.
    There are 20 imputations, or as many as the percent of missing information they show, up to 100.
    Imputed scores are neither rounded nor cut at the ends of the scale, which would move the mean.
    With everybody seen again this is `raw_gain`.

    References
    ----------
    Schafer and Yucel (2002), Journal of Computational and Graphical Statistics 11(2), 437-457; von
    Hippel (2009), Sociological Methodology 39, 265-291, against rounding; White, Royston and Wood
    (2011), Statistics in Medicine 30, 377-399, for the number.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> school = np.repeat(np.arange(20), 15)
    >>> pre = rng.normal(5, 2, 300)
    >>> gain = 3 - 0.4 * pre + rng.normal(0, 1, 300)
    >>> post = np.where(rng.random(300) < 0.1 * pre, pre + gain, np.nan)
    >>> e = imputed_gain(pre, post, school, group=school, seed=1).estimate
    >>> f"{e.estimate:.1f}, where those seen again show {np.nanmean(post - pre):.1f}"
    '0.9, where those seen again show 0.7'
    """
    check_conf_level(conf_level)
    before = read_scores(pre, "pre")
    after = np.asarray(post, dtype=np.float64)
    check_length(after, "post", before.size)
    clusters, labels = read_codes(cluster, "cluster", before.size)
    places, _ = read_codes(group, "group", before.size)
    held = None if hold_groups is None else read_codes(hold_groups, "hold_groups", before.size)[0]
    known = centred(covariates, before.size)
    seen = np.isfinite(after)
    refuse = partial(
        not_estimable,
        n=before.size,
        n_clusters=labels.size,
        method=_METHOD,
        conf_level=conf_level,
    )
    if labels.size < 2:
        return ImputedGain(refuse(refusal(labels.size, unit="cluster")), nan, 0)
    if int(seen.sum()) < FEWEST_SEEN:
        reason = f"fewer than {FEWEST_SEEN} people were seen again, too few to impute from"
        return ImputedGain(refuse(reason), nan, 0)
    complete = partial(
        held_gain, cluster=clusters, school=held, conf_level=conf_level, method=_METHOD
    )
    if seen.all():
        return ImputedGain(complete(after - before), 0.0, 0)
    chain = TwoLevelDraws(before, after, places, known, np.random.default_rng(seed))
    scores = chain.later_scores(warm_up=WARM_UP, apart=APART)
    return pool_completed(scores, lambda one: complete(one - before))


def pool_completed(scores: Iterator[Floats], complete: Callable[[Floats], Estimate]) -> ImputedGain:
    """Estimate on each completed data set, and pool as many as the missing information asks for.

    Parameters
    ----------
    scores
        Completed later scores without end.
    complete
        The estimate of one of them.

    Returns
    -------
    ImputedGain
        With the reason of the first, where no data set gives an estimate.
    """
    fitted = [complete(one) for one in islice(scores, LEAST)]
    if all(one.reason for one in fitted):
        return ImputedGain(fitted[0], nan, 0)
    pooled = _pool(fitted)
    wanted = imputations_needed(pooled.missing_information, least=LEAST, most=MOST)
    fitted += [complete(one) for one in islice(scores, wanted - LEAST)]
    pooled = _pool(fitted)
    return ImputedGain(pooled.estimate, pooled.missing_information, len(fitted))


def _pool(fitted: list[Estimate]) -> Pooled:
    return pool_imputations(
        [one.estimate for one in fitted],
        [one.std_error**2 for one in fitted],
        float(np.mean([one.df for one in fitted])),
        n=fitted[0].n,
        n_clusters=fitted[0].n_clusters,
        method=fitted[0].method,
        conf_level=fitted[0].conf_level,
    )


def centred(covariates: ArrayLike | None, n: int) -> Floats:
    """Scale the covariates, without columns that are constant or repeat others."""
    x = np.zeros((n, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    if x.ndim != 2 or x.shape[0] != n or not np.isfinite(x).all():
        raise EstimatorCallError(f"`covariates` must have shape ({n}, k) and nothing missing")
    kept: list[Floats] = []
    for column in (x - x.mean(axis=0)).T if n else ():
        basis = np.column_stack([np.zeros(n), *kept])
        rest = column - basis @ np.linalg.lstsq(basis, column, rcond=None)[0]
        if rest @ rest > 1e-8 * max(1e-300, float(column @ column)):
            kept.append(column / np.sqrt(column @ column / n))
    return np.column_stack(kept) if kept else np.zeros((n, 0))
