"""A sentence that comes from nowhere is found; every sentence of ours is let through."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from findings_factory import make_facts, make_findings

from impact_eval.disclosure import Released, release
from impact_eval.vocabulary import Design
from impact_eval.wording.grammar import Grammar
from impact_eval.wording.known_texts import grammar_of
from impact_eval.wording.lint import lint_page
from impact_eval.wording.page_text import MARK
from impact_eval.wording.strings import texts

STRANGE = "a sentence must come from a text of ours or one that the study declares"
FROM_NOWHERE = [
    "The workshop made pupils safer.",
    "The workshops helped.",
    "They built trust.",
    "It contributed to safer schools.",
    "It achieved its goal.",
    "The workshop taught pupils to report.",
    "This shows that the workshops were worth it.",
    "Pupils are now ready for the internet.",
    "Schools should go on with it.",
    "The workshops are the reason why scores were higher.",
    "Twenty schools were glad of it.",
    "The same people changed.",
    "Each person learnt more.",
    "More than at the comparison schools.",
    "The difference may be credited to the programme.",
    "Before the workshop, pupils knew nothing; after it, they did.",
    "Students: it turned them around.",
    "knowledge of online safety, thanks to our trainers",
    "was higher right after the workshop than before, as we had hoped",
    "The mean score of students was higher: pupils listened.",
]
PLACES = [
    "<p>{}</p>",
    "<td>{}</td>",
    "<div>{}</div>",
    '<img alt="{}">',
    '<section aria-label="{}"></section>',
    "<svg><text>{}</text></svg>",
    "<h2>{}</h2>",
    "<li>This is about these schools' own participants and about nobody else. {}</li>",
]


@pytest.fixture(scope="module")
def released() -> Released:
    return release(make_findings(), make_facts())


@pytest.mark.parametrize("design", get_args(Design))
def test_a_sentence_from_nowhere_is_found(released: Released, design: Design) -> None:
    arms = {"programme": "programme schools", "comparison": "comparison schools"}
    sided = design not in {"one_group", "cross_sections", "no_programme"}
    facts = replace(released.facts, design=design, arms=arms if sided else {})
    page = Released(released.frame, facts)
    for said in FROM_NOWHERE:
        assert STRANGE in {fault.rule for fault in lint_page(f"<p>{said}</p>", page)}, said


@pytest.mark.parametrize("place", PLACES)
def test_it_is_found_wherever_it_stands(released: Released, place: str) -> None:
    html = place.format("The workshops were worth it.")
    assert STRANGE in {fault.rule for fault in lint_page(html, released)}


def test_prose_that_comes_with_a_page_is_let_through_and_its_words_are_not(
    released: Released,
) -> None:
    own = ["Where this stands among others.", "It improved schools."]
    page = "<p>Where this stands among others.</p>"
    assert lint_page(page, released, own=own) == []
    assert [fault.rule for fault in lint_page(page, released)] == [STRANGE]
    faults = lint_page("<p>It improved schools.</p>", released, own=own)
    assert [fault.found for fault in faults] == ["'improved'"]


def test_every_text_of_ours_is_known(released: Released) -> None:
    """With a number in each slot."""
    grammar = grammar_of(released)
    for key, template in texts().items():
        if key.startswith(("forbidden.", "denials.", "effects.raised.")):
            continue
        filled = template.replace("&lt;", "<").replace("<b>", "").replace("</b>", "")
        for slot in ("{", "}"):
            filled = filled.replace(slot, f" {slot} ")
        words = " ".join(filled.split())
        while "{" in words:
            start, end = words.index("{"), words.index("}") + 1
            words = words[:start] + MARK + words[end:]
        assert grammar.first_strange(words.replace("`", "")) == "", key


@pytest.mark.parametrize(
    "said",
    [
        "a was higher b.",
        "a (b) was higher a, b and a.",
        f"{MARK} was higher {MARK} %.",
    ],
)
def test_slots_hold_labels_numbers_and_texts(said: str) -> None:
    assert Grammar(["{who} was higher {when}."], ["a", "b"]).holds(said)


@pytest.mark.parametrize("said", ["a was higher.", "a b was higher a.", "a was raised b.", "was"])
def test_nothing_else_does(said: str) -> None:
    assert not Grammar(["{who} was higher {when}."], ["a", "b"]).holds(said)


def test_a_long_list_is_read_in_time(released: Released) -> None:
    """A thousand words in a few steps each, not in a number that doubles with each word."""
    rows = "; ".join("Phase 2, right after the workshop: 1.3" for _ in range(120))
    grammar = Grammar(texts().values(), ["Phase 2", "right after the workshop"])
    assert grammar.holds(f"{rows}.")
