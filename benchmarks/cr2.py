"""Time and memory of CR2 against statsmodels' own clustered least squares, in one run.

    python benchmarks/cr2.py [--tiny]

Each run starts from arrays and ends with an interval. Prints seconds of this process's processor
(best of ten, or of three where one takes more than a second), ratios and memory; asserts nothing.
--tiny: see tiny.py.
"""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from collections.abc import Callable

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402
import statsmodels.api as sm  # noqa: E402

from impact_eval.estimators import mean_change  # noqa: E402

SCHOOLS = 100
SIZES, TINY = (5_000, 50_000, 200_000), (2_000,)


def draw(n_rows):
    """Draw rows of schools with four workshops each."""
    rng = np.random.default_rng(1)
    school = rng.integers(0, SCHOOLS, n_rows)
    wave = rng.integers(0, 2, n_rows)
    workshop = 4 * school + rng.integers(0, 4, n_rows)
    score = rng.normal(size=n_rows) + rng.normal(0, 0.3, SCHOOLS)[school] * wave
    return score, wave, school, workshop


def fastest(run: Callable[[], object]) -> float:
    seconds = []
    while len(seconds) < (3 if seconds and min(seconds) > 1 else 10):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def peak_megabytes(run: Callable[[], object]) -> float:
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def runs(n_rows):
    """Name what is compared on one survey."""
    score, wave, school, workshop = draw(n_rows)
    design = sm.add_constant(wave.astype(float))
    dummies = np.column_stack([wave, school[:, None] == np.arange(SCHOOLS)]).astype(float)

    def clustered(columns):
        options = {"cov_type": "cluster", "cov_kwds": {"groups": school}, "use_t": True}
        return lambda: sm.OLS(score, columns).fit(**options).conf_int()

    return {
        "statsmodels CR1, no school effects": clustered(design),
        "statsmodels CR1, school dummies": clustered(dummies),
        "CR2, no school effects": lambda: mean_change(score, wave, school),
        "CR2, school effects": lambda: mean_change(score, wave, school, school=school),
        "CR2, school effects, weighted": lambda: mean_change(
            score, wave, school, school=school, weights="school"
        ),
        "CR2, school effects, workshops": lambda: mean_change(score, wave, workshop, school=school),
        "CR2, school effects, 2 trainers, weighted": lambda: mean_change(
            score, wave, school // 50, school=school, weights="school"
        ),
    }


def main() -> None:
    for n_rows in TINY if "--tiny" in sys.argv else SIZES:
        print(f"\n{n_rows} rows, {SCHOOLS} schools")
        compared = runs(n_rows)
        measured = {name: (fastest(run), peak_megabytes(run)) for name, run in compared.items()}
        base = next(iter(measured.values()))[0]
        for name, (seconds, memory) in measured.items():
            print(f"  {name:45s} {seconds:7.4f} s  {seconds / base:7.2f} x  {memory:8.1f} MB")


if __name__ == "__main__":
    main()
