"""The way of schools and people through a study, as steps and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    several_rounds_notes,
    site_noun,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.vocabulary import Quantity
from impact_eval.wording import cohort_label, text

_COUNTED: tuple[Quantity, ...] = (
    *("claimed", "enrolled", "invited", "attended", "surveyed", "linked_share", "analysed"),
    *("schools_listed", "schools_attended", "schools_surveyed", "schools_analysed"),
)


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One step: its name, and the counts of schools and people as HTML, empty if not counted."""

    label: str
    sites: str
    people: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The steps of one audience and phase, in order."""

    who: str
    steps: tuple[FlowStep, ...]


def flows(released: Released) -> tuple[Flow, ...]:
    """Put the released counts of each audience and phase into the order of the study.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    tuple of Flow
        One for each audience and phase in which anybody was surveyed; all phases together only
        where single phases were not counted. Where sides are compared, then one for each side.
    """
    found = _of_group(released, "")
    for subgroup, label in _sides(released).items():
        found += _of_group(released, subgroup, label)
    return tuple(found)


def _sides(released: Released) -> dict[str, str]:
    """Name the two sides, or the groups of schools that begin at different dates."""
    facts = released.facts
    if facts.cohorts:
        return {f"workshop_wave:{one}": cohort_label(facts, one) for one in facts.cohorts}
    return {f"arm:{side}": label for side, label in facts.arms.items()}


def _of_group(released: Released, subgroup: str, label: str = "") -> list[Flow]:
    """Put the counts of everybody, or of one side, into order."""
    counts = released.where(quantity=_COUNTED, level="programme", subgroup=subgroup, variant="")
    found = []
    for audience in released.facts.audiences:
        own = counts.where(audience=audience).findings()
        phases = [one for one in released.facts.phases if any(row.phase == one for row in own)]
        for phase in phases or [""]:
            rows = [row for row in own if row.phase == phase]
            if any(row.quantity == "surveyed" for row in rows):
                steps = tuple(step for step in _steps(released, rows) if step.sites or step.people)
                who = group_label(released, rows[0])
                if label:
                    low = label[:1].lower() + label[1:]
                    who = text("tables.flow_of_side", who=who, side=low)
                found.append(Flow(who, steps))
    return found


def flow_table(released: Released) -> ReportTable | None:
    """Return the steps of every audience and phase: schools and people at each.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each step; None if nobody was counted.
    """
    sites = site_noun(released)
    rows = [
        Row(step.label, {"sites": step.sites, "people": step.people}, flow.who)
        for flow in flows(released)
        for step in flow.steps
    ]
    rounds = "_rounds" if released.facts.design == "cross_sections" else ""
    note = text("tables.flow_note_rounds") if rounds else text("tables.flow_note", sites=sites)
    return build(
        released,
        rows,
        (
            Column("sites", text("tables.flow_sites", sites=capital(sites))),
            Column("people", text("tables.flow_people")),
        ),
        caption=text("tables.flow_caption", sites=sites),
        row_heading=text("tables.flow_step"),
        notes=[escape(note), *several_rounds_notes(released, _counts(released))],
    )


def _counts(released: Released) -> tuple[Finding, ...]:
    return released.where(quantity="schools_surveyed", level="programme").findings()


def _steps(released: Released, rows: list[Finding]) -> Iterator[FlowStep]:
    waves = released.facts.waves
    at = {(row.quantity, row.wave_from, row.wave_to): row for row in rows}

    def count(quantity: str, wave: str = "") -> str:
        row = at.get((quantity, wave, wave))
        return cells.estimate(released, row) if row else ""

    yield FlowStep(text("tables.flow_claimed"), "", count("claimed"))
    yield FlowStep(text("tables.flow_listed"), count("schools_listed"), "")
    yield FlowStep(text("tables.flow_enrolled"), "", count("enrolled"))
    yield FlowStep(text("tables.flow_invited"), "", count("invited"))
    yield FlowStep(text("tables.flow_attended"), count("schools_attended"), count("attended"))
    for wave, label in waves.items():
        asked = text("tables.flow_surveyed", wave=label)
        yield FlowStep(asked, count("schools_surveyed", wave), count("surveyed", wave))
    pairs = [(row.wave_from, row.wave_to) for row in rows if row.quantity == "analysed"]
    for pair in sorted(pairs, key=lambda pair: [list(waves).index(wave) for wave in pair]):
        labels = {"wave_from": waves[pair[0]], "wave_to": waves[pair[1]]}
        linked, compared = at.get(("linked_share", *pair)), at["analysed", *pair]
        sites = at.get(("schools_analysed", *pair))
        known = cells.people(linked, "n_linked") if linked else ""
        yield FlowStep(text("tables.flow_linked", **labels), "", known)
        yield FlowStep(
            text("tables.flow_compared", **labels),
            cells.estimate(released, sites) if sites else "",
            _both(compared),
        )


def _both(compared: Finding) -> str:
    """Return the forms of the two surveys that stand in a comparison."""
    if compared.suppressed:
        return cells.symbol(compared)
    before, after = (cells.people(compared, column) for column in ("n_pre", "n_post"))
    return text("tables.flow_both", before=before, after=after)
