"""What a plan starts from: released findings alone, the unfavourable ends, published stand-ins."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd
import pytest

from impact_eval.disclosure import Released
from impact_eval.planning import PUBLISHED, published_points, starting_points
from impact_eval.planning.published import PlanInput
from impact_eval.vocabulary import OutcomeKind


def changed(released: Released, quantity: str, **values: object) -> Released:
    frame = released.frame.copy()
    frame.loc[frame["quantity"] == quantity, list(values)] = list(values.values())
    return Released(frame, released.facts)


def without(released: Released, quantity: str) -> Released:
    frame = released.frame
    return Released(frame.loc[frame["quantity"] != quantity], released.facts)


def first(released: Released):
    return starting_points(released)[0]


def test_the_cautious_case_takes_the_unfavourable_ends(released):
    point = first(released)
    for name, attribute, end in (
        ("icc_score", "icc_score", "conf_high"),
        ("icc_gain", "icc_gain", "conf_high"),
        ("correlation", "correlation", "conf_low"),
        ("sd", "sd", "conf_high"),
    ):
        finding = point.findings[name]
        assert getattr(point.spread["usual"], attribute) == finding.estimate
        assert getattr(point.spread["cautious"], attribute) == getattr(finding, end)
    assert point.borrowed == ()


def test_sizes_losses_and_links_are_those_of_the_study(released):
    sample = first(released).sample
    assert sample.schools == sum(s["phase"] == "phase_2" for s in released.facts.schools.values())
    assert sample.lost == pytest.approx(0.06)
    assert sample.linked == pytest.approx(0.62)


def test_a_finding_that_was_not_released_is_not_used(released):
    hidden = changed(
        released, "icc_gain", estimate=np.nan, conf_low=np.nan, conf_high=np.nan, suppressed="small"
    )
    point = first(hidden)
    assert point.borrowed == ("icc_gain",)
    assert point.spread["cautious"].icc_gain == PUBLISHED["index"]["icc_gain"].cautious


def test_without_a_standard_deviation_there_is_no_plan(released):
    assert starting_points(without(released, "score_sd")) == ()


@pytest.mark.parametrize("quantity", ["icc_gain", "correlation"])
def test_what_is_missing_is_borrowed_and_named(released, quantity):
    assert quantity in first(without(released, quantity)).borrowed


def test_an_estimate_without_an_interval_is_no_basis(released):
    bare = changed(released, "correlation", conf_low=np.nan, conf_high=np.nan)
    assert first(bare).borrowed == ("correlation",)


def test_negative_likeness_counts_as_none(released):
    point = first(changed(released, "icc_gain", estimate=-0.02, conf_low=-0.05, conf_high=0.03))
    assert point.spread["usual"].icc_gain == 0
    assert point.spread["cautious"].icc_gain == 0.03


def test_teams_are_the_clusters_where_they_were_declared(released):
    frame = released.frame.copy()
    team = frame[(frame["quantity"] == "icc_gain") & (frame["wave_to"] == "post")].assign(
        variant="trainer_team", estimate=0.02, conf_low=0.01, conf_high=0.9, n_clusters=7
    )
    both = Released(pd.concat([frame, team], ignore_index=True), released.facts)
    point = first(both)
    assert point.sample.teams == 7
    assert point.spread["cautious"].icc_team == point.spread["cautious"].icc_gain


def test_before_data_everything_is_published(released):
    points = published_points(released.facts)
    assert len(points) == len(released.facts.outcomes)
    quiz = points[0]
    width = quiz.outcome.maximum - quiz.outcome.minimum
    assert quiz.spread["usual"].sd == pytest.approx(0.19 * width)
    assert set(quiz.borrowed) == set(get_args(PlanInput))
    assert quiz.findings == {}


@pytest.mark.parametrize("kind", get_args(OutcomeKind))
@pytest.mark.parametrize("name", get_args(PlanInput))
def test_every_published_value_has_its_source_and_a_cautious_end(kind, name):
    value = PUBLISHED[kind][name]
    assert len(value.source) > 30
    worse = value.cautious < value.usual if name in {"correlation", "linked"} else (
        value.cautious > value.usual
    )  # fmt: skip
    assert worse
