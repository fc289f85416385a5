"""What must hold of every estimator of the same people: units, the order of rows, names, exchange.

Schools are of one person up to nine, some people are lost, and some answer later only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import (
    Estimate,
    WildDraws,
    adjusted_gain,
    baseline_difference,
    cronbach_alpha,
    d_av,
    d_pre,
    fit_cr2,
    icc,
    mean_change,
    omega_total,
    phase_difference,
    random_effects,
    raw_gain,
    school_changes,
    score_correlation,
    score_sd,
    wave_mean,
    wild_bootstrap,
)
from impact_eval.estimators.designs import (
    compare_groups,
    compare_randomised,
    retention,
    staggered_effect,
)
from impact_eval.estimators.school_means import school_means_change

Of = Callable[[pd.DataFrame], Estimate]


class Kind(NamedTuple):
    """An estimate, how it follows the unit, and whether waves or sides exchanged turn its sign."""

    of: Of
    power: int = 1
    waves: bool = False
    sides: bool = False


def draw(seed: int) -> pd.DataFrame:
    """Draw a row for each person: three scores, four items, school, side, cohort."""
    rng = np.random.default_rng(seed)
    size = np.concatenate([[1, 1], rng.integers(2, 10, 10)])
    school = np.repeat(rng.permutation(12), size)
    people = school.size
    level, own = rng.normal(0, 0.5, 12)[school], rng.normal(0, 1, people)
    frame = pd.DataFrame({"school": school, "side": school % 2, "person": np.arange(people)})
    for wave in range(3):
        moved = rng.normal(0.3 * wave, 0.4, 12)[school]
        frame[f"y{wave}"] = 5 + level + own + moved + rng.normal(0, 1, people)
    frame["linked"] = rng.random(people) < 0.8
    frame["late"] = rng.random(people) < 0.8
    frame["first"] = np.where(school < 4, 1.0, np.where(school < 8, 2.0, np.inf))
    for item in range(4):
        frame[f"i{item}"] = own + rng.normal(0, 1, people)
    return frame


def long(d: pd.DataFrame, waves: tuple[int, ...] = (0, 1)) -> pd.DataFrame:
    """Put waves below each other; the last one lacks some."""
    parts = [d.assign(y=d[f"y{w}"], t=k) for k, w in enumerate(waves)]
    parts[-1] = parts[-1][parts[-1].late]
    return pd.concat(parts)


def spread(d: pd.DataFrame):
    x = long(d)
    found = school_changes(x.y, x.t, x.school, None, respondent=x.person)
    return random_effects(found.change, found.variance, variances_df=found.variance_df)


def gain(d: pd.DataFrame) -> Estimate:
    seen = d[d.linked]
    return adjusted_gain(
        seen.y0, seen.y1, seen.school, pre_all=d.y0, pre_all_cluster=d.school,
        school=seen.school, pre_all_school=d.school,
    )  # fmt: skip


def stacked(d: pd.DataFrame, **options: str) -> Estimate:
    x = long(d)
    return mean_change(x.y, x.t, x.school, school=x.school, **options)


def over_sd(d: pd.DataFrame, *, average: bool) -> Estimate:
    change, n = raw_gain(d.y0, d.y1, d.school), len(d)
    if average:
        return d_av(change, d.y0.std(), d.y1.std(), n, n)
    return d_pre(change, d.y0.std(), n)


def sided(d: pd.DataFrame, estimator):
    x = long(d)
    return estimator(x.y, x.t, x.side, x.school, school=x.school, respondent=x.person)


def randomised(d: pd.DataFrame) -> Estimate:
    x = long(d)
    return compare_randomised(x.y, x.t, x.side, x.school, respondent=x.person).primary


def phases(d: pd.DataFrame) -> Estimate:
    x = long(d)
    return phase_difference(x.y, x.t, x.side, x.school, school=x.school)


def by_signs(d: pd.DataFrame) -> Estimate:
    x = long(d[d.school < 7])
    draws = WildDraws(generator=np.random.default_rng(1))  # seven schools: every pattern
    return wild_bootstrap(x.y, x.t, x.school, school=x.school, draws=draws)


def rolled_out(d: pd.DataFrame) -> Estimate:
    x = long(d, (0, 1, 2))
    return staggered_effect(x.y, x.t, x.school, x["first"]).overall


def left(d: pd.DataFrame):
    x = long(d, (0, 1, 2))
    return retention(x.y, x.t, x.school, school=x.school)


def means_of_schools(d: pd.DataFrame) -> Estimate:
    x = long(d)
    return school_means_change(x.y, x.t, x.school, school=x.school)


ITEMS = ["i0", "i1", "i2", "i3"]
KINDS = {
    "wave_mean": Kind(lambda d: wave_mean(d.y0 - 5, d.school)),
    "mean_change": Kind(stacked, waves=True),
    "mean_change by schools": Kind(lambda d: stacked(d, weights="school"), waves=True),
    "raw_gain": Kind(lambda d: raw_gain(d.y0, d.y1, d.school), waves=True),
    "adjusted_gain": Kind(gain),
    "school_means_change": Kind(means_of_schools, waves=True),
    "random_effects, mean": Kind(lambda d: spread(d).mean, waves=True),
    "random_effects, variance": Kind(lambda d: spread(d).tau2, 2),
    "random_effects, further school": Kind(lambda d: spread(d).prediction, waves=True),
    "wild_bootstrap": Kind(by_signs, waves=True),
    "d_pre": Kind(lambda d: over_sd(d, average=False), 0),
    "d_av": Kind(lambda d: over_sd(d, average=True), 0, waves=True),
    "phase_difference": Kind(phases, waves=True, sides=True),
    "compare_groups": Kind(lambda d: sided(d, compare_groups).primary, waves=True, sides=True),
    "compare_groups, g": Kind(lambda d: sided(d, compare_groups).g, 0, sides=True),
    "compare_randomised": Kind(randomised, sides=True),
    "baseline_difference": Kind(
        lambda d: baseline_difference(d.y0, d.side, d.school), 0, sides=True
    ),
    "staggered_effect": Kind(rolled_out),
    "retention, first": Kind(lambda d: left(d).first),
    "retention, share": Kind(lambda d: left(d).share, 0),
    "icc": Kind(lambda d: icc(d.y0, d.school), 0),
    "score_sd": Kind(lambda d: score_sd(d.y0, d.school)),
    "score_correlation": Kind(lambda d: score_correlation(d.y0, d.y1, d.school), 0),
    "cronbach_alpha": Kind(lambda d: cronbach_alpha(d[ITEMS], d.school), 0),
    "omega_total": Kind(lambda d: omega_total(d[ITEMS], d.school), 0),
}


def same(found: Estimate, base: Estimate, factor: float = 1.0, rel: float = 1e-6) -> None:
    """Hold an estimate, its error and its limits against another, times a factor."""
    assert found.reason == base.reason
    limits = (base.conf_low, base.conf_high) if factor > 0 else (base.conf_high, base.conf_low)
    expected = np.array([base.estimate, *limits, abs(base.std_error)]) * factor
    expected[3] = abs(expected[3])
    got = [found.estimate, found.conf_low, found.conf_high, found.std_error]
    scale = float(np.nanmax(np.abs(expected), initial=1e-9))
    assert got == pytest.approx(expected.tolist(), rel=rel, abs=rel * scale, nan_ok=True)
    assert [found.df, found.p_value] == pytest.approx(
        [base.df, base.p_value], rel=1e-5, abs=1e-9, nan_ok=True
    )


SEEDS = st.integers(0, 10**6)
EACH = pytest.mark.parametrize("name", KINDS)


@EACH
@given(seed=SEEDS, factor=st.floats(0.05, 40), shift=st.floats(-20, 20))
@settings(max_examples=4, deadline=None)
def test_units(name, seed, factor, shift):
    kind, d = KINDS[name], draw(seed)
    moved = d.copy()
    base = 5 if name == "wave_mean" else 0  # a mean moves with its origin, a change does not
    for column in ("y0", "y1", "y2"):
        moved[column] = base + factor * (d[column] - base) + (0 if base else shift)
    moved[ITEMS] = shift + factor * d[ITEMS]
    same(kind.of(moved), kind.of(d), factor**kind.power)


@EACH
@given(seed=SEEDS)
@settings(max_examples=4, deadline=None)
def test_order_of_rows_and_names_of_schools(name, seed):
    kind, d = KINDS[name], draw(seed)
    mixed = d.sample(frac=1, random_state=seed % 1000)
    same(kind.of(mixed), kind.of(d))
    if name != "wild_bootstrap":  # which takes the first seven
        renamed = mixed.assign(school=mixed.school.map(lambda one: f"school {99 - one}"))
        same(kind.of(renamed), kind.of(d))


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.waves])
@given(seed=SEEDS)
@settings(max_examples=4, deadline=None)
def test_waves_exchanged(name, seed):
    kind, d = KINDS[name], draw(seed).assign(late=True)
    same(kind.of(d.assign(y0=d.y1, y1=d.y0)), kind.of(d), -1)


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.sides])
@given(seed=SEEDS)
@settings(max_examples=4, deadline=None)
def test_sides_exchanged(name, seed):
    kind, d = KINDS[name], draw(seed)
    same(kind.of(d.assign(side=1 - d.side)), kind.of(d), -1)


@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_schools_of_one_person_are_people(seed):
    d = draw(seed).assign(late=True)
    d["school"] = d.person
    change = d.y1 - d.y0
    for found in (stacked(d), raw_gain(d.y0, d.y1, d.school), means_of_schools(d)):
        assert found.estimate == pytest.approx(change.mean())
        assert found.std_error == pytest.approx(change.std() / np.sqrt(len(d)))
        assert found.df == pytest.approx(len(d) - 1)
    single = fit_cr2(change, np.ones(len(d)), d.school)
    same(single, raw_gain(d.y0, d.y1, d.school))
