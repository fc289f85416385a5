"""No text of ours stands above the rung of any design; a word above it is found anywhere."""

from __future__ import annotations

from typing import get_args

import pytest
from findings_factory import make_facts

from impact_eval.findings.cautions import CAUTIONS
from impact_eval.vocabulary import VERDICTS, Design
from impact_eval.wording.ladder import ALONE, forbidden_word_faults, forbidden_words
from impact_eval.wording.page_text import read_page
from impact_eval.wording.strings import texts

DESIGNS = get_args(Design)
OF_SIDES = ("effects.", "designs.comparison", "designs.randomised")
OF_WAITING = ("designs.waiting_list", "designs.staggered", "roll_outs.", "figures.since_")
BY_LOT = ("effects.lot", "designs.randomised", "designs.waiting_list_lot", "designs.staggered_lot")
OWN = [key for key in texts() if not key.startswith(("forbidden.", "denials."))]


def is_said(key: str, design: Design, *, by_lot: bool) -> bool:
    """Whether a page of a design may hold a text: not those of other designs."""
    if key.startswith((*OF_SIDES, *OF_WAITING)) and design in ALONE:
        return key.startswith("effects.raised")
    return by_lot or not key.startswith(BY_LOT)


@pytest.mark.parametrize("by_lot", [True, False])
@pytest.mark.parametrize("design", DESIGNS)
def test_every_text_of_ours_is_on_its_rung(design: Design, by_lot: bool) -> None:
    above = {
        key: words
        for key in OWN
        if is_said(key, design, by_lot=by_lot)
        and (words := list(forbidden_words(texts()[key], design, by_lot=by_lot)))
    }
    highest = {"effects.raised." + key for key in ("rise_beyond", "rise_size_open")}
    highest |= {"effects.raised." + key for key in ("fall_beyond", "fall_size_open")}
    assert set(above) == highest


@pytest.mark.parametrize(
    "claim",
    [
        "The workshop improved knowledge.",
        "an improvement of 1.3",
        "Knowledge increased after the workshop.",
        "It led to a rise.",
        "The impact of the programme on students",
        "An effective programme",
        "The programme was a success.",
        "Students were successful.",
        "The workshops raised awareness.",
        "This was caused by the workshop.",
        "It proved its worth.",
        "Thanks to the workshops",
        "The rise resulted from the workshop.",
        "Scores rose because of the programme.",
        "a significant rise",
        "The training works.",
        "The effect of the workshop on trust",
        "The fall reduced trust.",
        "the workshop worked well",
        "IMPROVED",
    ],
)
def test_a_claim_is_found(claim: str) -> None:
    assert list(forbidden_words(claim, "one_group")) != []


@pytest.mark.parametrize(
    "plain",
    [
        "Knowledge was higher right after the workshop than before: 8.4 of 12 after 7.1.",
        "the smallest effect of interest",
        "Effect size d_pre",
        "Working with the workshops' files",
        "the lead teacher",
        "questions about the causeway",
    ],
)
def test_plain_words_are_left_alone(plain: str) -> None:
    assert list(forbidden_words(plain, "one_group")) == []


def test_declared_labels_may_hold_any_word_but_the_sentence_around_them_may_not() -> None:
    facts = make_facts(items={("student", "k01"): "What has improved safety most?"})
    page = read_page("<p>What has improved safety most? It improved.</p>")
    faults = forbidden_word_faults(page, facts, page="findings.html")
    assert [fault.found for fault in faults] == ["'improved'"]
    assert faults[0].file == "findings.html"


def test_words_in_alternative_texts_tables_and_titles_count() -> None:
    html = (
        "<title>Our success</title><table><td>raised</td></table>"
        '<img alt="The impact of it"><script>"improved"</script>'
    )
    found = {f.found for f in forbidden_word_faults(read_page(html), make_facts(), page="p")}
    assert found == {"'success'", "'raised'", "'impact'"}


def test_our_own_denials_are_no_claims() -> None:
    for key, denial in texts().items():
        if key.startswith("denials."):
            assert list(forbidden_words(denial, "one_group")) == []


def test_every_caution_and_every_verdict_has_its_text() -> None:
    assert set(CAUTIONS) == {
        key.partition(".")[2] for key in texts() if key.startswith("cautions.")
    }
    for verdict in filter(None, VERDICTS):
        assert f"verdicts.{verdict}" in texts()
        assert f"claims.{verdict}" in texts()
        assert f"claims.{verdict}_no_programme" in texts()
