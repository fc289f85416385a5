"""Checklists: what must be there for an item to be covered, item by item."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import nbformat
import pytest
from findings_factory import make_facts

from impact_eval.classing import DesignFacts, checklist_of, design_facts, report_facts
from impact_eval.classing.checklist import PAGES, Item, Part, Place, ReportFacts, fill
from impact_eval.classing.consort_cluster import CONSORT_CLUSTER
from impact_eval.classing.parts import SHOWN_BY
from impact_eval.classing.trend import TREND
from impact_eval.facts import LockFacts
from impact_eval.vocabulary import QUANTITIES
from impact_eval.wording.strings import has_text, text

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WHOLE = ReportFacts(pages=frozenset(PAGES.values()), parts=frozenset(get_args(Part)))
GROUPS = replace(WHOLE, compared=True, by_group=WHOLE.parts)
ONE_GROUP = DesignFacts(design="one_group", asked_before=True)
RANDOMISED = DesignFacts(design="randomised", assignment="randomised", asked_before=True)
ITEMS = [*TREND, *CONSORT_CLUSTER]
NAMES = [f"trend-{i.number}" for i in TREND] + [f"consort-{i.number}" for i in CONSORT_CLUSTER]
COVERED = {"reported", "in_part"}


def cases(field: str) -> list[object]:
    """Every item with each of its parts, or places."""
    return [
        pytest.param(item, one, id=f"{name}-{one}")
        for item, name in zip(ITEMS, NAMES, strict=True)
        for one in getattr(item, field)
    ]


@pytest.mark.parametrize(("item", "part"), cases("needs"))
def test_an_item_is_not_covered_without_any_part_that_it_needs(item: Item, part: Part) -> None:
    assert fill(item, GROUPS).status in COVERED
    without = replace(GROUPS, parts=GROUPS.parts - {part})
    entry = fill(item, without)
    assert (entry.status, entry.places) == ("not_reported", ())


@pytest.mark.parametrize("item", ITEMS, ids=NAMES)
def test_an_item_is_covered_where_its_pages_are_made(item: Item) -> None:
    entry = fill(item, GROUPS)
    if not item.places:
        assert entry.status == "not_reported"
        return
    assert entry.status == ("reported" if item.complete is True else "in_part")
    assert entry.places == item.places
    assert fill(item, replace(GROUPS, pages=frozenset())).status == "not_reported"
    for place in item.places:
        fewer = fill(item, replace(GROUPS, pages=GROUPS.pages - {PAGES[place]}))
        assert place not in fewer.places


@pytest.mark.parametrize("item", ITEMS, ids=NAMES)
def test_with_a_comparison_group_numbers_must_be_by_group(item: Item) -> None:
    mixed = fill(item, replace(GROUPS, by_group=frozenset())).status
    alone = fill(item, WHOLE).status
    together = fill(item, GROUPS).status
    if item.groups == "split":
        of_one = "reported" if item.complete == "one_group" else together
        assert (mixed, alone) == ("not_reported", of_one)
        for part in item.for_each_group:
            fewer = replace(GROUPS, by_group=GROUPS.by_group - {part})
            assert fill(item, fewer).status == "not_reported"
    elif item.groups == "only":
        assert (mixed, alone) == ("not_reported" if item.needs else together, "not_applicable")
    else:
        assert mixed == alone == together


def test_the_lists_are_whole() -> None:
    assert [item.number for item in TREND] == [str(number) for number in range(1, 23)]
    consort = [item.number for item in CONSORT_CLUSTER]
    assert len(consort) == len(set(consort)) == 39
    assert {int("".join(filter(str.isdigit, number))) for number in consort} == set(range(1, 26))


@pytest.mark.parametrize(
    ("design", "name"),
    [
        (ONE_GROUP, "trend"),
        (replace(ONE_GROUP, design="cross_sections"), "trend"),
        (replace(RANDOMISED, design="comparison", assignment="chosen"), "trend"),
        (replace(RANDOMISED, design="waiting_list", assignment="chosen"), "trend"),
        (RANDOMISED, "consort_cluster"),
        (replace(RANDOMISED, design="waiting_list"), "consort_cluster"),
        (replace(RANDOMISED, design="staggered"), "consort_cluster"),
    ],
)
def test_the_design_chooses_the_checklist(design: DesignFacts, name: str) -> None:
    assert checklist_of(design, WHOLE).name == name


def test_without_a_programme_there_is_none() -> None:
    assert checklist_of(replace(ONE_GROUP, design="no_programme"), WHOLE) is None


def test_every_item_place_and_status_has_its_words_and_no_word_is_left_over() -> None:
    topics = {item.topic for item in ITEMS}
    keys = {f"classing.{kind}.{topic}" for kind in ("items", "write") for topic in topics}
    keys |= {f"classing.sections.{item.section}" for item in ITEMS}
    keys |= {f"classing.places.{place}" for place in get_args(Place)}
    keys |= {f"classing.status.{one}" for one in ("reported", "not_reported", "not_applicable")}
    assert [key for key in sorted(keys) if not has_text(key)] == []
    assert {place for item in ITEMS for place in item.places} == set(get_args(Place))
    assert {part for item in ITEMS for part in item.needs} == set(get_args(Part))


@pytest.mark.parametrize("place", sorted(set(get_args(Place)) - {"title"}))
def test_a_place_is_a_heading_of_its_notebook(place: Place) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{PAGES[place]}.ipynb", as_version=4)
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    headings = {source.splitlines()[0] for source in prose if source.startswith("## ")}
    assert f"## {text(f'classing.places.{place}')}" in headings


def told(quantities, roles=(), **facts) -> ReportFacts:
    study = make_facts(**facts)
    return report_facts(study, design_facts(study), quantities=quantities, roles=roles)


@pytest.mark.parametrize("part", sorted(SHOWN_BY))
def test_a_part_is_there_if_one_of_its_quantities_is(part: Part) -> None:
    others = set(QUANTITIES) - set(SHOWN_BY[part])
    assert part not in told(others).parts
    for quantity in SHOWN_BY[part]:
        assert part in told({quantity}).parts


def test_parts_by_group_are_those_of_quantities_by_side() -> None:
    study = make_facts()
    known = {"quantities": {"mean", "analysed"}, "roles": ()}
    told_apart = report_facts(study, design_facts(study), **known, by_group={"mean", "surveyed"})
    assert told_apart.by_group == {"means", "surveyed"}
    both = replace(GROUPS, by_group=told_apart.by_group)
    by_number = {item.number: item for item in CONSORT_CLUSTER}
    assert fill(by_number["15"], both).status in COVERED
    # without numbers analysed of each side the item is not covered
    assert {fill(by_number[one], both).status for one in ("13a", "16", "17a")} == {"not_reported"}
    sides = replace(both, by_group=frozenset({"analysed", "surveyed"}))
    # of each outcome the sides' numbers stand together, so the item is not covered wholly
    assert {fill(by_number[one], sides).status for one in ("13a", "16")} == {"in_part"}


def test_the_plan_and_its_lock_are_parts() -> None:
    lock = LockFacts("2023-01-10", "2023-01-10", "0a" * 32, names_primary=True)
    assert told((), roles=("exploratory", "")).parts == frozenset()
    assert told((), roles=("primary",)).parts == told((), roles=("secondary",)).parts == {"planned"}
    assert told((), lock=lock).parts == {"lock"}
    assert set(SHOWN_BY) | {"planned", "lock"} == set(get_args(Part))


def test_pages_are_those_of_the_study() -> None:
    assert told((), pages={"details": "Details"}).pages == {"details"}
    assert not told(()).compared
