"""A programme without any effect, and one that harms, from raw exports to pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from impact_eval.simulate import write_raw
from impact_eval.wording import text
from impact_eval.wording.ladder import forbidden_words

from .conftest import Whole, make_whole, open_shipped

PEOPLE = 4000
PAGES = ("findings", "programme")
RISE = re.compile(
    re.escape(text("verdicts.rise_beyond"))
    + r"|is larger than [^.]* plus what may change without any programme",
)


def simulated(root: Path, *, scenario: str, seed: int) -> Whole:
    """The two pages that speak of the programme, on a smaller draw of the shipped study."""
    study = open_shipped("zindagi_trust", root)
    write_raw(study, scenario=scenario, seed=seed, people=PEOPLE)
    return make_whole(study, reports=list(PAGES))


def verdicts(whole: Whole) -> set[str]:
    """Verdicts of the planned changes."""
    return set(whole.findings.query("quantity == 'change' and role != 'exploratory'")["verdict"])


def check_no_rise(whole: Whole) -> None:
    """Hold that no change is called a rise beyond, and that no word speaks of a success."""
    assert "rise_beyond" not in verdicts(whole)
    questions = whole.study.facts().items.values()  # a question may ask about "proof"
    for page in PAGES:
        for line in whole.lines(page):
            assert list(forbidden_words(line, "one_group", ignore=questions)) == []
            assert not RISE.search(line)


def test_the_pages_of_no_effect_speak_of_no_rise(new_root: Callable[[str], Path]) -> None:
    whole = simulated(new_root("no_effect_1"), scenario="no_effect", seed=1)
    check_no_rise(whole)
    words = whole.text("findings")
    assert "too little to matter either way" in words or "cannot tell" in words


@pytest.mark.simulation
@pytest.mark.parametrize("seed", [2, 3, 4, 5])
def test_further_draws_of_no_effect(new_root: Callable[[str], Path], seed: int) -> None:
    check_no_rise(simulated(new_root(f"no_effect_{seed}"), scenario="no_effect", seed=seed))


def test_a_harm_is_said_as_plainly(new_root: Callable[[str], Path]) -> None:
    whole = simulated(new_root("harm"), scenario="harm", seed=1)
    assert "rise_beyond" not in verdicts(whole)
    changes = whole.findings.query(
        "quantity == 'change' and role == 'primary' and outcome == 'knowledge'"
        " and audience == 'student'"
    )
    assert set(changes["verdict"]) <= {"fall_beyond", "fall_size_open"}
    words = whole.text("findings")
    assert "The mean score of students in Phase 2 for" in words
    assert " was lower " in words
    assert "The programme hoped for a rise; this is a fall." in words
    assert "below what may change without any programme" in words
