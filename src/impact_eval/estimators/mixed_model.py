"""A change or an effect by a linear mixed model: a second opinion from an optional package."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from impact_eval.estimators.estimate import (
    Estimate,
    check_conf_level,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_length,
    lies_within,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)

PACKAGE: Final = "mixedlm"
CHECKED: Final = "1.3.0"
REMEDY: Final = 'pip install "impact-eval[mixed]"'
AT_ZERO: Final = 1e-4  # standard deviations relative to the residual's, as lme4's isSingular
SEARCH: Final = {"ftol": 1e-15, "gtol": 1e-4}
STEP: Final = 1e-3
LESS_DEVIANCE: Final = 1e-2


@dataclass(frozen=True, slots=True)
class MixedFit:
    """What a mixed model says of a change, and whether it could estimate its parts.

    Attributes
    ----------
    estimate
        The change, or the difference of two changes, in the scores' unit.
    singular
        Whether a spread came out as zero, or a correlation as 1 or -1.
    beyond_clusters
        Whether it has more degrees of freedom than there are clusters: the clusters' changes came
        out as hardly differing, so that people or schools, and not clusters, make the interval.
    """

    estimate: Estimate
    singular: bool = False
    beyond_clusters: bool = False


def mixed_change(
    score: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    respondent: ArrayLike | None = None,
    programme: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> MixedFit:
    """Estimate the mean change, or how much more one side changed, by restricted likelihood.

    Parameters
    ----------
    score
        Shape (n,), finite, in any unit: the scores of both waves stacked.
    wave
        Shape (n,), 0 before and 1 after.
    cluster
        Shape (n,), the clusters as declared.
    school
        Shape (n,), within the clusters; None if the clusters are the schools.
    respondent
        Shape (n,), the same number for the same person; NaN for who was not recognised. None if
        nobody was.
    programme
        Shape (n,), 1 on the programme's side; None if there is one side.
    conf_level
        Between 0 and 1.

    Returns
    -------
    MixedFit
        Not estimable, with a reason, without the package in the version that was held against R,
        with fewer than 4 clusters, and where the likelihood's maximum was not found.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or `wave` and `programme` are not 0 and 1.

    Notes
    -----
    REML of score = b0 + b1 wave (+ b2 side + b3 side x wave), with an intercept and a change of
    each cluster's own, of each school's own within it, and an intercept of each person. Given is b1
    (or b3), with Satterthwaite's degrees of freedom. There is no model without changes of the
    clusters' own: it takes the people of a school as independent, and finds changes where there
    are none. R: `lmerTest::lmer(y ~ t + (1 + t | cluster) + (1 + t | school) + (1 | pid))`.

    References
    ----------
    Bates, Mächler, Bolker and Walker (2015), Journal of Statistical Software 67(1), 1-48.
    Kuznetsova, Brockhoff and Christensen (2017), Journal of Statistical Software 82(13), 1-26.
    """
    check_conf_level(conf_level)
    scores = read_scores(score, "score")
    later = read_zero_one(wave, "wave", scores.size)
    clusters = _ranks(cluster, "cluster", scores.size)
    schools = clusters if school is None else _ranks(school, "school", scores.size)
    side = None if programme is None else read_zero_one(programme, "programme", scores.size)
    people = _people(respondent, scores.size)
    formula = _formula(clusters, schools, people, side)
    refuse = partial(
        not_estimable,
        n=scores.size,
        n_clusters=n_distinct(clusters),
        method=_method(formula),
        conf_level=conf_level,
    )
    reason = _why_not(scores, later, clusters, schools, side) or why_absent()
    if reason:
        return MixedFit(refuse(reason))
    order = _order(scores, later, clusters, schools, people)
    scores = scores[order]
    spread = float(scores.std())
    columns = {
        "score": (scores - scores.mean()) / spread,
        "wave": later[order],
        "side": np.zeros_like(later) if side is None else side[order],
        "cluster": clusters[order],
        "school": schools[order],
        "respondent": pd.factorize(people[order])[0],
    }
    try:
        model = _fit(formula, columns)
        value, std_error, df = _inference(model)
    except (ValueError, RuntimeError, ArithmeticError, np.linalg.LinAlgError):
        return MixedFit(refuse("the model could not be fitted to these answers"))
    if not _is_maximum(model):
        return MixedFit(refuse("the likelihood's maximum was not found"))
    estimate = from_std_error(
        value * spread,
        std_error * spread,
        df,
        n=scores.size,
        n_clusters=n_distinct(clusters),
        method=_method(formula),
        conf_level=conf_level,
    )
    singular = bool(model.isSingular(tol=AT_ZERO))
    return MixedFit(estimate, singular, estimate.df > estimate.n_clusters)


def why_absent() -> str:
    """Say why the package cannot be used, and what to do; empty if it can."""
    found = installed()
    if not found:
        return f"the optional package {PACKAGE} is not installed: {REMEDY}"
    if found != CHECKED:
        return f"the optional package {PACKAGE} is not of the version held against R: {REMEDY}"
    return ""


def installed() -> str:
    """Return the version of the package that is installed; empty if none is."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""


def _why_not(
    scores: Floats, later: Codes, clusters: Codes, schools: Codes, side: Codes | None
) -> str:
    """Say why these answers give no such model."""
    if not 0 < later.sum() < later.size:
        return "there are no answers in one of the two waves"
    if not lies_within(schools, clusters):
        return "a school belongs to several clusters"
    if side is not None and not 0 < side.sum() < side.size:
        return "there are no answers on one of the two sides"
    if n_distinct(clusters) < ENOUGH_TO_GENERALISE:
        return "fewer than 4 clusters do not show how much their changes differ"
    return "" if scores.std() > 0 else "the scores do not vary"


def _ranks(values: ArrayLike, name: str, n: int) -> Codes:
    """Give places numbers in the order of their labels."""
    codes, labels = read_codes(values, name, n)
    return np.unique(labels, return_inverse=True)[1][codes].astype(np.intp)


def _people(respondent: ArrayLike | None, n: int) -> Codes:
    """Give each person a number; who was not recognised is a person of their own."""
    own = np.arange(n, dtype=np.float64)
    if respondent is None:
        return own.astype(np.intp)
    known = np.asarray(respondent, dtype=np.float64)
    check_length(known, "respondent", n)
    labels = np.where(np.isnan(known), -1 - own, known)
    return np.unique(labels, return_inverse=True)[1].astype(np.intp)


def _order(
    scores: Floats, later: Codes, clusters: Codes, schools: Codes, people: Codes
) -> NDArray[np.intp]:
    """Order rows by place and scores, so that the search does not depend on that of the forms."""
    before, after = (np.full(people.max() + 1, np.inf) for _ in range(2))
    before[people[later == 0]] = scores[later == 0]
    after[people[later == 1]] = scores[later == 1]
    return np.lexsort((later, after[people], before[people], schools, clusters))


def _formula(clusters: Codes, schools: Codes, people: Codes, side: Codes | None) -> str:
    """Write the model: terms for schools and people only where they tell something apart."""
    terms = ["wave" if side is None else "wave * side", "(1 + wave | cluster)"]
    if n_distinct(schools) > n_distinct(clusters):
        terms.append("(1 + wave | school)")
    if n_distinct(people) < people.size:
        terms.append("(1 | respondent)")
    return f"score ~ {' + '.join(terms)}"


def _fit(formula: str, columns: dict[str, NDArray[Any]]) -> Any:  # noqa: ANN401  (of the package)
    """Fit by REML: along the gradient, or where that ends short of it by the package's own choice.

    The package's warnings are read from its result instead.
    """
    package, table = import_module(PACKAGE), pd.DataFrame(columns)
    along = {"optimizer": "L-BFGS-B", "use_analytic_gradient": True, "optCtrl": SEARCH}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quick = package.lmer(formula, table, control=package.lmerControl(**along))
        return quick if _is_maximum(quick) else package.lmer(formula, table)


def _inference(model: Any) -> tuple[float, float, float]:  # noqa: ANN401
    """Return the wave's coefficient, or that of wave and side together: it stands last of these."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        df = import_module(f"{PACKAGE}.inference.ddf").satterthwaite_df(model)
    names = list(model.matrices.fixed_names)
    place = names.index("wave:side" if "wave:side" in names else "wave")
    variance = float(np.asarray(model.vcov())[place, place])
    return float(model.beta[place]), float(np.sqrt(variance)), float(df.df[place])


def _is_maximum(model: Any) -> bool:  # noqa: ANN401
    """Whether no root of a covariance near the ones found has a clearly higher likelihood.

    R's lme4 can stop where a spread is zero although a little more is to be had beyond, and so can
    this; such a fit is within a hundredth of the deviance.
    """
    if not model.converged:
        return False
    best = float(model.REMLcrit())
    deviance = model.as_function()
    theta = np.asarray(model.theta, dtype=np.float64)
    steps = np.concatenate([np.eye(theta.size), -np.eye(theta.size)]) * STEP
    return all(float(deviance(theta + step)) > best - LESS_DEVIANCE for step in steps)


def _method(formula: str) -> str:
    return f"mixed model by REML, Satterthwaite: {formula}"
