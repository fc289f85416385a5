"""Sections about the plan: whether it was locked, and what was done otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_eval.disclosure import Released
from impact_eval.pages.display import Html, Pieces
from impact_eval.study.locking.deviations import deviations as changes_between
from impact_eval.tables import deviation_table
from impact_eval.wording import deviation_words, plan_note, text

if TYPE_CHECKING:
    from impact_eval.study import Study


def deviations(released: Released) -> Pieces:
    """Say whether the plan was locked and kept, and list every declaration that was changed.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A paragraph, and a table where something was changed after the first lock.
    """
    note = Html(text("pages.plan"), f"<p>{plan_note(released)}</p>")
    table = deviation_table(released)
    return Pieces((note,) if table is None else (note, table))


def deviation_lines(study: Study) -> tuple[str, ...]:
    """Say what was changed since the newest lock, a line each, with the right answers named.

    Parameters
    ----------
    study
        From `Study.open`.

    Returns
    -------
    tuple of str
        "what: then -> now", for the evaluator; empty if nothing was changed, or nothing is locked.
    """
    if not study.plan_locks:
        return ()
    facts = study.facts()
    changed = changes_between(study.plan_locks[-1].content, study.plan_content)
    words = (deviation_words(facts, one, with_keys=True) for one in changed)
    return tuple(f"{what}: {then} -> {now}" for what, then, now in words)
