"""Table of what was changed after the plan was locked."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Released
from impact_eval.facts import Deviation
from impact_eval.tables.build import build, capital
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import deviation_words, text


def deviation_table(released: Released) -> ReportTable | None:
    """Return every declaration that is not as it was locked: what was declared, and what was done.

    Parameters
    ----------
    released
        Released findings of a study, whose facts hold its lock.

    Returns
    -------
    ReportTable or None
        A row for each changed declaration, under the lock that took it up, with its reason, or
        under none; None if the plan was not locked, or nothing was changed.
    """
    lock = released.facts.lock
    if lock is None:
        return None
    rows = []
    for deviation in lock.deviations:
        what, then, now = deviation_words(released.facts, deviation)
        cells = {"then": escape(then), "now": escape(now)}
        rows.append(Row(capital(what), cells, _group(deviation)))
    return build(
        released,
        rows,
        (
            Column("then", text("tables.declared"), align="left"),
            Column("now", text("tables.executed"), align="left"),
        ),
        caption=text("tables.deviation_caption"),
        row_heading=text("tables.declaration"),
        notes=[escape(text("tables.deviation_note"))],
    )


def _group(deviation: Deviation) -> str:
    if not deviation.locked_again:
        return text("tables.not_locked_again")
    return text(
        "tables.locked_again", date=deviation.locked_again, reason=deviation.reason.rstrip(".")
    )
