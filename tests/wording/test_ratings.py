"""What may be said of one rating: higher, lower, or that the data cannot tell."""

from __future__ import annotations

import pandas as pd
import pytest
from findings_factory import make_change, make_facts

from impact_eval.disclosure import Finding, Released
from impact_eval.table_columns import FINDINGS, RELEASED
from impact_eval.wording import moved_sentence, moved_word
from impact_eval.wording.ladder import forbidden_words
from impact_eval.wording.lint import lint_page

ITEMS = {("student", "c01"): "I can say no", ("student", "c02"): "Often"}


def released_of(design: str = "one_group", suppressed: str = "", **numbers: object) -> Released:
    row = make_change(
        quantity="item_superiority",
        item_id="c01",
        **({"estimator": "superiority", "unit": "percent", "verdict": ""} | numbers),
    )
    frame = pd.DataFrame([row], columns=list(FINDINGS))
    frame["suppressed"] = [suppressed]
    return Released(frame.loc[:, list(RELEASED)], make_facts(design=design, items=ITEMS))


def only(released: Released) -> Finding:
    (finding,) = released.findings()
    return finding


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(52.0, 61.0, "higher"), (38.0, 49.9, "lower"), (49.0, 61.0, "cannot_tell")],
)
def test_words_follow_the_interval(low: float, high: float, word: str) -> None:
    released = released_of(estimate=(low + high) / 2, conf_low=low, conf_high=high)
    assert moved_word(only(released)) == word
    said = moved_sentence(released, only(released))
    assert "of a hundred pairs" in said
    assert "I can say no" in said
    assert ("cannot tell" in said) == (word == "cannot_tell")
    assert list(forbidden_words(str(said), "one_group")) == []
    assert lint_page(f"<html><body><main><p>{said}</p></main></body></html>", released) == []


@pytest.mark.parametrize(
    ("at", "whose"),
    [
        ({}, "two people of the same school"),
        ({"design": "cross_sections"}, "one of the earlier round"),
        ({"estimator": "linked_superiority"}, "answers of the same person"),
    ],
    ids=["schools", "rounds", "linked"],
)
def test_whose_pairs_they_are(at: dict[str, str], whose: str) -> None:
    released = released_of(estimate=58.0, conf_low=52.0, conf_high=64.0, **at)
    assert whose in moved_sentence(released, only(released))


@pytest.mark.parametrize(
    "more",
    [{"suppressed": "small"}, {"reason": "there is a single workshop"}, {"cautions": "low_df"}],
    ids=["hidden", "refused", "low_df"],
)
def test_what_is_hidden_refused_or_unreliable_has_no_word(more: dict[str, str]) -> None:
    released = released_of(estimate=58.0, conf_low=52.0, conf_high=64.0, **more)
    assert moved_word(only(released)) == ""
