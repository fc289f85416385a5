"""Tables and cards whose rounded numbers do not add up say why; others say nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impact_eval.disclosure import Finding, Released
from impact_eval.pages.cards import cards
from impact_eval.tables import change_table, mastery_table
from impact_eval.wording import summary_of

PAIR = {"wave_from": "pre", "wave_to": "post"}
NOTE = "Each number is computed and rounded by itself"


def with_numbers(released: Released, numbers: dict[tuple[str, str], float]) -> Released:
    """Put numbers in the place of the students' means, shares and changes of phase 2."""
    frame = released.frame.copy()
    students = (frame["audience"] == "student") & (frame["phase"] == "phase_2")
    students &= (frame["level"] == "programme") & (frame["subgroup"] == "")
    students &= frame["outcome"] == "confidence"
    for (quantity, wave), value in numbers.items():
        rows = students & (frame["quantity"] == quantity)
        rows &= frame["wave_to" if "change" in quantity else "wave_from"] == wave
        assert rows.any(), (quantity, wave)
        frame.loc[rows, "estimate"] = value
        frame.loc[rows, "suppressed"] = ""
    kept = (frame["audience"] == "student") & (frame["phase"] == "phase_2")
    return replace(released, frame=frame[kept & (frame["outcome"] == "confidence")])


def change_of(released: Released) -> Finding:
    found = released.where(quantity="change", level="programme", subgroup="", **PAIR).findings()
    return next(one for one in found if one.variant == "" and one.role != "exploratory")


@pytest.mark.parametrize(("change", "said"), [(0.055, True), (0.05, False)])
def test_a_table_of_means_says_it_where_it_is_so(
    released: Released, change: float, said: bool
) -> None:
    means = {("mean", "pre"): 3.4587, ("mean", "post"): 3.5135, ("change", "post"): change}
    table = change_table(with_numbers(released, means), **PAIR)
    assert (NOTE in table.html) == said


@pytest.mark.parametrize(("change", "said"), [(10.2, True), (11.4, False)])
def test_shares_are_held_to_it_in_tables_and_on_cards(
    released: Released, change: float, said: bool
) -> None:
    shares = {("mastery_share", "pre"): 58.3, ("mastery_share", "post"): 68.5}
    shares |= {("mastery_change", "post"): change, ("mean", "pre"): 3.0, ("mean", "post"): 3.5}
    given = with_numbers(released, shares | {("change", "post"): 0.5})
    assert (NOTE in mastery_table(given, **PAIR).html) == said
    shown = cards(given, [summary_of(given, change_of(given))])
    assert ">69<" in shown
    assert (NOTE in shown) == said
