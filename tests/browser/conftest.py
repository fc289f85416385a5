"""A real browser, and the pages that the last run published."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

ROOT = Path(__file__).parents[2]
STUDIES = ("zindagi_trust", "cyber_tumar")


@dataclass(frozen=True)
class Published:
    """One published page of each kind: a report, or the first school of a report for schools."""

    study_id: str
    report_id: str
    unit_id: str
    title: str
    path: Path

    @property
    def headings(self) -> list[str]:
        """Second-level headings that its notebook writes."""
        notebook = nbformat.read(ROOT / "notebooks" / f"{self.report_id}.ipynb", as_version=4)
        lines = [
            line
            for cell in notebook.cells
            if cell.cell_type == "markdown" and "evaluator" not in cell.metadata.get("tags", ())
            for line in cell.source.splitlines()
        ]
        return [line.removeprefix("## ") for line in lines if line.startswith("## ")]


def manifest(study_id: str) -> dict:
    path = ROOT / "reports" / study_id / "latest" / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"pages": []}


def published_pages() -> list[Published]:
    kinds: dict[tuple[str, str], Published] = {}
    for study_id in STUDIES:
        folder = ROOT / "reports" / study_id / "latest"
        for page in manifest(study_id)["pages"]:
            key = (study_id, page["report_id"])
            made = Published(*key, page["unit_id"], page["title"], folder / page["page"])
            kinds.setdefault(key, made)
    return list(kinds.values())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Debian's chromium")
    options = ["--no-sandbox", "--disable-gpu"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=options)
        yield started
        started.close()


@dataclass
class Opened:
    """A page in the browser, and what it did while it was opened."""

    page: Page
    complaints: list[str]
    requests: list[str]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[object]:
    contexts = []

    def opened(path: Path, *, width: int = 1280) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        found = Opened(page, [], [])

        def asked(request: Request) -> None:
            if request.url != path.as_uri() and not request.url.startswith("data:"):
                found.requests.append(request.url)

        page.on("console", lambda message: found.complaints.append(message.text))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.on("request", asked)
        page.goto(path.as_uri())
        return found

    yield opened
    for context in contexts:
        context.close()
