"""Changes with and without exposure, held against R, identities and draws without any slope."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError
from impact_eval.estimators.changes import mean_change
from impact_eval.estimators.exposed_changes import exposed_changes, exposure_slope

REFERENCE = Path(__file__).parents[1] / "reference"
KNOWN = json.loads((REFERENCE / "exposure.json").read_text(encoding="utf-8"))
PEOPLE = pd.read_csv(REFERENCE / "exposure.csv")


def is_as(found, known):
    assert (found.estimate, found.std_error, found.df) == pytest.approx(
        (known["estimate"], known["std_error"], known["df"]), rel=1e-8
    )


@pytest.mark.parametrize("name", ["seen", "often"])
@pytest.mark.parametrize(("case", "cluster"), [("rounds", "round"), ("same", "place")])
def test_r_gives_the_same_changes(name, case, cluster):
    school = PEOPLE["place"] if case == "same" else None
    found = exposed_changes(PEOPLE["y"], PEOPLE["t"], PEOPLE[name], PEOPLE[cluster], school=school)
    is_as(found.without, KNOWN[name][case]["without"])
    is_as(found.with_it, KNOWN[name][case]["with_it"])


@pytest.mark.parametrize("name", ["seen", "often"])
def test_r_gives_the_same_slopes(name):
    after = PEOPLE[(PEOPLE["t"] == 1) & PEOPLE[name].notna()]
    school = after["place"]
    is_as(exposure_slope(after["y"], after[name], school, school=school), KNOWN[name]["slope"])
    team = (school + 1) // 2
    is_as(exposure_slope(after["y"], after[name], team, school=school), KNOWN[name]["slope_teams"])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 40))
def test_means_units_order_and_words_turned_round(seed, scale):
    rng = np.random.default_rng(seed)
    place, wave = rng.integers(0, 7, 90), np.repeat([0, 1], 45)
    seen = np.where(wave == 1, rng.integers(0, 2, 90), np.nan)
    seen[-3:] = np.nan
    score = rng.normal(0, 1, 90)
    found = exposed_changes(score, wave, seen, place + 10 * wave)
    before, no, yes = (score[one].mean() for one in (wave == 0, seen == 0, seen == 1))
    assert found.without.estimate == pytest.approx(no - before)
    assert found.with_it.estimate == pytest.approx(yes - before)
    order = rng.permutation(90)
    moved = exposed_changes(
        scale * score[order], wave[order], 1 - seen[order], (place + 10 * wave)[order]
    )
    assert moved.without.estimate == pytest.approx(scale * found.with_it.estimate)
    assert moved.with_it.std_error == pytest.approx(scale * found.without.std_error)


def test_exposure_that_goes_with_nothing_leaves_the_change_where_it_was():
    place, wave = np.tile(np.repeat(np.arange(6), 4), 2), np.repeat([0, 1], 24)
    score = place + wave * np.tile([1.0, 3.0, 1.0, 3.0], 12) + 0.1 * (place % 2) * wave
    seen = np.tile([0.0, 0.0, 1.0, 1.0], 12)
    found = exposed_changes(score, wave, seen, place, school=place)
    whole = mean_change(score, wave, place, school=place)
    assert found.without.estimate == pytest.approx(whole.estimate)
    assert found.with_it.estimate == pytest.approx(whole.estimate)


def test_slope_within_schools_knows_nothing_of_their_levels():
    school = np.repeat(np.arange(6), 5)
    seen = np.tile([0, 0, 1, 1, 1], 6)
    score = np.random.default_rng(3).normal(0, 1, 30) + seen
    plain = exposure_slope(score, seen, school, school=school)
    moved = exposure_slope(score + 10 * school, seen, school, school=school)
    assert moved.estimate == pytest.approx(plain.estimate)
    assert moved.std_error == pytest.approx(plain.std_error)


@pytest.mark.parametrize(
    ("exposure", "cluster", "said"),
    [
        ([0, 0, 0, 1], list("aabb"), "too little is known of others|clusters"),
        ([0, 0, 1, 1], list("aabb"), ""),
    ],
)
def test_few_clusters_and_exposure_of_whole_schools_are_refused(exposure, cluster, said):
    few = exposure_slope([1.0, 2, 3, 4], exposure, cluster, school=cluster)
    assert few.reason
    assert np.isnan(few.estimate)
    of_schools = exposure_slope(
        np.arange(12.0), np.repeat([0, 1, 0, 1], 3), np.repeat(range(4), 3),
        school=np.repeat(range(4), 3),
    )  # fmt: skip
    assert "another's" in of_schools.reason


def test_everybody_says_the_same_and_no_later_answers():
    at = (np.arange(12.0), np.tile([0, 1], 6))
    cluster = np.repeat(range(6), 2)
    assert "says the same" in exposed_changes(*at, np.ones(12), cluster).with_it.reason
    none = exposed_changes(np.arange(12.0), np.zeros(12), np.ones(12), cluster)
    assert "no answers" in none.without.reason
    with pytest.raises(EstimatorCallError, match="shape"):
        exposed_changes(*at, [1.0], cluster)


def shares_of_no_slope(draws: int, n_places: int = 10) -> tuple[float, float, float]:
    """Shares of intervals that miss: the slope, and the changes of two rounds; no slope at all."""
    rng = np.random.default_rng(5)
    size = rng.integers(4, 30, 2 * n_places)
    place = np.repeat(np.arange(2 * n_places), size)
    wave = (place >= n_places).astype(int)
    missed = np.zeros(3)
    for _ in range(draws):
        chance = 1 / (1 + np.exp(-rng.normal(0, 1, 2 * n_places)))
        seen = (rng.random(place.size) < chance[place]).astype(float)
        score = 0.5 * wave + rng.normal(0, 0.4, 2 * n_places)[place] + rng.normal(0, 1, place.size)
        after = wave == 1
        slope = exposure_slope(score[after], seen[after], place[after], school=place[after])
        both = exposed_changes(score, wave, seen, place)
        for index, (found, truth) in enumerate(
            ((slope, 0.0), (both.without, 0.5), (both.with_it, 0.5))
        ):
            missed[index] += not found.conf_low <= truth <= found.conf_high
    return tuple(missed / draws)


def test_intervals_hold_what_is_there():
    for share in shares_of_no_slope(300):
        assert 0.02 <= share <= 0.085


@pytest.mark.simulation
@pytest.mark.parametrize("n_places", [6, 20])
def test_intervals_hold_what_is_there_in_many_draws(n_places):
    for share in shares_of_no_slope(1500, n_places):
        assert 0.03 <= share <= 0.07
