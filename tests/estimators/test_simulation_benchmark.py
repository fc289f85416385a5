"""The simulation study draws what it says, counts what it should, and finds what is wrong."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from impact_eval.estimators import mixed_model

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NAMES = (
    *("programme", "participants", "gains", "imputed", "schools", "phases", "comparison"),
    *("bounds", "follow_up", "waiting", "staggered", "subgroups", "family"),
    *("reliability", "spread", "ceilings", "shares", "ratings", "ratings_here", "statements"),
    *("topics", "rounds", "doses", "exposed", "sides_groups", "sides_tests"),
    *("sides_lost", "sides_imputed", "followed_lost", "waiting_lost", "begun_lost"),
    *("second_opinions", "share_odds", "one_school", "risen", "sizes_of_lots", "school_means"),
    *("by_moments", "exposed_by_dose", "exposed_sides", "ratings_apart", "lots_again"),
    *("dates_again", "discoveries", "begun_groups"),
)


@pytest.fixture(scope="module")
def study():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("simulation")


@pytest.fixture(scope="module")
def cells(study):
    return importlib.import_module("simulated.cells")


def test_all_scenarios_are_tried_here(study):
    assert tuple(study.SCENARIOS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_scenario_gives_something_that_pages_show(study, name):
    if name == "second_opinions" and mixed_model.why_absent():
        pytest.skip("the extra `mixed` is not installed")
    first = study.SCENARIOS[name].conditions(False)
    at = next((one for one in first if one.schools >= 12), first[-1])
    counted, _ = study.look(name, at, 2, 0)
    again, _ = study.look(name, at, 2, 0)
    assert counted == again
    assert any(one.shown and not one.naive and one.given for one in counted)
    assert all(0 <= one.hits <= one.given for one in counted)


def test_the_grid_holds_every_level(cells):
    for whole, count in ((False, 50), (True, 130)):
        grid = cells.grid(whole=whole)
        assert len(grid) == count
        assert {at.schools for at in grid} == set(cells.SCHOOLS)
        assert {at.icc for at in grid} == set(cells.ICCS)
        assert {at.size_cv for at in grid} == set(cells.SIZE_CVS)


def test_drawn_surveys_are_as_the_condition_says(cells, study):
    draws = importlib.import_module("simulated.draws")
    at = cells.Condition(100, 0.2, 1.0)
    drawn = draws.two_waves(at, 60, np.random.default_rng(1))
    sizes = np.bincount(drawn.school)
    assert sizes.mean() == pytest.approx(30, rel=0.05)
    assert sizes.std() / sizes.mean() == pytest.approx(1.0, abs=0.15)
    assert drawn.pre.var() == pytest.approx(1.0, abs=0.05)
    assert drawn.shift.var() == pytest.approx(0.2, abs=0.02)
    inside = np.array([drawn.pre[:, drawn.school == j].var(axis=1).mean() for j in range(100)])
    assert np.average(inside, weights=sizes) == pytest.approx(0.8, abs=0.04)


def test_people_as_clusters_are_found_out_and_schools_are_not(study, cells):
    at = cells.Condition(12, 0.2, 0.0)
    found = {(one.name, one.kind): one for one in study.look("programme", at, 120, 0)[0]}
    assert found["t test without schools", "coverage"].share < 0.85
    assert found["mean_change", "coverage"].share > 0.9
    assert not found["mean_change", "coverage"].fails
    as_ours = replace(found["t test without schools", "coverage"], naive=False)
    assert as_ours.fails
    assert not replace(as_ours, shown=False).fails


def test_intervals_of_one_survey_are_one_survey(cells):
    alone, together = cells.Tally(20), cells.Tally(20)
    for number in range(20):
        low = np.full(50, 0.0 if number < 16 else 2.0)
        together.covers("x", low, low + 1.5, 1.0, together=True)
        alone.covers("x", low[0], low[0] + 1.5, 1.0)
    one, many = alone.counted()[0], together.counted()[0]
    assert one.share == many.share == 0.8
    assert many.error == pytest.approx(one.error) == pytest.approx(np.sqrt(0.16 / 20))


def test_refused_intervals_are_not_counted_and_counted_p_values_are_exact(cells):
    tally = cells.Tally(3)
    tally.covers("x", np.nan, np.nan, 0.0)
    tally.rejects("x", [np.nan, 1 / 20, 0.3])
    intervals, tests = tally.counted()
    assert (intervals.given, intervals.fails) == (0, False)
    assert (tests.given, tests.hits) == (2, 1)


def test_cells_are_read_as_they_were_written_and_stand_in_the_document(study, cells, tmp_path):
    report = importlib.import_module("simulated.report")
    at = cells.Condition(12, 0.05, 0.5, case="one")
    rows = [("schools", at, one) for one in study.look("schools", at, 3, 0)[0]]
    path = tmp_path / "cells.csv"
    report.write_cells(rows, path)
    read = report.read_cells(path)
    assert [(name, where) for name, where, _ in read] == [(name, where) for name, where, _ in rows]
    for (*_, was), (*_, found) in zip(rows, read, strict=True):
        assert replace(found, error=was.error) == was
        assert found.error == pytest.approx(was.error, abs=1e-4, nan_ok=True)
    document = tmp_path / "page.md"
    document.write_text(f"a\n{report.BEGIN}\nold\n{report.END}\nb\n", encoding="utf-8")
    for text in ("new", "newer"):
        report.put_between_markers(document, text)
    written = document.read_text(encoding="utf-8")
    assert "newer" in written
    assert "old" not in written
    assert written.endswith("\nb\n")
    assert "schools" in report.tables(list(study.SCENARIOS.values()), rows)


def test_too_few_surveys_hold_nothing(cells):
    report = importlib.import_module("simulated.report")
    at = cells.Condition(4, 0.05, 0.5)
    few = cells.Counted("x", "coverage", False, True, 40, 40, 40, 0.012)
    many = replace(few, given=4_000, hits=3_800, draws=4_000, error=0.0035)
    assert (cells.state_of([few]), cells.state_of([many])) == ("open", "holds")
    assert cells.state_of([many, replace(few, hits=20, error=0.08)]) == "fails"
    assert cells.state_of([replace(many, shown=False)]) == "refused"
    # the same tenth of intervals many times over is one survey's chance, not many
    together = replace(many, draws=40, error=0.034)
    assert cells.state_of([together]) == "open"
    tests = cells.Counted("x", "false positives", False, True, 4_000, 200, 4_000, 0.0035)
    assert cells.state_of([tests]) == "holds"
    assert cells.state_of([replace(tests, hits=270)]) == "open"
    scenario = SimpleNamespace(name="schools", title="Schools")
    for one, said in ((few, "100.0 (1.2); 100.0 ? |"), (many, "95.0 (0.4); 95.0 |")):
        assert said in report.tables([scenario], [("schools", at, one)])
    counted = report.states([("schools", at, few), ("schools", at, replace(few, naive=True))])
    assert "| 0 | 1 | 0 |" in counted


def test_failures_are_named(cells):
    report = importlib.import_module("simulated.report")
    bad = cells.Counted("x", "coverage", False, True, 400, 320, 400, 0.02)
    at = cells.Condition(4, 0.05, 0.5)
    assert "| schools: x, coverage | 4 |" in report.failures([("schools", at, bad)])
    assert "No interval" in report.failures([("schools", at, replace(bad, naive=True))])


def test_what_is_run_for_some_numbers_of_schools_leaves_the_others(
    study, cells, tmp_path, monkeypatch
):
    report = importlib.import_module("simulated.report")
    chosen = study.tasks(["waiting"], (8, 12), large=False, usual=60)
    assert {at.schools for _, at, _ in chosen} == {8, 12}
    found = cells.Counted("x", "coverage", False, True, 60, 57, 60, 0.03)
    rows = [("waiting", cells.Condition(g, 0.05, 0.5), found) for g in (8, 20)]
    report.write_cells(rows, tmp_path / "cells.csv")
    monkeypatch.setattr(study, "CELLS", tmp_path / "cells.csv")
    monkeypatch.setattr(study, "DOCUMENT", tmp_path / "page.md")
    study.DOCUMENT.write_text(f"{report.BEGIN}\n{report.END}\n", encoding="utf-8")
    more = [("waiting", rows[0][1], replace(found, draws=1_500))]
    study.write(more, SimpleNamespace(only=["waiting"], schools=[8]))
    assert [(at.schools, one.draws) for _, at, one in report.read_cells(study.CELLS)] == [
        (8, 1_500),
        (20, 60),
    ]
    row = next(
        line
        for line in study.DOCUMENT.read_text(encoding="utf-8").splitlines()
        if line.startswith("| Waiting list")
    )
    assert row.split("|")[6:9] == [" 1,500 ", " none ", " 60 "]
