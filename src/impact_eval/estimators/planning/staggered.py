"""What a staggered roll-out tells apart, with schools and dates as fixed effects."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.inputs import Floats


def staggered_rows(schools: int, steps: int) -> tuple[Floats, Floats]:
    """Lay out a roll-out in which a school in `steps` begins at each date.

    Parameters
    ----------
    schools
        At least `steps`; shared among the dates as evenly as they can be.
    steps
        Dates, at least 2. Surveys are taken before the first and after each.

    Returns
    -------
    tuple of ndarray
        Whether a school has begun, shape (schools, steps + 1), 0 or 1; and the same with the
        schools' and the surveys' means taken out.

    Examples
    --------
    >>> staggered_rows(4, 2)[0].tolist()
    [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
    """
    starts = np.concatenate(
        [
            np.full(part.size, i + 1)
            for i, part in enumerate(np.array_split(np.arange(schools), steps))
        ]
    )
    begun = (np.arange(steps + 1) >= starts[:, None]).astype(np.float64)
    left = begun - begun.mean(axis=1, keepdims=True) - begun.mean(axis=0) + begun.mean()
    return begun, left


@lru_cache(maxsize=256)
def staggered_weights(schools: int, clusters: int, steps: int) -> tuple[float, float]:
    """Compute the information of a roll-out and the degrees of freedom of CR2 in it.

    Parameters
    ----------
    schools, clusters
        Schools, and the teams that serve them (or the schools themselves); a team's schools begin
        together.
    steps
        Dates at which schools begin.

    Returns
    -------
    tuple of float
        Sum of squares of the begun schools with school and survey taken out: the variance of a
        school's mean in one survey, divided by it, is that of the estimate. And the degrees of
        freedom, which depend on the layout alone.

    References
    ----------
    Hussey and Hughes (2007), Contemporary Clinical Trials 28(2), 182-191, for the design; the
    variance here is that of least squares with fixed effects of schools, which needs no model of
    the differences between schools that last.

    Examples
    --------
    >>> told, df = staggered_weights(20, 20, 4)
    >>> f"{told:.1f}, {df:.1f} df"
    '7.5, 18.3 df'
    """
    begun, left = staggered_rows(clusters, steps)
    periods = steps + 1
    design = np.column_stack(
        [begun.ravel(), *(np.tile(np.arange(periods) == t, clusters) for t in range(1, periods))]
    )
    school = np.repeat(np.arange(clusters), periods)
    y = np.random.default_rng(1).normal(size=school.size)
    df = fit_cr2(y, design, school, coefficient=0, school=school).df
    return float((left**2).sum()) * schools / clusters, df
