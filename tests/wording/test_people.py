"""Who is in a number, and how long after the workshop."""

from __future__ import annotations

from math import nan

import pandas as pd
import pytest
from findings_factory import make_change, make_facts, make_finding

from impact_eval.disclosure import Released
from impact_eval.table_columns import FINDINGS
from impact_eval.wording import design_note, disclosure_notes, people_sentences
from impact_eval.wording.notes import banner

NOWHERE = {"outcome": "", "wave_from": "", "wave_to": ""}


def count(quantity: str, number: float, **columns: object) -> dict[str, object]:
    return make_finding(
        **({"quantity": quantity, "outcome": "", "estimate": number, "n": number} | columns)
    )


def said(*rows: dict[str, object], suppressed: str = "", **facts: object) -> list[str]:
    frame = pd.DataFrame([*rows, make_change()], columns=list(FINDINGS)).assign(suppressed="")
    if suppressed:
        frame.loc[0, ["estimate", "suppressed"]] = [nan, suppressed]
    released = Released(frame, make_facts(**facts))
    (change,) = released.where(quantity="change").findings()
    return [words.striptags() for words in people_sentences(released, change)]


def test_surveyed_of_attended_of_claimed() -> None:
    surveyed = count("surveyed", 1234, wave_from="post", wave_to="post")
    attended, claimed = count("attended", 1700, **NOWHERE), count("claimed", 44000, **NOWHERE)
    start = "1,234 students in Phase 2 surveyed right after the workshop"
    assert said(surveyed, attended, claimed) == [
        f"{start}, of 1,700 who attended, of 44,000 claimed by the programme."
    ]
    assert said(surveyed, attended) == [
        f"{start}, of 1,700 who attended; the programme claims no number."
    ]
    assert said(surveyed, claimed) == [
        f"{start}; how many attended is not known; 44,000 claimed by the programme."
    ]
    assert said(surveyed) == [f"{start}."]
    assert said() == []


def test_a_hidden_number_is_said_to_be_hidden() -> None:
    surveyed = count("surveyed", 7, wave_from="post", wave_to="post")
    assert said(surveyed, suppressed="small") == [
        "How many students in Phase 2 were surveyed right after the workshop is not shown."
    ]


@pytest.mark.parametrize(
    ("median", "low", "high", "words"),
    [
        (0, 0, 0, "Surveyed on the day of the workshop."),
        (42, 42, 42, "Surveyed 42 days after the workshop."),
        (42, 35, 50, "Surveyed 42 days after the workshop (median; nine in ten 35 to 50)."),
        (2.5, -1, 5, "Surveyed 2.5 days after the workshop (median; nine in ten −1 to 5)."),
        (
            0,
            -2,
            5,
            "Surveyed on the day of the workshop (median; nine in ten −2 to 5 days after it).",
        ),
        (-3, -8, -1, "Surveyed 3 days before the workshop (median; nine in ten 1 to 8)."),
    ],
)
def test_days(median: float, low: float, high: float, words: str) -> None:
    at = {"wave_from": "post", "wave_to": "post", "conf_low": low, "conf_high": high}
    days = count("days_after_workshop", median, **at, unit="days")
    assert said(days) == [words]


def test_a_campaign_has_a_start_and_no_workshop() -> None:
    at = {"wave_from": "post", "wave_to": "post", "conf_low": 240, "conf_high": 260}
    days = count("days_after_workshop", 250, **at, unit="days")
    assert said(days, design="cross_sections") == [
        "Surveyed 250 days after the start (median; nine in ten 240 to 260)."
    ]


def test_what_is_not_shown_is_said_once_and_not_why_it_was_this_one() -> None:
    frame = pd.DataFrame([make_finding()], columns=list(FINDINGS)).assign(suppressed="")
    facts = make_facts()
    open_notes = disclosure_notes(Released(frame, facts))
    small = disclosure_notes(Released(frame.assign(suppressed="small"), facts))
    partner = disclosure_notes(Released(frame.assign(suppressed="complementary"), facts))
    assert small == partner != open_notes
    assert "Groups of fewer than 10 people are not shown" in small[0].striptags()
    assert small[1] == (
        "Teachers are shown by province and for the programme, not by school, to protect those"
        " who answered."
    )


def test_simulated_data_say_so_and_real_data_do_not() -> None:
    assert banner(make_facts()).startswith("Simulated data.")
    assert banner(make_facts(simulated=False)) == ""


def test_how_sure_is_another_sentence_for_each_design() -> None:
    notes = {
        design_note(make_facts(design=design))
        for design in ("one_group", "cross_sections", "no_programme")
    }
    assert len(notes) == 3
    assert "no comparison group" in design_note(make_facts())
