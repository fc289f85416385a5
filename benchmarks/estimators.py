"""Speed and memory of single estimators against named peers in the same run, held to limits.

    python benchmarks/estimators.py [--tiny]

CR2 on 50,000 rows of 100 schools with 10 columns against clubSandwich in R (where Rscript and the
package are installed) and against statsmodels' CR1; CR2 of up to a million rows of 2,000 schools,
whose memory must grow with the rows; 9,999 draws of the wild cluster bootstrap and of sign flips on
50,000 people of 100 schools against plain numpy loops. Seconds are of this process's processor,
the best of several, so that other people's work counts little. Ends with 1 beyond a limit. --tiny
does the same with few rows and without R, and holds no limit: see tiny.py.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import statsmodels.api as sm  # noqa: E402
from few_clusters import DRAWS, LOOPED, draw_rows, refit_loop  # noqa: E402

from impact_eval.estimators import (  # noqa: E402
    WildDraws,
    fit_cr2,
    mean_change,
    sign_flip_change,
    wild_bootstrap,
)

ROWS, SCHOOLS, COLUMNS = 50_000, 100, 10
MANY_SCHOOLS, MANY_ROWS = 2_000, (100_000, 300_000, 1_000_000)
LEAST_TIMES_R, MOST_TIMES_CR1 = 2_000.0, 1.0
MOST_SECONDS, MOST_GROWTH = 1.0, 1.5
LOOPED_FLIPS = 200
AGREE = 1e-6


def best(run, repeats=5):
    """Least processor seconds of several runs."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


def held(what, within):
    print(f"  {'within' if within else 'BEYOND'} the limit: {what}")
    return within


def draw_columns(rows):
    """Draw ten columns, the first of which varies by school, and a constant for ours."""
    rng = np.random.default_rng(1)
    school = rng.integers(0, SCHOOLS, rows)
    columns = rng.normal(size=(rows, COLUMNS)) + rng.normal(size=(SCHOOLS, COLUMNS))[school]
    y = (
        columns @ rng.normal(size=COLUMNS)
        + rng.normal(size=SCHOOLS)[school]
        + rng.normal(size=rows)
    )
    return y, columns, school


def clubsandwich(y, columns, school):
    """Estimate, standard error, df and seconds by R; or None where it has no R or no package."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        names = [f"x{number}" for number in range(COLUMNS)]
        frame = pd.DataFrame(columns, columns=names).assign(y=y, school=school)
        frame.to_csv(path, index=False)
        script = str(Path(__file__).with_name("cr2_peer.R"))
        done = subprocess.run(
            ["Rscript", script, str(path)], capture_output=True, text=True, check=False
        )
    if done.returncode:
        return None
    return [float(number) for number in done.stdout.split()]


def against_peers(rows=ROWS, *, with_r=True):
    """Compare CR2 with clubSandwich and with statsmodels' CR1, fits included."""
    y, columns, school = draw_columns(rows)
    design = np.column_stack([columns, np.ones(rows)])
    ours = fit_cr2(y, design, school, coefficient=0)
    base = best(lambda: fit_cr2(y, design, school, coefficient=0), 10)
    options = {"cov_type": "cluster", "cov_kwds": {"groups": school}, "use_t": True}
    cr1 = best(lambda: sm.OLS(y, design).fit(**options).conf_int(), 10)
    print(f"{rows:,} rows, {SCHOOLS} schools, {COLUMNS} columns and a constant")
    print(f"  CR2, Satterthwaite     {base:9.4f} s")
    print(f"  statsmodels CR1        {cr1:9.4f} s  {cr1 / base:8.2f} x")
    within = held(f"no slower than statsmodels' CR1 with its fit ({base / cr1:.2f} times)",
                  base / cr1 <= MOST_TIMES_CR1)  # fmt: skip
    found = clubsandwich(y, columns, school) if with_r else None
    if found is None:
        print("  without R and clubSandwich: not compared with it")
        return within
    *theirs, seconds = found
    print(f"  clubSandwich CR2 in R  {seconds:9.4f} s  {seconds / base:8.0f} x")
    off = np.abs(np.array(theirs) / [ours.estimate, ours.std_error, ours.df] - 1).max()
    within &= held(f"the same numbers (largest relative difference {off:.0e})", off <= AGREE)
    return held(f"at least {LEAST_TIMES_R:,.0f} times as fast as clubSandwich",
                seconds / base >= LEAST_TIMES_R) & within  # fmt: skip


def peak_megabytes():
    """Most memory that this process has held; Linux says so."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def one_size(n_rows):
    """Print, as JSON, seconds and how much more memory was held than before the call."""
    score, wave, school = draw_rows(MANY_SCHOOLS, n_rows)
    small = slice(0, 20_000)
    mean_change(score[small], wave[small], school[small], school=school[small])
    before, start = peak_megabytes(), time.process_time()
    mean_change(score, wave, school, school=school)
    print(json.dumps({"seconds": time.process_time() - start, "mb": peak_megabytes() - before}))


def memory(sizes=MANY_ROWS):
    """Hold the memory of each further row against that of the first."""
    print(f"mean_change with school effects, {MANY_SCHOOLS:,} schools, a process for each size")
    found = []
    for n_rows in sizes:
        command = [sys.executable, __file__, "--rows", str(n_rows)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found.append(json.loads(done.stdout))
        mb, seconds = found[-1]["mb"], found[-1]["seconds"]
        each = 1e6 * mb / n_rows
        print(f"  {n_rows:9,} rows  {seconds:7.3f} s  {mb:7.1f} MB  {each:6.0f} bytes a row")
    few, some, many = (one["mb"] for one in found)
    first, second, third = sizes
    growth = ((many - some) / (third - second)) / max((some - few) / (second - first), 1e-9)
    what = f"a further row costs {growth:.2f} times what it costs in smaller surveys"
    return held(f"{what}, at most {MOST_GROWTH}", growth <= MOST_GROWTH)


def flip_loop(score, wave, school):
    """Flip schools' signs and average all rows again, the plainest way."""
    rng = np.random.default_rng(1)
    n = np.bincount(2 * school + wave).reshape(-1, 2)
    count = n.prod(axis=1) / n.sum(axis=1)
    means = np.bincount(2 * school + wave, score).reshape(-1, 2) / n
    own = abs(count @ (means[:, 1] - means[:, 0]))
    size, more = np.bincount(school), 0
    for _ in range(LOOPED_FLIPS):
        sign = rng.choice([-1.0, 1.0], size.size)
        flipped = sign[school] * score
        means = np.bincount(2 * school + wave, flipped).reshape(-1, 2) / n
        more += abs(count @ (means[:, 1] - means[:, 0])) >= own
    return more


def resampling(people=ROWS):
    """Time 9,999 draws of both tests, p and interval, against loops multiplied up."""
    rows = draw_rows(SCHOOLS, people)
    score, wave, school = rows

    def wild():
        draws = WildDraws(n=DRAWS, generator=np.random.default_rng(1))
        wild_bootstrap(score, wave, school, school=school, draws=draws)

    def flips():
        sign_flip_change(score, wave, school, generator=np.random.default_rng(1))

    within = True
    print(f"{DRAWS:,} draws, {SCHOOLS} schools, {people:,} people, p and interval")
    peers = (
        ("wild_bootstrap", wild, lambda: refit_loop(*rows), DRAWS / LOOPED),
        ("sign_flip_change", flips, lambda: flip_loop(*rows), DRAWS / LOOPED_FLIPS),
    )
    for name, run, loop, times in peers:
        ours, theirs = best(run), times * best(loop, 2)
        print(f"  {name:18s} {ours:7.3f} s; a loop in numpy, p only, multiplied up {theirs:7.1f} s"
              f"  {theirs / ours:6.0f} x")  # fmt: skip
        within &= held(f"{name} at most {MOST_SECONDS:g} s", ours <= MOST_SECONDS)
    return within


def main() -> None:
    if sys.argv[1:2] == ["--rows"]:
        one_size(int(sys.argv[2]))
        return
    if sys.argv[1:2] == ["--tiny"]:
        against_peers(2_000, with_r=False)
        memory((10_000, 30_000, 60_000))
        resampling(2_000)
        return
    within = [against_peers(), memory(), resampling()]
    sys.exit(0 if all(within) else 1)


if __name__ == "__main__":
    main()
