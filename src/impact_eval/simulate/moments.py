"""Exact moments of scores under the response model, by quadrature.

They let the simulator solve for item parameters that give the alpha, the correlation between waves
and the intraclass correlations which the *observed* scores shall have, and they are what the truth
file declares.

Notes
-----
For a standard normal trait Z, a score's conditional mean m(Z) is expanded in normalised Hermite
polynomials; two people (or two waves) whose traits correlate with r then have scores with
covariance sum over k >= 1 of r^k c_k c'_k (Mehler's formula).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import factorial

import numpy as np
from numpy.polynomial import hermite_e

from impact_eval.simulate.response import Floats, ItemBlock

_DEGREES = 12
_NODES = 31

# share of people, item means, item second moments, score mean, score second moment
Part = tuple[float, Floats, Floats, float, float]


@dataclass(frozen=True, slots=True)
class Careless:
    """Shares of people who tick one step throughout, and who answer at random."""

    straightlining: float
    random_answers: float

    def attentive(self, block: ItemBlock) -> float:
        """Share of people whose answers to these items come from the trait."""
        straight = 0.0 if block.is_count else self.straightlining
        return 1.0 - straight - self.random_answers


@dataclass(frozen=True, slots=True)
class ScoreMoments:
    """Moments of a score at one wave, careless people included.

    `hermite` has shape (leanings, degrees): coefficients of the conditional mean of attentive
    people for each node of the leaning to agree, whose weights are `leaning_weights`.
    """

    mean: float
    variance: float
    alpha: float
    attentive: float
    hermite: Floats
    leaning_weights: Floats
    other_mean: tuple[float, float]
    other_share: tuple[float, float]

    def covariance(self, later: ScoreMoments, correlation: float) -> float:
        """Covariance of one person's scores at two waves, given that of the traits."""
        powers = correlation ** np.arange(_DEGREES)
        joint = (self.hermite * later.hermite * powers[None, :]).sum(axis=1) @ self.leaning_weights
        product = self.attentive * float(joint)
        for share, mine, theirs in zip(
            self.other_share, self.other_mean, later.other_mean, strict=True
        ):
            product += share * mine * theirs
        return product - self.mean * later.mean

    def covariance_between(self, other: ScoreMoments, correlation: float) -> float:
        """Covariance of the scores of two people whose traits correlate."""
        mine = self.leaning_weights @ self.hermite
        theirs = other.leaning_weights @ other.hermite
        powers = correlation ** np.arange(1, _DEGREES)
        weight = self.attentive * other.attentive
        return float(weight * (mine[1:] * theirs[1:] * powers).sum())


def score_moments(
    block: ItemBlock, *, mean: float, variance: float, careless: Careless
) -> ScoreMoments:
    """Moments of the score when the trait is normal with this mean and variance."""
    parts, total = _parts(block, mean, variance, careless)
    score_mean, score_variance, alpha, shares = _mixed(parts, block)
    weights = _normal_nodes(_NODES)[1]
    return ScoreMoments(
        mean=score_mean,
        variance=score_variance,
        alpha=alpha,
        attentive=shares[0],
        hermite=np.einsum("t,kt,tq->qk", weights, _basis(), total),
        leaning_weights=_leanings(block)[1],
        other_mean=(parts[1][3], parts[2][3]),
        other_share=(shares[1], shares[2]),
    )


def mean_and_alpha(block: ItemBlock, careless: Careless) -> tuple[float, float]:
    """Mean and alpha of the score at the first wave."""
    mean, _, alpha, _ = _mixed(_parts(block, 0.0, 1.0, careless)[0], block)
    return mean, alpha


def _parts(
    block: ItemBlock, mean: float, variance: float, careless: Careless
) -> tuple[list[Part], Floats]:
    """Moments of attentive, straightlining and random people; and the scores at each node."""
    nodes, weights = _normal_nodes(_NODES)
    leanings, leaning_weights = _leanings(block)
    item_mean, item_square = _item_moments(block, mean + np.sqrt(variance) * nodes, leanings)
    total = item_mean.sum(axis=2) * block.unit
    spread = (item_square - item_mean**2).sum(axis=2) * block.unit**2
    joint = weights[:, None] * leaning_weights[None, :]
    attentive = (
        careless.attentive(block),
        np.tensordot(joint, item_mean, axes=2),
        np.tensordot(joint, item_square, axes=2),
        float((joint * total).sum()),
        float((joint * (total**2 + spread)).sum()),
    )
    return [attentive, *_careless_parts(block, careless)], total


def _mixed(parts: list[Part], block: ItemBlock) -> tuple[float, float, float, list[float]]:
    """Mean, variance and alpha of a score over the three kinds of people, and their shares."""
    shares = [part[0] for part in parts]
    first = np.sum([part[0] * part[1] for part in parts], axis=0)
    second = np.sum([part[0] * part[2] for part in parts], axis=0)
    mean = float(sum(part[0] * part[3] for part in parts))
    variance = float(sum(part[0] * part[4] for part in parts)) - mean**2
    item_variance = float(np.sum(second - first**2)) * block.unit**2
    count = len(block.item_ids)
    return mean, variance, count / (count - 1) * (1 - item_variance / variance), shares


@cache
def _basis() -> Floats:
    """Normalised Hermite polynomials at the nodes, shape (degrees, nodes)."""
    nodes = _normal_nodes(_NODES)[0]
    rows = [
        hermite_e.hermeval(nodes, np.eye(_DEGREES)[k]) / np.sqrt(factorial(k))
        for k in range(_DEGREES)
    ]
    return np.stack(rows)


def _leanings(block: ItemBlock) -> tuple[Floats, Floats]:
    return _normal_nodes(9 if block.leaning_sd else 1)


@cache
def _normal_nodes(count: int) -> tuple[Floats, Floats]:
    nodes, weights = hermite_e.hermegauss(count)
    return nodes, weights / weights.sum()


def _item_moments(block: ItemBlock, trait: Floats, leanings: Floats) -> tuple[Floats, Floats]:
    """First and second moments of scored items, shape (traits, leanings, items)."""
    position = (
        trait[:, None, None, None] * block.slopes[None, None, :, None]
        + block.leaning_sd * leanings[None, :, None, None]
        - block.cuts[None, None, :, :]
    )
    reached = 1.0 / (1.0 + np.exp(-position))
    reached = block.guessing + (1.0 - block.guessing) * reached
    reached = reached * np.where(block.reverse, 1.0, 1.0 - block.not_applicable)[:, None]
    steps = np.arange(block.low + 1, block.high + 1)
    first = block.low + reached.sum(axis=3)
    second = block.low**2 + (reached * (2 * steps - 1)).sum(axis=3)
    turn = block.low + block.high
    return (
        np.where(block.reverse, turn - first, first),
        np.where(block.reverse, turn**2 - 2 * turn * first + second, second),
    )


def _careless_parts(block: ItemBlock, careless: Careless) -> list[Part]:
    """Give the same moments for straightliners and for random answers."""
    if block.is_count:
        values = np.array([0.0, 1.0])
        weights = np.array([1.0 - block.random_chance, block.random_chance])
        ticks, straight = weights, 0.0
    else:
        values = np.arange(block.low, block.high + 1, dtype=np.float64)
        weights = np.full(values.size, 1.0 / values.size)
        ticks, straight = block.straightline_weights, careless.straightlining
    turned = np.where(block.reverse[:, None], block.low + block.high - values, values)
    totals = turned.sum(axis=0) * block.unit
    first, second = turned @ weights, turned**2 @ weights
    mean = float(first.sum() * block.unit)
    variance = float((second - first**2).sum()) * block.unit**2
    return [
        (
            straight,
            turned @ ticks,
            turned**2 @ ticks,
            float(totals @ ticks),
            float(totals**2 @ ticks),
        ),
        (careless.random_answers, first, second, mean, mean**2 + variance),
    ]
