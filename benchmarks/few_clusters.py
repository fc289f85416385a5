"""Speed of the wild cluster bootstrap, and false positives of every test with few schools.

Run: python benchmarks/few_clusters.py
     python benchmarks/few_clusters.py false-positives 1000
     python benchmarks/few_clusters.py --tiny

The first compares, in one run, 9,999 draws of ours with those of `wildboottest` or `pyfixest` if
one of them can be imported, and else with a plain loop of refits in numpy, which draws fewer and
is multiplied up. The second prints the table of docs/methods.md: percent of surveys without a true
change in which p <= 0.05. Neither asserts anything. --tiny does both, small: see tiny.py.
"""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec

import numpy as np
import pandas as pd
from scipy import stats

from impact_eval.estimators import WildDraws, mean_change, sign_flip_change, wild_bootstrap

DRAWS = 9_999
LOOPED = 20
SIZES = ((100, 5_000), (100, 50_000), (400, 50_000))
SCHOOLS = (2, 4, 6, 8, 12, 30)


def draw_rows(n_schools, n_rows):
    rng = np.random.default_rng(1)
    school = rng.integers(0, n_schools, n_rows)
    wave = rng.integers(0, 2, n_rows)
    return rng.normal(size=n_rows) + rng.normal(0, 0.3, n_schools)[school] * wave, wave, school


def ours(score, wave, school):
    draws = WildDraws(n=DRAWS, generator=np.random.default_rng(1))
    return wild_bootstrap(score, wave, school, school=school, draws=draws).p_value


def refit_loop(score, wave, school):
    """Refit once a draw, schools removed by their means: the plainest way that is not foolish."""
    size = np.bincount(school)

    def centred(values):
        return values - (np.bincount(school, values) / size)[school]

    def squared_t(y):
        b = x @ y / (x @ x)
        return b**2 / (np.bincount(school, x * (y - b * x)) ** 2).sum()

    x, y = centred(wave.astype(float)), centred(score)
    rng, own = np.random.default_rng(1), squared_t(y)
    fitted = score - y
    drawn = [
        squared_t(centred(fitted + rng.choice([-1.0, 1.0], size.size)[school] * y))
        for _ in range(LOOPED)
    ]
    return (1 + (np.array(drawn) >= own).sum()) / (LOOPED + 1)


def pyfixest_peer(score, wave, school):
    import pyfixest

    data = pd.DataFrame({"y": score, "t": wave, "school": school})
    fit = pyfixest.feols("y ~ t + C(school)", data, vcov={"CRV1": "school"})
    return fit.wildboottest(param="t", reps=DRAWS, seed=1)


def wildboottest_peer(score, wave, school):
    import statsmodels.api as sm
    from wildboottest.wildboottest import wildboottest

    dummies = pd.get_dummies(school).to_numpy(float)
    columns = pd.DataFrame(np.column_stack([wave, dummies])).add_prefix("x")
    model = sm.OLS(score, columns)
    return wildboottest(model, param="x0", cluster=pd.Series(school), B=DRAWS, seed=1)


def peers():
    """Name what can be compared with here, and by how much its seconds are multiplied."""
    found = {
        name: (run, 1.0)
        for name, run in (("wildboottest", wildboottest_peer), ("pyfixest", pyfixest_peer))
        if find_spec(name)
    }
    loop = {f"numpy refits, {LOOPED} draws multiplied up": (refit_loop, DRAWS / LOOPED)}
    return found or loop


def seconds(run, rows):
    """Best of three, of this process's processor."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        run(*rows)
        taken.append(time.process_time() - start)
    return min(taken)


def speed(sizes=SIZES):
    for n_schools, n_rows in sizes:
        rows = draw_rows(n_schools, n_rows)
        base = seconds(ours, rows)
        print(f"\n{n_rows:,} rows, {n_schools} schools, {DRAWS:,} draws, p and interval")
        print(f"  {'wild_bootstrap':45s} {base:8.3f} s")
        for name, (run, times) in peers().items():
            theirs = times * seconds(run, rows)
            print(f"  {name + ' (p only)':45s} {theirs:8.3f} s  {theirs / base:7.1f} x")


def draw_survey(n_schools, kind, rng):
    """Draw two waves in which schools change by 0 on average, with standard deviation 0.32."""
    even = kind != "unequal"
    sizes = np.full(n_schools, 20) if even else np.geomspace(8, 120, n_schools).astype(int)
    change = rng.normal(0, 0.32, n_schools)
    if kind == "skewed":
        change = 0.32 * (rng.exponential(size=n_schools) - 1)
    school = np.repeat(np.arange(n_schools), 2 * sizes)
    wave = np.concatenate([np.tile([0, 1], size) for size in sizes])
    return rng.normal(0, 0.7, school.size) + change[school] * wave, wave, school


def p_values(score, wave, school, rng):
    wild = wild_bootstrap(
        score, wave, school, school=school, draws=WildDraws("rademacher", 999, rng)
    )
    webb = wild_bootstrap(score, wave, school, school=school, draws=WildDraws("webb", 999, rng))
    df = int(school.max())
    return {
        "sign flips": sign_flip_change(score, wave, school, generator=rng).p_value,
        "wild, Rademacher": wild.p_value,
        "wild, Webb": webb.p_value,
        "CR2, Satterthwaite": mean_change(score, wave, school, school=school).p_value,
        "CR1, t on G - 1": 2 * float(stats.t.sf(abs(wild.statistic), df)),
    }


def false_positives(repeats, schools=SCHOOLS):
    for kind in ("even", "unequal", "skewed"):
        for n_schools in schools:
            rng = np.random.default_rng([1, n_schools])
            found = pd.DataFrame(
                p_values(*draw_survey(n_schools, kind, rng), rng) for _ in range(repeats)
            )
            shares = 100 * (found <= 0.05).mean()
            cells = ", ".join(f"{name} {share:.1f}" for name, share in shares.items())
            print(f"{kind}, {n_schools} schools: {cells}", flush=True)


def main():
    if sys.argv[1:2] == ["false-positives"]:
        false_positives(int(sys.argv[2]))
    elif sys.argv[1:2] == ["--tiny"]:
        speed(((12, 600),))
        false_positives(1, (6,))
    else:
        speed()


if __name__ == "__main__":
    main()
