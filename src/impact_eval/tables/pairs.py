"""Tables of parents and their children: the same question from both sides."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build, capital, group_label, interval_note, reason_notes
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import text


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
    rows = released.where(quantity="pair_difference", variant=pair).findings()
    if not rows:
        return None
    phases, waves = list(facts.phases), list(facts.waves)
    rows = tuple(
        sorted(
            rows,
            key=lambda row: (
                phases.index(row.phase) if row.phase in phases else len(phases),
                row.wave_from != row.wave_to,
                waves.index(row.wave_to),
            ),
        )
    )
    sides = {
        "first": capital(facts.audiences[known.audience]),
        "second": capital(facts.audiences[known.child_audience]),
    }
    mean, points = text("tables.mean"), text("tables.percent")
    columns = (
        Column("first", text("tables.pair_side", side=sides["first"]), mean),
        Column("second", text("tables.pair_side", side=sides["second"]), mean),
        Column("pair_difference", text("tables.pair_difference")),
        Column("pair_agreement", text("tables.pair_agreement"), points),
        Column("weighted_kappa", text("tables.pair_kappa")),
        Column("gwet_ac2", text("tables.pair_ac2")),
        Column("n", text("tables.pair_n")),
    )
    return build(
        released,
        [_row(released, row) for row in rows],
        columns,
        caption=text("tables.pair_caption", label=known.label),
        row_heading=text("tables.wave"),
        notes=[
            interval_note(released),
            escape(
                text(
                    "tables.pair_items",
                    first=facts.items[known.audience, known.item],
                    second=facts.items[known.child_audience, known.child_item],
                    **{f"who_{key}": side for key, side in sides.items()},
                )
            ),
            escape(text("tables.pair_note")),
            *reason_notes(released, rows),
        ],
    )


def _row(released: Released, difference: Finding) -> Row:
    facts = released.facts
    if difference.wave_from != difference.wave_to:
        label = text(
            "tables.pair_change",
            before=facts.waves[difference.wave_from],
            after=facts.waves[difference.wave_to],
        )
        found = {"pair_difference": cells.with_interval(released, difference)}
        return Row(
            label, found | {"n": cells.before_and_after(difference)}, _who(released, difference)
        )
    known = facts.pairs[difference.variant]
    beside = _beside(released, difference)
    found = {
        "first": cells.estimate(released, beside.get(f"pair_mean {known.item}")),
        "second": cells.estimate(released, beside.get(f"pair_mean {known.child_item}")),
        "pair_difference": cells.with_interval(released, difference),
        "pair_agreement": cells.with_interval(released, beside.get("same_answer")),
        "weighted_kappa": cells.with_interval(released, beside.get("weighted_kappa")),
        "gwet_ac2": cells.with_interval(released, beside.get("gwet_ac2")),
        "n": cells.people(difference, "n"),
    }
    return Row(capital(facts.waves[difference.wave_to]), found, _who(released, difference))


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
        if row.phase == difference.phase
    }


def _who(released: Released, finding: Finding) -> str:
    return text("tables.pair_who", group=group_label(released, finding))
