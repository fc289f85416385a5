"""Odds of a higher score between randomised schools: R's polr, rows rearranged, false positives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact_eval.estimators.designs import adjusted_odds
from impact_eval.estimators.designs.adjusted_odds import NOT_SHORT

REFERENCE = Path(__file__).parents[1] / "reference"
KNOWN = json.loads((REFERENCE / "effect_differences.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def unbal():
    table = pd.read_csv(REFERENCE / "a12_unbal.csv")
    person = np.unique(table["pid"], return_inverse=True)[1]
    place = np.unique(table["school"], return_inverse=True)[1]
    table = table.assign(person=person, stratum=place // 6, y=table["y"].round())
    waves = table.groupby([table["school"], person % 2])["t"].transform("nunique")
    return table[waves == 2]


def asked(table, *, strata=False, **more):
    return adjusted_odds(
        table["y"], table["t"], table["treat"], table["school"], respondent=table["person"],
        stratum=table["stratum"] if strata else None, **more,
    )  # fmt: skip


@pytest.mark.parametrize("strata", [False, True])
def test_polr_gives_the_same(unbal, strata):
    assert KNOWN["odds_values"] <= 8
    e = asked(unbal, strata=strata).log_odds
    assert e.estimate == pytest.approx(KNOWN["odds_strata" if strata else "odds"], rel=1e-5)


def test_only_order_matters_and_sides_exchanged_turn_the_sign(unbal):
    unbal = unbal.assign(y=unbal["y"].clip(-1, 1))
    e = asked(unbal)
    assert 0 < e.proportionality.p_value < 1
    mixed = asked(unbal.sample(frac=1, random_state=3))
    turned = asked(unbal.assign(treat=1 - unbal["treat"]))
    assert mixed.log_odds.estimate == pytest.approx(e.log_odds.estimate)
    assert mixed.log_odds.std_error == pytest.approx(e.log_odds.std_error)
    assert turned.log_odds.estimate == pytest.approx(-e.log_odds.estimate)
    assert turned.proportionality.p_value == pytest.approx(e.proportionality.p_value)


def test_reasons(unbal):
    assert asked(unbal.assign(y=unbal["y"] + 0.5)).log_odds.reason == NOT_SHORT
    few = unbal[unbal["treat"] == 0]
    some = sorted(unbal.loc[unbal["treat"] == 1, "school"].unique())[:3]
    few = pd.concat([few, unbal[unbal["school"].isin(some)]])
    assert "and one has 3" in asked(few).log_odds.reason


def test_false_positives_without_an_effect():
    rng = np.random.default_rng(9)
    found = []
    for _ in range(150):
        school = np.repeat(np.arange(16), 24)
        wave = np.tile([0, 1], 192)
        score = rng.normal(0, 0.5, 16)[school] + rng.normal(0, 0.3, 16)[school] * wave
        score = np.round(3 + score + rng.normal(0, 1, 384)).clip(0, 6)
        found.append(adjusted_odds(score, wave, school < 8, school).log_odds.p_value < 0.05)
    assert 0.01 < np.mean(found) < 0.10
