"""A claim whose number, column, direction, people or time is another's is found."""

from __future__ import annotations

import pytest
from findings_factory import make_change, make_facts, make_finding, make_findings

from impact_eval.disclosure import Finding, Released, release
from impact_eval.wording import claim_of
from impact_eval.wording.lint import lint_page

HELD = "a claim must be what its finding says, number for number"


@pytest.fixture(scope="module")
def released() -> Released:
    teachers = [
        make_finding(audience="teacher", wave_from=wave, wave_to=wave, estimate=value)
        for wave, value in (("pre", 6.5), ("post", 7.9))
    ]
    change = make_change(audience="teacher", estimate=1.4, conf_low=1.2, conf_high=1.6)
    frame = make_findings()
    both = make_findings([*frame.to_dict("records"), *teachers, change])
    return release(both, make_facts())


def change_of(released: Released, audience: str) -> Finding:
    found = released.findings(quantity="change")
    (one,) = (
        change
        for change in found
        if (change.audience, change.outcome, change.level, change.estimand)
        == (audience, "knowledge", "programme", "schools_like_these")
    )
    return one


def rules(said: str, released: Released) -> list[str]:
    return [fault.rule for fault in lint_page(f"<p>{said}</p>", released)]


@pytest.mark.parametrize("audience", ["student", "teacher"])
def test_what_a_finding_says_passes(released: Released, audience: str) -> None:
    assert rules(claim_of(released, change_of(released, audience)), released) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('value="1.31">+1.3<', 'value="1.52">+1.5<'),  # the upper limit
        ('value="1.31">+1.3<', 'value="1.1">+1.1<'),  # the lower limit
        ('data-form="signed" value="1.31">+1.3<', 'data-form="size" value="1.31">1.3<'),
        ("The rise,", "The fall,"),
        ("was higher", "was lower"),
        ("was higher", "was not clearly different"),
        ("of students", "of teachers"),
        ("right after the workshop", "about six weeks later"),
        ("knowledge of online safety", "confidence to act"),
        ("is larger than", "stays within"),
        ('value="8.4">8.4<', 'value="8.6">8.6<'),  # the limit of a mean
    ],
)
def test_what_another_one_says_does_not(released: Released, right: str, wrong: str) -> None:
    said = str(claim_of(released, change_of(released, "student")))
    assert right in said
    assert rules(said.replace(right, wrong), released) != []


def test_the_number_of_one_group_does_not_pass_for_another(released: Released) -> None:
    said = str(claim_of(released, change_of(released, "student")))
    fact = said[: said.index(". The rise") + 1]
    assert rules(fact, released) == []
    assert set(rules(fact.replace("of students", "of teachers"), released)) == {HELD}
    teachers = change_of(released, "teacher")
    swapped = said.replace(change_of(released, "student").finding_id, teachers.finding_id)
    assert HELD in rules(swapped, released)
