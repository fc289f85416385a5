"""Agreement of pairs of answers, held against R and against what must hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError
from impact_eval.estimators.agreement import agreement

KNOWN = json.loads(
    (Path(__file__).parents[1] / "reference" / "agreement.json").read_text(encoding="utf-8")
)
MEASURES = ("same_answer", "weighted_kappa", "gwet_ac2")
FIVE = [1, 2, 3, 4, 5]


@pytest.mark.parametrize("measure", MEASURES)
def test_r_gives_the_same(measure):
    e = agreement(KNOWN["parent"], KNOWN["child"], KNOWN["school"], answers=FIVE, measure=measure)
    known = KNOWN[measure]
    assert e.estimate == pytest.approx(known["b"], rel=1e-10)
    assert (e.conf_low, e.conf_high) == pytest.approx((known["low"], known["high"]), rel=1e-9)
    assert (e.n, e.n_clusters) == (160, 16)


def draw(rng, n_schools=12, per=10, same=0.5):
    school = np.repeat(np.arange(n_schools), per)
    first = rng.integers(1, 6, school.size)
    rate = np.clip(same + rng.normal(0, 0.1, n_schools), 0, 1)[school]
    second = np.where(rng.random(school.size) < rate, first, rng.integers(1, 6, school.size))
    return first, second, school


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_sides_order_and_units_make_no_difference(seed):
    rng = np.random.default_rng(seed)
    first, second, school = draw(rng)
    order = rng.permutation(first.size)
    for measure in MEASURES:
        e = agreement(first, second, school, answers=FIVE, measure=measure)
        other = agreement(
            10 * second[order],
            10 * first[order],
            [f"s{one}" for one in school[order]],
            answers=[10 * one for one in FIVE],
            measure=measure,
        )
        numbers = (e.estimate, e.conf_low, e.conf_high)
        assert numbers == pytest.approx((other.estimate, other.conf_low, other.conf_high))


@pytest.mark.parametrize("measure", MEASURES)
def test_full_agreement_is_one(measure):
    first, _, school = draw(np.random.default_rng(1))
    e = agreement(first, first, school, answers=FIVE, measure=measure)
    assert e.estimate == pytest.approx(1)
    assert np.isnan(e.conf_low)
    assert e.reason == "without one of the clusters all pairs agree, or none does"


@pytest.mark.parametrize("measure", MEASURES)
def test_disagreement_in_one_cluster_alone_is_no_basis_for_an_interval(measure):
    first, _, school = draw(np.random.default_rng(1))
    second = np.where(school == 0, first % 5 + 1, first)
    e = agreement(first, second, school, answers=FIVE, measure=measure)
    assert 0 < e.estimate < 1
    assert np.isnan(e.conf_low)
    assert "all pairs agree" in e.reason


def test_clusters_that_agree_alike_or_one_that_alone_varies_have_no_interval():
    school = np.repeat(np.arange(5), 4)
    first, second = [1, 2, 1, 2] * 5, [1, 2, 2, 1] * 5
    e = agreement(first, second, school, answers=FIVE, measure="same_answer")
    assert (e.estimate, np.isnan(e.conf_low)) == (0.5, True)
    assert "all clusters agree alike" in e.reason
    alone = agreement(first[:4] + [3] * 16, second[:4] + [3] * 16, school, answers=FIVE)
    assert np.isfinite(alone.estimate)
    assert alone.reason == "without one of the clusters everybody gave the same answer"


def test_kappa_needs_answers_that_vary_and_ac2_does_not():
    school = np.repeat(np.arange(5), 4)
    e = agreement([5] * 20, [5] * 20, school, answers=FIVE)
    assert e.reason == "everybody gave the same answer, so chance alone agrees"
    assert agreement([5] * 20, [5] * 20, school, answers=FIVE, measure="gwet_ac2").estimate == 1


def test_few_clusters_have_no_interval_and_no_pairs_no_number():
    first, second, school = draw(np.random.default_rng(1), n_schools=3)
    e = agreement(first, second, school, answers=FIVE)
    assert np.isfinite(e.estimate)
    assert np.isnan(e.conf_low)
    assert e.reason == "an interval of agreement needs at least 4 clusters"
    assert agreement([], [], [], answers=FIVE).reason == "there are no pairs"


def test_wrong_calls():
    with pytest.raises(EstimatorCallError, match="none of `answers`"):
        agreement([1, 6], [1, 2], ["a", "b"], answers=FIVE)
    with pytest.raises(EstimatorCallError, match="at least two"):
        agreement([1], [1], ["a"], answers=[1])
    with pytest.raises(EstimatorCallError, match="same_answer, weighted_kappa, gwet_ac2"):
        agreement([1], [1], ["a"], answers=FIVE, measure="kappa")


@pytest.mark.parametrize(
    ("measure", "truth"), [("same_answer", 0.6), ("weighted_kappa", 0.5), ("gwet_ac2", 0.5)]
)
@pytest.mark.parametrize(("n_schools", "per"), [(12, 10), (4, 6)])
def test_intervals_hold_the_truth(measure, truth, n_schools, per):
    # two in five who do not copy the other's answer meet it by chance one time in five
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        e = agreement(*draw(rng, n_schools, per), answers=FIVE, measure=measure)
        held += e.conf_low <= truth <= e.conf_high
    assert 0.92 < held / 400 < (0.98 if n_schools == 12 else 0.995)


def test_intervals_of_few_small_clusters_hold_a_high_agreement():
    rng = np.random.default_rng(5)
    held = []
    truth = agreement(*alike(rng, 2_000), answers=FIVE, measure="gwet_ac2").estimate
    for _ in range(600):
        e = agreement(*alike(rng, 4), answers=FIVE, measure="gwet_ac2")
        held += [] if e.reason else [e.conf_low <= truth <= e.conf_high]
    assert len(held) > 570
    assert 0.935 < np.mean(held) < 0.99  # on its own scale, with (G - 1) / G, 0.89


def alike(rng, n_schools):
    """Draw six pairs a school of answers that cluster about the upper middle."""
    school = np.repeat(np.arange(n_schools), 6)
    common = rng.normal(0, 0.8, school.size) + rng.normal(0, 0.2, n_schools)[school]
    first, second = (
        np.clip(np.round(3.4 + common + rng.normal(0, 0.6, school.size)), 1, 5) for _ in range(2)
    )
    return first, second, school
