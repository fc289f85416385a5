"""Sections in words: what may be said first, how sure it is, and what is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.pages.cards import cards
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.folding import fold
from impact_eval.pages.nothing import NOTHING, sentence
from impact_eval.pages.places import known_school, leading_outcomes
from impact_eval.tables import capital, wave_pairs
from impact_eval.wording import (
    claim_of,
    design_note,
    disclosure_notes,
    further_changes,
    main_changes,
    opening,
    plan_note,
    summary_of,
    text,
)


def summary(released: Released) -> Html:
    """Return the main outcomes in natural units, each with who was asked and what to keep in mind.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Html
        A paragraph for each main outcome of the whole programme; where nothing was planned, a
        sentence that says so.
    """
    whole = released.where(level="programme")
    summaries = [summary_of(whole, change) for change in main_changes(whole)]
    if not summaries:
        none = Markup("").join(NOTHING.format(one) for one in opening(whole))
        return Html(text("pages.summary"), str(none))
    return Html(text("pages.summary"), cards(whole, summaries))


def further(released: Released) -> Pieces:
    """Say the plan's further outcomes in a sentence or two each, rises and falls alike.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A list for each audience; where the plan names no further outcome, a sentence that says so.
    """
    return fold(_further(released.where(level="programme")), empty="further")


def _further(whole: Released) -> Iterator[tuple[str, Html]]:
    changes = further_changes(whole)
    for audience, label in whole.facts.audiences.items():
        mine = [change for change in changes if change.audience == audience]
        if mine:
            items = Markup("").join(
                Markup("<li>{}</li>").format(claim_of(whole, change)) for change in mine
            )
            words = text("pages.further", audience=capital(label))
            yield words, Html(words, str(Markup("<ul>{}</ul>").format(items)))


def school_summary(released: Released, *, school_id: str) -> Html:
    """Return the main outcomes of one school in words.

    Parameters
    ----------
    released
        From `released_findings`.
    school_id
        A school of the roster.

    Returns
    -------
    Html
        A paragraph for each leading outcome, in the first comparison of the study, or a sentence
        that says that none may be shown.

    Raises
    ------
    UnknownNameError
        If the study has no such school; the message lists those that it has.
    """
    known_school(released, school_id)
    own = released.where(level="school", unit_id=school_id)
    shown = own.where(quantity="change", estimator="stacked", subgroup="").findings()
    leading, first = leading_outcomes(released), wave_pairs(released)[:1]
    summaries = [
        summary_of(own, change)
        for change in shown
        if change.known
        and (change.audience, change.outcome) in leading
        and (change.wave_from, change.wave_to) in first
    ]
    if not summaries:
        return sentence("school")
    return Html(text("pages.summary"), cards(own, summaries))


def how_sure(released: Released) -> Html:
    """Say what the study's design can and cannot say, and whether its plan was locked and kept.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Html
        Two paragraphs.
    """
    notes = [design_note(released.facts), plan_note(released)]
    return Html(text("pages.how_sure"), _paragraphs(notes))


def not_shown(released: Released) -> Html:
    """Which numbers are not shown, and why.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Html
        Paragraphs.
    """
    return Html(text("pages.not_shown"), _paragraphs(disclosure_notes(released)))


def _paragraphs(sentences: Iterable[Markup]) -> str:
    return str(Markup("").join(Markup("<p>{}</p>").format(one) for one in sentences if one))
