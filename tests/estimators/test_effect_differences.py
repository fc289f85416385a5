"""Differences of effects between groups: R, two groups apart, and false positives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError, change_difference
from impact_eval.estimators.designs import (
    adjusted_difference,
    adjusted_effect_difference,
    effect_difference,
)

REFERENCE = Path(__file__).parents[1] / "reference"
KNOWN = json.loads((REFERENCE / "effect_differences.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def unbal():
    table = pd.read_csv(REFERENCE / "a12_unbal.csv")
    person = np.unique(table["pid"], return_inverse=True)[1]
    place = np.unique(table["school"], return_inverse=True)[1]
    return table.assign(
        g=person % 2,
        class_=table["school"] + " " + (person % 3).astype(str),
        stratum=place // 6,
        person=person,
    )


def agrees(e, known):
    found = (e.estimate, e.std_error, e.df, e.p_value)
    assert found == pytest.approx([known[name] for name in ("b", "se", "df", "p")], rel=1e-7)


@pytest.mark.parametrize(
    ("case", "cluster", "weights"),
    [
        ("school", "school", "respondent"),
        ("class", "class_", "respondent"),
        ("school_mean", "school", "school"),
    ],
)
def test_r_gives_the_same_for_changes(unbal, case, cluster, weights):
    e = effect_difference(
        unbal["y"], unbal["t"], unbal["treat"], unbal["g"], unbal[cluster],
        school=unbal["school"], weights=weights,
    )  # fmt: skip
    agrees(e, KNOWN[case])


@pytest.mark.parametrize("strata", [False, True])
def test_r_gives_the_same_for_adjusted_scores(unbal, strata):
    e = adjusted_effect_difference(
        unbal["y"], unbal["t"], unbal["treat"], unbal["g"], unbal["school"],
        respondent=unbal["person"], stratum=unbal["stratum"] if strata else None,
    )  # fmt: skip
    agrees(e, KNOWN["adjusted_strata" if strata else "adjusted"])


def survey(rng, n_schools, *, effect=(0.0, 0.0), per=8):
    """Schools whose groups' changes differ by school; the first half has the programme."""
    school = np.repeat(np.arange(n_schools), 2 * per)
    wave = np.tile(np.repeat([0, 1], per), n_schools)
    group = np.tile(np.arange(per) % 2, 2 * n_schools)
    side = (school < n_schools // 2).astype(int)
    drift = rng.normal(0.3, 0.3, (n_schools, 2))[school, group]
    drift += np.asarray(effect)[group] * side
    level = rng.normal(0, 1, n_schools)[school]
    score = level + wave * drift + rng.normal(size=school.size)
    return score, wave, side, group, school


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), weights=st.sampled_from(["respondent", "school"]))
def test_it_is_one_groups_effect_less_the_others(seed, weights):
    rng = np.random.default_rng(seed)
    score, wave, side, group, school = survey(rng, 10)
    kept = rng.random(score.size) > 0.15
    score, wave, side, group, school = (x[kept] for x in (score, wave, side, group, school))
    e = effect_difference(score, wave, side, group, school, school=school, weights=weights)
    assume(not e.reason.startswith("a comparison of effects needs 4 clusters"))
    parts = [
        change_difference(
            score[of], wave[of], side[of], school[of], school=school[of], weights=weights
        ).estimate
        for of in (group == 1, group == 0)
    ]
    assert e.estimate == pytest.approx(parts[0] - parts[1], abs=1e-9)
    other = effect_difference(
        7 - 2 * score, wave, 1 - side, 1 - group, school, school=school, weights=weights
    )
    assert other.estimate == pytest.approx(-2 * e.estimate, abs=1e-9)
    assert other.p_value == pytest.approx(e.p_value, abs=1e-9)
    adjusted = adjusted_effect_difference(score, wave, side, group, school)
    parts = [
        adjusted_difference(score[of], wave[of], side[of], school[of]).estimate
        for of in (group == 1, group == 0)
    ]
    assert adjusted.estimate == pytest.approx(parts[0] - parts[1], abs=1e-9)


def test_false_positives_and_coverage():
    rng = np.random.default_rng(5)
    rejected, held = np.zeros((2, 400), bool), np.zeros(400, bool)
    for draw in range(400):
        score, wave, side, group, school = survey(rng, 10, effect=(0.0, 0.0))
        e = (
            effect_difference(score, wave, side, group, school, school=school),
            adjusted_effect_difference(score, wave, side, group, school),
        )
        rejected[:, draw] = [one.p_value < 0.05 for one in e]
        score, wave, side, group, school = survey(rng, 10, effect=(0.2, 0.7))
        one = effect_difference(score, wave, side, group, school, school=school)
        held[draw] = one.conf_low < 0.5 < one.conf_high
    assert (rejected.mean(axis=1) > 0.02).all()
    assert (rejected.mean(axis=1) < 0.08).all()
    assert 0.92 < held.mean() < 0.98


def test_few_clusters_on_a_side_are_a_reason():
    score, wave, side, group, school = survey(np.random.default_rng(1), 8)
    few = (group == 0) | (side == 1) | (school > 4)
    kept = [values[few] for values in (score, wave, side, group, school)]
    for e in (
        effect_difference(*kept, school=kept[-1]),
        adjusted_effect_difference(*kept),
    ):
        assert "and one has 3" in e.reason
        assert np.isnan(e.estimate)


def test_a_cluster_on_both_sides_raises():
    score, wave, side, group, school = survey(np.random.default_rng(1), 8)
    with pytest.raises(EstimatorCallError, match="both sides"):
        effect_difference(score, wave, side, group, school % 4, school=school)
