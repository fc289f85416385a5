"""Single questions: those to look at first, and the list of everything that is known of each."""

from __future__ import annotations

from html import escape
from math import isfinite
from typing import Final

import pandas as pd

from impact_eval.disclosure import Finding, Released
from impact_eval.tables.build import build, capital, group_label, outcome_label
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.vocabulary import Quantity
from impact_eval.wording import caution_sentences, decimals_of, text

OF_ITEMS: Final[tuple[Quantity, ...]] = (
    "difficulty",
    "item_total",
    "discrimination",
    "dif_wave",
    "dont_know_share",
    "refused_share",
    "unanswered_share",
)
LOOK: Final = ("item_total_low", "discrimination_low", "dif_moderate", "dif_large")
LISTED: Final = (
    "audience",
    "phase",
    "wave",
    "earlier_wave",
    "item_id",
    "question",
    "quantity",
    "part",
    "estimate",
    "at_least",
    "at_most",
    "unit",
    "shown",
    "look_at",
)


def items_to_look_at_table(released: Released) -> ReportTable | None:
    """Show the questions of which the rules of measurement say that they measure badly.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each such question of an audience and phase; None if there is none.
    """
    said: dict[tuple[str, str, str], dict[str, None]] = {}
    first: dict[tuple[str, str, str], Finding] = {}
    of = released.where(quantity=OF_ITEMS, level="programme", subgroup="")
    for row in by_group(released, of.findings()):
        key = (row.audience, row.phase, row.item_id)
        for sentence in _seen(released, row):
            wave = capital(released.facts.waves[row.wave_to])
            words = escape(text("tables.look_at_when", wave=wave, said=sentence))
            said.setdefault(key, {})[words] = None
            first.setdefault(key, row)
    rows = [
        Row(
            released.facts.items[row.audience, row.item_id],
            {"seen": "<br>".join(said[key])},
            group_label(released, row),
            detail=outcome_label(released, row),
        )
        for key, row in first.items()
    ]
    return build(
        released,
        rows,
        [Column("seen", text("tables.look_at_seen"), align="left")],
        caption=text("tables.look_at_caption"),
        row_heading=text("tables.item"),
        notes=[escape(text("tables.look_at_note"))],
    )


def item_list(released: Released) -> pd.DataFrame:
    """List what is known of each question, a row for each number, for a spreadsheet.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    DataFrame
        Columns LISTED. `estimate` is rounded as on a page; `at_least` and `at_most` are bounds
        where only these may be shown, and `shown` is "no" where nothing may.
    """
    of = released.where(quantity=OF_ITEMS, level="programme", subgroup="")
    rows = [_listed(released, row) for row in by_group(released, of.findings())]
    return pd.DataFrame(rows, columns=list(LISTED))


def _seen(released: Released, row: Finding) -> list[str]:
    """Sentences of what the rules of measurement found; none where nothing may be shown."""
    if row.suppressed:
        return []
    others = [one for one in row.caution_ids if one not in LOOK]
    return [str(said) for said in caution_sentences(released, row, leave_out=others)]


def _listed(released: Released, row: Finding) -> dict[str, object]:
    facts = released.facts
    known = not row.suppressed and isfinite(row.estimate)
    bound = {"coded_low": "at_most", "coded_high": "at_least"}.get(row.suppressed, "")
    end = row.conf_high if row.suppressed == "coded_low" else row.conf_low
    later = row.wave_to != row.wave_from and bool(row.wave_from)
    listed: dict[str, object] = {
        "audience": facts.audiences.get(row.audience, row.audience),
        "phase": facts.phases.get(row.phase, row.phase),
        "wave": facts.waves.get(row.wave_to, row.wave_to),
        "earlier_wave": facts.waves.get(row.wave_from, "") if later else "",
        "item_id": row.item_id,
        "question": facts.items.get((row.audience, row.item_id), ""),
        "quantity": row.quantity,
        "part": row.variant,
        "estimate": round(row.estimate, decimals_of(facts, row)) if known else None,
        "unit": row.unit,
        "shown": "yes" if known or bound else "no",
        "look_at": " ".join(_seen(released, row)),
    }
    return {**listed, bound: end} if bound else listed
