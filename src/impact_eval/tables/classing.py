"""Tables of how a design would be classed, and of what a reporting checklist finds."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from impact_eval.classing import Checklist, Entry, Label, Place
from impact_eval.classing.checklist import PAGES
from impact_eval.disclosure import Released
from impact_eval.tables.build import build, capital
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import text


def classing_table(released: Released, labels: Sequence[Label]) -> ReportTable | None:
    """Return the class of a design on each scale, its rule, and what would bring it higher.

    Parameters
    ----------
    released
        For the outcomes that ask exactly what the programme teaches.
    labels
        From `impact_eval.classing.class_design`.

    Returns
    -------
    ReportTable or None
        A row for each scale; None without labels.
    """
    rows = [
        Row(
            text(f"classing.scales.{label.scale}"),
            {
                "class": escape(text(f"classing.{label.scale}.{label.grade}")),
                "rule": escape(text(f"classing.rules.{label.rule}")),
                "raised_by": _steps(label),
            },
        )
        for label in labels
    ]
    columns = [
        Column(key, text(f"tables.{key}"), align="left") for key in ("class", "rule", "raised_by")
    ]
    return build(
        released,
        rows,
        columns,
        caption=text("tables.classing_caption"),
        row_heading=text("tables.scale"),
        notes=[
            escape(text("tables.classing_note")),
            *_not_reached_notes(released),
            *over_aligned_notes(released),
        ],
    )


def _not_reached_notes(released: Released) -> list[str]:
    """Say by what the study takes it that the programme stayed on its own side."""
    known_by = released.facts.not_reached
    return [escape(text("tables.not_reached_note", known_by=known_by))] if known_by else []


def checklist_table(released: Released, checklist: Checklist) -> ReportTable | None:
    """Return each item of a checklist: whether the report covers it, where, and what is to write.

    Parameters
    ----------
    released
        For the titles of the report's pages.
    checklist
        From `impact_eval.classing.checklist_of`.

    Returns
    -------
    ReportTable or None
        A row for each item; None if the checklist has none.
    """
    columns = [
        Column(key, text(f"tables.checklist_{key}"), align="left")
        for key in ("status", "where", "write")
    ]
    return build(
        released,
        [_entry_row(released, entry) for entry in checklist.entries],
        columns,
        caption=text(
            "tables.checklist_caption", checklist=text(f"classing.checklists.{checklist.name}")
        ),
        row_heading=text("tables.checklist_item"),
        notes=[escape(text("tables.checklist_note"))],
    )


def over_aligned_notes(released: Released) -> list[str]:
    """Return the line that names the outcomes that ask exactly what the programme teaches."""
    facts = released.facts
    aligned = [
        text("tables.group", audience=facts.audiences[one.audience], phase=one.label)
        for one in facts.outcomes.values()
        if one.over_aligned
    ]
    if not aligned:
        return []
    return [escape(text("tables.over_aligned_note", outcomes="; ".join(aligned)))]


def _steps(label: Label) -> str:
    """Return what would bring a class higher, a step a line."""
    steps = [capital(text(f"classing.raises.{step}")) for step in label.raised_by]
    return "<br>".join(escape(f"{step}.") for step in steps)


def _entry_row(released: Released, entry: Entry) -> Row:
    item = entry.item
    write = "" if entry.status in {"reported", "not_applicable"} else f"classing.write.{item.topic}"
    return Row(
        text("tables.numbered", number=item.number, topic=text(f"classing.items.{item.topic}")),
        {
            "status": escape(text(f"classing.status.{entry.status}")),
            "where": "<br>".join(escape(_place(released, place)) for place in entry.places),
            "write": escape(text(write)) if write else "",
        },
        text(f"classing.sections.{item.section}"),
    )


def _place(released: Released, place: Place) -> str:
    """Name a place: the page's title and the heading on it."""
    page = released.facts.pages[PAGES[place]]
    return text("tables.page_place", page=page, place=text(f"classing.places.{place}"))
