"""Errors, degrees of freedom and limits that no package of R gives whole: uncertainty.R.

There they are written by other means than here: derivatives by clusters' weights, CR2 of a mean,
the delta method by derivatives, and a school left out at a time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact_eval.estimators import (
    adjusted_gain,
    baseline_difference,
    cronbach_alpha,
    d_av,
    d_pre,
    d_z,
    phase_difference,
    phase_half_width,
    pooled_components,
    raw_gain,
    romano_wolf,
    school_changes,
    score_correlation,
    score_sd,
    wave_dif,
)
from impact_eval.estimators.designs import (
    adjusted_cox,
    adjusted_gain_difference,
    worst_case_change,
    worst_case_gain,
)

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def answers(reference):
    return reference("uncertainty")


@pytest.fixture(scope="module")
def people(a12_wide):
    """Everybody asked before; unequal shares of the schools' people are linked."""
    z = np.arange(1, len(a12_wide) + 1)
    place = pd.factorize(a12_wide.school, sort=True)[0] + 1
    return a12_wide.assign(
        z=z,
        place=place,
        linked=(z * z) % 7 < 2 + place % 5,
        plain=a12_wide.school,
        team=(place - 1) // 2,
        half=a12_wide.school + (z % 3).astype(str),
    )


def agree(found, expected, rel=1e-7):
    if "se" in expected:
        assert (found.std_error, found.df) == pytest.approx(
            (expected["se"], expected["df"]), rel=rel
        )
    assert found.reason == ""
    assert (found.estimate, found.conf_low, found.conf_high) == pytest.approx(
        (expected["b"], expected["low"], expected["high"]), rel=rel
    )


def gain_of(people, cluster, *, by_school):
    linked = people[people.linked]
    school = {"school": linked.school, "pre_all_school": people.school} if by_school else {}
    return adjusted_gain(
        linked.pre, linked.post, linked[cluster],
        pre_all=people.pre, pre_all_cluster=people[cluster], **school,
    )  # fmt: skip


@pytest.mark.parametrize("cluster", ["plain", "school", "team", "half"])
def test_adjusted_gains_of_some(people, answers, cluster):
    # numDeriv::jacobian of predict(lm(gain ~ pre [+ school], weights)), then CR2 of lm(parts ~ 1)
    r = answers["adjusted_gain"]
    assert people[people.linked].groupby("school").size().tolist() == r["linked_per_school"]
    agree(gain_of(people, cluster, by_school=cluster != "plain"), r[cluster])


def test_adjusted_gains_of_two_sides(people, answers):
    side, linked = people.place % 2, people[people.linked]
    found = adjusted_gain_difference(
        linked.pre, linked.post, side[people.linked], linked.school, school=linked.school,
        pre_all=people.pre, pre_all_programme=side, pre_all_cluster=people.school,
        pre_all_school=people.school,
    )  # fmt: skip
    agree(found, answers["adjusted_sides"])


def test_changes_over_standard_deviations(people, answers):
    # the delta method on J b / s by numDeriv::grad, Var(s) = s^2 / (2 df)
    n, gain = len(people), people.post - people.pre
    change = raw_gain(people.pre, people.post, people.school)
    pre, post = people.pre.std(), people.post.std()
    agree(d_pre(change, pre, n, design_effect=1.7), answers["d_pre"])
    agree(d_av(change, pre, post, n, n), answers["d_av"])
    agree(d_z(change, gain.std(), n), answers["d_z"])


def test_linked_and_unlinked(people, answers):
    # coef_test(lm(pre ~ linked), "CR2", school), over summary(fit)$sigma
    found = baseline_difference(people.pre, people.linked.astype(int), people.school)
    agree(found, answers["linked_unlinked"])


def test_spread_likeness_and_alpha(people, answers):
    # sd(pre), cor(pre, post), psych::alpha(items)$total$raw_alpha without a school at a time
    agree(score_sd(people.pre, people.school), answers["score_sd"])
    agree(score_correlation(people.pre, people.post, people.school), answers["correlation"])
    made = (
        np.round(people.pre + np.sin(people.z)),
        np.round(2 * people.post + np.cos(3 * people.z)),
    )
    items = np.column_stack([people.pre, people.post, *made])
    agree(cronbach_alpha(items, people.school), answers["alpha"])


def test_a_family_by_signs(people, answers):
    # expand.grid of 2^12 patterns of signs, the largest of those that are left at each step
    gain = people.post - people.pre
    second = np.round(people.pre + np.sin(people.z)) - people.pre + 0.2
    third = np.round(2 * people.post + np.cos(3 * people.z)) / 2 - people.post + 0.3 * gain
    columns = [one.groupby(people.school).mean() for one in (gain, second, third)]
    found = romano_wolf(np.column_stack(columns))
    assert found.p_value.tolist() == answers["romano_wolf"]["p"]
    assert found.p_adjusted.tolist() == answers["romano_wolf"]["adjusted"]


def test_phases(unbal, answers):
    # t.test(changes of 9 schools, of 3, var.equal = TRUE); lm(y ~ t * late + school) of 7 against 5
    place = pd.factorize(unbal.school, sort=True)[0]
    half = phase_half_width(unbal.y, unbal.t, (place > 2).astype(int), unbal.school)
    assert half.estimate == pytest.approx(answers["phase_half_width"], rel=1e-9)
    late = (place > 4).astype(int)
    found = phase_difference(unbal.y, unbal.t, late, unbal.school, school=unbal.school)
    agree(found, answers["phase_difference"])


def test_worst_cases_of_the_lost(people, unbal, answers):
    # coef_test(lm(filled - pre ~ 1)), coef_test(lm(y ~ t + school)) with the lost added, uniroot
    pre, post = people.pre.clip(-2, 2), people.post.clip(-2, 2).where(people.linked)
    gain = worst_case_gain(pre, post, people.school, lowest=-2, highest=2)
    n = [unbal[unbal.t == t].groupby("school").size() for t in (0, 1)]
    lost = (n[0] - n[1]).clip(lower=0).to_dict()
    score = unbal.y.clip(-2, 2)
    change = worst_case_change(score, unbal.t, unbal.school, lost=lost, lowest=-2, highest=2)
    for found, name in ((gain, "worst_gain"), (change, "worst_change")):
        limits = found.lower, found.upper, found.conf_low, found.conf_high
        assert limits == pytest.approx(tuple(answers[name].values()), rel=1e-7)


def test_coxs_index_of_later_shares(answers):
    # linear_contrast(lm(b ~ T + level + own), "CR2", school, grad of both shares' logits)
    d = pd.read_csv(REFERENCE / "binary.csv")
    found = adjusted_cox(d.b, d.t, d["T"], d.school, respondent=d.pid)
    agree(found, answers["adjusted_cox"])


def test_an_item_in_two_waves_by_school(ratings, b100_wide, answers):
    # MASS::polr(y ~ x + wave), (y ~ x * wave), numDeriv::grad and hessian of each school
    kept = b100_wide.school.isin(b100_wide.school.unique()[:12]).to_numpy()
    items = np.concatenate([ratings["pre"][kept], ratings["post"][kept]])
    school = np.tile(b100_wide.school[kept], 2)
    found = wave_dif(items, np.repeat([0, 1], kept.sum()), item=2, cluster=school)
    for name, expected in answers["wave_dif"].items():
        e = getattr(found, name)
        assert (e.statistic, e.df) == pytest.approx(
            (expected["statistic"], expected["df"]), rel=1e-5
        )
        assert e.p_value == pytest.approx(expected["p"], rel=1e-4)


def test_schools_of_unequal_workshops(unbal, answers):
    # moments by loops over schools and workshops
    r = answers["schools"]
    place, person = (pd.factorize(unbal[name], sort=True)[0] for name in ("school", "pid"))
    three = unbal.pid.str.split("_").str[1].astype(int) % 3
    score = unbal.y + 0.8 * np.sin(5 * (place + 1) + 2 * three + 1.5 * unbal.t)
    where = (score, unbal.t, place, 3 * place + three)
    c = pooled_components(*where, respondent=person)
    of_people = [c.person_pre, c.person_post, c.person_covariance]
    of_workshops = [c.workshop_pre, c.workshop_post, c.workshop_covariance]
    assert of_people == pytest.approx(r["people"], rel=1e-9)
    assert of_workshops == pytest.approx(r["workshops"], rel=1e-9)
    found = school_changes(*where, respondent=person)
    order = np.argsort(found.school)
    assert found.change[order] == pytest.approx(r["change"], rel=1e-9)
    assert found.variance[order] == pytest.approx(r["variance"], rel=1e-9)
