"""What release lets through, row by row."""

from __future__ import annotations

from dataclasses import fields, replace
from math import isnan, nan

import pytest
from findings_factory import (
    make_change,
    make_facts,
    make_finding,
    make_findings,
    school_rows,
    small_study_rows,
)

from impact_eval.disclosure import Finding, Released, release
from impact_eval.errors import UnknownNameError
from impact_eval.table_columns import RELEASED

NUMBERS = ("estimate", "std_error", "p_value", "conf_low", "conf_high", "n", "n_pre", "n_post")


def released(*rows: dict[str, object], **changes: object) -> Released:
    return release(make_findings(rows), make_facts(**changes))


def only(released_rows: Released) -> Finding:
    (finding,) = released_rows.findings()
    return finding


def test_columns_are_the_vocabulary_and_nothing_of_a_large_study_is_lost() -> None:
    facts = make_facts()
    every = release(make_findings(), facts)
    assert tuple(every.frame.columns) == RELEASED
    assert tuple(field.name for field in fields(Finding)) == RELEASED
    assert set(every.frame["suppressed"]) == {""}
    assert len(every) == len(make_findings())


def test_no_findings_give_the_same_columns() -> None:
    empty = release(make_findings([]), make_facts())
    assert tuple(empty.frame.columns) == RELEASED
    assert empty.findings() == ()


@pytest.mark.parametrize(("n", "shown"), [(9, False), (10, True)])
def test_a_mean_needs_the_threshold(n: int, shown: bool) -> None:
    row = only(released(make_finding(estimate=7.0, n=n)))
    assert (row.estimate == 7.0) is shown
    assert (row.suppressed == "") is shown


@pytest.mark.parametrize(("n_pre", "n_post"), [(9, 400), (400, 9)])
def test_a_change_needs_both_waves_and_loses_everything(n_pre: int, n_post: int) -> None:
    row = only(released(make_change(n_pre=n_pre, n_post=n_post, cautions="same_day")))
    assert row.suppressed == "small"
    assert all(isnan(getattr(row, column)) for column in NUMBERS)
    assert isnan(row.simultaneous_low)
    assert (row.verdict, row.cautions, row.reason, row.headline_ok) == ("", "", "", False)
    assert (row.outcome, row.wave_to, row.family) == ("knowledge", "post", "main")


def test_a_linked_gain_needs_its_linked_people_and_a_stacked_change_does_not() -> None:
    both = released(
        make_change(n_linked=9), make_change(n_linked=9, estimator="adjusted_gain", n=9)
    )
    stacked = only(both.where(estimator="stacked"))
    gain = only(both.where(estimator="adjusted_gain"))
    assert (stacked.estimate, stacked.suppressed) == (1.31, "")
    assert isnan(stacked.n_linked)
    assert gain.suppressed == "small"


def test_few_who_are_not_linked_hide_the_number_linked_only() -> None:
    row = only(released(make_change(n_pre=380, n_post=400, n_linked=377)))
    assert row.estimate == 1.31
    assert isnan(row.n_linked)


def test_linked_share_and_attrition_are_given_as_true_bounds() -> None:
    at = {"outcome": "", "wave_to": "post", "estimator": "", "unit": "percent", "n_linked": 397}
    share = make_finding(
        **at, quantity="linked_share", estimate=100 * 397 / 400, n=400, n_pre=400, n_post=400
    )
    lost = make_finding(**at, quantity="attrition", estimate=0.75, n=400, n_pre=400, n_post=400)
    both = released(share, lost)
    linked = only(both.where(quantity="linked_share"))
    assert (linked.suppressed, linked.conf_low) == ("coded_high", pytest.approx(97.75))
    left = only(both.where(quantity="attrition"))
    assert (left.suppressed, left.conf_high) == ("coded_low", pytest.approx(2.25))
    assert isnan(left.n_linked)


@pytest.mark.parametrize(
    ("k", "suppressed"),
    [(0, "coded_low"), (9, "coded_low"), (10, ""), (235, ""), (236, "coded_high")],
)
def test_a_share_near_an_end_is_a_bound(k: int, suppressed: str) -> None:
    row = only(
        released(make_finding(quantity="item_share", item_id="k01", estimate=100 * k / 245, n=245))
    )
    assert row.suppressed == suppressed
    assert row.n == 245
    if suppressed:
        assert isnan(row.estimate)
    if suppressed == "coded_low":
        assert row.conf_high == pytest.approx(100 * 9 / 245)
    if suppressed == "coded_high":
        assert row.conf_low == pytest.approx(100 * 236 / 245)


def test_the_change_of_a_bounded_share_is_hidden() -> None:
    at = {"item_id": "k01", "estimator": "item"}
    both = released(
        make_finding(**at, quantity="item_share", estimate=2.0, n=400),
        make_finding(
            **at, quantity="item_share", estimate=50.0, n=380, wave_from="post", wave_to="post"
        ),
        make_change(**at, quantity="item_change", estimate=48.0),
    )
    assert only(both.where(quantity="item_change")).suppressed == "small"
    assert only(both.where(quantity="item_share", wave_to="post")).estimate == 50.0


def test_what_is_derived_from_a_hidden_row_is_hidden_through_any_number_of_steps() -> None:
    first = make_change(n_pre=9)
    second = make_finding(quantity="effect_size", variant="d_pre", parent_id=first["finding_id"])
    third = make_finding(quantity="effect_size", variant="d_av", parent_id=second["finding_id"])
    rows = released(third, second, first).findings()
    assert [row.suppressed for row in rows] == ["small", "small", "small"]


def test_teachers_are_not_released_by_school_nor_by_a_province_that_is_one_school() -> None:
    facts = make_facts(n_schools=5)
    rows = [
        make_finding(audience="teacher", level="school", unit_id="s003", n=40),
        make_finding(audience="teacher", level="province", unit_id="Sindh", n=40),
        make_finding(audience="teacher", level="province", unit_id="Punjab", n=40),
        make_finding(audience="teacher", n=80),
    ]
    alone = {"s003": {"province": "Sindh", "phase": "phase_2"}}
    punjab = {f"s{i}": {"province": "Punjab", "phase": "phase_2"} for i in range(3)}
    every = release(make_findings(rows), replace(facts, schools={**alone, **punjab}))
    assert len(every.where(level="school")) == 0
    assert only(every.where(unit_id="Sindh")).suppressed == "small"
    assert only(every.where(unit_id="Punjab")).suppressed == "complementary"
    assert only(every.where(level="programme")).suppressed == ""


@pytest.mark.parametrize(
    "row",
    [
        make_finding(outcome="exposure", level="school", unit_id="s003", n=40),
        make_finding(quantity="item_share", item_id="k01", level="province", unit_id="Sindh"),
        make_finding(subgroup="sex:female", level="school", unit_id="s003", n=40),
        make_change(variant="linked_only", level="school", unit_id="s003"),
        make_change(estimator="adjusted_gain", level="province", unit_id="Sindh"),
        make_change(variant="leave_one_out_s003"),
    ],
)
def test_out_of_scope(row: dict[str, object]) -> None:
    assert len(released(row)) == 0


@pytest.mark.parametrize(("n_post", "kept"), [(380, True), (375, False), (370, True)])
def test_a_variant_must_not_differ_by_a_few_people(n_post: int, kept: bool) -> None:
    variant = make_change(variant="without_exclusions", n_post=n_post, n=400 + n_post)
    rows = released(make_change(), variant)
    assert (len(rows.where(variant="without_exclusions")) == 1) is kept


def test_a_small_school_takes_partners_and_spares_what_is_between_schools() -> None:
    rows = small_study_rows(n_schools=2)
    for i in range(3, 20):
        rows += school_rows(i, n_pre=7 if i == 5 else 30 + i)
    every = release(make_findings(rows), make_facts(n_schools=19))
    changes = every.where(quantity="change", level="school", phase="phase_2")
    hidden = [row.unit_id for row in changes.findings() if row.suppressed]
    assert hidden == ["s003", "s004", "s005", "s006"]
    shrunken = every.where(quantity="shrunken_change", phase="phase_2").findings()
    assert [row.unit_id for row in shrunken if row.suppressed] == hidden
    assert only(every.where(quantity="between_school_sd")).estimate == 0.2


def test_where_few_schools_are_left_results_between_schools_go() -> None:
    rows = small_study_rows(n_schools=2)
    for i in range(3, 7):
        rows += school_rows(i, n_pre=7 if i == 5 else 30 + i)
    every = release(make_findings(rows), make_facts(n_schools=6))
    for quantity in ("schools_mean_change", "between_school_sd", "prediction_interval"):
        assert only(every.where(quantity=quantity)).suppressed == "complementary"
    assert (
        only(every.where(quantity="change", level="programme", estimand="participants")).suppressed
        == ""
    )


def test_rows_of_files_by_fate_and_audience_cannot_be_subtracted() -> None:
    counts = {
        ("", "used"): 900, ("", "duplicate"): 60, ("", "withdrawn"): 14, ("", "no_consent"): 31,
        ("student", "used"): 800, ("student", "duplicate"): 40, ("student", "withdrawn"): 11,
        ("student", "no_consent"): 16, ("teacher", "used"): 100, ("teacher", "duplicate"): 20,
        ("teacher", "withdrawn"): 3, ("teacher", "no_consent"): 15,
    }  # fmt: skip
    rows = [
        make_finding(
            quantity="rows", outcome="", audience=audience, phase="", wave_from="", wave_to="",
            subgroup=f"fate:{fate}", estimator="count", estimate=count, n=count, unit="rows",
        )
        for (audience, fate), count in counts.items()
    ]  # fmt: skip
    every = released(*rows)
    hidden = {(row.audience, row.subgroup[5:]) for row in every.findings() if row.suppressed}
    assert ("teacher", "withdrawn") in hidden
    for audience in {audience for audience, _ in hidden}:
        assert sum(own == audience for own, _ in hidden) >= 2
    for fate in {fate for _, fate in hidden}:
        assert sum(own == fate for _, own in hidden) >= 2
    assert not any(fate == "used" for _, fate in hidden)


def test_reasons_go_where_fates_are_hidden() -> None:
    def row(subgroup: str, count: int) -> dict[str, object]:
        return make_finding(
            quantity="rows", outcome="", audience="student", phase="", wave_from="", wave_to="",
            subgroup=subgroup, estimator="count", estimate=count, n=count, unit="rows",
        )  # fmt: skip

    fates = [row("fate:used", 500), row("fate:withdrawn", 4), row("fate:no_consent", 25)]
    reasons = [row("reason:said no", 25), row("reason:unknown school", 40)]
    assert {
        f.suppressed for f in released(*fates, *reasons).findings() if "reason" in f.subgroup
    } == {"complementary"}
    large = [row("fate:used", 500), row("fate:no_consent", 25)]
    assert {f.suppressed for f in released(*large, *reasons).findings()} == {""}


def test_claimed_numbers_and_numbers_of_schools_are_no_survey_data() -> None:
    rows = released(
        make_finding(quantity="claimed", outcome="", estimate=5, n=5, wave_from="", wave_to=""),
        make_finding(quantity="schools", outcome="", estimate=2, n=2, wave_from="", wave_to=""),
    )
    assert [row.suppressed for row in rows.findings()] == ["", ""]


def test_a_difference_of_subgroups_needs_both() -> None:
    rows = [
        make_finding(estimate=7.0, n=400),
        make_finding(estimate=7.0, n=393, subgroup="sex:female"),
        make_finding(estimate=7.0, n=7, subgroup="sex:male"),
        make_change(quantity="subgroup_difference", subgroup="sex:female-male"),
    ]
    every = released(*rows)
    assert only(every.where(subgroup="sex:male")).suppressed == "small"
    assert only(every.where(subgroup="sex:female")).suppressed == "complementary"
    assert only(every.where(quantity="subgroup_difference")).suppressed == "small"
    assert only(every.where(subgroup="")).suppressed == ""


def test_a_phase_difference_needs_both_phases() -> None:
    rows = [
        make_finding(estimate=7.0, n=400),
        make_finding(estimate=7.0, n=7, phase="phase_1"),
        make_change(quantity="phase_difference", phase="", contrast="phase_1-phase_2"),
    ]
    assert only(released(*rows).where(quantity="phase_difference")).suppressed == "small"


def test_order_of_rows_does_not_matter() -> None:
    rows = [*small_study_rows(n_schools=2)]
    for i in range(3, 15):
        rows += school_rows(i, n_pre=5 + 3 * i % 17, n_post=8 + i)
    facts = make_facts(n_schools=14)
    one = release(make_findings(rows), facts).frame.sort_values("finding_id")
    other = release(make_findings(rows[::-1]), facts).frame.sort_values("finding_id")
    assert one["suppressed"].tolist() == other["suppressed"].tolist()


def test_where_filters_and_names_what_it_does_not_know() -> None:
    every = release(make_findings(), make_facts())
    assert len(every.where(quantity="change", level="programme", estimand="participants")) == 1
    assert len(every.where(outcome=["knowledge", "exposure"], subgroup="sex:male")) == 2
    assert len(every.where(unit_id="nowhere")) == 0
    with pytest.raises(UnknownNameError, match="`quantity` must be one of mean, mastery_share"):
        every.where(quantity="chnge")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="`audience` must be one of student, teacher; found"):
        every.where(audience="pupil")
    with pytest.raises(UnknownNameError, match="no released finding"):
        every.finding("f0000000000")


def test_a_finding_knows_whether_there_is_a_number() -> None:
    row = only(released(make_finding(estimate=nan, cautions="same_day;ceiling")))
    assert not row.known
    assert row.caution_ids == ("same_day", "ceiling")


def sides_of(n_small: int) -> list[dict[str, object]]:
    """An effect, with the means of both sides, one of which has few people."""
    at = {"phase": "", "n": 400}
    rows = [make_finding(**at, wave_from=wave, wave_to=wave) for wave in ("pre", "post")]
    for side, n in (("programme", 400 - n_small), ("comparison", n_small)):
        rows += [
            make_finding(**(at | {"n": n}), subgroup=f"arm:{side}", wave_from=wave, wave_to=wave)
            for wave in ("pre", "post")
        ]
    contrast = {"contrast": "programme-comparison", "estimator": "ancova", "phase": ""}
    return [*rows, make_change(quantity="effect", **contrast)]


@pytest.mark.parametrize(("n_small", "shown"), [(9, False), (10, True)])
def test_an_effect_needs_the_people_of_both_sides(n_small: int, shown: bool) -> None:
    effect = only(released(*sides_of(n_small)).where(quantity="effect"))
    assert effect.known == shown
    assert (effect.suppressed == "") == shown


def test_what_is_left_needs_the_people_of_the_wave_between() -> None:
    waves = {"pre": 400, "post": 9, "follow_up": 380}
    means = [make_finding(wave_from=wave, wave_to=wave, n=n) for wave, n in waves.items()]
    at = {"wave_to": "follow_up", "n_pre": nan, "n_post": nan, "n_linked": nan}
    left = make_change(quantity="retention", variant="post", unit="percent", **at)
    assert only(released(*means, left).where(quantity="retention")).suppressed == "small"
    enough = [make_finding(wave_from=wave, wave_to=wave, n=400) for wave in waves]
    assert only(released(*enough, left).where(quantity="retention")).suppressed == ""
