"""Families of outcomes of which none is affected: lots and dates drawn again, and false leads."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators import mean_change
from impact_eval.estimators.designs.date_orders import RollOutScores
from impact_eval.estimators.designs.drawn_dates import roll_out_stepdown
from impact_eval.estimators.false_discovery import benjamini_hochberg
from impact_eval.estimators.permutation_stepdown import permutation_stepdown
from simulated.cells import Scenario, Tally, grid
from simulated.draws import two_waves
from simulated.later_waves import panel

OUTCOMES, COMMON, ORDERS = 4, 0.5, 499
ITEMS, AFFECTED = 10, 5
SIZES = (4, 6, 8, 12, 20, 50)
NONE, HALF, RISE = "no item changes", "half of the items change", 0.4


def lots_again(condition, draws, rng):
    """Four outcomes that hang together, of two sides by lot; one of them has an effect in half."""
    surveys, tally = _together(condition, draws, rng), Tally(draws)
    size = np.bincount(surveys[0].school[surveys[0].answered]).astype(float)
    weights = np.tile(size[:, None], OUTCOMES)
    changes = np.stack([one.changes for one in surveys], axis=2)
    half = np.arange(condition.schools) % 2
    for draw in range(draws):
        arm = rng.permutation(half)
        own = {"weights": weights, "n_draws": ORDERS * 4, "generator": rng}
        found = permutation_stepdown(changes[draw], arm, **own)
        tally.rejects("permutation_stepdown, any of four", np.nanmin(found.p_adjusted))
        raised = changes[draw].copy()
        raised[:, 0] += arm
        found = permutation_stepdown(raised, arm, **own)
        name = "permutation_stepdown, any of three beside an effect"
        tally.rejects(name, np.nanmin(found.p_adjusted[1:]))
        pairs = np.arange(condition.schools) // 2
        arm = _within(pairs, rng)
        found = permutation_stepdown(changes[draw], arm, stratum=pairs, **own)
        tally.rejects("permutation_stepdown of pairs, any of four", np.nanmin(found.p_adjusted))
    return tally


def _within(pairs, rng):
    """Draw one of each two."""
    first = rng.integers(0, 2, int(pairs.max()) + 1)
    return (np.arange(pairs.size) % 2 == first[pairs]).astype(int)


def dates_again(condition, draws, rng):
    """Dates of three groups by lot, four outcomes over four waves on which they do nothing."""
    common, school = panel(condition, draws, rng, 4)
    own = [panel(condition, draws, rng, 4)[0] for _ in range(OUTCOMES)]
    outcomes = [np.sqrt(COMMON) * common + np.sqrt(1 - COMMON) * one for one in own]
    groups = min(4, condition.schools // 2)
    dates = np.array([np.nan, 1, 2, 3])[:groups][np.arange(condition.schools) % groups]
    wave, everywhere = np.repeat(np.arange(4), school.size), np.tile(school, 4)
    tally = Tally(draws)
    for draw in range(draws):
        begun = dict(enumerate(rng.permutation(dates).tolist()))
        scores = [
            RollOutScores(one[:, draw].ravel(), wave, everywhere, everywhere) for one in outcomes
        ]
        found = roll_out_stepdown(scores, begun, n_draws=ORDERS, generator=rng)
        tally.rejects("roll_out_stepdown", found.p_value[0])
        tally.rejects("roll_out_stepdown, any of four", np.nanmin(found.p_adjusted))
    return tally


def discoveries(condition, draws, rng):
    """Ten yes-or-no items that hang together, of which none changes or half do.

    A rate of false discoveries is the chance that one found, drawn at random, is false.
    """
    common, tally = two_waves(condition, draws, rng), Tally(draws)
    affected = AFFECTED if condition.case == HALF else 0
    _, wave, school, _ = common.stacked(0)
    items = []
    for item in range(ITEMS):
        own = two_waves(condition, draws, rng)
        both = [np.sqrt(COMMON) * a + np.sqrt(1 - COMMON) * b
                for a, b in ((common.pre, own.pre), (common.post, own.post))]  # fmt: skip
        both[1] += RISE * (item < affected)
        items.append(np.concatenate([both[0], both[1][:, common.answered]], axis=1) > 0)
    for draw in range(draws):
        p = [mean_change(100.0 * one[draw], wave, school, school=school).p_value for one in items]
        if not np.isfinite(p).all():
            continue
        found = np.flatnonzero(np.array(benjamini_hochberg(p, ITEMS)) <= 0.05)
        false = found.size > 0 and rng.choice(found) >= affected
        tally.rejects("benjamini_hochberg, one found is false", 0.0 if false else 1.0)
        any_of = min(p[affected:]) <= 0.05
        tally.rejects("smallest p of the unchanged", 0.0 if any_of else 1.0, naive=True)
    return tally


def _together(condition, draws, rng):
    """Four surveys of the same people, whose schools' changes have a half in common."""
    surveys = [two_waves(condition, draws, rng) for _ in range(OUTCOMES)]
    for one in surveys[1:]:
        shift = np.sqrt(COMMON) * surveys[0].shift + np.sqrt(1 - COMMON) * one.shift - one.shift
        one.post[:] += shift[:, one.school]
    return surveys


SCENARIOS = (
    Scenario(
        "lots_again",
        "Four outcomes of a lot, drawn again",
        lambda whole: grid(whole=whole, schools=SIZES, few_people=False),
        lots_again,
        share=0.25,
    ),
    Scenario(
        "dates_again",
        "Four outcomes of a roll-out, its dates drawn again",
        lambda whole: grid(whole=whole, schools=SIZES, few_people=False),
        dates_again,
        share=0.4,
    ),
    Scenario(
        "discoveries",
        "Ten items by the false discovery rate",
        lambda whole: grid(whole=whole, schools=SIZES, cases=(NONE, HALF), few_people=False),
        discoveries,
        share=0.4,
    ),
)
