"""Under which condition something is drawn, and how often intervals and tests kept their promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

import numpy as np

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
    """How often one interval or test was right, or rejected, in the draws in which it was given."""

    name: str
    kind: Kind
    naive: bool
    shown: bool
    given: int
    hits: int
    draws: int

    @property
    def share(self) -> float:
        return self.hits / self.given if self.given else float("nan")

    @property
    def error(self) -> float:
        """Monte Carlo standard error of the share."""
        if not self.given:
            return float("nan")
        p = min(max(self.share, 1 / (self.given + 2)), 1 - 1 / (self.given + 2))
        return sqrt(p * (1 - p) / self.given)

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
        p = LEAST_COVERAGE if self.kind == "coverage" else MOST_REJECTED
        return self.off > SURE * sqrt(p * (1 - p) / self.given)


@dataclass
class Tally:
    """Counts of one condition. `shown` is False where pages would give no such number."""

    draws: int
    _found: dict[tuple[str, Kind], list[object]] = field(default_factory=dict)

    def covers(self, name, low, high, truth, *, naive=False, shown=True):
        """Count intervals that hold the truth; arrays or numbers, nan where none was given."""
        low, high = np.atleast_1d(low), np.atleast_1d(high)
        given = np.isfinite(low) & np.isfinite(high)
        right = given & (low <= truth) & (truth <= high)
        self._add(name, "coverage", int(given.sum()), int(right.sum()), naive, shown)

    def interval(self, name, estimate, truth, *, naive=False, shown=True):
        """Count the interval of an `Estimate`."""
        self.covers(
            name, estimate.conf_low, estimate.conf_high, truth, naive=naive, shown=shown
        )

    def rejects(self, name, p_values, *, naive=False, shown=True):
        """Count p-values of true nulls that are no larger than 5 %."""
        p_values = np.atleast_1d(p_values)
        given = np.isfinite(p_values)
        # counted p-values such as 1/20 are exact but for rounding
        count = int((p_values[given] <= ALPHA + 1e-12).sum())
        self._add(name, "false positives", int(given.sum()), count, naive, shown)

    def counted(self) -> list[Counted]:
        return [
            Counted(name, kind, bool(naive), bool(shown), int(given), int(hits), self.draws)
            for (name, kind), (given, hits, naive, shown) in self._found.items()
        ]

    def _add(self, name, kind, given, hits, naive, shown):
        row = self._found.setdefault((name, kind), [0, 0, naive, shown])
        row[0] += given
        row[1] += hits


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
    """List conditions: the whole grid, or each level of likeness and of sizes in a quarter of it."""
    pairs = [(icc, cv) for icc in ICCS for cv in SIZE_CVS] if whole else PAIRS
    made = [Condition(g, icc, cv, case=case) for case in cases for g in schools for icc, cv in pairs]
    if few_people:
        made += [Condition(g, 0.05, 0.5, FEW_PEOPLE, case) for case in cases for g in schools]
    return made
