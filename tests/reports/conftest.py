"""The facts of an invented study, and notebooks as kernels leave them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))

import nbformat
import pytest
from demo_study import demo_facts

from impact_eval.reports import Provenance

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


@pytest.fixture
def facts():
    return demo_facts(n_schools=102)


@pytest.fixture
def provenance() -> Provenance:
    return Provenance(
        made_at="2026-03-01 10:00 UTC",
        commit="abc1234",
        versions={"impact-eval": "0.1.0"},
        data={"students & parents.csv": "0a" * 32},
    )


def html_cell(html: str, *tags: str):
    return code_cell(nbformat.v4.new_output("execute_result", {"text/html": html}), tags=tags)


def figure_cell(alt: str = "A dot for each outcome.", **more: object):
    shown = {"alt": alt, "width": 480, "height": 200, **more}
    output = nbformat.v4.new_output(
        "display_data", {"image/png": PIXEL}, metadata={"image/png": shown}
    )
    return code_cell(output)


def code_cell(*outputs, tags=()):
    cell = nbformat.v4.new_code_cell("secret = 'source'", outputs=list(outputs))
    cell.metadata["tags"] = list(tags)
    return cell


def text_cell(source: str, *tags: str):
    cell = nbformat.v4.new_markdown_cell(source)
    cell.metadata["tags"] = list(tags)
    return cell


def page_of(*cells):
    title = html_cell("<h1>Findings</h1><p class='lead'>About.</p>")
    return nbformat.v4.new_notebook(cells=[title, *cells])
