"""A normal model of scores in two waves with a level of every school in each: Gibbs sampler."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from impact_eval.estimators.inputs import Codes, Floats

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
        self._school, self._x = school, covariates
        self._sizes = np.bincount(school).astype(np.float64)
        self._missing = np.flatnonzero(np.isnan(post))
        seen = np.isfinite(post)
        start = np.where(seen, post, pre + (post[seen] - pre[seen]).mean())
        self._y = np.column_stack([pre, start])
        spread = self._y.var(axis=0)
        self._wide = WIDE**2 * spread
        self._person = np.diag(spread)
        self._schools = np.diag(spread / 4)
        self._scale = np.ones(WAVES)
        self._slopes = np.zeros((covariates.shape[1], WAVES))
        self._gram = covariates.T @ covariates
        self._levels = self._means(self._y)

    def later_scores(self, *, warm_up: int, apart: int) -> Iterator[Floats]:
        """Yield completed later scores, shape (n,), without end, `apart` steps from each other."""
        for _ in range(warm_up):
            self._step()
        while True:
            for _ in range(apart):
                self._step()
            yield self._y[:, 1].copy()

    def _step(self) -> None:
        self._draw_levels()
        if self._x.shape[1]:
            self._draw_slopes()
        fitted = self._levels[self._school] + self._x @ self._slopes
        rest = self._y - fitted
        self._person = _inverse_wishart(self._generator, len(rest), rest.T @ rest)
        self._draw_missing(fitted)

    def _draw_levels(self) -> None:
        """Draw school levels given all else, then their mean and their covariance."""
        person, schools = np.linalg.inv(self._person), np.linalg.inv(self._schools)
        n_schools = self._sizes.size
        own_mean = self._means(self._y - self._x @ self._slopes)
        centre = self._levels.mean(axis=0)
        root = np.linalg.cholesky(self._schools / n_schools)
        centre = centre + root @ self._generator.standard_normal(WAVES)
        covariance = np.linalg.inv(schools + self._sizes[:, None, None] * person)
        pulled = self._sizes[:, None] * (own_mean @ person) + schools @ centre
        mean = np.einsum("gij,gj->gi", covariance, pulled)
        noise = self._generator.standard_normal((n_schools, WAVES))
        self._levels = mean + np.einsum("gij,gj->gi", np.linalg.cholesky(covariance), noise)
        apart = self._levels - centre
        prior = 2 * PRIOR_DF * np.diag(1 / self._scale)
        df = PRIOR_DF + WAVES - 1 + n_schools
        self._schools = _inverse_wishart(self._generator, df, prior + apart.T @ apart)
        rate = PRIOR_DF * np.diag(np.linalg.inv(self._schools)) + 1 / self._wide
        self._scale = rate / self._generator.gamma((PRIOR_DF + WAVES) / 2, size=WAVES)

    def _draw_slopes(self) -> None:
        rest = self._y - self._levels[self._school]
        inverse = np.linalg.inv(self._gram)
        noise = self._generator.standard_normal(self._slopes.shape)
        rows, columns = np.linalg.cholesky(inverse), np.linalg.cholesky(self._person)
        self._slopes = inverse @ (self._x.T @ rest) + rows @ noise @ columns.T

    def _draw_missing(self, fitted: Floats) -> None:
        """Draw missing later scores given the earlier ones."""
        at = self._missing
        slope = self._person[0, 1] / self._person[0, 0]
        spread = np.sqrt(self._person[1, 1] - slope * self._person[0, 1])
        mean = fitted[at, 1] + slope * (self._y[at, 0] - fitted[at, 0])
        self._y[at, 1] = mean + spread * self._generator.standard_normal(at.size)

    def _means(self, values: Floats) -> Floats:
        totals = [np.bincount(self._school, values[:, wave]) for wave in range(WAVES)]
        return np.column_stack(totals) / self._sizes[:, None]


def _inverse_wishart(generator: np.random.Generator, df: float, scale: Floats) -> Floats:
    """Draw a covariance by Bartlett's decomposition of the precision."""
    size = scale.shape[0]
    root = np.linalg.cholesky(np.linalg.inv(scale))
    lower = np.zeros((size, size))
    for k in range(size):
        lower[k, k] = np.sqrt(generator.chisquare(df - k))
        lower[k, :k] = generator.standard_normal(k)
    half = root @ lower
    return np.asarray(np.linalg.inv(half @ half.T), dtype=np.float64)
