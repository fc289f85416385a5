"""A reporting checklist: which of its items a report covers, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Section = Literal[
    "title", "introduction", "methods", "randomisation", "results", "discussion", "other"
]
Status = Literal["reported", "in_part", "not_reported", "not_applicable"]
Part = Literal[
    "analysed",
    "changes",
    "days",
    "disclosures",
    "icc",
    "leavers",
    "lock",
    "losses",
    "mastery",
    "means",
    "planned",
    "reliability",
    "rows",
    "subgroups",
    "surveyed",
]
Groups = Literal["", "split", "only"]
Place = Literal[
    "title",
    "short",
    "sure",
    "planned",
    "who",
    "changed",
    "mark",
    "subgroups",
    "estimates",
    "measurement",
    "followed",
    "plan",
    "flow",
    "rows",
]

# The notebook that makes the page on which a place is.
PAGES: Final[Mapping[Place, str]] = {
    "title": "findings",
    "short": "findings",
    "sure": "findings",
    "planned": "findings",
    "who": "programme",
    "changed": "programme",
    "mark": "programme",
    "subgroups": "details",
    "estimates": "details",
    "measurement": "details",
    "followed": "details",
    "plan": "details",
    "flow": "details",
    "rows": "data_quality",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What a report holds: its pages by notebook, the parts that were found, and its groups.

    `compared` says whether the design has a group without the programme, `by_group` which parts
    the report gives for each group.
    """

    pages: frozenset[str]
    parts: frozenset[Part]
    compared: bool = False
    by_group: frozenset[Part] = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist.

    Attributes
    ----------
    number
        As the checklist counts.
    topic
        What it asks for, in our words, and what the evaluator must write: keys of `classing.items`
        and `classing.write`.
    section
        Where it stands in the checklist.
    places
        Where a report says it; none if no report of ours does.
    needs
        Parts that must be there for it to be said.
    complete
        Whether the report then says all of it; "one_group": unless groups are compared.
    groups
        "split": with a comparison group, the numbers must be given for each group. "only": asked
        only of designs with one.
    split
        The parts that must then be given for each group; all that it needs, unless given.
    """

    number: str
    topic: str
    section: Section
    places: tuple[Place, ...] = ()
    needs: tuple[Part, ...] = ()
    complete: bool | Literal["one_group"] = False
    groups: Groups = ""
    split: tuple[Part, ...] = ()

    def says_all(self, *, compared: bool) -> bool:
        """Whether a report that covers it says all of it."""
        return not compared if self.complete == "one_group" else self.complete

    @property
    def for_each_group(self) -> frozenset[Part]:
        """Parts that must be given for each group, if there are several."""
        return frozenset(self.split or self.needs) if self.groups else frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with its status, and the places of this report in which it is covered."""

    item: Item
    status: Status
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist as a report fills it; `name` is a key of `classing.checklists`."""

    name: Literal["consort_cluster", "trend"]
    entries: tuple[Entry, ...]


def fill(item: Item, report: ReportFacts) -> Entry:
    """Say whether a report covers an item.

    Parameters
    ----------
    item
        Of a checklist.
    report
        What the report holds.

    Returns
    -------
    Entry
        "reported" or "in_part" if every part that the item needs is there and one of its pages is
        made; else "not_reported"; "not_applicable" where it asks about groups that there are not.

    Examples
    --------
    >>> item = Item("13", "dates", "results", ("who",), ("days",))
    >>> fill(item, ReportFacts(pages=frozenset({"programme"}), parts=frozenset({"days"}))).status
    'in_part'
    """
    if item.groups == "only" and not report.compared:
        return Entry(item, "not_applicable")
    places = tuple(place for place in item.places if PAGES[place] in report.pages)
    told_apart = not report.compared or item.for_each_group <= report.by_group
    if not places or not told_apart or not set(item.needs) <= report.parts:
        return Entry(item, "not_reported")
    return Entry(item, "reported" if item.says_all(compared=report.compared) else "in_part", places)
