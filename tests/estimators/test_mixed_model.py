"""The mixed model against R's lme4 and lmerTest, its identities, and what is refused.

Where the optional package is not installed its numbers cannot be tested; that it then says so is.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact_eval.estimators import mixed_model
from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.mixed_model import mixed_change

REFERENCE = Path(__file__).parents[1] / "reference"
present = pytest.mark.skipif(
    bool(mixed_model.why_absent()), reason="the extra `mixed` is not installed"
)


@pytest.fixture(scope="module")
def frames():
    few = pd.read_csv(REFERENCE / "a12_long.csv")
    many = pd.read_csv(REFERENCE / "b100_long.csv.gz")
    unbalanced = pd.read_csv(REFERENCE / "a12_unbal.csv")
    found = {"few": few, "many": many, "unbalanced": unbalanced, "few_effect": few}
    found |= {"many_effect": many, "teams": many, "nobody_linked": unbalanced}
    for name, number in (("four", 4), ("five", 5)):
        found[name] = few[few["school"].isin(few["school"].unique()[:number])]
    return found


def fit(frame, case="few", **changed):
    """Call the estimator on a long table with columns y, t, school, pid, treat."""
    options = {"respondent": pd.factorize(frame["pid"])[0], "school": frame["school"]}
    if case == "nobody_linked":
        del options["respondent"]
    if case.endswith("_effect"):
        options["programme"] = frame["treat"]
    cluster = frame["school"].str[:3] if case == "teams" else frame["school"]
    return mixed_change(frame["y"], frame["t"], cluster, **(options | changed))


@present
@pytest.mark.parametrize("case", sorted(json.loads((REFERENCE / "mixed.json").read_text())))
def test_against_lmertest(frames, case):
    expected = json.loads((REFERENCE / "mixed.json").read_text())[case]
    found = fit(frames[case], case)
    assert not found.estimate.reason
    # Both search a flat top: their optima differ in the fifth digit of a covariance's root. With
    # teams lme4 stops short of the maximum (its criterion is 29647.646, the one here 29647.609).
    short = case == "teams"
    near = 1e-3 if short else 1e-4
    assert found.estimate.estimate == pytest.approx(expected["b"], abs=near * expected["se"])
    assert found.estimate.std_error == pytest.approx(expected["se"], rel=near)
    assert found.estimate.df == pytest.approx(expected["df"], rel=2e-2 if short else 5e-4)
    assert found.estimate.p_value == pytest.approx(expected["p"], rel=1e-1 if short else 5e-3)
    assert found.singular == expected["singular"]


@present
def test_more_degrees_of_freedom_than_clusters_are_marked(frames):
    assert fit(frames["few_effect"], "few_effect").beyond_clusters
    assert not fit(frames["few"]).beyond_clusters


@present
def test_units_order_and_direction(frames):
    few = frames["few"]
    base = fit(few).estimate
    scaled = fit(few.assign(y=1000 * few["y"] - 7)).estimate
    assert scaled.estimate == pytest.approx(1000 * base.estimate, rel=1e-4)
    assert scaled.df == pytest.approx(base.df, rel=1e-3)
    mixed = fit(few.sample(frac=1, random_state=3)).estimate
    assert mixed.std_error == pytest.approx(base.std_error, rel=1e-4)
    turned = fit(few.assign(t=1 - few["t"])).estimate
    assert turned.estimate == pytest.approx(-base.estimate, rel=1e-3)
    assert turned.p_value == pytest.approx(base.p_value, rel=1e-2)


@present
def test_a_balanced_change_is_the_schools_mean_change():
    rng = np.random.default_rng(4)
    own = rng.normal(0.4, 0.5, 8)
    school = np.repeat(np.arange(8), 20)
    person = np.tile(np.repeat(np.arange(10), 2), 8) + 100 * school
    wave = np.tile([0, 1], 80)
    score = rng.normal(0, 1, 8)[school] + own[school] * wave + rng.normal(0, 0.7, 160)
    found = mixed_change(score, wave, school, respondent=person).estimate
    means = score.reshape(8, 10, 2).mean(axis=1)
    gains = means[:, 1] - means[:, 0]
    assert found.estimate == pytest.approx(gains.mean(), rel=1e-5)
    assert found.std_error == pytest.approx(gains.std(ddof=1) / np.sqrt(8), rel=1e-3)
    assert found.df == pytest.approx(7, rel=1e-2)


@present
def test_schools_whose_changes_differ_are_the_sample():
    """A model without changes of the schools' own rejects far oftener."""
    rng = np.random.default_rng(11)
    rejected = 0
    for _ in range(25):
        school = np.repeat(np.arange(10), 24)
        wave = np.tile(np.repeat([0, 1], 12), 10)
        own = rng.normal(0, 0.5, 10)
        score = rng.normal(0, 0.4, 10)[school] + own[school] * wave + rng.normal(0, 1, 240)
        rejected += mixed_change(score, wave, school).estimate.p_value < 0.05
    assert rejected <= 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"t": 0}, "one of the two waves"),
        ({"y": 3.0}, "do not vary"),
        ({"treat": 1}, "one of the two sides"),
    ],
)
def test_what_cannot_be_asked_is_refused(frames, change, words):
    found = fit(frames["few_effect"].assign(**change), "few_effect")
    assert words in found.estimate.reason
    assert np.isnan(found.estimate.estimate)


def test_few_or_crossed_clusters_are_refused(frames):
    few = frames["few"]
    two = few[few["school"].isin(few["school"].unique()[:3])]
    assert "clusters do not show" in fit(two).estimate.reason
    crossed = mixed_change(few["y"], few["t"], few["pid"], school=few["school"])
    assert "several clusters" in crossed.estimate.reason


def test_wrong_calls_are_errors(frames):
    few = frames["few"]
    with pytest.raises(EstimatorCallError, match="wave"):
        mixed_change(few["y"], few["t"] + 1, few["school"])
    with pytest.raises(EstimatorCallError, match="respondent"):
        mixed_change(few["y"], few["t"], few["school"], respondent=[1.0, 2.0])


@pytest.mark.parametrize(
    ("version", "words"), [("", "not installed"), ("9.9", "not of the version held against R")]
)
def test_without_the_package_there_is_a_reason_and_a_remedy(monkeypatch, frames, version, words):
    monkeypatch.setattr(mixed_model, "installed", lambda: version)
    found = fit(frames["few"]).estimate
    assert words in found.reason
    assert 'pip install "impact-eval[mixed]"' in found.reason
    assert found.n == len(frames["few"])


@present
def test_a_fit_that_is_no_maximum_is_refused(monkeypatch, frames):
    real = mixed_model._fit

    class Elsewhere:
        def __init__(self, model):
            self._model, self.theta = model, model.theta * 1.5

        def __getattr__(self, name):
            return getattr(self._model, name)

        def REMLcrit(self):  # noqa: N802  (the package's name)
            return self._model.as_function()(self.theta)

    monkeypatch.setattr(mixed_model, "_fit", lambda *parts: Elsewhere(real(*parts)))
    monkeypatch.setattr(mixed_model, "_inference", lambda model: (1.0, 1.0, 5.0))
    assert "maximum was not found" in fit(frames["few"]).estimate.reason
