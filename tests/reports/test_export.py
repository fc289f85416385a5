"""Published pages: no code, no script, nothing from elsewhere, and a structure to read by."""

from __future__ import annotations

import re
from dataclasses import replace

import nbformat
import pytest

from impact_eval.errors import ReportError
from impact_eval.reports import export_page

from .conftest import PIXEL, code_cell, figure_cell, html_cell, page_of, text_cell


@pytest.fixture
def export(facts, provenance):
    def make(*cells, **options):
        known = {"title": "Findings", "facts": facts, "provenance": provenance, **options}
        return export_page(page_of(*cells), **known)

    return make


def test_a_page_holds_no_code_and_no_script(export) -> None:
    page = export(html_cell("<p>shown</p>"), figure_cell())
    assert "secret" not in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=['\"]?(https?:)?//", page)
    assert "default-src 'none'" in page
    assert "@import" not in page


def test_a_page_has_a_language_a_title_and_one_first_heading(export) -> None:
    page = export()
    assert re.search(r'<html (lang="en" dir="ltr"|dir="ltr" lang="en")>', page)
    assert "<title>Findings – Invented workshops</title>" in page
    assert page.count("<h1>") == 1
    assert page.count("<main ") == 1


@pytest.mark.parametrize("tag", ["evaluator", "parameters", "injected-parameters"])
def test_cells_that_are_not_for_readers_are_left_out(export, tag: str) -> None:
    page = export(html_cell("<p>hidden</p>", tag), text_cell("also hidden", tag))
    assert "hidden" not in page


def test_what_was_written_to_stderr_and_errors_are_left_out(export) -> None:
    noise = nbformat.v4.new_output("stream", name="stderr", text="/srv/x warning")
    error = nbformat.v4.new_output("error", ename="E", evalue="oops", traceback=["oops"])
    page = export(code_cell(noise, error))
    assert "warning" not in page
    assert "oops" not in page


def test_a_figure_has_its_alt_caption_and_numbers(export) -> None:
    cell = figure_cell(
        "Dots & lines for <all>.", caption="Seen <em>so</em>.", table="<table>1</table>"
    )
    page = export(cell)
    assert 'alt="Dots &amp; lines for &lt;all&gt;."' in page
    assert "<figcaption>Seen <em>so</em>.</figcaption>" in page
    named = export(figure_cell(name="Changes of <all>"))
    assert re.search(r"<figure>\s*<p [^>]+>Changes of &lt;all&gt;</p>", named)
    assert re.search(r"<details><summary>[^<]+</summary>\s*<table>1</table>\s*</details>", page)
    assert f"data:image/png;base64,{PIXEL}" in page


@pytest.mark.parametrize("alt", ["", "figure"])
def test_a_figure_without_an_alt_text_of_its_own_is_refused(export, alt: str) -> None:
    with pytest.raises(ReportError, match="alt text"):
        export(figure_cell(alt))


@pytest.mark.parametrize("more", [[], ["<h1>Again</h1>"]])
def test_a_page_without_exactly_one_first_heading_is_refused(facts, provenance, more) -> None:
    cells = [html_cell(html) for html in more * 2]
    notebook = nbformat.v4.new_notebook(cells=cells)
    with pytest.raises(ReportError, match=f"{len(cells)} first headings"):
        export_page(notebook, title="x", facts=facts, provenance=provenance)


def test_the_contents_lead_to_the_headings(export) -> None:
    heads = [text_cell(f"## Part *{name}*\n\nWords.") for name in ("one", "two", "three & four")]
    page = export(*heads)
    anchors = re.findall(r'<h2 id="([^"]+)">', page)
    assert len(set(anchors)) == 3
    for place in ("side", "inline"):
        (contents,) = re.findall(rf'<nav class="contents {place}".*?</nav>', page, re.DOTALL)
        assert re.findall(r'href="#([^"]+)"', contents) == anchors
        assert "Part three &amp; four" in contents
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_short_page_has_no_contents(export) -> None:
    assert "<nav" not in export(text_cell("## One"), text_cell("## Two"))


def test_simulated_data_are_marked_on_screen_and_on_paper(export, facts) -> None:
    page = export()
    assert '<div class="banner" role="note"><p><strong>Simulated data.</strong>' in page
    assert '@top-right { content: "Simulated data"; }' in page
    real = export(facts=replace(facts, simulated=False))
    assert "Simulated" not in real


def test_a_page_says_where_it_comes_from(export) -> None:
    page = export()
    for known in ("2026-03-01 10:00 UTC", "abc1234", "0123456789abcdef", "2023-01-15", "0a" * 32):
        assert known in page
    assert "students &amp; parents.csv" in page


def test_labels_of_a_study_cannot_become_markup(export, facts) -> None:
    page = export(facts=replace(facts, title="<script>x</script>"), title="<b>")
    assert "<script" not in page
    assert "<title>&lt;b&gt; –" in page


def test_the_style_that_a_notebook_needs_is_not_repeated(export) -> None:
    page = export(html_cell("<style>.ie-table{color:red}</style><p>kept</p>"))
    assert page.count("<style>") == 1
    assert "color:red" not in page
    assert "<p>kept</p>" in page


def test_the_notebook_is_not_changed(facts, provenance) -> None:
    notebook = page_of(html_cell("<style>a</style><p>x</p>"), text_cell("x", "evaluator"))
    before = nbformat.writes(notebook)
    export_page(notebook, title="x", facts=facts, provenance=provenance)
    assert nbformat.writes(notebook) == before


def test_a_page_leads_back_to_its_index(export) -> None:
    assert '<a href="../index.html">Invented workshops</a>' in export(index_href="../index.html")


def test_the_heading_is_what_the_study_calls_the_report(export) -> None:
    made = html_cell("<p>x</p>")
    assert "<h1>Findings</h1>" in export(made, title="Results")  # no heading of a whole study


@pytest.mark.parametrize("heading", ["Programme", "A &amp; B"])
def test_a_report_with_a_name_of_its_own_has_it_as_its_heading(facts, provenance, heading) -> None:
    cell = html_cell(f"<h1>{heading}: {facts.title}</h1>")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    page = export_page(notebook, title="Year <1>", facts=facts, provenance=provenance)
    assert f"<h1>Year &lt;1&gt;: {facts.title}</h1>" in page


def test_nothing_introduces_what_is_not_there(export) -> None:
    none = '<p class="ie-none">No school.</p>'
    page = export(
        text_cell("## By school\n\nIn the order of names."),
        html_cell(none),
        text_cell("In a picture."),
        html_cell(none),
        text_cell("Kept."),
    )
    assert "In the order of names." not in page
    assert "In a picture." not in page
    assert page.count("No school.") == 1
    assert "<p>Kept.</p>" in page
    assert ">By school</h2>" in page


def test_a_percentage_is_not_torn_apart_at_the_end_of_a_line(export) -> None:
    page = export(html_cell("<p>95 % interval, <data>12</data> % of them</p>"))
    assert "95\u00a0% interval" in page
    assert "</data>\u00a0% of them" in page


def test_what_is_for_the_notebook_alone_is_left_out(export) -> None:
    page = export(html_cell('<p class="only-notebook">Whose</p>'), html_cell("<p>Shown</p>"))
    assert "Whose" not in page
    assert "Shown" in page
