"""Surveys drawn many at a time: one row a survey, the schools and their sizes the same in all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

STABLE = 0.5  # correlation of a person's two scores within the school
LEAST_PEOPLE = 3


@dataclass(frozen=True, slots=True)
class Drawn:
    """People of schools and workshops, shape (n,); scores of waves and draws, (draws, n).

    `answered` says who is there after as well, the same in all draws. `shift` holds the schools'
    own changes, shape (draws, schools); on average nothing.
    """

    school: np.ndarray
    workshop: np.ndarray
    answered: np.ndarray
    pre: np.ndarray
    post: np.ndarray
    shift: np.ndarray

    @property
    def n(self) -> int:
        return self.school.size

    def stacked(self, draw):
        """Return score, wave, school and workshop of both waves of one draw."""
        again = self.answered
        wave = np.repeat([0, 1], [self.n, int(again.sum())])
        score = np.concatenate([self.pre[draw], self.post[draw, again]])
        school, workshop = (np.concatenate([a, a[again]]) for a in (self.school, self.workshop))
        return score, wave, school, workshop

    @property
    def weight(self):
        """How much each school counts in least squares with school effects; sums to 1."""
        n0, n1 = np.bincount(self.school), np.bincount(self.school[self.answered])
        count = n0 * n1 / (n0 + n1)
        return count / count.sum()

    @property
    def changes(self):
        """Each school's change in each draw, shape (draws, schools)."""
        later = school_means(self.post[:, self.answered], self.school[self.answered])
        return later - school_means(self.pre, self.school)


def sizes_of(schools, people, size_cv):
    """Spread sizes like the quantiles of a log-normal distribution of this variation."""
    spread = np.sqrt(np.log1p(size_cv**2))
    place = stats.norm.ppf((np.arange(schools) + 0.5) / schools)
    relative = np.exp(spread * place)
    sizes = people * relative / relative.mean()
    order = np.random.default_rng(schools).permutation(schools)
    return np.maximum(LEAST_PEOPLE, np.round(sizes)).astype(int)[order]


def two_waves(condition, draws, rng, *, workshops=0, shop_icc=0.0):
    """Draw everybody in both waves; with workshops, each changes by itself too.

    Scores have variance 1. Schools differ by `icc` before, and their changes by as much again.
    """
    sizes = sizes_of(condition.schools, condition.people, condition.size_cv)
    school = np.repeat(np.arange(condition.schools), sizes)
    shape = (draws, condition.schools)
    level, shift = (rng.normal(0, np.sqrt(condition.icc), shape) for _ in range(2))
    shop = _workshops(sizes, workshops)
    own = np.zeros((2, draws, 1)) if not workshops else rng.normal(
        0, np.sqrt(shop_icc), (2, draws, int(shop.max()) + 1)
    )  # fmt: skip
    at = shop if workshops else np.zeros_like(shop)
    person, noise = rng.normal(size=(2, draws, school.size))
    within = np.sqrt(1 - condition.icc)
    before = within * person
    after = within * (STABLE * person + np.sqrt(1 - STABLE**2) * noise)
    pre = level[:, school] + own[0][:, at] + before
    post = (level + shift)[:, school] + own[1][:, at] + after
    return Drawn(school, shop, _answered(school), pre, post, shift)


def _answered(school):
    """Three to all of four people of each school answer after, and the first two always."""
    rng = np.random.default_rng(school.size)
    share = rng.uniform(0.75, 1.0, int(school.max()) + 1)[school]
    place = np.arange(school.size) - np.searchsorted(school, school)
    return (rng.random(school.size) < share) | (place < 2)


def _workshops(sizes, workshops):
    """Number the workshops of each school, people dealt out in turn; without any, one a school."""
    counts = [min(workshops, size // 2) or 1 for size in sizes]
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.concatenate(
        [start + np.arange(size) % k for start, k, size in zip(first, counts, sizes, strict=True)]
    )


def school_means(values, school):
    """Average each draw's values by school, shape (draws, schools)."""
    size = np.bincount(school)
    spots = np.zeros((school.size, size.size))
    spots[np.arange(school.size), school] = 1 / size[school]
    return values @ spots


def seen_again(drawn, rng, *, by_score):
    """Draw who is seen again: seven in ten, of the weaker fewer if it goes by score.

    Schools differ in it too. The lowest scores before come back half as often as the highest.
    """
    draws, n = drawn.pre.shape
    school = rng.normal(0, 0.4, (draws, int(drawn.school.max()) + 1))[:, drawn.school]
    chance = 0.95 + school + (0.8 * drawn.pre if by_score else 0.0)
    return rng.random((draws, n)) < 1 / (1 + np.exp(-chance))
