"""Every number that pages may show is simulated, or a list says why it is not."""

from __future__ import annotations

import ast
import importlib
from collections import defaultdict
from pathlib import Path

import pytest

from impact_eval.findings.explained.sources import all_sources
from impact_eval.vocabulary import QUANTITIES

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"


@pytest.fixture(scope="module")
def covered():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("simulated.covered")


@pytest.fixture(scope="module")
def study(covered):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("simulation")


@pytest.fixture(scope="module")
def rows(study):
    return importlib.import_module("simulated.report").read_cells(study.CELLS)


def imported(folder: Path) -> set[str]:
    """Names that the modules of a folder take from the estimators."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if module.startswith("impact_eval.estimators"):
                found |= {one.name for one in node.names}
    return found


def test_every_quantity_is_measured_or_has_a_reason(covered):
    listed = [*covered.MEASURED, *covered.BARE, *covered.RANGES]
    assert sorted(listed) == sorted(QUANTITIES)
    assert all(covered.RANGES.values())


def test_every_estimator_of_the_findings_is_called_or_has_a_reason(covered):
    used = imported(ROOT / "src" / "impact_eval" / "findings")
    called = imported(BENCHMARKS / "simulated") | set(covered.CALLED_THROUGH)
    assert used - called == set(covered.NOT_CALLED)
    assert all(covered.NOT_CALLED.values())


def test_tests_beside_a_number_are_simulated_too(covered):
    beside = {name.split(", ")[-1] for name, _ in all_sources()} - set(QUANTITIES)
    named = " ".join(one for of in covered.MEASURED.values() for one in of).lower()
    for name in sorted(beside):
        assert name in named, name


def test_every_measure_named_was_drawn_and_is_shown(covered, rows):
    drawn = defaultdict(list)
    for name, _, one in rows:
        drawn[f"{name}: {one.name}"].append(one)
    for measures in covered.MEASURED.values():
        for measure in measures:
            assert any(one.given for one in drawn[measure]), measure
            assert any(one.shown and not one.naive for one in drawn[measure]), measure


def test_every_drawn_measure_belongs_to_a_quantity_or_is_naive(covered, rows):
    named = {one for of in covered.MEASURED.values() for one in of}
    stray = {
        f"{name}: {one.name}" for name, _, one in rows if not one.naive and one.shown and one.given
    }
    assert sorted(stray - named) == sorted(covered.UNDER_OTHER_CONDITIONS)


def test_no_committed_cell_that_pages_show_is_beyond_its_limit(rows):
    assert rows
    beyond = [(name, at, one.name) for name, at, one in rows if one.fails]
    assert beyond == []


def test_the_page_is_what_the_cells_say(study, rows):
    report = importlib.import_module("simulated.report")
    document = study.DOCUMENT.read_text(encoding="utf-8")
    _, _, rest = document.partition(report.BEGIN)
    written, _, _ = rest.partition(report.END)
    assert written.strip() == study.results(rows).strip()


def test_what_the_page_says_of_exchanged_phases_is_in_the_cells(study, rows):
    at = "four schools against the others, which vary a third as much"
    by_schools = defaultdict(list)
    for _, place, one in rows:
        if place.case == at and one.name.startswith("permutation") and one.kind != "coverage":
            by_schools[place.schools].append(one)
    exact = {
        n: sum(o.hits for o in own) / sum(o.given for o in own) for n, own in by_schools.items()
    }
    wide = [100 * share for n, share in exact.items() if n >= 12]
    single = [100 * o.hits / o.given for own in by_schools.values() for o in own]
    words = " ".join(study.DOCUMENT.read_text(encoding="utf-8").split())
    assert f"rejects {min(wide):.0f} to {max(wide):.0f} % of true nulls with 12 to 100" in words
    assert f"up to {max(single):.0f} % under a single condition" in words
