"""An attack on what was released: linear programming over all additions that a reader knows.

Shares no code with the suppression. For each hidden count the attacker solves for the smallest and
the largest value that agree with everything printed; Hundepool et al. (2012), ch. 4.2.3.
"""

from __future__ import annotations

import numpy as np
import pytest
from random_study import WAVES, Place, RandomStudy, random_study
from scipy.optimize import linprog

from impact_eval.disclosure import Finding, Released, hide, release

SEEDS = range(14)


def place_of(row: Finding) -> Place:
    return ("sex", row.subgroup[4:]) if row.subgroup else (row.level, row.unit_id)


class Attacker:
    """Knows every printed count, every addition, and every bound that is printed."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, Place], int] = {}
        self.equations: list[tuple[dict[int, float], float]] = []
        self.bounds: dict[int, tuple[float, float | None]] = {}

    def cell(self, table: str, place: Place) -> int:
        return self.names.setdefault((table, place), len(self.names))

    def know(self, table: str, place: Place, value: float) -> None:
        self.equations.append(({self.cell(table, place): 1.0}, value))

    def know_sum(self, table: str, parent: Place, children: list[Place]) -> None:
        weights = {self.cell(table, child): 1.0 for child in children}
        self.equations.append((weights | {self.cell(table, parent): -1.0}, 0.0))

    def know_split(self, whole: str, parts: list[str], place: Place) -> None:
        weights = {self.cell(part, place): 1.0 for part in parts}
        self.equations.append((weights | {self.cell(whole, place): -1.0}, 0.0))

    def interval(self, table: str, place: Place) -> tuple[float, float]:
        size = len(self.names)
        matrix = np.zeros((len(self.equations), size))
        for row, (weights, _) in enumerate(self.equations):
            for column, weight in weights.items():
                matrix[row, column] = weight
        right = [value for _, value in self.equations]
        bounds = [self.bounds.get(i, (0.0, None)) for i in range(size)]
        limits = []
        for sign in (1.0, -1.0):
            goal = np.zeros(size)
            goal[self.names[table, place]] = sign
            solved = linprog(goal, A_eq=matrix, b_eq=right, bounds=bounds)
            assert solved.status in {0, 3}, "the printed numbers contradict each other"
            limits.append(np.inf if solved.status == 3 else sign * solved.fun)
        return limits[0], limits[1]


def attack(released: Released, study: RandomStudy) -> tuple[Attacker, dict[str, set[Place]]]:
    """Let the attacker read the release; also give the places that are hidden, by table."""
    attacker = Attacker()
    know_additions(attacker, study)
    hidden: dict[str, set[Place]] = {table: set() for table in study.truth}
    for row in released.findings():
        place, wave = place_of(row), row.wave_to
        if row.quantity in {"mean", "surveyed"}:
            read_count(attacker, hidden, f"n_{wave}", place, np.nan if row.suppressed else row.n)
        elif row.quantity == "mastery_share":
            read_share(attacker, hidden, row, study.facts.threshold)
        elif row.quantity == "change" and row.level != "programme":
            assert np.isnan(row.n_linked)
        elif row.quantity == "change" and row.estimator == "stacked":
            read_count(attacker, hidden, "linked", place, row.n_linked)
    return attacker, hidden


def know_additions(attacker: Attacker, study: RandomStudy) -> None:
    for parent, children in study.places:
        for wave in WAVES:
            for table in (f"n_{wave}", f"k_{wave}", f"m_{wave}"):
                attacker.know_sum(table, parent, children)
        if children[0][0] == "sex":
            attacker.know_sum("linked", parent, children)
    for place in study.truth["n_pre"]:
        for wave in WAVES:
            attacker.know_split(f"n_{wave}", [f"k_{wave}", f"m_{wave}"], place)
            if place[0] in {"programme", "sex"}:
                attacker.know_split(f"n_{wave}", ["linked", f"u_{wave}"], place)


def read_count(
    attacker: Attacker, hidden: dict[str, set[Place]], table: str, place: Place, value: float
) -> None:
    if np.isnan(value):
        hidden[table].add(place)
    else:
        attacker.know(table, place, value)


def read_share(
    attacker: Attacker, hidden: dict[str, set[Place]], row: Finding, threshold: int
) -> None:
    place, wave = place_of(row), row.wave_to
    if not row.suppressed:
        attacker.know(f"k_{wave}", place, round(row.estimate * row.n / 100))
        return
    hidden[f"k_{wave}"].add(place)
    if row.suppressed.startswith("coded"):
        side = "k" if row.suppressed == "coded_low" else "m"
        attacker.bounds[attacker.cell(f"{side}_{wave}", place)] = (0.0, threshold - 1.0)


def narrowest(attacker: Attacker, hidden: dict[str, set[Place]], table: str) -> float:
    """The narrowest interval in which the attacker knows a hidden count of a table to lie."""
    widths = [np.inf]
    for place in hidden[table]:
        low, high = attacker.interval(table, place)
        widths.append(high - low)
    return min(widths)


@pytest.mark.parametrize("with_provinces", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_small_count_can_be_worked_out(seed: int, with_provinces: bool) -> None:
    study = random_study(seed, with_provinces=with_provinces)
    t = study.facts.threshold
    attacker, hidden = attack(release(study.findings, study.facts), study)
    for table in ("n_pre", "n_post", "linked"):
        assert narrowest(attacker, hidden, table) >= t - 1e-6
    for wave in WAVES:
        for side in ("k", "m"):
            for place in hidden[f"k_{wave}"]:
                low, high = attacker.interval(f"{side}_{wave}", place)
                if attacker.cell(f"{side}_{wave}", place) in attacker.bounds:
                    assert low <= 1e-6
                    assert high >= t - 1 - 1e-6
                else:
                    assert high - low >= t - 1 - 1e-6


def test_without_partners_the_attack_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hide, "hide_partners", lambda tables, hidden, *, threshold: set(hidden))
    widths = []
    for seed in SEEDS[:6]:
        study = random_study(seed)
        attacker, hidden = attack(release(study.findings, study.facts), study)
        widths.append(narrowest(attacker, hidden, "n_pre"))
    assert min(widths) < 1


@pytest.mark.parametrize("seed", SEEDS)
def test_every_small_count_is_hidden_and_every_bound_is_true(seed: int) -> None:
    study = random_study(seed)
    t = study.facts.threshold
    for row in release(study.findings, study.facts).findings():
        place = place_of(row)
        n = {wave: study.truth[f"n_{wave}"][place] for wave in WAVES}
        if row.quantity in {"change", "mastery_change"} and min(n.values()) < t:
            assert row.suppressed
        if row.quantity == "mastery_share" and row.suppressed.startswith("coded"):
            share = 100 * study.truth[f"k_{row.wave_to}"][place] / n[row.wave_to]
            assert np.isnan(row.estimate)
            assert not share > row.conf_high + 1e-9
            assert not share < row.conf_low - 1e-9
        if row.quantity == "mastery_share" and not row.suppressed:
            k = study.truth[f"k_{row.wave_to}"][place]
            assert t <= k <= n[row.wave_to] - t
        if row.estimator == "adjusted_gain" and not row.suppressed:
            assert study.truth["linked"][place] >= t or study.truth["linked"][place] == 0
