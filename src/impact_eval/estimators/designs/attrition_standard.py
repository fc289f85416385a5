"""Attrition of a randomised comparison, classed by the What Works Clearinghouse's boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import check_option

Assumption = Literal["cautious", "optimistic"]
Pair = tuple[int, int]
ROUNDING = 1e-9

# Highest differential attrition, in points, by overall attrition of 0, 1, 2, ... percent: Standards
# Handbook 4.1, table II.1.
# fmt: off
BOUNDARIES: dict[Assumption, tuple[float, ...]] = {
    "cautious": (
        5.7, 5.8, 5.9, 5.9, 6.0, 6.1, 6.2, 6.3, 6.3, 6.3, 6.3, 6.2, 6.2, 6.1, 6.0, 5.9, 5.9, 5.8,
        5.7, 5.5, 5.4, 5.3, 5.2, 5.1, 4.9, 4.8, 4.7, 4.5, 4.4, 4.3, 4.1, 4.0, 3.8, 3.6, 3.5, 3.3,
        3.2, 3.1, 2.9, 2.8, 2.6, 2.5, 2.3, 2.1, 2.0, 1.8, 1.6, 1.5, 1.3, 1.2, 1.0, 0.9, 0.7, 0.6,
        0.4, 0.3, 0.2, 0.0,
    ),
    "optimistic": (
        10.0, 10.1, 10.2, 10.3, 10.4, 10.5, 10.7, 10.8, 10.9, 10.9, 10.9, 10.9, 10.9, 10.8, 10.8,
        10.7, 10.6, 10.5, 10.3, 10.2, 10.0, 9.9, 9.7, 9.5, 9.4, 9.2, 9.0, 8.8, 8.6, 8.4, 8.2, 8.0,
        7.8, 7.6, 7.4, 7.2, 7.0, 6.7, 6.5, 6.3, 6.0, 5.8, 5.6, 5.3, 5.1, 4.9, 4.6, 4.4, 4.2, 3.9,
        3.7, 3.5, 3.2, 3.0, 2.8, 2.6, 2.3, 2.1, 1.9, 1.6, 1.4, 1.1, 0.9, 0.7, 0.5, 0.3,
    ),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class AttritionLevel:
    """Attrition of one level (schools, or people), in percent, and its class.

    `limit` is the highest differential attrition that still counts as low, nan where the overall
    attrition is high whatever the difference. `level` is "unknown" without anybody assigned.
    """

    overall: float
    programme: float
    comparison: float
    differential: float
    limit: float
    level: Literal["low", "high", "unknown"]


@dataclass(frozen=True, slots=True)
class ClusterAttrition:
    """Attrition of schools, and of people within the schools that stayed; low if both are."""

    schools: AttritionLevel
    people: AttritionLevel
    level: Literal["low", "high", "unknown"]


def attrition_limit(overall: float, assumption: Assumption = "cautious") -> float:
    """Look up the highest differential attrition that counts as low.

    Parameters
    ----------
    overall
        Overall attrition in percent, 0 to 100.
    assumption
        "cautious" where the programme may itself make people leave or stay, "optimistic" where it
        hardly can. It is declared beforehand, not chosen to fit.

    Returns
    -------
    float
        In percentage points; between whole percents on the straight line; nan beyond the table.

    Raises
    ------
    EstimatorCallError
        If `overall` is outside 0 to 100 or the assumption is unknown.

    References
    ----------
    What Works Clearinghouse (2020), Standards Handbook 4.1, table II.1. Deke and Chiang (2017),
    Evaluation Review 41(2), 130-154, give the model behind it.

    Examples
    --------
    >>> attrition_limit(30), attrition_limit(30, "optimistic"), round(attrition_limit(12.5), 2)
    (4.1, 8.2, 6.15)
    """
    check_option(assumption, "assumption", tuple(BOUNDARIES))
    if not 0 <= overall <= 100:
        raise EstimatorCallError(f"`overall` must be from 0 to 100 percent; got {overall!r}")
    table = BOUNDARIES[assumption]
    if overall > len(table) - 1:
        return nan
    return float(np.interp(overall, np.arange(len(table)), table))


def attrition_level(
    assigned: Pair, analysed: Pair, assumption: Assumption = "cautious"
) -> AttritionLevel:
    """Class the attrition of two randomised arms.

    Parameters
    ----------
    assigned, analysed
        Numbers of the programme's arm, then of the comparison's; at most as many analysed.
    assumption
        As for `attrition_limit`.

    Returns
    -------
    AttritionLevel
        Low where the difference is at most the limit, a difference equal to it included.

    Raises
    ------
    EstimatorCallError
        If more are analysed than were assigned, or a number is negative.

    Examples
    --------
    >>> a = attrition_level((500, 500), (450, 470))
    >>> f"{a.overall:.0f} % overall, {a.differential:.0f} points apart, limit {a.limit}: {a.level}"
    '8 % overall, 4 points apart, limit 6.3: low'
    """
    if min(*assigned, *analysed) < 0 or any(
        some > everybody for some, everybody in zip(analysed, assigned, strict=True)
    ):
        raise EstimatorCallError(
            "at most as many can be analysed as were assigned, and none under 0"
        )
    if min(assigned) == 0:
        return AttritionLevel(nan, nan, nan, nan, nan, "unknown")
    by_arm = [100 * (a - b) / a for a, b in zip(assigned, analysed, strict=True)]
    overall = 100 * (sum(assigned) - sum(analysed)) / sum(assigned)
    differential = abs(by_arm[0] - by_arm[1])
    limit = attrition_limit(overall, assumption)
    return AttritionLevel(
        overall=overall,
        programme=by_arm[0],
        comparison=by_arm[1],
        differential=differential,
        limit=limit,
        level="low" if differential <= limit + ROUNDING else "high",
    )


def cluster_attrition(
    schools_assigned: Pair,
    schools_analysed: Pair,
    people_assigned: Pair,
    people_analysed: Pair,
    assumption: Assumption = "cautious",
) -> ClusterAttrition:
    """Class the attrition of randomised schools, then of people within the schools that stayed.

    Parameters
    ----------
    schools_assigned, schools_analysed
        Programme, then comparison: schools randomised, and those with analysed answers.
    people_assigned
        People of the schools that stayed, at the time of randomisation.
    people_analysed
        Those of them with analysed answers; who joined a school later is not among them.
    assumption
        As for `attrition_limit`.

    Returns
    -------
    ClusterAttrition
        "low" only if both levels are, "unknown" if one is unknown and the other not high.

    Raises
    ------
    EstimatorCallError
        As for `attrition_level`.

    References
    ----------
    What Works Clearinghouse (2022), Procedures and Standards Handbook 5.0, on cluster-level
    assignment.

    Examples
    --------
    >>> c = cluster_attrition((20, 20), (19, 20), (950, 1000), (860, 940))
    >>> c.schools.level, c.people.level, c.level
    ('low', 'low', 'low')
    """
    schools = attrition_level(schools_assigned, schools_analysed, assumption)
    people = attrition_level(people_assigned, people_analysed, assumption)
    levels = (schools.level, people.level)
    worst: Literal["low", "high", "unknown"] = "unknown" if "unknown" in levels else "low"
    return ClusterAttrition(schools, people, "high" if "high" in levels else worst)
