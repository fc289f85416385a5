"""Who is studied and when: phases, waves, audiences, subgroups; and the reports that are made."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from impact_eval.study.part import Identifier, Nouns, Part, Text
from impact_eval.vocabulary import Level

Link = Literal["roster_id", "code", "none"]
Count = Annotated[int, Field(ge=0)]


class Phase(Part):
    """A stage of the roll-out; a school belongs to one."""

    id: Identifier
    label: Text
    claimed: dict[Identifier, Count] = Field(default_factory=dict)
    started_on: datetime.date | None = None


class Wave(Part):
    """A round of the survey; waves stand in the order in which they took place."""

    id: Identifier
    label: Text
    same_day: bool = False
    kind: Literal["survey", "retrospective"] = "survey"
    asked_in: Identifier | None = None

    @property
    def looks_back(self) -> bool:
        """Whether people were asked in another wave how it had been before the programme."""
        return self.kind == "retrospective"


class Audience(Part):
    """A kind of people who answered, with the cluster in which they share delivery."""

    id: Identifier
    label: Text
    link: Link
    link_tolerance: Annotated[int, Field(ge=0, le=1)] = 1
    link_missing: Literal["unlinked", "differs"] = "unlinked"
    complete_only: bool = False
    child_audience: Identifier | None = None
    report_level: Level
    cluster: Text = "school_id"
    cluster_noun: Nouns | None = None
    site_noun: Nouns = ("school", "schools")

    @property
    def tolerant(self) -> bool:
        """Whether codes of this audience that differ in one element may be one person's."""
        return self.link == "code" and self.link_tolerance == 1

    @property
    def cluster_nouns(self) -> tuple[str, str]:
        """Singular and plural of what the cluster is called."""
        return self.cluster_noun or self.site_noun


class Subgroup(Part):
    """A division of respondents, such as sex, with its levels and their labels.

    With `roster_column` it divides schools, by what stands in that column of the roster.
    """

    id: Identifier
    label: Text
    levels: dict[Identifier, Text] = Field(min_length=2)
    roster_column: Text | None = None

    def level_of(self, cell: str) -> str:
        """Find the level whose id or label a cell of the roster holds; empty if none does."""
        wanted = cell.strip().casefold()
        names = ((level, {level, label.casefold()}) for level, label in self.levels.items())
        return next((level for level, known in names if wanted in known), "")


class Topic(Part):
    """What some items are about, of any audience and outcome; the codebook says which items."""

    id: Identifier
    label: Text


class Pair(Part):
    """An item of an audience, and the one of its child_audience that mirrors it."""

    id: Identifier
    label: Text
    audience: Identifier
    item: Text
    child_item: Text


class Exposure(Part):
    """A question whether somebody took part in or met the programme; its right answer is yes."""

    id: Identifier
    label: Text
    audience: Identifier
    item: Text


class Dose(Part):
    """An item that holds how much of the programme a person had, such as sessions attended."""

    id: Identifier
    label: Text
    audience: Identifier
    item: Text


class Form(Part):
    """A survey form, written as XLSForm."""

    file: Text
    audience: Identifier | None = None


class Report(Part):
    """A page, or a page for each school, made from a notebook."""

    id: Identifier
    notebook: Identifier
    title: Text
    for_each: Literal["school"] | None = None
