"""Truth tables of effects: one input altered alters the words, and only as it should."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pandas as pd
import pytest
from findings_factory import KNOWLEDGE, make_change, make_facts, make_finding

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import LockFacts, StudyFacts
from impact_eval.table_columns import FINDINGS, RELEASED
from impact_eval.vocabulary import VERDICTS
from impact_eval.wording import claim_of, main_changes, opening, verdict_words
from impact_eval.wording.lint import lint_page
from impact_eval.wording.rungs import missing_for_raised, rung_of

LOCK = LockFacts("2023-01-20", "2023-01-20", "0" * 64, names_primary=True)
ARMS = {"programme": "workshop schools", "comparison": "comparison schools"}


def facts_of(design: str, *, lock: LockFacts | None = LOCK, **changes: object) -> StudyFacts:
    facts = make_facts(design=design, arms=ARMS, randomised_by="by draw", lock=lock, phases={})
    return replace(facts, **changes)


def effect_row(**columns: object) -> dict[str, object]:
    given = {
        "quantity": "effect",
        "phase": "",
        "contrast": "programme-comparison",
        "estimator": "ancova",
        "cautions": "attrition_low",
        "n_clusters": 20,
    }
    return make_change(**(given | columns))


def released_of(facts: StudyFacts, **columns: object) -> Released:
    rows = [effect_row(**columns)]
    for side, values in (("programme", (7.1, 8.4)), ("comparison", (7.2, 7.3))):
        for wave, value in zip(("pre", "post"), values, strict=True):
            at = {"phase": "", "wave_from": wave, "wave_to": wave, "subgroup": f"arm:{side}"}
            rows.append(make_finding(**at, estimate=value, n=200))
    frame = pd.DataFrame(rows, columns=list(FINDINGS)).assign(suppressed="")
    return Released(frame.loc[:, list(RELEASED)], facts)


def effect_in(released: Released) -> Finding:
    (effect,) = released.findings(quantity="effect")
    return effect


def said(design: str, *, lock: LockFacts | None = LOCK, **columns: object) -> str:
    released = released_of(facts_of(design, lock=lock), **columns)
    return claim_of(released, effect_in(released)).striptags()


FALL = {
    "estimate": -1.31,
    "conf_low": -1.47,
    "conf_high": -1.15,
    "simultaneous_low": -1.52,
    "simultaneous_high": -1.1,
    "verdict": "fall_beyond",
}
SIDES = (
    "The mean score of students for knowledge of online safety at the workshop schools: 8.4 of 12"
    " after 7.1. At the comparison schools: 7.3 of 12 after 7.2. "
)
END = " This speaks for schools like these, judged by 20 trainer teams."


def test_a_lot_that_lost_few_and_was_locked_says_raised() -> None:
    assert said("randomised") == SIDES + (
        "The workshops raised it by 1.3 questions right (95 % interval, the other outcomes of its"
        " family allowed for: 1.1 to 1.5): more than 0.5 questions right, the smallest difference"
        " that matters." + END
    )
    assert "The workshops lowered it by 1.3 questions right" in said("randomised", **FALL)
    assert "The programme hoped for more; this is less." in said("randomised", **FALL)


def test_a_chosen_comparison_says_more_than_at_the_comparison_schools() -> None:
    words = said("comparison")
    assert "was 1.3 questions right" in words
    assert "more than at the comparison schools: larger than 0.5 questions right" in words
    assert "raised" not in words
    assert "1.1 to 1.5) less than at the comparison schools" in said("comparison", **FALL)


@pytest.mark.parametrize(
    ("columns", "lock", "reason", "words"),
    [
        ({}, LOCK, "", "raised"),
        ({}, None, "not_locked", "the plan was not locked"),
        ({"plan_status": "planned_late"}, LOCK, "not_locked", "the plan was not locked"),
        (
            {"cautions": "attrition_low;plan_dates_missing"},
            LOCK,
            "not_locked",
            "the plan was not locked",
        ),
        ({"cautions": "attrition_high"}, LOCK, "attrition_high", "too many people or schools"),
        ({"cautions": "attrition_unknown"}, LOCK, "attrition_unknown", "nobody can say how many"),
        ({"cautions": ""}, LOCK, "attrition_unknown", "nobody can say how many"),
        ({"cautions": "attrition_low;arms_by_phase"}, LOCK, "arms_by_phase", "no phase has"),
    ],
)
def test_each_thing_that_lacks_takes_the_word_away(
    columns: dict[str, object], lock: LockFacts | None, reason: str, words: str
) -> None:
    released = released_of(facts_of("randomised", lock=lock), **columns)
    effect = effect_in(released)
    assert missing_for_raised(effect, released.facts) == reason
    assert rung_of(effect, released.facts) == ("lot" if reason else "raised")
    sentence = claim_of(released, effect).striptags()
    assert words in sentence
    assert ("raised" in sentence) == (not reason)
    if reason:
        assert "higher than at the comparison schools" in sentence


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_groups_that_differed_before_are_not_compared(design: str) -> None:
    at = {"cautions": "groups_not_comparable", "verdict": "cannot_tell"}
    words = said(design, **at)
    assert "The groups were not comparable before." in words
    assert "more than" not in words
    assert "schools like these" not in words
    released = released_of(facts_of(design), **at)
    assert verdict_words(effect_in(released), released.facts) == "not comparable"


@pytest.mark.parametrize("design", ["comparison", "randomised"])
@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("estimate", [-1.31, 1.31])
@pytest.mark.parametrize("cautions", ["attrition_low", "attrition_high", "groups_not_comparable"])
def test_whatever_is_said_passes_the_lint(
    design: str, verdict: str, estimate: float, cautions: str
) -> None:
    released = released_of(
        facts_of(design),
        verdict=verdict,
        estimate=estimate,
        cautions=cautions,
        conf_low=estimate - 0.2,
        conf_high=estimate + 0.2,
        simultaneous_low=estimate - 0.2,
        simultaneous_high=estimate + 0.2,
    )
    assert main_changes(released) == (effect_in(released),)
    page = f"<main><p>{opening(released)[0]}</p></main>"
    assert "{" not in page
    assert lint_page(page, released) == []


def test_the_word_stands_in_no_other_sentence() -> None:
    released = released_of(facts_of("randomised"))
    page = f"<p>{opening(released)[0]} The workshops raised awareness.</p>"
    found = [fault.found for fault in lint_page(page, released)]
    assert found[0] == "'raised'"
    assert "'raised awareness.'" in found
    chosen = released_of(facts_of("comparison"))
    copied = f"<p>{opening(released)[0]}</p>"
    assert next(fault.found for fault in lint_page(copied, chosen)) == "'raised'"


def test_no_verdict_no_claim() -> None:
    words = said("randomised", verdict="", role="exploratory")
    assert "It carries no verdict. This comparison was not in the plan." in words
    disagree = said("comparison", verdict="cannot_tell", cautions="estimates_disagree")
    assert "These data cannot tell" in disagree
    refused = said("comparison", estimate=nan, reason="a side has no answers")
    assert "no comparison is given, because a side has no answers." in refused


def test_two_scales_are_not_said_as_a_change() -> None:
    facts = facts_of("randomised")
    own = replace(
        KNOWLEDGE, kind="ready_made", unit="points", ranges={"pre": (0, 7), "post": (0, 12)}
    )
    facts = replace(facts, outcomes={**facts.outcomes, ("student", "knowledge"): own})
    released = released_of(facts)
    words = claim_of(released, effect_in(released)).striptags()
    assert "8.4 at the workshop schools, 7.3 at the comparison schools (points)" in words
    assert "after 7.1" not in words
