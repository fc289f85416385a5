"""Stepdown test of several coefficients by multiplying whole clusters' residuals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import read_design, read_weights
from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Codes, Floats, read_codes, read_scores
from impact_eval.estimators.linear_model import fit_linear
from impact_eval.estimators.wild_bootstrap import TIE, WildDraws
from impact_eval.estimators.wild_sums import wild_refits, wild_sums


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient that is tested against zero: the first column of its design.

    Arrays as for `fit_cr2`. A label of `cluster` means the same cluster in all coefficients.
    """

    y: ArrayLike
    design: ArrayLike
    cluster: ArrayLike
    school: ArrayLike | None = None
    weights: ArrayLike | None = None


@dataclass(frozen=True, slots=True)
class WildStepdown:
    """One entry a coefficient; `p_adjusted` holds the chance of any false finding in the family.

    `p_value` is that of `wild_bootstrap` for the coefficient alone. Entries are nan where a design
    does not identify its coefficient or nothing varies.
    """

    p_value: Floats
    p_adjusted: Floats
    method: str


_DEFAULT: Final = WildDraws()


def wild_stepdown(
    coefficients: Sequence[Coefficient], *, draws: WildDraws = _DEFAULT
) -> WildStepdown:
    """Test a family of coefficients so that any false finding is rare.

    Parameters
    ----------
    coefficients
        One or more.
    draws
        Which multipliers, how many, and from which generator.

    Returns
    -------
    WildStepdown
        p-values, each with the others allowed for.

    Raises
    ------
    EstimatorCallError
        If there is no coefficient, an array is wrong, or `draws` lacks a generator it needs.

    Notes
    -----
    Each draw multiplies a cluster's residuals in all outcomes by one v_g, so that outcomes stay as
    correlated as they are; residuals are those of the fit in which the coefficient is zero (WCR).
    With |t| in falling order, p of the j-th is the share of draws in which the largest |t*| of the
    j-th and those after it is at least as large, and never less than p of the one before it. All
    2^G patterns are gone through where these are few. In R: ``wildrwolf::rwolf(type = "wild")``
    does it by drawing.

    References
    ----------
    Romano and Wolf (2005), Econometrica 73(4), 1237-1282, algorithm 4.1; (2016), Statistics and
    Probability Letters 113, 38-40, for p-values. Clarke, Romano and Wolf (2020), Stata Journal
    20(4), 812-843.

    Examples
    --------
    >>> ones = [1.0] * 6
    >>> first = Coefficient([0.4, 0.9, -0.1, 0.6, 0.5, 0.7], ones, list("abcdef"))
    >>> second = Coefficient([0.1, 0.4, -0.6, 0.2, 0.3, -0.2], ones, list("abcdef"))
    >>> found = wild_stepdown([first, second])
    >>> found.p_value.round(3).tolist(), found.p_adjusted.round(3).tolist()
    ([0.062, 0.906], [0.094, 0.906])
    """
    if not coefficients:
        raise EstimatorCallError("a family needs a coefficient")
    labels = np.unique(np.concatenate([np.asarray(one.cluster) for one in coefficients]))
    signs = draws.of(labels.size)
    exact = draws.goes_through_all(labels.size)
    own = np.full(len(coefficients), nan)
    drawn = np.zeros((len(signs), len(coefficients)))
    for k, one in enumerate(coefficients):
        own[k], drawn[:, k] = _squares(one, labels, signs)
    p_value = np.array([_share(drawn[:, [k]], own[k], exact=exact) for k in range(own.size)])
    adjusted = np.full(own.size, nan)
    order = [int(k) for k in np.argsort(-own) if np.isfinite(own[k])]
    least = 0.0
    for place, k in enumerate(order):
        least = max(least, _share(drawn[:, order[place:]], own[k], exact=exact))
        adjusted[k] = least
    counted = f"all {2**labels.size:,} patterns" if exact else f"{draws.n:,} draws"
    return WildStepdown(
        p_value, adjusted, f"stepdown by the wild cluster bootstrap, null imposed, {counted}"
    )


def _squares(one: Coefficient, labels: Codes, signs: Floats) -> tuple[float, Floats]:
    """Give t squared, and that of every draw under no effect; nan and zeros where there is none."""
    y = read_scores(one.y, "y")
    design = read_design(one.design, y.size)
    columns = np.column_stack([design[:, 1:], design[:, 0]])
    clusters, names = read_codes(one.cluster, "cluster", y.size)
    schools = None if one.school is None else read_codes(one.school, "school", y.size)[0]
    weights = None if one.weights is None else read_weights(one.weights, y.size)
    fit = fit_linear(y, columns, weights=weights, school=schools)
    nothing = nan, np.zeros(len(signs))
    if fit is None or names.size < len(("one", "another")):
        return nothing
    totals = wild_sums(fit, clusters)
    if totals.score_squares <= TIE * float((totals.outcome**2).sum()):
        return nothing
    refits = wild_refits(totals, signs[:, np.searchsorted(labels, names)])
    scale = (names.size - 1) / names.size
    square = float(totals.outcome.sum()) ** 2 / totals.score_squares
    drawn = np.divide(
        refits.first**2,
        refits.constant,
        out=np.where(refits.first == 0, 0.0, np.inf),
        where=refits.constant > 0,
    )
    return scale * square, scale * drawn


def _share(drawn: Floats, own: float, *, exact: bool) -> float:
    """Count the draws whose largest statistic is at least as large."""
    if not np.isfinite(own):
        return nan
    count = int((drawn.max(axis=1) >= (1 - TIE) * own).sum())
    return count / len(drawn) if exact else (1 + count) / (len(drawn) + 1)
