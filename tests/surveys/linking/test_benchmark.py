"""The benchmark in small, with fixed seeds: precision and recall against known people."""

from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from impact_eval.surveys.linking import chances

WAVES = ("pre", "post")


@pytest.mark.parametrize("elements", [8, 12])
@pytest.mark.parametrize("waves", [WAVES, ("pre", "post", "follow_up")], ids=len)
def test_designed_codes_are_linked_well(
    benchmark: ModuleType, elements: int, waves: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(20240301 + elements)
    forms = benchmark.draw(rng, schools=8, people=50, elements=elements, waves=waves)
    scores, by_school = benchmark.judge(forms, benchmark.declared(waves))
    assert scores.precision >= 0.995
    assert scores.recoverable > 50
    assert scores.recall >= 0.60
    assert scores.refused_schools == 0
    found = by_school["exact"] + by_school["tolerant"]
    assert (by_school["false_exact"] + by_school["false_tolerant"] <= 0.005 * found).all()


def test_exact_codes_alone_recover_none(benchmark: ModuleType) -> None:
    forms = benchmark.draw(np.random.default_rng(5), schools=3, people=40, elements=8)
    scores, _ = benchmark.judge(forms, benchmark.declared(WAVES, tolerance=0))
    assert scores.tolerant == scores.recovered == 0
    assert scores.recoverable > 20


@pytest.mark.parametrize(("people", "values", "equal_too"), [(60, 5, 4), (60, 14, 0), (300, 10, 4)])
def test_small_spaces_are_refused(
    benchmark: ModuleType, people: int, values: int, equal_too: int
) -> None:
    rng = np.random.default_rng(values)
    forms = benchmark.draw(rng, schools=4, people=people, elements=4, values=values)
    scores, by_school = benchmark.judge(forms, benchmark.declared(WAVES))
    assert scores.tolerant == 0
    assert scores.refused_schools == len(by_school) == 4
    assert scores.precision >= 0.995
    assert scores.refused_exact_schools == (by_school["exact"] == 0).sum() == equal_too


def test_equal_codes_of_small_spaces_would_often_be_false(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chances, "is_precise", lambda expected, n_linked: True)
    exact, expected, false = 0, 0.0, 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        forms = benchmark.draw(rng, schools=4, people=200, elements=4, values=10)
        found = benchmark.link(
            forms, forms[["sex"]], benchmark.declared(WAVES, tolerance=0), key=b"k"
        )
        scores, _ = benchmark.judged(forms, found.links, found.trials)
        exact, false = exact + scores.exact, false + scores.false_exact
        expected += found.trials["expected_equal"].sum()
    assert false > 0.005 * exact
    assert false <= expected < 3 * false


@pytest.mark.parametrize("values", [7, 10])
def test_expectation_bounds_the_false_links(
    benchmark: ModuleType, values: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chances, "is_precise", lambda expected, n_linked: True)
    expected, false = 0.0, 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        forms = benchmark.draw(rng, schools=6, people=100, elements=4, values=values)
        found = benchmark.link(forms, forms[["sex"]], benchmark.declared(WAVES), key=b"k")
        scores, _ = benchmark.judged(forms, found.links, found.trials)
        expected += found.trials["expected_near"].sum()
        false += scores.false_tolerant
    assert false > 5
    assert false <= expected < 15 * false


def test_limits_are_held_or_named(benchmark: ModuleType) -> None:
    forms = benchmark.draw(np.random.default_rng(8), schools=2, people=40, elements=8)
    good = benchmark.Case("good", *benchmark.judge(forms, benchmark.declared(WAVES)), True)
    assert good.faults() == []
    schools = benchmark.schools_of(good)
    assert schools["links"].sum() == good.scores.exact + good.scores.tolerant
    assert (schools["recall"] <= 1).all()
    strict = benchmark.judge(forms, benchmark.declared(WAVES, tolerance=0))
    assert len(benchmark.Case("recovers none", *strict, True).faults()) == 1
    assert benchmark.Case("need not", *strict, False).faults() == []
    false = replace(good.scores, false_exact=1)
    assert len(benchmark.Case("false", false, good.by_school, True).faults()) == 1
