"""Rows, sections and figures that would look alike, or empty for another reason than is said."""

from __future__ import annotations

from itertools import pairwise
from math import nan

import pandas as pd
import pytest
from findings_factory import make_change, make_facts, make_finding, make_findings

import impact_eval as ie
from impact_eval.disclosure import Released
from impact_eval.figures import detectable_curves, new_figure, wave_means
from impact_eval.figures.axes import room_for
from impact_eval.pages.left_out import two_sets
from impact_eval.tables import (
    days_table,
    linked_difference_table,
    school_table,
    without_exclusions_table,
)
from impact_eval.wording import compare, text
from impact_eval.wording.lint import lint_page

ROLES = {"roles": ["primary"]}


def of(rows) -> Released:
    withheld = pd.Series([row.get("suppressed", "") for row in rows], dtype="str")
    return Released(make_findings(rows).assign(suppressed=withheld), make_facts())


def test_a_school_compared_from_two_surveys_says_from_which_and_passes_the_lint() -> None:
    at = {"level": "school", "unit_id": "s005", "n": 40}
    hidden = {**at, "estimate": nan, "conf_low": nan, "conf_high": nan, "suppressed": "small"}
    rows = [
        make_finding(**at, wave_from="pre", wave_to="pre", estimate=7.1),
        make_finding(**at, wave_from="post", wave_to="post", estimate=8.4),
        make_finding(**hidden, wave_from="follow_up", wave_to="follow_up"),
        make_change(**at, role="exploratory", verdict=""),
        make_change(**hidden, wave_from="pre", wave_to="follow_up", role="exploratory"),
        make_change(**hidden, wave_from="post", wave_to="follow_up", role="exploratory"),
    ]
    known = of(rows)
    table = school_table(known, school_id="s005")
    assert table is not None
    waves = known.facts.waves
    later = {
        text("pages.between", before=waves[one], after=waves["follow_up"])
        for one in ("pre", "post")
    }
    assert later < {row.label for row in table.rows}
    assert lint_page(f"<main>{table.html}</main>", known) == []
    turned = table.html.replace(text("tables.before"), "?").replace(
        text("tables.after"), text("tables.before")
    )
    assert lint_page(f"<main>{turned}</main>", known) != []


@pytest.mark.parametrize("section", ["change_figures", "what_would_change", "planning_figures"])
def test_a_plan_that_was_changed_is_not_said_to_name_nothing(section: str) -> None:
    change = make_change(role="exploratory", plan_status="changed_since_lock")
    (shown,) = getattr(ie, section)(of([change]), **(ROLES if "change_f" in section else {})).pieces
    assert "was changed after it had been locked" in repr(shown)


def test_rows_of_the_linked_say_from_which_survey_where_two_go_to_the_same() -> None:
    to = {"quantity": "linked_unlinked_difference", "wave_to": "follow_up", "unit": "SD"}
    rows = [
        make_finding(**to, wave_from=one, estimate=value, conf_low=-0.1, conf_high=0.4)
        for one, value in (("pre", 0.1), ("post", 0.2))
    ]
    both, alone = (linked_difference_table(of(some)) for some in (rows, rows[:1]))
    assert both is not None
    assert alone is not None
    assert len({row.label for row in both.rows}) == 2
    assert "from the survey" not in alone.html
    assert lint_page(f"<main>{both.html}</main>", of(rows)) == []


@pytest.mark.parametrize(("low", "said"), [(-3.0, True), (0.0, False)])
def test_days_below_zero_are_explained(low: float, said: bool) -> None:
    days = make_finding(quantity="days_after_workshop", outcome="", estimate=0.0, conf_low=low,
                        conf_high=2.0, unit="days")  # fmt: skip
    table = days_table(of([days]))
    assert table is not None
    assert (text("tables.days_before_note") in table.notes) == said


def test_findings_that_cannot_be_given_twice_are_not_counted_as_none_of_none() -> None:
    change = make_change()
    beside = make_change(estimate=nan, conf_low=nan, conf_high=nan, suppressed="small",
                         parent_id=of([change]).findings()[0].finding_id)  # fmt: skip
    shown = two_sets(of([change]), of([beside]), flags=["speeding"])
    words = "".join(getattr(piece, "html", "") for piece in shown.pieces)
    assert "none can be given" in words
    assert "Of these" not in words


def test_ways_for_the_lost_are_told_apart_without_the_exclusions() -> None:
    known = {"quantity": "change_with_lost", "estimator": "worst_case", "estimate": nan}
    bounds = make_finding(**known, wave_to="post", conf_low=-1.0, conf_high=2.0)
    around = make_finding(**known, wave_to="post", conf_low=-1.4, conf_high=2.5, variant="interval")
    planned = of([bounds, around])
    beside = of(
        [
            {**row, "conf_low": 0.5, "variant": row["variant"] + "x", "parent_id": one.finding_id}
            for row, one in zip((bounds, around), planned.findings(), strict=True)
        ]
    )
    table = without_exclusions_table(planned, compare(planned, beside))
    assert table is not None
    assert len({row.detail for row in table.rows}) == len(table.rows) == 2


@pytest.mark.parametrize("lowest", [0.4, 3.0])
def test_a_plan_that_finds_little_is_drawn_all_the_same(lowest: float) -> None:
    curve = ((5, 10, 20, 40, 100, 120), [lowest * one for one in (6, 4, 3, 2, 1.1, 1)])
    ax = detectable_curves({"10 people": curve}, unit="points", places="schools", smallest=0.5)
    assert ax.get_ylim()[1] > lowest
    ticks = list(ax.get_xticks())
    assert ticks[-1] == 120
    assert all(later >= 1.35 * one for one, later in pairwise(ticks))


@pytest.mark.parametrize("values", [(0.0, 0.168), (-0.35, 0.75), (-1.3, 5.2), (0.0, 1.52)])
def test_numbers_at_an_axis_have_room(values: tuple[float, float]) -> None:
    ax = new_figure(5, 1).subplots()
    room_for(ax, values)
    low, high = ax.get_xlim()
    letters = sum(len(f"{one:g}") + 1 for one in ax.get_xticks() if low <= one <= high)
    assert sum(low <= one <= high for one in ax.get_xticks()) >= 3
    assert letters <= 32


@pytest.mark.parametrize("start", [5.0, 9.1])
def test_the_words_of_the_mark_stand_clear_of_the_dots(start: float) -> None:
    means = [
        make_finding(wave_from=one, wave_to=one, phase=phase, estimate=start + more)
        for phase, more in (("phase_1", 0.0), ("phase_2", -0.2))
        for one in ("pre", "post")
    ]
    ax = wave_means(of(means))
    (words,) = (one for one in ax.texts if one.get_text() == text("figures.mastery_mark"))
    assert words.get_verticalalignment() == ("top" if start > 9 else "bottom")
    assert abs(words.get_position()[1] - (start - 0.2)) > 0.4
