"""The index of a study's pages, and the page that stands in for one that could not be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from impact_eval.facts import StudyFacts
from impact_eval.reports.export import TEMPLATE, page_words
from impact_eval.reports.provenance import Provenance, provenance_html
from impact_eval.wording import text


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page of a run, made or not.

    Parameters
    ----------
    href
        Address relative to the index.
    title
        Title of the page, such as "Findings" or the name of a school.
    about
        One plain sentence; may be empty.
    school_id
        For a page of one school.
    failure
        Why the page could not be made; empty if it was.
    """

    href: str
    title: str
    about: str = ""
    school_id: str = ""
    failure: str = ""


def write_index(
    folder: Path,
    *,
    facts: StudyFacts,
    entries: Sequence[PageEntry],
    provenance: Provenance,
    language: str = "en",
) -> Path:
    """Write `index.html` into a folder and return its path.

    Pages of the whole study come first in the order given, then the pages of schools by province
    and name; never by result. Pages that failed are named at the top and in their place.

    Parameters
    ----------
    folder
        Folder of the run; it exists.
    facts
        Of the study.
    entries
        All pages, the failed ones too.
    provenance
        For the end of the page.
    language
        ISO 639-1 code.

    Returns
    -------
    Path
        Of the file written.
    """
    html = index_html(facts, entries, provenance, language=language)
    path = folder / "index.html"
    path.write_text(html, encoding="utf-8")
    return path


def index_html(
    facts: StudyFacts,
    entries: Sequence[PageEntry],
    provenance: Provenance,
    *,
    language: str = "en",
) -> str:
    """Return the whole document that `write_index` writes."""
    return _plain_page(
        _failures(facts, entries) + _whole(entries) + _schools(facts, entries),
        title=text("reports.index_title"),
        heading=facts.title,
        lead=facts.about,
        facts=facts,
        provenance=provenance,
        language=language,
    )


def failure_page(
    *,
    title: str,
    message: str,
    facts: StudyFacts,
    provenance: Provenance,
    index_href: str = "index.html",
    language: str = "en",
) -> str:
    """Return the page that stands where a report could not be made.

    Parameters
    ----------
    title
        Title of the missing page.
    message
        Plain words for a reader: what is missing. No traceback and no path.
    facts, provenance, index_href, language
        As in `export_page`.

    Returns
    -------
    str
        A whole document.
    """
    body = f'<div class="failed"><p>{escape(message)}</p></div>'
    return _plain_page(
        body,
        title=title,
        heading=text("reports.failed_title", title=title),
        lead="",
        facts=facts,
        provenance=provenance,
        language=language,
        index_href=index_href,
    )


def _plain_page(
    body: str,
    *,
    title: str,
    heading: str,
    lead: str,
    facts: StudyFacts,
    provenance: Provenance,
    language: str,
    index_href: str = "",
) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("plain.html.j2").render(
        title=title,
        heading=heading,
        lead=" ".join(lead.split()),
        body=body,
        study_title=facts.title,
        simulated=facts.simulated,
        language=language,
        index_href=index_href,
        css=(TEMPLATE / "page.css").read_text(encoding="utf-8"),
        words=page_words(),
        footer=provenance_html(provenance, facts),
    )


def _failures(facts: StudyFacts, entries: Sequence[PageEntry]) -> str:
    failed = [entry for entry in entries if entry.failure]
    if not failed:
        return ""
    head = escape(text("reports.failures", count=len(failed)))
    items = "".join(
        f"<li><strong>{escape(_name(facts, entry))}</strong>: {escape(entry.failure)}</li>"
        for entry in failed
    )
    return f'<div class="failed"><p>{head}</p><ul>{items}</ul></div>'


def _whole(entries: Sequence[PageEntry]) -> str:
    items = "".join(
        f"<li>{_link(entry, entry.title)}{_about(entry)}</li>"
        for entry in entries
        if not entry.school_id
    )
    return f'<ul class="pages">{items}</ul>' if items else ""


def _schools(facts: StudyFacts, entries: Sequence[PageEntry]) -> str:
    """Return the pages of schools by province in the roster's order, then by name."""
    provinces = list(dict.fromkeys(row.get("province", "") for row in facts.schools.values()))
    of_schools = [entry for entry in entries if entry.school_id]

    def province(entry: PageEntry) -> str:
        return facts.schools.get(entry.school_id, {}).get("province", "")

    def place(entry: PageEntry) -> tuple[int, str, str]:
        known = provinces.index(province(entry)) if province(entry) in provinces else 10**6
        return known, _name(facts, entry), entry.school_id

    if not of_schools:
        return ""
    html = [
        f"<h2>{escape(text('reports.schools_title'))}</h2>",
        f"<p>{escape(text('reports.schools_order'))}</p>",
    ]
    for name, members in groupby(sorted(of_schools, key=place), key=province):
        items = "".join(f"<li>{_link(entry, _name(facts, entry))}</li>" for entry in members)
        head = f"<h3>{escape(name)}</h3>" if name else ""
        html.append(f'{head}<ul class="schools">{items}</ul>')
    return "".join(html)


def _name(facts: StudyFacts, entry: PageEntry) -> str:
    if not entry.school_id:
        return entry.title
    return facts.schools.get(entry.school_id, {}).get("name", "") or entry.school_id


def _about(entry: PageEntry) -> str:
    return f"<p>{escape(entry.about)}</p>" if entry.about else ""


def _link(entry: PageEntry, label: str) -> str:
    failed = f" ({escape(text('reports.failed_mark'))})" if entry.failure else ""
    return f'<a href="{escape(entry.href)}">{escape(label)}</a>{failed}'
