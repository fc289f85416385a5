"""Solves for the traits and items that give the declared figures of the observed scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from impact_eval.simulate.model import Construct, PhaseModel, Programme
from impact_eval.simulate.moments import Careless, ScoreMoments, mean_and_alpha, score_moments
from impact_eval.simulate.response import ItemBlock

# hardly anybody remembers a campaign before it began, so no alpha can be fitted at the first wave
_RECALL_SLOPE = 1.1
_PRECISE = 1e-9


@dataclass(frozen=True)
class Calibrated:
    """A construct in one phase, ready to draw from; everything is on the trait's scale.

    The trait has mean 0 and variance 1 at the first wave. `shifts` holds its mean at each wave and
    `shifts_without` what it would be without the programme; `effect_sd` and `shock_sd` are the
    spread between schools of the effect and of what else moves a school from wave to wave.
    """

    construct: Construct
    block: ItemBlock
    school_variance: float
    workshop_variance: float
    stable_share: float
    shifts_without: tuple[float, ...]
    shifts: tuple[float, ...]
    effect_sd: tuple[float, ...]
    shock_sd: float
    workshop_shock_sd: float
    moments: tuple[ScoreMoments, ...]

    @property
    def person_variance(self) -> float:
        """Variance of the trait between people of one workshop."""
        return 1.0 - self.school_variance - self.workshop_variance


def solve(function: Callable[[float], float], low: float, high: float) -> float:
    """Find where an increasing function crosses zero; the nearer end if it does not.

    By false position with the Illinois rule, which needs a third of bisection's evaluations.

    >>> round(solve(lambda x: x * x - 2, 0.0, 2.0), 6)
    1.414214
    """
    below, above = function(low), function(high)
    if below >= 0:
        return low
    if above <= 0:
        return high
    middle, side = low, 0
    for _ in range(80):
        middle, before = (low * above - high * below) / (above - below), middle
        value = function(middle)
        if value == 0 or abs(middle - before) < _PRECISE:
            break
        if value < 0:
            low, below = middle, value
            above = above / 2 if side < 0 else above
            side = -1
        else:
            high, above = middle, value
            below = below / 2 if side > 0 else below
            side = 1
    return middle


def fit_block(block: ItemBlock, construct: Construct, careless: Careless) -> ItemBlock:
    """Items whose score has the declared mean and alpha at the first wave."""

    def located(slope: float) -> ItemBlock:
        steep = block.with_slope(slope)

        def moved(by: float) -> ItemBlock:
            sign = np.where(block.reverse, -1.0, 1.0)[:, None]
            return replace(steep, cuts=block.cuts - by * sign)

        def excess(by: float) -> float:
            return mean_and_alpha(moved(by), careless)[0] - construct.mean

        return moved(solve(excess, -9.0, 9.0))

    def excess_alpha(slope: float) -> float:
        return mean_and_alpha(located(slope), careless)[1] - construct.alpha

    if construct.form == "recall":
        return located(_RECALL_SLOPE)
    return located(solve(excess_alpha, 0.05, 4.0))


@dataclass(frozen=True, slots=True)
class Structure:
    """How the trait divides into school, workshop, lasting and passing parts."""

    school_variance: float
    workshop_variance: float
    stable_share: float
    change_sd: float
    workshop_shock_sd: float
    trait_per_sd: float

    def later_variance(self, school_change: float) -> float:
        """Variance of the trait at a later wave."""
        return 1.0 + school_change + self.workshop_shock_sd**2


def fit_structure(
    block: ItemBlock, construct: Construct, careless: Careless, total_shift: float
) -> Structure:
    """Variance parts that give the declared intraclass correlations and wave correlation.

    `total_shift` is the expected change at the second wave, in observed standard deviations.
    """
    first = score_moments(block, mean=0.0, variance=1.0, careless=careless)
    trait_per_sd = float(
        np.sqrt(first.variance) / (first.attentive * (first.leaning_weights @ first.hermite)[1])
    )

    def extra(share: float) -> float:
        return first.covariance_between(first, share) / first.variance

    school = solve(lambda share: extra(share) - construct.school_icc, 0.0, 0.8)
    both = construct.school_icc + construct.workshop_icc
    workshop = solve(lambda share: extra(share) - both, school, 0.9) - school
    structure = Structure(school, workshop, 0.5, 0.0, 0.0, trait_per_sd)
    shift = solve_shift(block, careless, first, total_shift, 1.0)
    for _ in range(4):
        structure = _refit(structure, block, construct, careless, first, shift)
    return structure


def solve_shift(
    block: ItemBlock, careless: Careless, first: ScoreMoments, change: float, variance: float
) -> float:
    """Mean of the trait at which the score has changed by so many standard deviations."""
    target = first.mean + change * float(np.sqrt(first.variance))

    def excess(mean: float) -> float:
        return score_moments(block, mean=mean, variance=variance, careless=careless).mean - target

    return solve(excess, -6.0, 6.0)


def _refit(
    structure: Structure,
    block: ItemBlock,
    construct: Construct,
    careless: Careless,
    first: ScoreMoments,
    shift: float,
) -> Structure:
    variance = structure.later_variance(structure.change_sd**2)
    later = score_moments(block, mean=shift, variance=variance, careless=careless)
    spread = float(np.sqrt(first.variance * later.variance))
    shared = structure.school_variance + structure.workshop_variance
    person = 1.0 - shared

    def excess(stable: float) -> float:
        correlation = (shared + stable * person) / np.sqrt(variance)
        return first.covariance(later, correlation) / spread - construct.wave_correlation

    stable = solve(excess, 0.0, 1.0)
    correlation = (shared + stable * person) / np.sqrt(variance)
    gain = first.variance + later.variance - 2 * first.covariance(later, correlation)

    def excess_gain(change: float) -> float:
        return gain_covariance(first, later, structure.school_variance, change, variance) - (
            construct.gain_icc * gain
        )

    school_change = solve(excess_gain, 0.0, 1.0)
    slope = first.attentive * float((first.leaning_weights @ first.hermite)[1])
    workshop_change = construct.workshop_icc * gain / slope**2
    return replace(
        structure,
        stable_share=stable,
        change_sd=float(np.sqrt(school_change)),
        workshop_shock_sd=float(np.sqrt(workshop_change)),
    )


def gain_covariance(
    first: ScoreMoments, later: ScoreMoments, shared: float, change: float, variance: float
) -> float:
    """Covariance of the gains of two people whose traits share so much variance and change."""
    return (
        first.covariance_between(first, shared)
        + later.covariance_between(later, (shared + change) / variance)
        - 2 * first.covariance_between(later, shared / float(np.sqrt(variance)))
    )


def calibrate(
    *,
    programme: Programme,
    construct: Construct,
    phase: PhaseModel,
    block: ItemBlock,
    structure: Structure,
    effect_factor: float,
) -> Calibrated:
    """Shifts, spreads and moments of one construct in one phase under one scenario."""
    careless = careless_in(programme, phase, construct.audience)
    effects = [
        effect_factor * d for d in phase.effects.get((construct.audience, construct.outcome), ())
    ]
    effects = effects or [0.0] * len(construct.secular)
    spread = phase.effect_sd * structure.trait_per_sd if effect_factor else 0.0
    effect_sd = tuple(spread if effect else 0.0 for effect in effects)
    shock = float(
        np.sqrt(max(structure.change_sd**2 - (spread if any(effects) else 0.0) ** 2, 0.0))
    )
    first = score_moments(block, mean=0.0, variance=1.0, careless=careless)
    moments, shifts, without = [first], [0.0], [0.0]
    for secular, effect, response, sd in zip(
        construct.secular, effects, construct.response_shift, effect_sd, strict=False
    ):
        variance = structure.later_variance(shock**2 + sd**2)
        change = secular + effect + (response if effect_factor > 0 else 0.0)
        shifts.append(solve_shift(block, careless, first, change, variance))
        without.append(solve_shift(block, careless, first, secular, variance))
        moments.append(score_moments(block, mean=shifts[-1], variance=variance, careless=careless))
    return Calibrated(
        construct=construct,
        block=block,
        school_variance=structure.school_variance,
        workshop_variance=structure.workshop_variance,
        stable_share=structure.stable_share,
        shifts_without=tuple(without),
        shifts=tuple(shifts),
        effect_sd=(0.0, *effect_sd),
        shock_sd=shock,
        workshop_shock_sd=structure.workshop_shock_sd,
        moments=tuple(moments),
    )


def careless_in(programme: Programme, phase: PhaseModel, audience: str) -> Careless:
    """Shares of careless people of an audience in a phase."""
    more = phase.boys_straightline_more if audience == "student" else 1.0
    return Careless(phase.straightlining[audience] * (more + 1 / more) / 2, phase.random_answers)
