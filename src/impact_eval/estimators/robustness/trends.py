"""How far schools that were to begin moved apart from those that waited, survey by survey."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.designs.staggered import TimeSince
from impact_eval.estimators.designs.staggered_cells import Cell, make_cells
from impact_eval.estimators.designs.staggered_rows import CellRows, overall_shares, read_roll_out
from impact_eval.estimators.equivalence import simultaneous
from impact_eval.estimators.estimate import EstimatorCallError, check_conf_level
from impact_eval.estimators.inputs import Floats
from impact_eval.estimators.school_weights import SchoolWeights

BASE = -1


@dataclass(frozen=True, slots=True)
class Trends:
    """What a roll-out says of trends that are not equal.

    `steps` are the differences in change from one wave to the next before the workshops, `since`
    the wave at which the step begins. `reach` is the mean number of waves, over the cells of the
    overall effect by their shares, from the last one before the workshop to the one looked at: a
    difference of d a wave makes the overall effect wrong by `reach` d. nan without any cell.
    """

    steps: tuple[TimeSince, ...]
    reach: float

    @property
    def largest(self) -> float:
        """Size of the largest step, as estimated; nan without steps."""
        return max((abs(one.estimate.estimate) for one in self.steps), default=nan)

    @property
    def largest_in_intervals(self) -> float:
        """Size of the largest step that the intervals hold, all of them together (Bonferroni)."""
        wide = [simultaneous(one.estimate, len(self.steps)) for one in self.steps]
        return max((max(abs(one.conf_low), abs(one.conf_high)) for one in wide), default=nan)


def roll_out_trends(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    first_wave: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weights: SchoolWeights = "school",
    school_weights: Mapping[Hashable, float] | None = None,
    min_schools: int = 2,
    conf_level: float = 0.95,
) -> Trends:
    """Take the time before the workshops apart into steps from one wave to the next.

    Parameters
    ----------
    score, wave, school, first_wave, cluster, weights, school_weights, min_schools, conf_level
        As for `staggered_effect`.

    Returns
    -------
    Trends
        Without steps where no cohort was asked twice before, beside others that waited.

    Raises
    ------
    EstimatorCallError
        As `staggered_effect`.

    Notes
    -----
    The step at s is the mean, over the cohorts that were compared at s and s + 1 waves since their
    workshop, by the weight of their schools, of the difference at s + 1 minus that at s; at the
    base (s + 1 = -1) the difference is 0. Each is a contrast of the regression of
    `staggered_effect`, with CR2 and Satterthwaite df.

    References
    ----------
    Rambachan and Roth (2023), Review of Economic Studies 90(5), 2555-2591, section 2.4.1.

    Examples
    --------
    >>> school, never = np.repeat(list("abcdef"), 4), np.nan
    >>> first = np.repeat([2, 2, 2, never, never, never], 4)
    >>> score = [4, 6, 8, 9, 5, 6, 8, 8, 4, 6, 9, 9, 5, 6, 7, 7, 4, 5, 5, 6, 6, 6, 7, 7]
    >>> t = roll_out_trends(score, [0, 1, 2, 3] * 6, school, first)
    >>> [(one.since, round(one.estimate.estimate, 2)) for one in t.steps], t.reach
    ([(-2, 1.0)], 1.5)
    """
    check_conf_level(conf_level)
    read = read_roll_out(
        score,
        wave,
        school,
        first_wave,
        weights=weights,
        school_weights=school_weights,
        min_schools=min_schools,
        cluster=cluster,
    )
    if read is None:
        return Trends((), nan)
    made = make_cells(read.table, min_schools, equal=weights == "school")
    cells = [cell for cell in made if not cell.reason]
    if not cells:
        return Trends((), nan)
    rows = CellRows(cells, read.table.n, conf_level)
    steps = []
    for since in sorted({cell.since for cell in cells if cell.since < BASE}):
        share = _step(cells, since)
        if share.any():
            steps.append(TimeSince(since, rows.estimate(share)))
    known = tuple(one for one in steps if isfinite(one.estimate.std_error))
    return Trends(known, _reach(cells))


def trend_that_undoes(shift: float, reach: float) -> float:
    """Find the difference in trend, per wave, that makes an effect wrong by a bias.

    Parameters
    ----------
    shift
        From `shift_that_undoes`, in score points.
    reach
        Of `Trends`.

    Returns
    -------
    float
        shift / reach, in score points a wave: by so much more, from each wave to the next, schools
        that had begun would have risen than those still waiting, without any workshop.

    Raises
    ------
    EstimatorCallError
        If the reach is not positive.

    Examples
    --------
    >>> round(trend_that_undoes(0.6, 1.5), 2)
    0.4
    """
    if not reach > 0:
        raise EstimatorCallError(f"`reach` must be positive; got {reach}")
    return shift / reach


def times_the_largest_step(trend: float, largest: float) -> float:
    """Find how many times the largest step before must be, to be a trend that undoes.

    Parameters
    ----------
    trend
        From `trend_that_undoes`.
    largest
        Size of the largest step before the workshops, in the same unit.

    Returns
    -------
    float
        |trend| / largest, infinite where nothing moved apart before.

    Raises
    ------
    EstimatorCallError
        If `largest` is negative.

    Notes
    -----
    The breakdown value of relative magnitudes: if each difference in change from one wave to the
    next after the workshops is at most M times the largest before, the overall effect is wrong by
    at most M x reach x largest, so that its interval keeps its bound as long as M is smaller than
    this. The size of the largest step is taken as known, which is simpler than Rambachan and Roth's
    intervals; the value with `largest_in_intervals` says what follows if it is as large as may be.

    References
    ----------
    Rambachan and Roth (2023), Review of Economic Studies 90(5), 2555-2591, sections 2.4.1 and 5.

    Examples
    --------
    >>> times_the_largest_step(-0.4, 0.16)
    2.5
    """
    if largest < 0:
        raise EstimatorCallError(f"`largest` must not be negative; got {largest}")
    return inf if largest == 0 else abs(trend) / largest


def _step(cells: Sequence[Cell], since: int) -> Floats:
    """Give each cell its share of the step that begins so many waves since the workshop."""
    place = {(cell.cohort, cell.since): number for number, cell in enumerate(cells)}
    share, whole = np.zeros(len(cells)), 0.0
    for number, cell in enumerate(cells):
        later = place.get((cell.cohort, since + 1))
        if cell.since != since or (later is None and since + 1 != BASE):
            continue
        whole += cell.size
        share[number] -= cell.size
        if later is not None:
            share[later] += cell.size
    return np.asarray(share / whole if whole else share)


def _reach(cells: Sequence[Cell]) -> float:
    share = overall_shares(cells)
    waves = np.array([cell.since - BASE for cell in cells])
    return nan if share is None else float(share @ waves)
