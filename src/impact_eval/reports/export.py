"""An executed notebook to one self-contained HTML page without code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Final, Literal

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from impact_eval.errors import ReportError
from impact_eval.facts import StudyFacts
from impact_eval.reports.empty import without_empty
from impact_eval.reports.provenance import Provenance, provenance_html
from impact_eval.wording import text

REMOVED_TAGS: Final = frozenset({"evaluator", "parameters", "injected-parameters"})
TEMPLATE: Final = Path(__file__).parent / "template"

_HEADING: Final = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")
_ONLY_NOTEBOOK: Final = '<p class="only-notebook">'
_STYLE: Final = re.compile(
    r"<style>.*?</style>| style=\"text-align:(?:left|right|center)\"", re.DOTALL
)
_LEAD: Final = re.compile(r"</h1>\s*(?:<p class=\"lead\">.*?</p>)?", re.DOTALL)
_UNIT: Final = re.compile(r"(?<=[0-9>]) %")
_CONTENTS: Final = "<!-- contents -->"


@dataclass(frozen=True, slots=True)
class Contents:
    """One entry of a page's table of contents."""

    anchor: str
    label: str


def export_page(
    notebook: NotebookNode,
    *,
    title: str,
    facts: StudyFacts,
    provenance: Provenance,
    index_href: str = "index.html",
    language: str = "en",
) -> str:
    """Return the HTML page of an executed notebook.

    Cells tagged `evaluator` or `parameters`, code, error output and what was written to stderr are
    left out. Nothing is loaded from elsewhere, and the page's own policy forbids it.

    Parameters
    ----------
    notebook
        With its outputs; it is not changed.
    title
        As the study calls the report: for the browser's tab and, unless the notebook's heading is
        the name of a school, for the heading.
    facts
        Of the study.
    provenance
        For the end of the page.
    index_href
        Address of the study's index, relative to the page.
    language
        ISO 639-1 code.

    Returns
    -------
    str
        A whole document.

    Raises
    ------
    ReportError
        If the page would not have exactly one first heading, or if a figure has no alt text.
    """
    prepared = _for_readers(notebook)
    page = {
        "title": title,
        "study_title": facts.title,
        "simulated": facts.simulated,
        "language": language,
        "index_href": index_href,
        "css": (TEMPLATE / "page.css").read_text(encoding="utf-8"),
        "words": page_words(),
        "footer": provenance_html(provenance, facts),
    }
    body, _ = _exporter(language).from_notebook_node(prepared, resources={"page": page})
    head, main, foot = _parts(body)
    main = _UNIT.sub("\u00a0%", without_empty(_with_title(main, title, facts)))
    main, contents = _with_anchors(main)
    head = head.replace(_CONTENTS, _contents_html(contents, place="side"))
    main = _LEAD.sub(lambda lead: lead[0] + _contents_html(contents, place="inline"), main, count=1)
    body = head + main + foot
    _check(body, title)
    return body


def page_words() -> dict[str, str]:
    """Return the strings of the template."""
    keys = ("simulated", "simulated_means", "skip", "contents", "figure_table")
    return {key: text(f"reports.{key}") for key in keys}


@cache
def _exporter(language: str) -> HTMLExporter:
    return HTMLExporter(
        template_name=TEMPLATE.name,
        extra_template_basedirs=[str(TEMPLATE.parent)],
        exclude_anchor_links=True,
        language_code=language,
        enable_async=False,
    )


def _for_readers(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without the cells and outputs that are not for readers."""
    copy = deepcopy(notebook)
    copy.cells = [
        cell for cell in copy.cells if not REMOVED_TAGS & set(cell.metadata.get("tags", ()))
    ]
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.outputs = [_without_style(output) for output in cell.outputs if _shown(output)]
    return copy


def _shown(output: NotebookNode) -> bool:
    if output.output_type == "stream":
        return bool(output.name == "stdout")
    said = "".join(output.get("data", {}).get("text/html", ""))
    return bool(output.output_type != "error") and not said.startswith(_ONLY_NOTEBOOK)


def _without_style(output: NotebookNode) -> NotebookNode:
    """Drop the style that an output carries for JupyterLab: the page has its own."""
    if "text/html" in output.get("data", {}):
        output.data["text/html"] = _STYLE.sub("", "".join(output.data["text/html"]))
    return output


def _parts(body: str) -> tuple[str, str, str]:
    """Split a document before and after its main part."""
    start, end = body.index("<main"), body.index("</main>")
    return body[:start], body[start:end], body[end:]


def _with_title(main: str, title: str, facts: StudyFacts) -> str:
    """Give a heading that ends in the study's title the report's own title."""
    ending = escape(text("pages.title", title="", study=facts.title))
    whole = escape(text("pages.title", title=title, study=facts.title))
    return re.sub(rf"<h1>[^<]*{re.escape(ending)}</h1>", lambda _: f"<h1>{whole}</h1>", main, count=1)


def _with_anchors(main: str) -> tuple[str, Sequence[Contents]]:
    """Give every second heading an anchor, and list them."""
    contents = [
        Contents(f"section-{number}", unescape(_TAG.sub("", label)).strip())
        for number, label in enumerate(_HEADING.findall(main), start=1)
    ]
    anchors = iter(contents)
    return _HEADING.sub(lambda h: f'<h2 id="{next(anchors).anchor}">{h[1]}</h2>', main), contents


def _contents_html(contents: Sequence[Contents], *, place: Literal["side", "inline"]) -> str:
    """One of two lists: beside the text on wide screens, after the first heading on others."""
    if len(contents) < 3:
        return ""
    items = "".join(
        f'<li><a href="#{escape(entry.anchor)}">{escape(entry.label)}</a></li>'
        for entry in contents
    )
    head = escape(text("reports.contents"))
    return (
        f'<nav class="contents {place}" aria-labelledby="contents-{place}">'
        f'<p id="contents-{place}">{head}</p><ol>{items}</ol></nav>'
    )


def _check(body: str, title: str) -> None:
    """Refuse a page whose structure a reader with a screen reader could not use."""
    first_headings = len(re.findall(r"<h1[ >]", body))
    if first_headings != 1:
        message = f"{title}: {first_headings} first headings; the first output must give the one."
        raise ReportError(message)
    if re.search(r'<img(?![^>]*alt="[^"]{15,}")', body):
        raise ReportError(f"{title}: a figure has no alt text of its own.")
