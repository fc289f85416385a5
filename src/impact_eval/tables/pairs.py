"""Tables of parents and their children: the same question from both sides."""

from __future__ import annotations

from html import escape
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build, capital, group_label, interval_note, reason_notes
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import text

MEASURES = ("same_answer", "weighted_kappa", "gwet_ac2")
BEGUN: Final = "workshop_wave:"  # groups of schools, by which disclosure counts the pairs


def pair_table(released: Released, *, pair: str) -> ReportTable | None:
    """How parents and their children answered the same question, wave by wave.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    pair
        The id of a pair of questions that the study declares.

    Returns
    -------
    ReportTable or None
        A row for each phase and wave, and one for each change of the difference; None if nobody
        answered as a pair.
    """
    facts = released.facts
    known = facts.pairs[pair]
    rows = _differences(released, pair)
    sides = {
        "first": capital(facts.audiences[known.audience]),
        "second": capital(facts.audiences[known.child_audience]),
    }
    mean = text("tables.mean")
    columns = (
        Column("first", sides["first"], mean),
        Column("second", sides["second"], mean),
        Column("pair_difference", text("tables.pair_difference")),
        Column("n", text("tables.pair_n")),
    )
    asked = {
        "who_first": sides["first"],
        "who_second": sides["second"],
        "first": facts.items[known.audience, known.item],
        "second": facts.items[known.child_audience, known.child_item],
    }
    return build(
        released,
        [_row(released, row) for row in rows],
        columns,
        caption=text("tables.pair_caption", label=known.label),
        row_heading=text("tables.wave"),
        notes=[
            interval_note(released),
            escape(text("tables.pair_items", **asked)),
            escape(text("tables.pair_note")),
            *reason_notes(released, rows),
        ],
    )


def agreement_table(released: Released, *, pair: str) -> ReportTable | None:
    """How far parents' and their children's answers to the same question agree.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    pair
        The id of a pair of questions that the study declares.

    Returns
    -------
    ReportTable or None
        A row for each phase and wave; None if nobody answered as a pair.
    """
    rows = [row for row in _differences(released, pair) if row.wave_from == row.wave_to]
    columns = (
        Column("same_answer", text("tables.pair_agreement")),
        Column("weighted_kappa", text("tables.pair_kappa")),
        Column("gwet_ac2", text("tables.pair_ac2")),
    )
    made, measured = [], []
    for row in rows:
        beside = _beside(released, row)
        measured += [beside[key] for key in MEASURES if key in beside]
        found = {key: cells.with_interval(released, beside.get(key)) for key in MEASURES}
        wave = capital(released.facts.waves[row.wave_to])
        made.append(Row(wave, found, _group(released, row)))
    return build(
        released,
        made,
        columns,
        caption=text("tables.agreement_caption", label=released.facts.pairs[pair].label),
        row_heading=text("tables.wave"),
        notes=[
            interval_note(released),
            escape(text("tables.agreement_note")),
            *reason_notes(released, measured),
        ],
    )


def _differences(released: Released, pair: str) -> list[Finding]:
    """Return the differences between the two sides: phase by phase, waves, then changes."""
    phases, waves = list(released.facts.phases), list(released.facts.waves)

    def place(row: Finding) -> tuple[int, bool, bool, bool, int]:
        phase = phases.index(row.phase) if row.phase in phases else len(phases)
        other = row.subgroup.endswith(":comparison")
        return (
            phase,
            bool(row.contrast),
            other,
            row.wave_from != row.wave_to,
            waves.index(row.wave_to),
        )

    found = released.where(quantity="pair_difference", variant=pair).findings()
    return sorted((row for row in found if not row.subgroup.startswith(BEGUN)), key=place)


def _row(released: Released, difference: Finding) -> Row:
    facts = released.facts
    if difference.wave_from != difference.wave_to:
        sides = "sides_" if difference.contrast else ""
        label = text(
            f"tables.pair_{sides}change", after=facts.waves[difference.wave_to], **facts.arms
        )
        found = {
            "pair_difference": cells.with_interval(released, difference),
            "n": cells.before_and_after(difference),
        }
        return Row(label, found, _group(released, difference))
    known = facts.pairs[difference.variant]
    beside = _beside(released, difference)
    found = {
        "first": cells.estimate(released, beside.get(f"pair_mean {known.item}")),
        "second": cells.estimate(released, beside.get(f"pair_mean {known.child_item}")),
        "pair_difference": cells.with_interval(released, difference),
        "n": cells.people(difference, "n"),
    }
    return Row(capital(facts.waves[difference.wave_to]), found, _group(released, difference))


def _group(released: Released, row: Finding) -> str:
    """Audience and phase, and the side where two are compared."""
    group = group_label(released, row)
    side = released.facts.arms.get(row.subgroup.partition(":")[2])
    return text("tables.subgroup_side", group=group, side=side) if side else group


def _beside(released: Released, difference: Finding) -> dict[str, Finding]:
    """Return what else is said of the pairs of a wave, by estimator, or by item for means."""
    rows = released.where(
        quantity=("pair_mean", "pair_agreement", "pair_kappa"),
        variant=difference.variant,
        audience=difference.audience,
        wave_from=difference.wave_from,
    ).findings()
    return {
        f"pair_mean {row.item_id}" if row.quantity == "pair_mean" else row.estimator: row
        for row in rows
        if row.phase == difference.phase and row.subgroup == difference.subgroup
    }
