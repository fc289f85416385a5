"""Staggered roll-outs against R and a slow count, and the bias of two-way fixed effects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact_eval.estimators import EstimatorCallError, change_difference, fit_cr2
from impact_eval.estimators.designs import staggered_effect, staggered_group_difference
from impact_eval.estimators.designs.staggered_cells import make_cells
from impact_eval.estimators.designs.staggered_rows import CellRows, overall_shares, read_roll_out

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def rollout():
    """Eighteen schools, five waves, workshops before wave 2, 3, 4 or never; two cells empty."""
    return pd.read_csv(REFERENCE / "staggered.csv")


@pytest.mark.parametrize("weights", ["school", "respondent"])
def test_every_number_against_r(rollout, reference, agree, weights):
    # cells by hand; Wald_test and vcovCR(lm(d ~ 0 + cell + cell:T, weights = u), cluster = school)
    d, r = rollout, reference("designs")[f"staggered_{weights}"]
    e = staggered_effect(d.y, d.wave, d.school, d.first_wave, weights=weights)
    agree(e.overall, r["overall"], rel=1e-7)
    assert [t.since for t in e.by_time_since] == [-3, -2, 0, 1, 2, 3]
    for t in e.by_time_since:
        agree(t.estimate, r[f"since_{t.since}"], rel=1e-7)
    assert len(e.cells) == 12
    for cell in e.cells:
        slow = r[f"cell_{cell.cohort}_{cell.wave}"]
        assert cell.estimate.estimate == pytest.approx(slow, rel=1e-9)
    lacking = next(c for c in e.cells if (c.cohort, c.wave) == (2, 4))
    assert (lacking.n_schools, lacking.n_waiting) == (4, 5)


@pytest.mark.parametrize("weights", ["school", "respondent"])
@pytest.mark.parametrize("teams", ["pairs", "mixed"])
def test_teams_of_schools_against_r(rollout, reference, agree, weights, teams):
    # as above with cluster = team; most pairs of schools begin together, the seven others do not
    d, r = rollout, reference("roll_out_teams")[f"{weights}_{teams}"]
    number = d.school.str[1:].astype(int)
    team = number // 2 if teams == "pairs" else number % 7
    e = staggered_effect(d.y, d.wave, d.school, d.first_wave, cluster=team, weights=weights)
    agree(e.overall, r["overall"], rel=1e-7)
    agree(next(t.estimate for t in e.by_time_since if t.since == -2), r["before"], rel=1e-7)
    assert e.overall.n_clusters == team.nunique()
    by_school = staggered_effect(d.y, d.wave, d.school, d.first_wave, weights=weights)
    assert e.overall.estimate == by_school.overall.estimate


@pytest.mark.parametrize("weights", ["school", "respondent"])
@pytest.mark.parametrize("teams", ["none", "mixed"])
def test_groups_of_people_against_r(rollout, reference, agree, weights, teams):
    # vcovCR(lm(d ~ 0 + cell + cell:T, weights = u), cluster = school or team), cells by group
    d, r = rollout, reference("roll_out_groups")
    group = (np.arange(len(d)) % 3 == 0).astype(int)
    team = d.school if teams == "none" else d.school.str[1:].astype(int) % 7
    e = staggered_group_difference(
        d.y, d.wave, d.school, d.first_wave, group, cluster=team, weights=weights
    )
    agree(e, r[f"{weights}_{teams}"], rel=1e-7)
    assert e.n_clusters == team.nunique()


def test_a_single_team_is_no_group(rollout):
    d = rollout
    team = np.where(d.first_wave == 2, "one", d.school)
    e = staggered_effect(d.y, d.wave, d.school, d.first_wave, cluster=team)
    of_one = [cell.estimate for cell in e.cells if cell.cohort == 2]
    assert all("belong to fewer than 2 clusters" in one.reason for one in of_one)
    alone = d[d.first_wave.isna() | (d.first_wave == 2)]
    none = staggered_effect(
        alone.y, alone.wave, alone.school, alone.first_wave, cluster=alone.first_wave.isna()
    )
    assert none.overall.reason
    assert none.overall.n_clusters == 2
    with pytest.raises(EstimatorCallError, match="several clusters"):
        staggered_effect(d.y, d.wave, d.school, d.first_wave, cluster=d.wave)


def test_one_cohort_in_two_waves_is_a_difference_in_differences(rollout):
    d = rollout[rollout.wave.isin([1, 2]) & ~rollout.first_wave.isin([3, 4])]
    e = staggered_effect(d.y, d.wave, d.school, d.first_wave, weights="respondent")
    whole = change_difference(d.y, d.wave - 1, d.first_wave == 2, d.school, school=d.school)
    assert e.overall.estimate == pytest.approx(whole.estimate)
    assert e.overall.n == whole.n
    assert (e.overall.n_clusters, len(e.cells)) == (10, 1)


def test_units_order_and_names_change_nothing(rollout):
    d = rollout
    a = staggered_effect(d.y, d.wave, d.school, d.first_wave)
    mixed = d.sample(frac=1, random_state=1)
    b = staggered_effect(
        3 * mixed.y - 7, 10 * mixed.wave, mixed.school + "x", 10 * mixed.first_wave
    )
    assert b.overall.estimate == pytest.approx(3 * a.overall.estimate)
    assert b.overall.std_error == pytest.approx(3 * a.overall.std_error)
    assert [c.wave for c in b.cells] == [10 * c.wave for c in a.cells]
    weights = dict.fromkeys(d.school, 5.0)
    c = staggered_effect(
        d.y, d.wave, d.school, d.first_wave, weights="beneficiary", school_weights=weights
    )
    assert c.overall.estimate == pytest.approx(a.overall.estimate)


def test_waves_before_the_first_school_and_after_the_study(rollout):
    d = rollout
    later = d.first_wave.fillna(99)  # a workshop after the last wave is none in the study
    assert staggered_effect(d.y, d.wave, d.school, later).overall == (
        staggered_effect(d.y, d.wave, d.school, d.first_wave).overall
    )
    already = d.first_wave.where(d.first_wave != 2, 1)
    e = staggered_effect(d.y, d.wave, d.school, already)
    assert e.already == 5
    assert {c.cohort for c in e.cells} == {3, 4}


def test_cohorts_too_small_and_nobody_waiting_are_left_out(rollout):
    d = rollout[~rollout.school.isin(["s05", "s06", "s07"])]  # one school is left in cohort 3
    e = staggered_effect(d.y, d.wave, d.school, d.first_wave)
    small = [c for c in e.cells if c.cohort == 3]
    assert all("the cohort has 1 schools" in c.estimate.reason for c in small)
    assert all(np.isnan(c.estimate.estimate) for c in small)
    without = d[d.first_wave != 3]
    assert e.overall.reason == ""
    again = staggered_effect(without.y, without.wave, without.school, without.first_wave)
    assert [c.estimate.reason for c in again.cells] == [""] * 8
    everybody = rollout[rollout.first_wave.notna()]
    last = staggered_effect(everybody.y, everybody.wave, everybody.school, everybody.first_wave)
    open_cells = {(c.cohort, c.wave) for c in last.cells if c.since >= 0 and not c.estimate.reason}
    assert open_cells == {(2, 2), (2, 3), (3, 3)}
    alone = rollout[rollout.first_wave == 2]
    none = staggered_effect(alone.y, alone.wave, alone.school, alone.first_wave)
    assert "still waiting" in none.overall.reason
    assert np.isnan(none.overall.estimate)
    assert staggered_effect([], [], [], []).overall.reason == "there are no scores"


def test_wrong_calls(rollout):
    d = rollout
    with pytest.raises(EstimatorCallError, match="two values"):
        staggered_effect(d.y, d.wave, d.school, np.arange(len(d)) % 3)
    with pytest.raises(EstimatorCallError, match="whole numbers"):
        staggered_effect(d.y, d.wave + 0.0, d.school, d.first_wave)
    with pytest.raises(EstimatorCallError, match="min_schools"):
        staggered_effect(d.y, d.wave, d.school, d.first_wave, min_schools=1)
    with pytest.raises(EstimatorCallError, match="respondent, school, beneficiary"):
        staggered_effect(d.y, d.wave, d.school, d.first_wave, weights="people")


def grows(cohort, wave):
    """An effect that grows with time and is larger in the first cohort."""
    return 0.2 + 0.25 * (wave - cohort) + 0.1 * (cohort == 1)


def draw(rng, n_schools, cohorts, n_waves):
    """Other people at each wave; schools differ in level, in each wave, and in their own effect."""
    first = rng.permutation(np.resize(np.array(cohorts, dtype=float), n_schools))
    n = rng.integers(15, 61, (n_schools, n_waves))
    treated = first[:, None] <= np.arange(n_waves)
    cell = rng.normal(0, 0.22, (n_schools, 1)) + rng.normal(0, 0.22, (n_schools, n_waves))
    cell = cell + np.cumsum(rng.normal(0.1, 0.1, n_waves))
    own = rng.normal(0, 0.1, (n_schools, 1))
    effect = [[grows(first[j], t) for t in range(n_waves)] for j in range(n_schools)]
    cell = cell + np.where(treated, np.nan_to_num(np.array(effect)) + own, 0)
    school, wave = (np.repeat(index.ravel(), n.ravel()) for index in np.indices(n.shape))
    y = cell[school, wave] + rng.normal(size=school.size)
    return y, wave, school, first[school], treated[school, wave]


def true_overall(n_schools, cohorts, n_waves):
    """Mean over cohorts of their mean effect at waves at which at least two schools waited."""
    first = np.resize(np.array(cohorts, dtype=float), n_schools)
    effects, sizes = [], []
    for cohort in np.unique(first[~np.isnan(first)]):
        waves = range(int(cohort), n_waves)
        seen = [t for t in waves if (np.isnan(first) | (first > t)).sum() >= 2]
        if seen and (first == cohort).sum() >= 2:
            effects.append(np.mean([grows(cohort, t) for t in seen]))
            sizes.append((first == cohort).sum())
    return np.average(effects, weights=sizes)


def two_way(y, wave, school, treated):
    waves = np.arange(1, wave.max() + 1) == wave[:, None]
    return fit_cr2(y, np.column_stack([treated, waves]), school, school=school, coefficient=0)


def overall_alone(y, wave, school, first, cluster=None):
    """The overall effect without the intervals of cells and times, which take most of the time."""
    read = read_roll_out(
        y, wave, school, first, weights="school", school_weights=None, min_schools=2,
        cluster=cluster,
    )  # fmt: skip
    cells = [cell for cell in make_cells(read.table, 2, equal=True) if not cell.reason]
    return CellRows(cells, read.table.n, 0.95).estimate(overall_shares(cells))


def compare(n_schools, cohorts, n_waves, repeats, seed=5):
    """Return the truth, then mean and coverage of ours and of two-way fixed effects."""
    rng = np.random.default_rng(seed)
    truth = true_overall(n_schools, cohorts, n_waves)
    found = []
    for number in range(repeats):
        y, wave, school, first, treated = draw(rng, n_schools, cohorts, n_waves)
        both = overall_alone(y, wave, school, first), two_way(y, wave, school, treated)
        if number == 0:
            assert both[0] == staggered_effect(y, wave, school, first).overall
        found.append([v for e in both for v in (e.estimate, e.conf_low <= truth <= e.conf_high)])
    return truth, *np.mean(found, axis=0)


def test_teams_that_carry_the_differences_are_the_clusters():
    """Ten teams of three schools, no effect: by teams as meant, by schools far too often."""
    rng, team = np.random.default_rng(8), np.repeat(np.arange(10), 3)
    school, wave = (index.ravel() for index in np.indices((30, 4)))
    found = []
    for _ in range(200):
        first = rng.permutation(np.resize([1.0, 2.0, 3.0], 10))[team]
        y = rng.normal(0, 0.3, (10, 4))[team] + rng.normal(0, 0.18, (30, 4))
        call = y.ravel(), wave, school, first[school]
        found.append([overall_alone(*call, own).p_value < 0.05 for own in (team[school], None)])
    by_team, by_school = np.mean(found, axis=0)
    assert by_team <= 0.085
    assert by_school >= 0.15


def test_two_way_fixed_effects_are_biased_and_ours_are_not():
    truth, ours, covered, theirs, held = compare(20, [1, 2, 3, 4], 5, 60)
    assert ours == pytest.approx(truth, abs=0.06)
    assert covered >= 0.90
    assert theirs < truth - 0.15
    assert held < 0.75


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("n_schools", "cohorts", "n_waves", "repeats"),
    [
        (10, [1, 2, 3, np.nan], 5, 250),
        (10, [1, 2, 3], 4, 300),
        (20, [1, 2, 3, 4], 5, 300),
        (40, [1, 2, 3, 4, 5, np.nan], 7, 60),
        (100, [1, 2, 3, np.nan], 5, 80),
    ],
)
def test_coverage_of_staggered_roll_outs(n_schools, cohorts, n_waves, repeats):
    truth, ours, covered, theirs, held = compare(n_schools, cohorts, n_waves, repeats)
    assert ours == pytest.approx(truth, abs=0.04)
    assert covered >= 0.925
    assert theirs < truth - 0.1
    assert held < 0.88
