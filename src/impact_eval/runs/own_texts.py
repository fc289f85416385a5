"""Texts that come with a page: a notebook's prose, and what the footer says of the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from nbconvert.filters import markdown2html

from impact_eval.planning import published_sources
from impact_eval.reports import Provenance, provenance_texts
from impact_eval.wording.page_text import read_page

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ANCHOR: Final = "\N{PILCROW SIGN}"


def own_texts(notebook: NotebookNode, provenance: Provenance) -> tuple[str, ...]:
    """Return what may stand on a notebook's page beside the texts of ours and of its study."""
    return (*_prose(notebook.cells), *provenance_texts(provenance), *published_sources())


def _prose(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """Each block of the Markdown cells that readers see."""
    for cell in cells:
        if cell.cell_type == "markdown" and "evaluator" not in cell.metadata.get("tags", ()):
            blocks = read_page(markdown2html(cell.source)).blocks
            yield from (block.text.replace(_ANCHOR, "") for block in blocks)
