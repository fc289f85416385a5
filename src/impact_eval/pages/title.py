"""The head of a page."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Released
from impact_eval.pages.display import Html
from impact_eval.pages.places import known_school
from impact_eval.study import Study
from impact_eval.wording import text


def page_title(study: Study, title: str) -> Html:
    """Return the only first heading of a page, with what the study is about.

    Parameters
    ----------
    study
        From `Study.open`.
    title
        What the page is, such as "Findings".

    Returns
    -------
    Html
        In a notebook it also says whether the data are simulated; published pages say so above.
    """
    facts = study.facts()
    head = text("pages.title", title=title, study=facts.title)
    return _title(head, facts.about, simulated=facts.simulated)


def school_title(released: Released, *, school_id: str) -> Html:
    """Return the first heading of the page of one school: its name, with its province and phase.

    Parameters
    ----------
    released
        From `released_findings`.
    school_id
        A school of the roster.

    Returns
    -------
    Html
        As `page_title`.

    Raises
    ------
    UnknownNameError
        If the study has no such school; the message lists those that it has.
    """
    known_school(released, school_id)
    facts = released.facts
    school = facts.schools[school_id]
    place = [school.get("province", ""), facts.phases.get(school.get("phase", ""), "")]
    lead = text(
        "pages.school_lead", place=", ".join(part for part in place if part), study=facts.title
    )
    return _title(school.get("name") or school_id, lead, simulated=facts.simulated)


def _title(head: str, lead: str, *, simulated: bool) -> Html:
    html = f'<h1>{escape(head)}</h1><p class="lead">{escape(" ".join(lead.split()))}</p>'
    if simulated:
        words = f"{text('reports.simulated')}. {text('reports.simulated_means')}"
        html += f'<p class="only-notebook"><strong>{escape(words)}</strong></p>'
    return Html(head, html)
