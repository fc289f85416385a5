"""The index leads to every page, names what failed, and ranks nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from demo_study import demo_findings

from impact_eval.disclosure import Released, release
from impact_eval.facts import LockFacts
from impact_eval.reports import PageEntry, failure_page, provenance_texts, write_index
from impact_eval.wording.lint import lint_page


def entries_of(facts, **failures: str) -> list[PageEntry]:
    whole = [PageEntry(f"{name.lower()}.html", name) for name in ("Findings", "Programme")]
    schools = [
        PageEntry(f"school/{school}.html", row["name"], school_id=school)
        for school, row in reversed(facts.schools.items())
    ]
    return [
        replace(entry, failure=failures.get(entry.school_id or entry.title, ""))
        for entry in [*whole, *schools]
    ]


def test_it_leads_to_every_page_with_findings_first(tmp_path: Path, facts, provenance) -> None:
    entries = entries_of(facts)
    path = write_index(tmp_path, facts=facts, entries=entries, provenance=provenance)
    page = path.read_text("utf-8")
    links = re.findall(r'<a href="([^"#]+)"', page)
    assert path == tmp_path / "index.html"
    assert links[:2] == ["findings.html", "programme.html"]
    assert sorted(links) == sorted(entry.href for entry in entries)
    assert page.count("<h1>") == 1


def test_schools_stand_by_province_and_name(tmp_path: Path, facts, provenance) -> None:
    entries = entries_of(facts)
    page = write_index(tmp_path, facts=facts, entries=entries, provenance=provenance).read_text()
    assert re.findall(r"<h3>([^<]+)</h3>", page) == ["Punjab", "Sindh", "Balochistan"]
    for names in re.findall(r'<ul class="schools">(.*?)</ul>', page):
        shown = re.findall(r">([^<>]+)</a>", names)
        assert len(shown) == 34
        assert shown == sorted(shown)


def test_pages_that_failed_are_named_at_the_top_and_in_their_place(
    tmp_path: Path, facts, provenance
) -> None:
    entries = entries_of(facts, Programme="a cell failed", s007="the kernel <died>")
    page = write_index(tmp_path, facts=facts, entries=entries, provenance=provenance).read_text()
    (top,) = re.findall(r'<div class="failed">.*?</div>', page, re.DOTALL)
    assert "Programme</strong>: a cell failed" in top
    assert "Invented School No. 7</strong>: the kernel &lt;died&gt;" in top
    assert page.count("(could not be made)") == 2


def test_an_index_without_failures_speaks_of_none(tmp_path: Path, facts, provenance) -> None:
    page = write_index(tmp_path, facts=facts, entries=entries_of(facts), provenance=provenance)
    assert "could not be made" not in page.read_text("utf-8")


def test_a_study_without_school_pages_has_no_list_of_them(tmp_path, facts, provenance) -> None:
    entries = entries_of(facts)[:2]
    page = write_index(tmp_path, facts=facts, entries=entries, provenance=provenance).read_text()
    assert "<h2>Schools" not in page


def test_a_page_stands_in_for_one_that_failed(facts, provenance) -> None:
    page = failure_page(
        title="Schools", message="It is <missing>.", facts=facts, provenance=provenance
    )
    assert "<h1>Schools: this page could not be made</h1>" in page
    assert "It is &lt;missing&gt;." in page
    assert "Simulated data" in page
    assert '<a href="index.html">' in page


def test_a_plan_that_was_changed_is_named_with_both_digests(
    tmp_path: Path, facts, provenance
) -> None:
    lock = LockFacts("2023-01-15", "2023-01-15", "0a" * 32, names_primary=True)
    released = release(demo_findings(facts), facts)
    for facts in (facts, replace(facts, lock=lock)):
        page = write_index(tmp_path, facts=facts, entries=(), provenance=provenance).read_text()
        shown = Released(released.frame, facts)
        own = provenance_texts(provenance)
        assert lint_page(page, shown, page="index.html", own=own) == []
        assert ("changed since to" in page) == (facts.lock is not None)
        assert facts.plan_hash in page
        assert facts.locked_hash in page
