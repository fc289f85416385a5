"""A staggered roll-out from people's own gains: of those met twice, or of all who were asked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.designs.bounds import Bounds, bounds_from_estimates, no_bounds
from impact_eval.estimators.designs.staggered import Waiting
from impact_eval.estimators.designs.staggered_cells import Cell
from impact_eval.estimators.designs.staggered_people import PeopleTable, gain_cells, read_people
from impact_eval.estimators.designs.staggered_rows import NO_COHORT, CellRows, overall_shares
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    not_estimable,
)
from impact_eval.estimators.inputs import check_option, n_distinct
from impact_eval.estimators.school_weights import SchoolWeights

_LINKED = "cohorts against schools still waiting, gains of people met twice, CR2"
_WORST = "cohorts against schools still waiting, worst and best case for the lost, CR2"


@dataclass(frozen=True, slots=True)
class WorstCase:
    """Bounds of the overall effect, and how many people of the comparisons were not seen again."""

    bounds: Bounds
    lost: int


def staggered_gain(  # noqa: PLR0913
    score: ArrayLike,
    person: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    first_wave: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weights: SchoolWeights = "school",
    school_weights: Mapping[Hashable, float] | None = None,
    min_schools: int = 2,
    waiting: Waiting = "not_yet",
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate the overall effect of a staggered roll-out from people met twice alone.

    Parameters
    ----------
    score, wave, school, first_wave, cluster, school_weights, min_schools, waiting, conf_level
        As for `staggered_effect`.
    person
        Shape (n,), codes; a person has at most one score a wave.
    weights
        As for `staggered_effect`, but "respondent" counts the people of a comparison.

    Returns
    -------
    Estimate
        As `staggered_effect`'s `overall`, a school's change being the mean gain of its people with
        a score in both waves of a comparison.

    Raises
    ------
    EstimatorCallError
        As `staggered_effect`, or if a person has two scores in a wave.

    Notes
    -----
    Who moves school counts at the school of the earlier wave.

    Examples
    --------
    >>> school, first = np.repeat(list("abcdef"), 2), np.repeat([1.0] * 3 + [np.nan] * 3, 2)
    >>> score, who = [4, 7, 5, 8, 4, 6, 5, 6, 4, 5, 6, 6], np.repeat(range(6), 2)
    >>> e = staggered_gain(score, who, [0, 1] * 6, school, first)
    >>> f"{e.estimate:.2f} points"
    '2.00 points'
    """
    check_conf_level(conf_level)
    check_option(waiting, "waiting", ("not_yet", "to_the_end"))
    people = read_people(
        score,
        person,
        wave,
        school,
        first_wave,
        weights,
        school_weights,
        min_schools,
        cluster=cluster,
    )
    if people is None:
        return not_estimable(
            "there are no scores", n=0, n_clusters=0, method=_LINKED, conf_level=conf_level
        )
    cells = gain_cells(people, min_schools, to_the_end=waiting == "to_the_end")
    return _overall(cells, people, _LINKED, conf_level)


def staggered_worst_case(  # noqa: PLR0913
    score: ArrayLike,
    person: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    first_wave: ArrayLike,
    *,
    ends: tuple[float, float],
    cluster: ArrayLike | None = None,
    weights: SchoolWeights = "school",
    school_weights: Mapping[Hashable, float] | None = None,
    min_schools: int = 2,
    conf_level: float = 0.95,
) -> WorstCase:
    """Bound the overall effect on everybody asked before, whatever became of those not seen again.

    Parameters
    ----------
    score, person, wave, school, first_wave, cluster, weights, school_weights, min_schools
    conf_level
        As for `staggered_gain`.
    ends
        The lowest and the highest score that there can be.

    Returns
    -------
    WorstCase
        Bounds of the mean over everybody with a score in the earlier wave of a comparison: below,
        with the lost of the cohort's schools at the lowest later score and those of the schools
        still waiting at the highest; above, the other way round.

    Raises
    ------
    EstimatorCallError
        As `staggered_gain`, or if a score lies outside the range.

    Notes
    -----
    Nothing is assumed about why people were lost. A school is in the programme of one comparison
    and waits in another, and its lost are counted in each as that comparison has it, so the bounds
    may be wider than any one way of filling in the answers would make them.

    References
    ----------
    Manski (1990), American Economic Review 80(2), 319-323; Horowitz and Manski (2000), Journal of
    the American Statistical Association 95, 77-84.

    Examples
    --------
    >>> school, first = np.repeat(list("abcdef"), 2), np.repeat([1.0] * 3 + [np.nan] * 3, 2)
    >>> score, who = [4, 7, 5, 8, 4, 6, 5, 6, 4, 5, 6, 6], np.repeat(range(6), 2)
    >>> seen = np.arange(12) != 1
    >>> parts = [np.asarray(one)[seen] for one in (score, who, [0, 1] * 6, school, first)]
    >>> worst = staggered_worst_case(*parts, ends=(0, 10))
    >>> f"{worst.lost} lost: {worst.bounds.lower:.2f} to {worst.bounds.upper:.2f}"
    '1 lost: -0.33 to 3.00'
    """
    check_conf_level(conf_level)
    lowest, highest = ends
    known = np.asarray(score, dtype=np.float64)
    if not lowest < highest or (known < lowest).any() or (known > highest).any():
        raise EstimatorCallError(f"scores must lie within `ends`, {lowest!r} to {highest!r}")
    people = read_people(
        score,
        person,
        wave,
        school,
        first_wave,
        weights,
        school_weights,
        min_schools,
        cluster=cluster,
    )
    if people is None:
        nothing = no_bounds("there are no scores", n=0, n_clusters=0, method=_WORST)
        return WorstCase(nothing, 0)
    limits = [
        _overall(gain_cells(people, min_schools, fill), people, _WORST, conf_level)
        for fill in ((lowest, highest), (highest, lowest))
    ]
    used = gain_cells(people, min_schools, (lowest, highest))
    return WorstCase(bounds_from_estimates(*limits, method=_WORST), _lost(people, used))


def _overall(
    cells: Sequence[Cell], people: PeopleTable, method: str, conf_level: float
) -> Estimate:
    shares = overall_shares(cells)
    if shares is None:
        return not_estimable(
            NO_COHORT,
            n=int(np.isfinite(people.score).sum()),
            n_clusters=n_distinct(people.cluster),
            method=method,
            conf_level=conf_level,
        )
    return CellRows(cells, people.answers(), conf_level, method=method).estimate(shares)


def _lost(people: PeopleTable, cells: Sequence[Cell]) -> int:
    """Count who was asked in the earlier wave of a comparison and not in the later one."""
    lost = np.zeros(people.score.shape[0], dtype=bool)
    for cell in cells:
        asked = np.isfinite(people.score[:, cell.cohort - 1])
        asked &= np.isin(people.school[:, cell.cohort - 1], cell.school)
        lost |= asked & np.isnan(people.score[:, cell.wave])
    return int(lost.sum())
