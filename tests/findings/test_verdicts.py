"""Verdicts: the rule by itself, then as it is applied to findings."""

from dataclasses import replace

import numpy as np
import pytest
from small_study import MAIN, Truth, draw_tables, only, open_study

from impact_eval.findings import compute_findings
from impact_eval.findings.plan.verdicts import Limits, decide

# smallest change that matters 0.5, expected without any programme 0.25 to 0.65
TABLE = [
    # low, high, narrow low, narrow high, verdict
    (1.16, 1.80, 1.2, 1.7, "rise_beyond"),
    (1.15, 1.80, 1.2, 1.7, "rise_size_open"),  # 1.15 - 0.65 is 0.5, not more
    (0.66, 1.80, 0.7, 1.7, "rise_size_open"),
    (0.64, 1.80, 0.7, 1.7, "cannot_tell"),
    (0.10, 0.80, 0.15, 0.75, "within"),
    (0.10, 0.80, 0.15, 0.76, "cannot_tell"),  # 0.76 - 0.25 is more than 0.5
    (0.66, 0.74, 0.67, 0.73, "within"),
    (-0.9, -0.26, -0.8, -0.3, "fall_beyond"),
    (-0.9, -0.25, -0.8, -0.3, "fall_size_open"),
    (-0.9, 0.24, -0.8, 0.2, "fall_size_open"),
    (-0.9, 0.26, -0.8, 0.2, "cannot_tell"),
]


@pytest.mark.parametrize(("low", "high", "narrow_low", "narrow_high", "verdict"), TABLE)
def test_the_rule(low, high, narrow_low, narrow_high, verdict):
    limits = Limits(
        low=low,
        high=high,
        narrow_low=narrow_low,
        narrow_high=narrow_high,
        smallest=0.5,
        secular=(0.25, 0.65),
    )
    assert decide(limits) == verdict


def test_the_rule_treats_rises_and_falls_alike():
    opposite = {"rise_beyond": "fall_beyond", "rise_size_open": "fall_size_open"}
    opposite |= {later: first for first, later in opposite.items()}
    rng = np.random.default_rng(4)
    for centre, half in zip(rng.normal(0, 1, 300), rng.exponential(0.3, 300), strict=True):
        narrow = 0.8 * half
        up = Limits(
            low=centre - half, high=centre + half,
            narrow_low=centre - narrow, narrow_high=centre + narrow,
            smallest=0.4, secular=(0.1, 0.3),
        )  # fmt: skip
        down = Limits(
            low=-up.high, high=-up.low,
            narrow_low=-up.narrow_high, narrow_high=-up.narrow_low,
            smallest=0.4, secular=(-0.3, -0.1),
        )  # fmt: skip
        assert decide(down) == opposite.get(decide(up), decide(up))


def change_with(tmp_path, truth, seed=1, address=None, **declared):
    study = open_study(tmp_path, schools=truth.schools, **declared)
    findings = compute_findings(study, draw_tables(seed, truth), quantities=("change",))
    return only(findings, **(MAIN | (address or {})))


LARGE = Truth(schools=(2, 24), students=40, teachers=4, items=False)


def test_a_large_rise_and_a_large_fall(tmp_path):
    assert change_with(tmp_path, replace(LARGE, effect=2.5))["verdict"] == "rise_beyond"
    assert change_with(tmp_path, replace(LARGE, effect=-2.5))["verdict"] == "fall_beyond"


def test_a_fall_that_is_hoped_for_is_still_a_fall(tmp_path):
    fall = change_with(tmp_path, replace(LARGE, effect=-2.5), direction="lower")
    assert fall["verdict"] == "fall_beyond"


def test_secular_change_alone_is_no_rise(tmp_path):
    change = change_with(tmp_path, replace(LARGE, secular=0.45))
    assert change["p_value"] < 0.05
    assert change["verdict"] in ("within", "cannot_tell")


def test_without_what_is_declared_there_is_no_verdict(tmp_path):
    change = change_with(tmp_path, replace(LARGE, effect=2.5), declared="")
    assert change["verdict"] == ""
    assert change["cautions"].endswith("no_smallest_effect;no_secular")
    assert change["headline_ok"]


def test_a_neutral_outcome_has_no_verdict(tmp_path):
    change = change_with(tmp_path, replace(LARGE, effect=2.5), direction="neutral")
    assert change["verdict"] == ""
    assert "neutral" in change["cautions"].split(";")


def test_without_a_programme_there_is_no_verdict(tmp_path):
    change = change_with(tmp_path, replace(LARGE, effect=2.5), design="no_programme")
    assert change["verdict"] == ""
    assert "no_programme" in change["cautions"].split(";")


LATER = {"wave_to": "follow_up"}


def test_later_waves_are_checked_against_the_linked(tmp_path):
    stays = replace(LARGE, later_effect=2.5, students=80)
    assert change_with(tmp_path, stays, address=LATER)["verdict"] == "rise_beyond"
    leaves = replace(stays, leavers=0.45, person_sd=4.0, linked=0.9)
    change = change_with(tmp_path, leaves, address=LATER)
    assert change["verdict"] == "cannot_tell"
    assert "linked_disagrees" in change["cautions"].split(";")


def test_later_waves_without_links_carry_a_caution(tmp_path):
    stays = replace(LARGE, later_effect=2.5)
    change = change_with(tmp_path, stays, address=LATER, link="none")
    assert "no_linked_check" in change["cautions"].split(";")


def test_only_whole_programme_changes_and_their_ways_have_verdicts(findings):
    judged = findings[findings["verdict"] != ""]
    assert set(judged["quantity"]) == {"change", "specification"}
    assert set(judged["level"]) == {"programme"}
    assert set(judged["estimator"]) == {"stacked"}
    assert set(judged["subgroup"]) == {""}
