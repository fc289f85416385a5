"""What is often done instead, beside which ours is counted. Nothing of it is ever shown."""

from __future__ import annotations

import numpy as np
from scipy import stats

BOOTSTRAP_DRAWS = 500


def t_test(tally, drawn):
    """Take people as independent, both waves as two samples."""
    found = stats.ttest_ind(drawn.post[:, drawn.answered], drawn.pre, axis=1)
    held = found.confidence_interval()
    tally.covers("t test without schools", held.low, held.high, 0.0, naive=True)
    tally.rejects("t test without schools", found.pvalue, naive=True)


def least_squares(tally, changes, weights):
    """CR0 and CR1 of school changes, by normal quantiles or t on G - 1."""
    schools = changes.shape[1]
    share = weights / weights.sum()
    mean = changes @ share
    cr0 = np.sqrt(((share * (changes - mean[:, None])) ** 2).sum(axis=1))
    cr1 = cr0 * np.sqrt(schools / (schools - 1))
    t = stats.t(schools - 1)
    for name, error, law in (
        ("CR0, normal", cr0, stats.norm),
        ("CR1, normal", cr1, stats.norm),
        ("CR1, t on G - 1", cr1, t),
    ):
        half = law.ppf(0.975) * error
        tally.covers(name, mean - half, mean + half, 0.0, naive=True)
        tally.rejects(name, 2 * law.sf(np.abs(mean) / error), naive=True)


def percentile_bootstrap(tally, changes, weights, rng):
    """Redraw schools and take percentiles."""
    schools = changes.shape[1]
    times = rng.multinomial(schools, np.full(schools, 1 / schools), BOOTSTRAP_DRAWS) * weights
    means = (changes @ times.T) / times.sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975], axis=1)
    tally.covers("percentile bootstrap of schools", low, high, 0.0, naive=True)


def own_variances(tally, drawn, truth, tau2_of):
    """Random effects with each school's own variance, Hartung-Knapp without a floor."""
    pre, post = drawn
    size = np.array([one.size for one in pre])
    change = np.array([b.mean() - a.mean() for a, b in zip(pre, post, strict=True)])
    v = np.array([a.var(ddof=1) + b.var(ddof=1) for a, b in zip(pre, post, strict=True)]) / size
    w = 1 / (v + tau2_of(change, v))
    mean = float(w @ change / w.sum())
    q = float(w @ (change - mean) ** 2) / (change.size - 1)
    half = float(stats.t.ppf(0.975, change.size - 1)) * np.sqrt(q / w.sum())
    name = "random effects, own variances, Hartung-Knapp without floor"
    tally.covers(name, mean - half, mean + half, truth, naive=True)


def two_way_fixed_effects(tally, means, treated, truth):
    """Regress school-by-wave means on schools, waves and one programme column; CR1, t on G - 1."""

    def centred(a):
        rows, columns = a.mean(axis=-1, keepdims=True), a.mean(axis=-2, keepdims=True)
        return a - rows - columns + a.mean(axis=(-2, -1), keepdims=True)

    x, y = centred(treated.astype(float)), centred(means)
    schools = means.shape[1]
    total = (x**2).sum()
    slope = (x * y).sum(axis=(1, 2)) / total
    score = (x * (y - slope[:, None, None] * x)).sum(axis=2)
    error = np.sqrt(schools / (schools - 1) * (score**2).sum(axis=1)) / total
    half = stats.t.ppf(0.975, schools - 1) * error
    tally.covers("two-way fixed effects, CR1", slope - half, slope + half, truth, naive=True)


def alpha_bootstrap(tally, items, school, truth, rng):
    """Redraw schools, however few, and take percentiles of alpha."""
    schools, k = int(school.max()) + 1, items.shape[1]
    n = np.bincount(school).astype(float)
    sums = np.stack([np.bincount(school, column) for column in items.T], axis=1)
    order = np.searchsorted(school, np.arange(schools))
    products = np.add.reduceat(items[:, :, None] * items[:, None, :], order, axis=0)
    times = rng.multinomial(schools, np.full(schools, 1 / schools), BOOTSTRAP_DRAWS).astype(float)
    total, mean = times @ n, (times @ sums) / (times @ n)[:, None]
    raw = np.tensordot(times, products, axes=1) / total[:, None, None]
    covariance = raw - mean[:, :, None] * mean[:, None, :]
    of_items = np.trace(covariance, axis1=1, axis2=2)
    alpha = k / (k - 1) * (1 - of_items / covariance.sum(axis=(1, 2)))
    low, high = np.quantile(alpha, [0.025, 0.975])
    tally.covers("alpha, percentile bootstrap of schools", low, high, truth, naive=True)
