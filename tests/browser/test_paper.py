"""Survey forms as Chromium prints them: on A4, nothing cut or torn, read the right way."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from impact_eval.instruments import code_card, paper_form, read_instrument

from .conftest import ROOT

pytestmark = pytest.mark.browser
A4 = (210.0, 297.0)
# the page's margins are those of paper.css
WIDTH, HEIGHT = A4[0] - 30, A4[1] - 32
PIXELS = 96 / 25.4
FORMS = [
    pytest.param("zindagi_trust", "students", "English (en)", id="en"),
    pytest.param("zindagi_trust", "students", "Urdu (ur)", id="ur"),
    pytest.param("cyber_tumar", "public", "Kazakh (kk)", id="kk"),
]
# what must stay on one page: its own height there, in pixels
WHOLE = """() => [...document.querySelectorAll('.question, tr, h2, .note')].map(one => ({
  height: one.getBoundingClientRect().height, breaks: getComputedStyle(one).breakInside }))"""
# how far each element reaches beyond the paper on either side, in pixels
BEYOND = """width => [...document.body.querySelectorAll('*')]
  .map(one => one.getBoundingClientRect()).filter(box => box.width > 0)
  .map(box => Math.max(-box.left, box.right - width)).filter(over => over > 1)"""
# for each answer of a list: how far its box is to the right of the middle of its text
SIDES = """() => [...document.querySelectorAll('li')].map(one => {
  const box = one.querySelector('.tick').getBoundingClientRect();
  const text = one.querySelector('bdi').getBoundingClientRect();
  return box.left - (text.left + text.right) / 2 })"""


def form_of(study_id: str, name: str):
    path = ROOT / "studies" / study_id / "instruments" / f"{name}.xlsx"
    return read_instrument(path, audience="student")


def laid_out(open_page, path: Path, html: str, width: float) -> Page:
    path.write_text(html, encoding="utf-8")
    opened = open_page(path, width=int(width * PIXELS))
    assert opened.complaints == []
    assert opened.requests == []
    opened.page.emulate_media(media="print")
    return opened.page


def printed(page: Page) -> list[tuple[float, float]]:
    """Width and height in mm of every page that comes out of the printer."""
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(float(width) / 72 * 25.4, float(height) / 72 * 25.4) for width, height in sizes]


@pytest.mark.parametrize(("study_id", "name", "language"), FORMS)
def test_a_form_prints_on_a4(open_page, tmp_path, study_id, name, language):
    form = form_of(study_id, name)
    page = laid_out(open_page, tmp_path / "a.html", paper_form(form, language=language), WIDTH)
    assert page.evaluate(BEYOND, int(WIDTH * PIXELS)) == []
    parts = page.evaluate(WHOLE)
    assert len(parts) > len(form.items) / 2
    assert {part["breaks"] for part in parts} == {"avoid"}
    assert max(part["height"] for part in parts) < HEIGHT * PIXELS / 2
    sheets = printed(page)
    assert 2 <= len(sheets) <= 8
    for sheet in sheets:
        assert sheet == pytest.approx(A4, abs=0.5)
    sides = page.evaluate(SIDES)
    assert len(sides) > 40
    from_the_right = "(ur)" in language
    assert all((side > 0) == from_the_right for side in sides)


@pytest.mark.parametrize("language", ["English (en)", "Urdu (ur)"])
def test_four_code_cards_fill_a_sheet(open_page, tmp_path, language):
    form = form_of("zindagi_trust", "students")
    html = code_card(form, code=["code_1", "code_2", "code_3", "code_4"], language=language)
    page = laid_out(open_page, tmp_path / "card.html", html, A4[0])
    assert page.evaluate(BEYOND, int(A4[0] * PIXELS)) == []
    cards = "all => all.map(card => card.scrollHeight - card.clientHeight)"
    assert page.locator(".card").evaluate_all(cards) == [0, 0, 0, 0]
    (sheet,) = printed(page)
    assert sheet == pytest.approx(A4, abs=0.5)
