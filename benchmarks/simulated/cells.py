"""Under which condition something is drawn, and how often intervals and tests were right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

import numpy as np

ALONE = 1
SCHOOLS = (2, 3, 4, 6, 8, 12, 20, 30, 50, 100)
ICCS = (0.01, 0.05, 0.1, 0.2)
SIZE_CVS = (0.0, 0.5, 1.0)
PEOPLE, FEW_PEOPLE = 30, 6
# one pair for each level of both, so that a quarter of the grid holds every level of either
PAIRS = ((0.01, 1.0), (0.05, 0.5), (0.1, 0.0), (0.2, 1.0))

NOMINAL, ALPHA = 0.95, 0.05
LEAST_COVERAGE, MOST_REJECTED = 0.93, 0.07
SURE = 2.326  # one-sided, 99 %

Kind = Literal["coverage", "false positives"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What surveys are drawn: `icc` also is the variance of the schools' own changes."""

    schools: int
    icc: float
    size_cv: float
    people: int = PEOPLE
    case: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How often one interval or test was right, or rejected, in the draws in which it was given.

    `error` is the Monte Carlo standard error, with what comes of one survey held together.
    """

    name: str
    kind: Kind
    naive: bool
    shown: bool
    given: int
    hits: int
    draws: int
    error: float

    @property
    def share(self) -> float:
        return self.hits / self.given if self.given else float("nan")

    @property
    def off(self) -> float:
        """How far the share is on the wrong side of its limit; negative if it is not."""
        if self.kind == "coverage":
            return LEAST_COVERAGE - self.share
        return self.share - MOST_REJECTED

    @property
    def fails(self) -> bool:
        """Whether it is beyond its limit by more than chance of drawing explains."""
        if self.naive or not self.shown or not self.given:
            return False
        return self.off > SURE * self.error


State = Literal["holds", "open", "fails", "refused"]


def state_of(cells: Sequence[Counted]) -> State:
    """Say whether intervals, or tests, of some conditions together keep their promise.

    They fail where one condition does. They hold where so many surveys at the limit itself would
    be as good as these in one of a hundred only; so few surveys hold nothing, and leave it open.
    """
    given = [one for one in cells if one.given]
    if not given or not given[0].shown or given[0].naive:
        return "refused"
    if any(one.fails for one in given):
        return "fails"
    n = sum(one.given for one in given)
    off = sum(one.given * one.off for one in given) / n
    error = sqrt(sum((one.given * one.error) ** 2 for one in given)) / n
    surveys = sum(min(one.given, one.draws) for one in given)
    at_limit = sqrt(LEAST_COVERAGE * (1 - LEAST_COVERAGE) / surveys)
    return "holds" if off < -SURE * max(error, at_limit) else "open"


@dataclass
class Tally:
    """Counts of one condition. `shown` is False where pages would give no such number."""

    draws: int
    _found: dict[tuple[str, Kind], tuple[np.ndarray, bool, bool]] = field(default_factory=dict)

    def covers(self, name, low, high, truth, *, naive=False, shown=True, together=False):
        """Count intervals that hold the truth, nan where none was given.

        Arrays are of as many surveys, or `together` of the schools of one.
        """
        low, high = np.atleast_1d(low), np.atleast_1d(high)
        given = np.isfinite(low) & np.isfinite(high)
        right = given & (low <= truth) & (truth <= high)
        self._add(name, "coverage", given, right, naive, shown, together)

    def interval(self, name, estimate, truth, *, naive=False, shown=True):
        """Count the interval of an `Estimate`."""
        self.covers(name, estimate.conf_low, estimate.conf_high, truth, naive=naive, shown=shown)

    def rejects(self, name, p_values, *, naive=False, shown=True):
        """Count p-values of true nulls that are no larger than 5 %."""
        p_values = np.atleast_1d(p_values)
        given = np.isfinite(p_values)
        # counted p-values such as 1/20 are exact but for rounding
        below = given & (np.where(given, p_values, 1.0) <= ALPHA + 1e-12)
        self._add(name, "false positives", given, below, naive, shown, together=False)

    def counted(self) -> list[Counted]:
        return [
            Counted(name, kind, naive, shown, int(sums[0]), int(sums[1]), self.draws, _error(sums))
            for (name, kind), (sums, naive, shown) in self._found.items()
        ]

    def _add(self, name, kind, given, hits, naive, shown, together):
        if together:
            given, hits = given.sum(keepdims=True), hits.sum(keepdims=True)
        n, h = given.astype(float), hits.astype(float)
        row = self._found.setdefault((name, kind), (np.zeros(5), naive, shown))
        row[0][:] += n.sum(), h.sum(), (n * n).sum(), (n * h).sum(), (h * h).sum()


def _error(sums) -> float:
    """Standard error of a ratio of sums over surveys; with all or none, half of one is off."""
    given, hits, squares, cross, hit_squares = sums
    if not given:
        return float("nan")
    share = hits / given
    spread = sqrt(max(hit_squares - 2 * share * cross + share**2 * squares, 0.0)) / given
    surveys = given**2 / squares
    return max(spread, 0.5 / (surveys + 1))


@dataclass(frozen=True, slots=True)
class Scenario:
    """Surveys of one kind, what is computed on them, and what both are in plain words.

    `run(condition, draws, rng)` returns a `Tally`. `share` of the usual number of draws is taken
    where each costs much.
    """

    name: str
    title: str
    conditions: Callable[[bool], list[Condition]]
    run: Callable[[Condition, int, np.random.Generator], Tally]
    share: float = 1.0


def grid(
    *,
    whole: bool,
    schools=SCHOOLS,
    cases=("",),
    few_people=True,
) -> list[Condition]:
    """List conditions: the whole grid, or four pairs that hold each level of likeness and sizes."""
    pairs = [(icc, cv) for icc in ICCS for cv in SIZE_CVS] if whole else PAIRS
    made = [
        Condition(g, icc, cv, case=case) for case in cases for g in schools for icc, cv in pairs
    ]
    if few_people:
        made += [Condition(g, 0.05, 0.5, FEW_PEOPLE, case) for case in cases for g in schools]
    return made
