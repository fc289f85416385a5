"""Tables of gaps between groups of people where two sides are compared."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    outcome_label,
    outcome_unit,
    reason_notes,
)
from impact_eval.tables.gaps import cautions_of_gaps, gap_changes, gap_of
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import group_labels, side_gap_word, text

SIDES = ("programme", "comparison")


def side_gap_table(
    released: Released, *, subgroup: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Gaps between two groups on both sides, and by how much more one side's changed.

    Parameters
    ----------
    released
        Released findings of a study with two sides, or a part of them.
    subgroup
        The id of a subgroup that the study declares.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome, or for each level of it where there are more than two; None if no
        gap was compared.
    """
    changes = gap_changes(released, subgroup=subgroup, wave_from=wave_from, wave_to=wave_to)
    if not changes:
        return None
    facts = released.facts
    sides = sides_of_gaps(released)
    first, second = group_labels(released, changes[0])
    many = len(facts.subgroups[subgroup]) > len(SIDES)
    kind = "sides" if sides else "roll_out"
    before_after = text("tables.gap_before_after")
    columns = (
        *(
            Column(side, text("tables.gap_side", side=facts.arms[side]), before_after)
            for side in sides
        ),
        Column("change", text(f"tables.gap_{kind}_change")),
        Column("said", text("tables.gap_said"), align="left"),
        Column("role", text("tables.role"), align="left"),
    )
    return build(
        released,
        [_row(released, row, many=many) for row in changes],
        columns,
        caption=text(
            f"tables.gap_{kind}_caption",
            first=text("tables.levels") if many else capital(first),
            second=text("tables.gap_others") if many else second,
            after=facts.waves[wave_to],
        ),
        row_heading=text("tables.outcome"),
        notes=[
            interval_note(released),
            escape(text(f"tables.gap_{kind}_note")),
            *cautions_of_gaps(released, changes),
            *reason_notes(released, changes),
        ],
    )


def sides_of_gaps(released: Released) -> tuple[str, ...]:
    """List the sides that have gaps of their own; none where schools pass from side to side."""
    return () if released.facts.cohorts else SIDES


def _row(released: Released, change: Finding, *, many: bool) -> Row:
    gaps = {
        side: [
            gap_of(released, change, wave, side=side) for wave in (change.wave_from, change.wave_to)
        ]
        for side in sides_of_gaps(released)
    }
    word = side_gap_word(change, gaps[SIDES[0]][0] if gaps else None)
    label = outcome_label(released, change)
    if many:
        own = group_labels(released, change)[0]
        label = text("tables.gap_alone", label=label, what=own)
    return Row(
        label,
        {
            **{side: _gaps(released, found) for side, found in gaps.items()},
            "change": cells.with_interval(released, change),
            "said": (
                escape(text(f"gaps.{'sides' if gaps else 'roll_out'}_{word}"))
                if word
                else cells.symbol(change)
            ),
            "role": escape(text(f"tables.roles.{change.role or 'exploratory'}")),
        },
        group_label(released, change),
        detail=outcome_unit(released, change, (change.wave_from, change.wave_to)),
    )


def _gaps(released: Released, gaps: list[Finding | None]) -> str:
    before, after = (cells.estimate(released, gap) for gap in gaps)
    return text("tables.low_to_high", low=before, high=after)
