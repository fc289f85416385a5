"""Time and memory of reading, checking and scoring, against a bare read of the same file.

    python benchmarks/reading.py [--people 9000 50000] [--repeats 3] [--tiny]

Invented people in 40 schools fill in 40 items (20 questions with a right answer, 20 ratings) in two
waves; the file is a CSV as KoboToolbox writes it. Each measurement runs in a process of its own and
the best of three counts, after a few people have been read with it, so that nobody pays for
imports. `prepare` is the whole of what `impact-eval prepare` does to tables, with
linking (duplicates, links and what hangs on them), hashing and writing timed apart; the rest is
reading, checking and scoring. The bare read
is `pandas.read_csv(engine="pyarrow")` in the same run. Memory is the peak above what the process
held before, in a run of its own: of reading, and of checking and scoring after the linking, less
what the linking left in memory; that of the whole stands beside it. The frame's is what pandas says
of the frame of the bare read. --tiny: few people, once, and no limit.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from forty_items import write_project

from impact_eval.study import Study
from impact_eval.surveys import read, read_forms, staleness

FEW = 200
MOST_TIMES, MOST_MEMORY = 4.0, 3.0
APART = {
    "linking": ["resolve_duplicates", "link_people", "links_summary", "stored_trials"],
    "hashing": ["code_digest"],
    "writing": ["save_tables", "keep_files", "save_texts", "save_proposals", "log_erasures"],
}


def megabytes(line: str = "VmHWM") -> float:
    """Most memory that this process has held, or what it holds (VmRSS); Linux says so.

    `getrusage` would also count what the parent held when it started this process.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (found,) = (one for one in status.splitlines() if one.startswith(f"{line}:"))
    return int(found.split()[1]) / 1024


def peak_from_here() -> None:
    """Count the most memory anew, and give back what was freed and not returned."""
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def bare_read(path: Path) -> dict[str, float]:
    """Read the file and do nothing with it."""
    with tempfile.TemporaryDirectory() as folder:
        pd.read_csv(write_project(Path(folder), FEW), engine="pyarrow", sep=";")
    start = time.perf_counter()
    frame = pd.read_csv(path, engine="pyarrow", sep=";")
    seconds = time.perf_counter() - start
    size = float(frame.memory_usage(deep=True).sum()) / 2**20
    return {"seconds": seconds, "frame": size}


def opened(root: Path) -> tuple[Any, Study]:
    """Prepare a few people, so that nobody pays for imports; the module and the study."""
    module = sys.modules["impact_eval.surveys.prepare"]
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), FEW)
        module.prepare(Study.open("benchmark", start=Path(folder)))
    return module, Study.open("benchmark", start=root)


def seconds_of(root: Path) -> dict[str, float]:
    """Prepare the study, with linking, hashing and writing timed apart."""
    module, study = opened(root)
    spent = dict.fromkeys(APART, 0.0)

    def timed(name: str, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return call(*args, **options)
        finally:
            spent[name] += time.perf_counter() - start

    for name, functions in APART.items():
        for function in functions:
            setattr(module, function, partial(timed, name, getattr(module, function)))
    for reading in (read, staleness):
        hashing = partial(timed, "hashing", reading.describe_file)
        reading.describe_file = hashing  # type: ignore[assignment]
    hide = read_forms._hidden
    read_forms._hidden = lambda about, tokens: timed("hashing", hide, about, tokens)
    start = time.perf_counter()
    module.prepare(study, again=True)
    return spent | {"seconds": time.perf_counter() - start - sum(spent.values())}


def memory_of(root: Path) -> dict[str, float]:
    """Prepare the study, with the peaks of linking and writing apart."""
    module, study = opened(root)
    peak_from_here()
    before = megabytes("VmRSS")
    most = {"memory": 0.0, "memory_whole": 0.0, "left": 0.0}

    def look(*, apart: bool) -> None:
        held = megabytes() - before
        most["memory_whole"] = max(most["memory_whole"], held)
        if not apart:
            most["memory"] = max(most["memory"], held - most["left"])

    def apart(call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        look(apart=False)
        peak_from_here()
        held = megabytes("VmRSS")
        found = call(*args, **options)
        look(apart=True)
        peak_from_here()
        most["left"] += megabytes("VmRSS") - held
        return found

    for function in (*APART["linking"], *APART["writing"]):
        setattr(module, function, partial(apart, getattr(module, function)))
    module.prepare(study, again=True)
    look(apart=False)
    return most


TASKS = {"bare": bare_read, "seconds": seconds_of, "memory": memory_of}


def best(task: str, target: Path, repeats: int) -> dict[str, float]:
    """Smallest of each measure over several processes."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, str(Path(__file__)), "--task", task, "--target", str(target)]
    found = [
        json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
        for _ in range(repeats)
    ]
    return {name: min(one[name] for one in found) for name in found[0]}


def compare(people: int, repeats: int) -> bool:
    """Print a line for one size; whether it is within the limits."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        path = write_project(root, people)
        size = path.stat().st_size / 2**20
        bare = best("bare", path, repeats)
        ours = best("seconds", root, repeats) | best("memory", root, repeats)
    times, memory = ours["seconds"] / bare["seconds"], ours["memory"] / bare["frame"]
    print(
        f"{people:6d}  {size:5.1f} MB  {bare['seconds']:6.2f} s  {ours['seconds']:6.2f} s"
        f"  {times:5.1f}  {bare['frame']:6.0f} MB  {ours['memory']:6.0f} MB  {memory:5.1f}"
        f"  {ours['memory_whole']:6.0f} MB  "
        f"  {ours['linking']:7.2f} s  {ours['hashing']:7.2f} s  {ours['writing']:7.2f} s"
    )
    return times <= MOST_TIMES and memory <= MOST_MEMORY


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of reading.")
    parser.add_argument("--people", type=int, nargs="+", default=[9_000, 50_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--tiny", action="store_true", help="See tiny.py.")
    parser.add_argument("--task", choices=list(TASKS))
    parser.add_argument("--target", type=Path)
    chosen = parser.parse_args()
    if chosen.tiny:
        chosen.people, chosen.repeats = [FEW], 1
    if chosen.task:
        print(json.dumps(TASKS[chosen.task](chosen.target)))
        return
    print(
        "people  file      bare read  prepared  ratio  frame     peak      ratio  whole peak"
        "  linking   hashing   writing"
    )
    within = [compare(people, chosen.repeats) for people in chosen.people]
    limits = f"at most {MOST_TIMES:g} times the bare read and {MOST_MEMORY:g} times the frame"
    print(f"{'Within' if all(within) else 'Beyond'} the limits: {limits}.")
    sys.exit(0 if all(within) or chosen.tiny else 1)


if __name__ == "__main__":
    main()
