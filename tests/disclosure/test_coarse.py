"""What lies near a shown result: rounded so that neither a school nor a few people come out.

The attacker knows everything else exactly: every school's weight, every other school's change, the
programme's change and the printed limits. Linear programming finds what a hidden mean can be.
"""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from findings_factory import make_change, make_facts, make_finding, make_findings, school_rows
from scipy.optimize import linprog

from impact_eval.disclosure import Released, release
from impact_eval.disclosure.coarse import KEPT_OPEN, grid_step

WIDTH = 12.0


def outwards(low: float, high: float, step: float) -> tuple[float, float]:
    return np.floor(low / step) * step, np.ceil(high / step) * step


def attack(
    share: np.ndarray, known: np.ndarray, hidden: int, total: float, limits: tuple[float, float]
) -> tuple[float, float]:
    """Range of hidden schools' changes; the attacker even knows whose omission gave a limit.

    `hidden` schools are unknown, their weighted sum is known by the programme's change, and
    without each of them the programme's change lies within the limits.
    """
    own = share[:hidden]
    rest = total - float(share[hidden:] @ known)
    rows, right = [], []
    for place in range(hidden):
        # (total - share c) / (1 - share) between the limits
        row = np.zeros(hidden)
        row[place] = own[place]
        rows += [row, -row]
        right += [
            total - limits[0] * (1 - own[place]),
            -(total - limits[1] * (1 - own[place])),
        ]
    found = []
    for sign in (1.0, -1.0):
        goal = np.zeros(hidden)
        goal[0] = sign
        solved = linprog(
            goal,
            A_ub=np.array(rows),
            b_ub=right,
            A_eq=[own],
            b_eq=[rest],
            bounds=[(None, None)] * hidden,
        )
        assert solved.status == 0
        found.append(sign * solved.fun)
    return found[0], found[1]


def drawn(seed: int, n: int) -> tuple[np.ndarray, np.ndarray, float, tuple[float, float]]:
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.5, 1.5, n)
    share /= share.sum()
    change = rng.normal(1.0, 0.6, n)
    total = float(share @ change)
    without = (total - share * change) / (1 - share)
    return share, change, total, (float(without.min()), float(without.max()))


@pytest.mark.parametrize("n", [20, 40, 100])
@pytest.mark.parametrize("seed", range(12))
def test_four_hidden_schools_stay_hidden(seed: int, n: int) -> None:
    share, change, total, exact = drawn(seed, n)
    step = grid_step(float(share.max()), WIDTH)
    low, high = attack(share, change[4:], 4, total, outwards(*exact, step))
    assert low - 1e-9 <= change[0] <= high + 1e-9
    assert high - low >= 0.8 * KEPT_OPEN * WIDTH


@pytest.mark.parametrize("n", [10, 40])
@pytest.mark.parametrize("seed", range(12))
def test_who_knows_which_school_was_left_out_knows_its_change_to_a_quarter(
    seed: int, n: int
) -> None:
    share, change, total, exact = drawn(seed, n)
    step = grid_step(float(share.max()), WIDTH)
    place = int(np.argmin((total - share * change) / (1 - share)))
    own = share[place]
    printed = outwards(*exact, step)[0]
    found = [(total - limit * (1 - own)) / own for limit in (printed, printed + step)]
    assert abs(found[1] - found[0]) >= KEPT_OPEN * WIDTH - 1e-9
    assert min(found) - 1e-9 <= change[place] <= max(found) + 1e-9


def test_with_exact_limits_the_attack_succeeds() -> None:
    share, change, total, exact = drawn(1, 40)
    place = int(np.argmin((total - share * change) / (1 - share)))
    own = share[place]
    assert (total - exact[0] * (1 - own)) / own == pytest.approx(change[place])
    few = np.r_[place, np.setdiff1d(np.arange(40), [place])]
    low, high = attack(share[few], change[few][4:], 4, total, exact)
    assert min(abs(low - change[place]), abs(high - change[place])) < 1e-6


@pytest.mark.parametrize(("n", "fewer"), [(400, 3), (2000, 9), (60, 1)])
def test_a_few_people_are_not_had_by_subtracting_two_ways(n: int, fewer: int) -> None:
    rng = np.random.default_rng(n)
    scores = rng.integers(0, 13, n).astype(float)
    step = grid_step(9 / n, WIDTH)
    both = [round(part.mean() / step) * step for part in (scores, scores[fewer:])]
    about = (n * both[0] - (n - fewer) * both[1]) / fewer
    slack = step / 2 * (n + n - fewer) / fewer
    assert slack >= KEPT_OPEN * WIDTH - 1e-9
    assert abs(about - scores[:fewer].mean()) <= slack + 1e-9


def test_steps_are_round_and_coarse_enough() -> None:
    for share in np.geomspace(1e-4, 0.4, 60):
        step = grid_step(float(share), WIDTH)
        assert step * (1 - share) / share >= KEPT_OPEN * WIDTH * (1 - 1e-6)
        assert float(f"{step:.1e}"[0]) in {1, 2, 5}
    assert np.isinf(grid_step(1.0, WIDTH))


def about(main: dict[str, object], **columns: object) -> dict[str, object]:
    """A row that stands beside a planned change."""
    at = {name: main[name] for name in ("outcome", "audience", "phase", "wave_from", "wave_to")}
    return make_finding(**at | {"parent_id": main["finding_id"], "n": main["n"]} | columns)


def one_school(main: dict[str, object], *, n: int = 40, share: float = 0.03) -> dict[str, object]:
    return about(
        main,
        quantity="without_one_school",
        estimate=nan,
        conf_low=1.2345,
        conf_high=1.3456,
        statistic=share,
        n_clusters=n,
        cautions="rests_on_one_school",
    )


def way(main: dict[str, object], variant: str, estimate: float, n: int = 400) -> dict[str, object]:
    return about(
        main,
        quantity="specification",
        variant=variant,
        estimate=estimate,
        std_error=0.1,
        df=20.0,
        conf_low=estimate - 0.2,
        conf_high=estimate + 0.2,
        n=n,
        n_pre=n,
        n_post=n,
        verdict="rise_beyond",
    )


def released(*rows: dict[str, object], **changes: object) -> Released:
    return release(make_findings(rows), make_facts(n_schools=40, **changes))


def test_a_range_is_rounded_outwards_and_loses_everything_else() -> None:
    main = make_change()
    (_, row) = released(main, one_school(main)).findings()
    assert (row.conf_low, row.conf_high) == (1.2, 1.4)
    assert isnan(row.statistic)
    assert row.cautions == "rests_on_one_school"


@pytest.mark.parametrize(("n", "share"), [(19, 0.06), (40, 0.4), (40, nan)])
def test_few_schools_or_a_large_one_have_no_range(n: int, share: float) -> None:
    main = make_change()
    (_, row) = released(main, one_school(main, n=n, share=share)).findings()
    assert row.suppressed
    assert isnan(row.conf_low)
    assert isnan(row.n_clusters)
    assert row.cautions == ""


@pytest.mark.parametrize("why", ["a hidden school", "a province of three schools"])
def test_sums_that_would_tell_of_one_school_take_the_range_away(why: str) -> None:
    main = make_change(n_clusters=40)
    few = why != "a hidden school"
    small = (
        [] if few else [row for i in range(12) for row in school_rows(i, n_pre=4 + 36 * (i > 0))]
    )
    facts = make_facts(n_schools=9 if few else 40)
    rows = release(make_findings([main, *small, one_school(main)]), facts)
    (row,) = rows.where(quantity="without_one_school").findings()
    assert row.suppressed
    assert isnan(row.conf_low)


def test_a_way_keeps_its_number_on_the_grid_and_no_count_of_people() -> None:
    main = make_change()
    (_, row) = released(main, way(main, "answers:complete", 1.2345)).findings()
    assert row.estimate == 1.2
    assert all(isnan(getattr(row, name)) for name in ("n_pre", "n_post", "std_error", "df"))
    assert row.verdict == "rise_beyond"


@pytest.mark.parametrize("fewer", [1, 9, 40])
def test_how_many_forms_a_way_leaves_out_is_not_told(fewer: int) -> None:
    main = make_change(n=4000, n_pre=2000, n_post=2000)
    ways = [way(main, "planned", 1.2, n=4000), way(main, "exclusions:none", 1.3, n=4000 + fewer)]
    rows = released(main, *ways).where(quantity="specification")
    assert [row.known for row in rows.findings()] == [True, True]
    assert rows.frame[["n", "n_pre", "n_post", "n_linked"]].isna().all(axis=None)


def test_ways_of_too_few_people_have_no_number_and_their_count_stays() -> None:
    main = make_change()
    count = about(
        main, quantity="specifications", variant="estimated", estimate=2.0, unit="ways",
        conf_low=1.0, conf_high=2.0,
    )  # fmt: skip
    rows = released(main, way(main, "planned", 1.2, n=30), count).findings()
    assert rows[1].suppressed
    assert isnan(rows[1].estimate)
    assert rows[2].estimate == 2.0
    assert isnan(rows[2].conf_low)


def test_a_suppressed_change_takes_all_of_it_along() -> None:
    main = make_change(n_pre=9, n=49)
    rows = released(main, one_school(main), way(main, "planned", 1.2)).findings()
    assert all(row.suppressed for row in rows)


def test_hidden_schools_make_the_grid_of_ways_coarser() -> None:
    main = make_change(n=4000, n_pre=2000, n_post=2000, n_clusters=40)
    ways = [way(main, "planned", 1.2345, n=4000) | {"n_clusters": 40}]
    shown = released(main, *ways).findings()[-1].estimate
    small = [row for i in range(12) for row in school_rows(i, n_pre=4 if i < 1 else 40)]
    coarser = release(make_findings([main, *small, *ways]), make_facts()).where(
        quantity="specification"
    )
    assert shown != coarser.findings()[0].estimate
    assert coarser.findings()[0].estimate == pytest.approx(1.2)


def test_loss_that_would_undo_goes_where_the_lost_are_hidden() -> None:
    main = make_change(n_pre=200, n_post=200, n_linked=196)
    point = about(
        main, quantity="tipping_point", variant="loss", estimator="in_unit", estimate=-1.0
    )
    other = about(
        main, quantity="tipping_point", variant="secular", estimator="in_unit", estimate=1.0
    )
    rows = released(main, point, other).where(quantity="tipping_point").findings()
    assert [bool(row.suppressed) for row in rows] == [True, False]
