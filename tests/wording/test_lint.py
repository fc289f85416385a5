"""The lint finds what it should, and leaves a good page alone."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest
from findings_factory import make_change, make_facts, make_finding, make_findings

from impact_eval.disclosure import Released, release
from impact_eval.wording import (
    banner,
    design_note,
    disclosure_notes,
    numbers,
    opening,
    summary_of,
)
from impact_eval.wording.lint import lint_page


@pytest.fixture
def released() -> Released:
    return release(make_findings(), make_facts())


def page_of(*paragraphs: str) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html><head><title>A small study</title></head><body><main>{body}</main></body></html>"


STRANGE = "a sentence must come from a text of ours or one that the study declares"
UNMARKED = "a number must stand in a <data> element"


def rules(html: str, released: Released) -> list[str]:
    """Every rule that a page breaks, but for where its sentences come from."""
    found = [fault.rule for fault in lint_page(html, released, page="p.html")]
    return [rule for rule in found if rule != STRANGE]


@pytest.mark.parametrize("design", ["one_group", "cross_sections", "no_programme"])
def test_everything_that_wording_says_passes(released: Released, design: str) -> None:
    known = Released(released.frame, replace(released.facts, design=design))
    paragraphs = [*opening(known), *disclosure_notes(known), design_note(known.facts)]
    paragraphs.append(banner(known.facts))
    for change in known.where(quantity="change").findings():
        summary = summary_of(known, change)
        paragraphs += [summary.claim, summary.mastery, *summary.people, *summary.cautions]
    assert len(paragraphs) > 50
    assert lint_page(page_of(*paragraphs), known) == []


def test_every_caution_passes() -> None:
    from impact_eval.findings.cautions import CAUTIONS

    rows = [make_change(cautions=";".join(CAUTIONS), n_clusters=5, df=3.2)]
    known = Released(make_findings(rows).assign(suppressed=""), make_facts())
    (change,) = known.findings()
    summary = summary_of(known, change)
    assert len(summary.cautions) == len(CAUTIONS) - 3
    assert "a sign-flip test can give is 0.06, and" in " ".join(
        caution.striptags() for caution in summary.cautions
    )
    assert lint_page(page_of(*summary.cautions), known) == []


def test_a_number_that_was_not_released_is_found(released: Released) -> None:
    (change, *_) = released.where(quantity="change", level="programme").findings()
    good = str(numbers.marked(change.finding_id, change.estimate, decimals=1))
    assert rules(page_of(good), released) == []
    other_id = good.replace(change.finding_id, "f0000000000")
    assert rules(page_of(other_id), released) == [
        "`data-finding` must be the id of a released finding"
    ]
    other_value = good.replace("1.31", "1.32")
    assert rules(page_of(other_value), released) == [
        "`value` must be a number of the released finding"
    ]
    other_text = good.replace(">1.3<", ">1.4<")
    assert rules(page_of(other_text), released) == ["the text must be `value`, rounded"]
    no_number = good.replace('value="1.31"', 'value="much"')
    assert rules(page_of(no_number), released) == ["`value` must be a number"]


def test_a_suppressed_number_is_no_released_number() -> None:
    row = make_finding(estimate=7.1, n=7)
    known = release(make_findings([row]), make_facts())
    html = numbers.marked(str(row["finding_id"]), 7.1, decimals=1)
    assert rules(page_of(html), known) == ["`value` must be a number of the released finding"]


def test_a_declared_number_must_be_the_declared_one(released: Released) -> None:
    good = numbers.declared("student/knowledge/smallest_effect", 0.5)
    assert rules(page_of(good), released) == []
    assert rules(page_of(good.replace("0.5", "0.4")), released) != []
    assert rules(page_of(good.replace("smallest_effect", "smallest")), released) != []


@pytest.mark.parametrize(
    ("form", "shown", "passes"),
    [
        ("size", "1.3", True),
        ("signed", "+1.3", True),
        ("signed", "1.3", False),
        ("at_most", "1.4", True),
        ("at_least", "1.4", False),
        ("round", "1.3", False),
        ("plain", "1.31", True),
        ("plain", "1.30", False),
        ("plain", "about 1.3", False),
    ],
)
def test_the_text_is_the_value_in_its_form(
    released: Released, form: str, shown: str, passes: bool
) -> None:
    (change, *_) = released.where(quantity="change", level="programme").findings()
    html = (
        f'<data data-finding="{change.finding_id}" data-form="{form}" value="1.31">{shown}</data>'
    )
    assert (rules(page_of(html), released) == []) is passes


@pytest.mark.parametrize(
    "words",
    [
        "Knowledge rose by 1.3 questions.",
        "9 out of ten",
        "About 45 % reached it.",
        "In 37 schools",
        "p = 0.012",
    ],
)
def test_digits_in_prose_need_a_mark(released: Released, words: str) -> None:
    assert rules(page_of(words), released) == [UNMARKED]
    assert rules(f"<html><ul><li>{words}</li></ul></html>", released) == [UNMARKED]
    assert rules(f"<html><figcaption>{words}</figcaption></html>", released) == [UNMARKED]


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>7.3</td></tr></table>",
        "<table><tr><th>7.3</th></tr></table>",
        "<div>7.3</div>",
        "<section>7.3</section>",
        "<blockquote>7.3</blockquote>",
        "<span>7.3</span>",
        '<img alt="7.3">',
        '<a title="7.3">a</a>',
        '<div aria-label="7.3">a</div>',
        "<svg><text>7.3</text></svg>",
        "<svg><title>7.3</title></svg>",
        "<summary>7.3</summary>",
        "<p>2000 pupils</p>",
        "<p>1950</p>",
        "<p>80 % of schools</p>",
        "<p>90 % interval</p>",
        "<pre>7.3</pre>",
        "7.3",
    ],
)
def test_digits_need_a_mark_anywhere(released: Released, page: str) -> None:
    assert rules(page, released) == [UNMARKED]


@pytest.mark.parametrize("words", ["Twenty pupils were asked.", "Hundreds of pupils", "a dozen"])
def test_a_number_in_words_is_in_no_text_of_ours(released: Released, words: str) -> None:
    assert [fault.rule for fault in lint_page(page_of(words), released)] == [STRANGE]


def test_an_alternative_text_is_held_against_its_marks(released: Released) -> None:
    (change, *_) = released.where(quantity="change", level="programme").findings()
    marked = numbers.marked(change.finding_id, change.estimate, decimals=1)
    good = f'<img alt="1.3" data-alt="{escape(str(marked))}">'
    assert rules(good, released) == []
    assert rules(good.replace('alt="1.3"', 'alt="1.4"', 1), released) == [UNMARKED]
    other = good.replace("1.31", "1.41")
    assert rules(other, released) == ["`value` must be a number of the released finding"]


def test_a_small_p_value_is_its_bound(released: Released) -> None:
    (change, *_) = released.where(quantity="change", level="programme").findings()
    good = str(numbers.p_value(change.finding_id, change.p_value))
    assert rules(page_of(good), released) == []
    assert rules(page_of(good.replace("0.001", "0.01")), released) != []


def test_what_a_plan_was_worked_out_for_stands_in_an_address_of_its_page(released) -> None:
    address = "student/knowledge/one_group/cautious/40/25/0.8/detectable"
    page = f"<p>{numbers.planned(address, 0.3, decimals=1)} {numbers.asked('schools', 40)}</p>"
    faults = lint_page(page, released, planned=lambda _: 0.3)
    assert [fault.rule for fault in faults if fault.rule != STRANGE] == []
    wrong = page.replace('value="40.0">40', 'value="50.0">50')
    faults = lint_page(wrong, released, planned=lambda _: 0.3)
    assert "`value` must be what a planned number of the page was worked out for" in {
        fault.rule for fault in faults
    }


@pytest.mark.parametrize(
    "words",
    [
        "Declared on 2023-01-15, made on 3 May 2024 at 2024-05-03 12:30 UTC.",
        "In brackets: 95 % interval.",
        "Phase 1: at least 9 of 12 right, questions right, out of 12",
        "School 7: A strong password has 12 characters or more",
        "Code 1a8bd5a0c2, impact_eval 0.1.0",
        "Code 256852728843 with changes",  # one commit in 280 has no letter in its first 12 digits
        "Standard errors are CR2.",
    ],
)
def test_dates_labels_versions_and_levels_need_none(released: Released, words: str) -> None:
    assert rules(page_of(words), released) == []


def test_a_fault_names_page_and_rule_and_what_to_do(released: Released) -> None:
    (fault, _) = lint_page(page_of("It improved."), released, page="findings.html")
    assert str(fault) == (
        "findings.html, 'It improved.': a study of the design `one_group` does not carry this"
        " word; found 'improved'. Say what was measured: was higher, was lower, was about the same."
    )


def test_a_moment_on_the_day_of_the_plan_is_no_number(released: Released) -> None:
    facts = replace(released.facts, plan_declared_on="2026-11-22")
    page = "<main><p>Locked, and made on 2026-11-22 09:48 UTC.</p></main>"
    assert rules(page, Released(released.frame, facts)) == []
