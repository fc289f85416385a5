"""What is said of the time before the workshops, and what surveys and groups are called."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pandas as pd
import pytest
from findings_factory import make_change, make_facts

from impact_eval.disclosure import Finding, Released
from impact_eval.table_columns import FINDINGS, RELEASED
from impact_eval.wording import claim_of, cohort_label, time_label, trends_sentence
from impact_eval.wording.ladder import forbidden_words
from impact_eval.wording.lint import lint_page
from impact_eval.wording.notes import design_note
from impact_eval.wording.rungs import rung_of
from impact_eval.wording.strings import texts

ARMS = {"programme": "schools after their workshop", "comparison": "schools still waiting"}
FACTS = make_facts(design="staggered", arms=ARMS, cohorts=("post", "never"), phases={})
AT = {"phase": "", "contrast": "programme-comparison", "estimator": "cohorts_against_waiting"}


def released_of(suppressed: str = "", **test: object) -> Released:
    effect = make_change(quantity="effect", n_clusters=20, **AT)
    parent = {"parent_id": effect["finding_id"], "verdict": ""}
    lead = make_change(quantity="equal_trends", **(AT | parent | test))
    frame = pd.DataFrame([effect, lead], columns=list(FINDINGS))
    frame["suppressed"] = ["", suppressed]
    return Released(frame.loc[:, list(RELEASED)], FACTS)


def effect_in(released: Released) -> Finding:
    (effect,) = released.findings(quantity="effect")
    return effect


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ({"p_value": 0.2}, "did not clearly move apart"),
        ({"p_value": 0.2}, "does not show that there was none"),
        ({"p_value": 0.2}, "p = 0.20"),
        ({"p_value": 0.052}, "p = 0.052"),
        ({"p_value": 0.01}, "Already before their workshops the groups moved apart"),
        ({"p_value": 1e-5}, "p < 0.001"),
        ({"estimate": nan, "p_value": nan, "reason": "none"}, "asked often enough"),
    ],
)
def test_the_time_before_is_said_with_its_test(test: dict[str, object], words: str) -> None:
    released = released_of(**test)
    said = trends_sentence(released, effect_in(released))
    assert words in said.striptags()
    assert lint_page(f"<main><p>{said}</p></main>", released) == []
    assert said in claim_of(released, effect_in(released))


def test_a_hidden_test_is_not_spoken_of() -> None:
    released = released_of("small", p_value=0.2)
    assert trends_sentence(released, effect_in(released)) == ""


@pytest.mark.parametrize("by", ["", "a draw of lots"])
@pytest.mark.parametrize("design", ["waiting_list", "staggered"])
def test_the_note_says_who_assigned_and_when_the_comparison_ends(design: str, by: str) -> None:
    said = design_note(replace(FACTS, design=design, randomised_by=by)).striptags()  # type: ignore[arg-type]
    assert ("a draw of lots" in said) == bool(by)
    assert ("which somebody chose" in said or "that somebody chose" in said) != bool(by)
    assert list(forbidden_words(said, design, by_lot=bool(by))) == []  # type: ignore[arg-type]


def test_the_texts_of_roll_outs_claim_nothing() -> None:
    own = {key: one for key, one in texts().items() if key.startswith("roll_outs.")}
    assert len(own) > 15
    for one in own.values():
        assert list(forbidden_words(one, "staggered")) == []


def test_surveys_and_groups_have_names() -> None:
    assert time_label(2) == "third survey after the workshop"
    assert time_label(-1) == "last survey before the workshop"
    assert time_label(-2) == "second survey before the workshop"
    assert cohort_label(FACTS, "never") == "No workshop up to the last survey"
    assert FACTS.waves["post"] in cohort_label(FACTS, "post")


@pytest.mark.parametrize(
    ("cautions", "by", "rung"),
    [
        ("", "", "comparison"),
        ("trends_unknown", "", "comparison"),
        ("trends_apart;groups_not_comparable", "", "not_comparable"),
        ("attrition_low", "a draw", "lot"),
        ("attrition_low;trends_apart", "a draw", "lot"),
    ],
)
def test_the_rung_of_a_roll_out(cautions: str, by: str, rung: str) -> None:
    facts = replace(FACTS, randomised_by=by)
    row = make_change(quantity="effect", cautions=cautions, **AT)
    frame = pd.DataFrame([row], columns=list(FINDINGS)).assign(suppressed="")
    released = Released(frame.loc[:, list(RELEASED)], facts)
    assert rung_of(effect_in(released), facts) == rung
