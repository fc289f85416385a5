"""How much faster schools that had begun would have to move anyway, and the time before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from typing import Final

from impact_eval.estimators.estimate import Estimate, describe, from_interval, not_estimable
from impact_eval.estimators.robustness import Trends, times_the_largest_step, trend_that_undoes
from impact_eval.findings.beside.roll_out_ways import roll_out_steps
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding

IN_UNIT: Final = "in_unit"
IN_SD: Final = "in_sd"
IN_STEPS: Final = "in_steps_before"
NO_TIME_BEFORE: Final = (
    "no schools that were still to begin were asked twice before, beside others that waited, so"
    " there is no trend before to hold it against"
)
NO_TREND: Final = "nothing moved apart before, so no number of times it would do"


def trend_points(
    data: StudyData, people: AudienceData, main: Finding, shift: float, *, spread: float
) -> Iterator[Finding]:
    """Yield how far apart schools would have to move from survey to survey, in three units.

    Parameters
    ----------
    data, people, main
        The study, the audience and the planned effect of a roll-out.
    shift
        Smallest bias that its verdict does not bear.
    spread
        Standard deviation of the scores of the first survey.

    Yields
    ------
    Finding
        In the outcome's unit and in standard deviations by survey, and as so many times the largest
        such difference before the workshops.
    """
    at = replace(main.address, quantity="tipping_point", variant="trend", estimator=IN_UNIT)
    trends = roll_out_steps(data, people, main.address)
    value = trend_that_undoes(shift, trends.reach)
    n, n_clusters = main.estimate.n, main.estimate.n_clusters
    method = "how much faster, by survey, schools that had begun would have to move anyway"
    for estimator, scale, unit in ((IN_UNIT, 1.0, main.unit), (IN_SD, spread, "SD")):
        estimate = describe(value / scale, n=n, n_clusters=n_clusters, method=method)
        here = replace(at, estimator=estimator)
        yield Finding(address=here, estimate=estimate, unit=unit, parent_id=main.finding_id)
    yield Finding(
        address=replace(at, estimator=IN_STEPS),
        estimate=_in_steps(main, trends, value),
        unit="times",
        parent_id=main.finding_id,
    )


def _in_steps(main: Finding, trends: Trends, value: float) -> Estimate:
    """Hold a trend against the largest before: as estimated, and as large as it may have been."""
    if not trends.steps:
        return _refuse(main, NO_TIME_BEFORE)
    times = times_the_largest_step(value, trends.largest)
    if not isfinite(times):
        return _refuse(main, NO_TREND)
    return from_interval(
        times,
        times_the_largest_step(value, trends.largest_in_intervals),
        times,
        n=main.estimate.n,
        n_clusters=main.estimate.n_clusters,
        method="trend that undoes / largest difference in change between two surveys before",
    )


def _refuse(main: Finding, reason: str) -> Estimate:
    return not_estimable(
        reason, n=main.estimate.n, n_clusters=main.estimate.n_clusters, method="tipping point"
    )
