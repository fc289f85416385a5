"""Coverage of every interval, and false positives of every test, that pages show.

    python benchmarks/simulation.py [--large] [--draws N] [--only NAME ...] [--schools N ...]
                                    [--write | --render] [--tiny]

Surveys are drawn of which the truth is known, and the estimators are called as the findings call
them. What comes out a standard error beyond its limit (93 % covered, 7 % rejected) in a first look
is drawn again, afresh, five times as often, and the second look alone counts, so that nothing fails
for having been looked at often. Ends with 1 where an interval or test that pages would show is
beyond its limit. --tiny: one scenario, few draws, no limit.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402
from simulated import report  # noqa: E402
from simulated.cells import ALONE, SCHOOLS  # noqa: E402
from simulated.scenarios import SCENARIOS  # noqa: E402

SEED = 20260101
DRAWS, LARGE, AGAIN, LEAST = 60, 2_000, 5, 20
HERE = Path(__file__).parent
CELLS = HERE / "results" / "simulation.csv"
DOCUMENT = HERE.parent / "docs" / "simulation.md"


def look(name, at, draws, which):
    """Draw and count one condition; seeds hang on the condition, not on the order."""
    key = zlib.crc32(repr((name, at)).encode())
    start = time.process_time()
    tally = SCENARIOS[name].run(at, draws, np.random.default_rng([SEED, key, which]))
    return tally.counted(), time.process_time() - start


def two_looks(task):
    """Count once, and again where something looks wrong; of what looks right the first counts."""
    name, at, draws = task
    first, seconds = look(name, at, draws, 0)
    suspects = {(one.name, one.kind) for one in first if _suspect(one)}
    if not suspects:
        return name, at, first, seconds
    again, more = look(name, at, AGAIN * draws, 1)
    second = {(one.name, one.kind): one for one in again}
    kept = [second.get((one.name, one.kind), one) for one in first]
    return name, at, kept, seconds + more


def _suspect(one):
    """Whether it is beyond its limit by a standard error."""
    return not one.naive and one.shown and bool(one.given) and one.off > one.error


def tasks(names, schools, *, large, usual):
    """List conditions, the dearest first, so that no process waits long for the other."""
    found = []
    for name in names:
        scenario = SCENARIOS[name]
        draws = max(LEAST, round(scenario.share * usual))
        conditions = scenario.conditions(large)
        found += [(name, at, draws) for at in conditions if at.schools in schools]
    return sorted(found, key=lambda task: -task[1].schools * task[1].people * task[2])


def run(names, schools, *, large, usual, workers):
    """Return a row for each measure and condition, in a fixed order, and seconds by scenario."""
    todo, rows = tasks(names, schools, large=large, usual=usual), []
    spent = dict.fromkeys(names, 0.0)
    with ProcessPoolExecutor(workers) as pool:
        for done, (name, at, counted, seconds) in enumerate(pool.map(two_looks, todo), 1):
            rows += [(name, at, one) for one in counted]
            spent[name] += seconds
            if sys.stderr.isatty():
                print(f"\r{done} of {len(todo)}", end="", file=sys.stderr, flush=True)
    return sorted(rows, key=_order), spent


def main() -> None:
    parser = argparse.ArgumentParser(description="Coverage and false positives.")
    parser.add_argument("--large", action="store_true", help="The size that decides; hours.")
    parser.add_argument(
        "--draws", type=int, help=f"Of a first look; {DRAWS}, or {LARGE:,} if large."
    )
    parser.add_argument("--only", nargs="+", choices=list(SCENARIOS), default=list(SCENARIOS))
    parser.add_argument(
        "--schools", nargs="+", type=int, choices=(ALONE, *SCHOOLS), default=(ALONE, *SCHOOLS),
        metavar="N",
        help="Only these numbers of schools.",
    )  # fmt: skip
    parser.add_argument("--write", action="store_true", help="Into docs/simulation.md and a CSV.")
    parser.add_argument("--render", action="store_true", help="Only make the page from the CSV.")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--tiny", action="store_true", help="See tiny.py.")
    chosen = parser.parse_args()
    if chosen.render:
        report.put_between_markers(DOCUMENT, results(report.read_cells(CELLS)))
        return
    if chosen.tiny:
        chosen.only, chosen.schools, chosen.draws = ["participants"], [12], 2
        chosen.workers, chosen.write = 1, False
    start = time.perf_counter()
    usual = chosen.draws or (LARGE if chosen.large else DRAWS)
    rows, spent = run(
        chosen.only, chosen.schools, large=chosen.large, usual=usual, workers=chosen.workers
    )
    shown = [SCENARIOS[name] for name in chosen.only]
    print(report.tables(shown, rows))
    print(report.rule(), "\n")
    print(report.failures(rows))
    for name, seconds in spent.items():
        print(f"{name:14s} {seconds:8.1f} s of one core")
    passed = time.perf_counter() - start
    print(f"together {sum(spent.values()) / 60:.1f} minutes of a core, {passed:.0f} s passed")
    if chosen.write:
        write(rows, chosen)
    sys.exit(1 if any(one.fails for *_, one in rows) and not chosen.tiny else 0)


def write(rows, chosen) -> None:
    """Write the file of all cells and the tables; conditions that were not run keep theirs."""
    kept = [
        row
        for row in report.read_cells(CELLS)
        if row[0] not in chosen.only or row[1].schools not in chosen.schools
    ]
    rows = sorted(kept + rows, key=_order)
    report.write_cells(rows, CELLS)
    # as they were written, so that the page can be made from the file alone
    report.put_between_markers(DOCUMENT, results(report.read_cells(CELLS)))


def results(rows):
    """Render all cells as the documentation has them."""
    scenarios = list(SCENARIOS.values())
    head = (
        f"Seed {SEED}; {len(rows):,} cells. The file of cells has the number of surveys of each. "
        f"What looked wrong was drawn again, {AGAIN} times as often, and shows that number.\n"
    )
    return "\n".join([
        *(head, "## How many surveys a condition\n", report.sizes(scenarios, rows)),
        *("## Beyond the limits\n", report.failures(rows)),
        *("## What is shown to hold\n", report.states(rows)),
        *("## By number of schools\n", report.tables(scenarios, rows)),
    ])  # fmt: skip


def _order(row):
    name, at, _ = row
    place = list(SCENARIOS).index(name)
    return place, at.case, at.schools, at.people, at.icc, at.size_cv


if __name__ == "__main__":
    main()
