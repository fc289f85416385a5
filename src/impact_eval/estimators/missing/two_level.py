"""A normal model of scores in two waves with a level of every school in each: Gibbs sampler."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from impact_eval.estimators.inputs import Codes, Floats
from impact_eval.estimators.missing.covariances import Covariance, draw_precision, inverse, root

WAVES = 2
WIDE = 5.0  # of the half-t prior of a school's standard deviation, in those of the scores
PRIOR_DF = 2.0


class TwoLevelDraws:
    """A chain over the model's unknowns and the missing later scores.

    (pre, post) = level of the school in each wave + slopes on covariates + person, with
    unstructured covariances of schools and of persons. The school levels are drawn around their
    mean, not around zero: then many people in a school do not slow the chain.

    Parameters
    ----------
    pre
        Shape (n,), nothing missing.
    post
        Shape (n,), nan where missing.
    school
        Shape (n,), codes 0, 1, 2, ...
    covariates
        Shape (n, k), centred.
    generator
        Of all draws.

    Notes
    -----
    Flat priors of means and slopes; of the persons' covariance Jeffreys'; of the schools' the prior
    of Huang and Wand (2013, Bayesian Analysis 8, 439-452), under which every correlation is as
    likely as another and standard deviations are half-t.
    """

    def __init__(
        self,
        pre: Floats,
        post: Floats,
        school: Codes,
        covariates: Floats,
        generator: np.random.Generator,
    ) -> None:
        self._generator = generator
        self._school, self._x = school, covariates.T
        self._sizes = np.bincount(school).astype(np.float64)
        self._missing = np.flatnonzero(np.isnan(post))
        seen = np.isfinite(post)
        start = np.where(seen, post, pre + (post[seen] - pre[seen]).mean())
        self._y = np.stack([pre, start])
        spread = self._y.var(axis=1).tolist()
        self._wide = [WIDE**2 * one for one in spread]
        # precisions: inverses of the covariances of persons and of school levels
        self._person = Covariance(1 / spread[0], 0.0, 1 / spread[1])
        self._schools = Covariance(4 / spread[0], 0.0, 4 / spread[1])
        self._scale = [1.0] * WAVES
        self._slopes = np.zeros((WAVES, len(self._x)))
        self._gram = self._x @ covariates
        self._levels = self._means(self._y)

    def later_scores(self, *, warm_up: int, apart: int) -> Iterator[Floats]:
        """Yield completed later scores, shape (n,), without end, `apart` steps from each other."""
        for _ in range(warm_up):
            self._step()
        while True:
            for _ in range(apart):
                self._step()
            yield self._y[1].copy()

    def _step(self) -> None:
        self._draw_levels()
        fitted = self._levels[:, self._school]
        if len(self._x):
            self._draw_slopes(self._y - fitted)
            fitted = fitted + self._slopes @ self._x
        df = self._school.size
        self._person = draw_precision(self._generator, df, _products(self._y - fitted))
        self._draw_missing(fitted)

    def _draw_levels(self) -> None:
        """Draw school levels given all else, then their mean and their covariance."""
        sizes, n_schools = self._sizes, self._sizes.size
        own_mean = self._means(self._y - self._slopes @ self._x if len(self._x) else self._y)
        of_mean = root(inverse(Covariance(*(n_schools * one for one in self._schools))))
        moved = of_mean.times(*self._generator.standard_normal(WAVES).tolist())
        centre = [a + b for a, b in zip(self._levels.mean(axis=1).tolist(), moved, strict=True)]
        pairs = zip(self._schools, self._person, strict=True)
        covariance = inverse(Covariance(*(whole + sizes * own for whole, own in pairs)))
        own, whole = self._person.times(*(sizes * own_mean)), self._schools.times(*centre)
        mean = covariance.times(own[0] + whole[0], own[1] + whole[1])
        noise = root(covariance).times(*self._generator.standard_normal((n_schools, WAVES)).T)
        self._levels = np.stack([a + b for a, b in zip(mean, noise, strict=True)])
        self._draw_covariance_of_schools(self._levels - np.array(centre)[:, None])

    def _draw_covariance_of_schools(self, apart: Floats) -> None:
        """Draw the covariance of school levels, given how far they lie from their mean."""
        df = PRIOR_DF + WAVES - 1 + self._sizes.size
        pre, shared, post = _products(apart)
        prior = [2 * PRIOR_DF / one for one in self._scale]
        scale = Covariance(pre + prior[0], shared, post + prior[1])
        self._schools = draw_precision(self._generator, df, scale)
        drawn = self._generator.gamma((PRIOR_DF + WAVES) / 2, size=WAVES).tolist()
        own = zip((self._schools.pre, self._schools.post), self._wide, drawn, strict=True)
        self._scale = [(PRIOR_DF * one + 1 / wide) / by for one, wide, by in own]

    def _draw_slopes(self, rest: Floats) -> None:
        covariance = np.linalg.inv(self._gram)
        noise = self._generator.standard_normal((len(self._x), WAVES)).T
        drawn = np.stack(
            root(inverse(self._person)).times(*(noise @ np.linalg.cholesky(covariance).T))
        )
        self._slopes = rest @ self._x.T @ covariance + drawn

    def _draw_missing(self, fitted: Floats) -> None:
        """Draw missing later scores given the earlier ones."""
        at = self._missing
        slope, spread = -self._person.shared / self._person.post, self._person.post**-0.5
        mean = fitted[1, at] + slope * (self._y[0, at] - fitted[0, at])
        self._y[1, at] = mean + spread * self._generator.standard_normal(at.size)

    def _means(self, values: Floats) -> Floats:
        return np.stack([np.bincount(self._school, one) for one in values]) / self._sizes


def _products(values: Floats) -> Covariance:
    """Add up the products of two waves' values, shape (2, n)."""
    pre, post = values
    return Covariance(float(pre @ pre), float(pre @ post), float(post @ post))
