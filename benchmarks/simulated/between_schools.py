"""Changes of single schools, how they spread, and where one stands among others."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from impact_eval.estimators import placement, random_effects, school_changes, school_estimates
from simulated import naive
from simulated.cells import Scenario, Tally, grid
from simulated.draws import two_waves

GENERALISES, ENOUGH_TO_PLACE_AMONG = 4, 10
WORKSHOPS = 3


def schools(condition, draws, rng):
    """Three workshops a school, people linked; the last school's place is among the others."""
    drawn = two_waves(condition, draws, rng, workshops=WORKSHOPS, shop_icc=condition.icc / 2)
    tally, enough = Tally(draws), condition.schools >= GENERALISES
    person = np.concatenate([np.arange(drawn.n), np.flatnonzero(drawn.answered)]).astype(float)
    further = rng.normal(0, np.sqrt(condition.icc), draws)
    for draw in range(draws):
        score, wave, school, workshop = drawn.stacked(draw)
        found = school_changes(score, wave, school, workshop, respondent=person)
        truth = drawn.shift[draw]
        _intervals(tally, "school_changes", school_estimates(found), truth)
        ignored = school_changes(score, wave, school, None, respondent=person)
        _intervals(tally, "school changes, workshops ignored", school_estimates(ignored), truth,
                   naive=True)  # fmt: skip
        usable = np.isfinite(found.variance) & (found.variance > 0)
        if usable.sum() < 2:
            continue
        y, v, own = found.change[usable], found.variance[usable], truth[usable]
        effects = random_effects(y, v, variances_df=found.variance_df[usable])
        tally.interval("random_effects, mean", effects.mean, 0.0, shown=enough)
        tally.interval("random_effects, spread", effects.tau2, condition.icc, shown=enough)
        low, high = effects.shrunken_low, effects.shrunken_high
        name = "random_effects, shrunken change"
        tally.covers(name, low, high, own, shown=enough, together=True)
        tally.interval("random_effects, further school", effects.prediction, further[draw])
        plug_in = random_effects(y, v, tau2_known=True).prediction
        tally.interval("further school, spread as known", plug_in, further[draw], naive=True)
        rows = [
            [score[(school == j) & (wave == w)] for j in np.flatnonzero(usable)] for w in (0, 1)
        ]
        naive.own_variances(tally, rows, 0.0, lambda a, b: random_effects(a, b).tau2.estimate)
        if usable.sum() > ENOUGH_TO_PLACE_AMONG:
            _place(tally, y, v, condition.icc)
    return tally


def _intervals(tally, name, estimates, truth, *, naive=False):
    low, high = np.array([(e.conf_low, e.conf_high) for e in estimates]).T
    tally.covers(name, low, high, truth, naive=naive, together=True)


def _place(tally, y, v, icc):
    """Place the last school among the others, against its place among all such schools."""
    others = random_effects(y[:-1], v[:-1])
    found = placement(float(y[-1]), float(v[-1]), others.mean, others.tau2).share_below
    truth = NormalDist().cdf(float(y[-1]) / np.sqrt(icc + v[-1]))
    tally.interval("placement", found, truth)


SCENARIOS = (
    Scenario(
        "schools",
        "Changes of single schools and between schools",
        lambda whole: grid(whole=whole),
        schools,
    ),
)
