"""What two numbers tell of the forms between them, at the bounds of each rule."""

from __future__ import annotations

from math import isnan

import pandas as pd
import pytest
from findings_factory import make_facts, make_finding, make_findings

from impact_eval.disclosure import Released, release, release_without_exclusions


def second(
    planned: list[dict[str, object]], *changes: dict[str, object] | None
) -> tuple[Released, dict[str, bool]]:
    """Release findings, and the same with changes; which of the second are given, by item, wave."""
    facts = make_facts()
    main = make_findings(planned)
    rows = [row | (change or {}) for row, change in zip(planned, changes, strict=True)]
    other = make_findings(rows)
    other = other.assign(beside_id=pd.Series([f"b{i}" for i in range(len(rows))], dtype="str"))
    found = release_without_exclusions(main, other, planned=release(main, facts))
    keys = [
        row["item_id"] or f"{row['subgroup']}{row['unit_id']}" or row["wave_to"] for row in rows
    ]
    given = {str(keys[int(row.finding_id[1:])]): not row.suppressed for row in found.findings()}
    return found, given


@pytest.mark.parametrize(("more", "given"), [(0, True), (1, False), (9, False), (10, True)])
def test_a_mean_needs_ten_people_or_none_between_the_two(more: int, given: bool) -> None:
    mean = make_finding(estimate=6.0, n=400)
    found, _ = second([mean], {"n": 400 + more, "estimate": 6.0 + more / 100})
    (row,) = found.findings()
    assert (row.suppressed == "") is given
    assert isnan(row.n)
    assert isnan(row.estimate) is not given
    assert row.parent_id == mean["finding_id"]


@pytest.mark.parametrize(
    ("reached", "given"), [(0, False), (9, False), (10, True), (20, True), (21, False), (30, False)]
)
def test_a_share_needs_ten_on_either_side_among_those_between(reached: int, given: bool) -> None:
    share = make_finding(quantity="mastery_share", unit="percent", estimate=50.0, n=400)
    other = {"n": 430, "estimate": 100 * (200 + reached) / 430}
    _, found = second([share], other)
    assert found["pre"] is given


def test_what_is_left_of_a_whole_is_hidden_with_a_partner() -> None:
    at = [{"subgroup": ""}, {"subgroup": "sex:female"}, {"subgroup": "sex:male"}]
    rows = [
        make_finding(**one, estimate=6.0, n=n) for one, n in zip(at, (400, 220, 180), strict=True)
    ]
    _, safe = second(rows, {"n": 430}, {"n": 235}, {"n": 195})
    assert safe == {"pre": True, "sex:female": True, "sex:male": True}
    _, few = second(rows, {"n": 430}, {"n": 246}, {"n": 184})
    assert few == {"pre": True, "sex:female": False, "sex:male": False}


def test_few_of_a_whole_wave_leave_nothing_of_it() -> None:
    rows = [
        make_finding(estimate=6.0, n=400),
        make_finding(estimate=6.0, n=220, subgroup="sex:female"),
        make_finding(estimate=6.0, n=400, wave_from="post", wave_to="post"),
    ]
    _, given = second(rows, {"n": 404}, None, {"n": 420})
    assert given == {"pre": False, "sex:female": False, "post": True}


def test_what_moves_without_its_own_people_goes_where_others_are_few() -> None:
    rows = [
        make_finding(estimate=6.0, n=400),
        make_finding(estimate=5.0, n=400, wave_from="post", wave_to="post"),
    ]
    _, given = second(rows, {"n": 404}, {"estimate": 5.01})
    assert given == {"pre": False, "post": False}
    _, still = second(rows, {"n": 404}, None)
    assert still == {"pre": False, "post": True}


@pytest.mark.parametrize(
    ("reached", "given"),
    [
        ((15, 15, 15), {"k1": True, "k2": True, "k3": True}),
        ((2, 15, 15), {"k1": False, "k2": False, "k3": False}),
        ((2, 3, 15), {"k1": False, "k2": False, "k3": False}),
        ((6, 7, 15), {"k1": False, "k2": False, "k3": True}),
    ],
)
def test_hidden_items_do_not_follow_from_the_mean(
    reached: tuple[int, ...], given: dict[str, bool]
) -> None:
    """Of thirty people: a single hidden item, two of few people together, two of enough."""
    shares = [
        make_finding(quantity="item_share", item_id=f"k{i}", unit="percent", estimate=50.0, n=400)
        for i in (1, 2, 3)
    ]
    changes = [{"n": 430, "estimate": 100 * (200 + one) / 430} for one in reached]
    _, found = second([make_finding(n=400, estimate=6.0), *shares], {"n": 430}, *changes)
    assert found.pop("pre")
    assert found == given


def test_a_hidden_finding_has_no_second() -> None:
    rows = [make_finding(estimate=6.0, n=8), make_finding(n=400, wave_from="post", wave_to="post")]
    _, given = second(rows, {"n": 40}, {"n": 440})
    assert given == {"pre": False, "post": True}


def test_what_is_given_once_stays_away() -> None:
    row = make_finding(n=400, estimate=6.0)
    main = make_findings([row])
    other = main.assign(beside_id="")
    found = release_without_exclusions(main, other, planned=release(main, make_facts()))
    assert len(found) == 0
