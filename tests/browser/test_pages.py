"""Published pages in Chromium: what they hold, and what they must never do."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import ROOT, STUDIES, Published, manifest, published_pages

pytestmark = pytest.mark.browser
PHONE, DESKTOP = 390, 1280
PAGES = published_pages()
KINDS = [pytest.param(page, id=f"{page.study_id}-{page.report_id}") for page in PAGES]
INDEXES = [ROOT / "reports" / study / "latest" / "index.html" for study in STUDIES]
WITHOUT_FIGURE = {"data_quality"}


def test_there_are_pages_to_look_at() -> None:
    assert {page.study_id for page in PAGES} == set(STUDIES), "run: make report"


@pytest.mark.parametrize("published", KINDS)
def test_a_page_has_its_headings(published: Published, open_page) -> None:
    page = open_page(published.path).page
    shown = [text.strip() for text in page.locator("h2").all_inner_texts()]
    assert published.headings
    assert [heading for heading in published.headings if heading not in shown] == []
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("published", KINDS)
def test_a_page_has_its_figures_and_rows(published: Published, open_page) -> None:
    page = open_page(published.path).page
    widths = page.locator("main img").evaluate_all("all => all.map(i => i.naturalWidth)")
    assert all(width > 0 for width in widths)
    assert widths or published.report_id in WITHOUT_FIGURE
    rows = page.locator("main table").evaluate_all(
        "all => all.map(t => t.querySelectorAll('tbody tr').length)"
    )
    assert rows
    assert all(count > 0 for count in rows)


@pytest.mark.parametrize("published", KINDS)
def test_a_simulated_page_says_so(published: Published, open_page) -> None:
    page = open_page(published.path).page
    assert "simulated" in page.locator("[role=note]").first.inner_text().lower()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("published", KINDS)
def test_a_page_asks_for_nothing_and_fits(published: Published, width: int, open_page) -> None:
    opened = open_page(published.path, width=width)
    assert opened.complaints == []
    assert opened.requests == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("published", KINDS)
def test_a_page_passes_axe(published: Published, width: int, open_page) -> None:
    results = Axe().run(open_page(published.path, width=width).page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("index", INDEXES, ids=STUDIES)
def test_the_index_leads_everywhere(index, width: int, open_page) -> None:
    opened = open_page(index, width=width)
    links = opened.page.locator("main a").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    pages = {page["page"] for page in manifest(index.parents[1].name)["pages"]}
    assert pages <= set(links)
    assert [
        link for link in links if not link.startswith("#") and not (index.parent / link).is_file()
    ] == []
    assert opened.complaints == []
    assert opened.requests == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(opened.page).violations_count == 0


def test_a_school_page_names_its_school(open_page) -> None:
    schools = [page for page in PAGES if page.unit_id]
    assert schools
    for published in schools:
        page = open_page(published.path).page
        assert published.title in page.locator("h1").inner_text()
        page.locator("a[href='../index.html']").first.click()
        assert page.url.endswith("/index.html")
