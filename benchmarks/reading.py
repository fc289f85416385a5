"""Time and memory of reading, checking and scoring, against a bare read of the same file.

    python benchmarks/reading.py [--people 9000 50000] [--repeats 3] [--tiny]

Invented people in 40 schools fill in 40 items (20 questions with a right answer, 20 ratings) in two
waves; the file is a CSV as KoboToolbox writes it. Each measurement runs in a process of its own and
the best of three counts, after a few people have been read with it, so that nobody pays for
imports. `prepare` is the whole of what `impact-eval prepare` does to tables, with
linking (duplicates, links and what hangs on them), hashing and writing timed apart; the rest is
reading, checking and scoring. The bare read
is `pandas.read_csv(engine="pyarrow")` in the same run. Memory is the peak above what the process
held before; the frame's is what pandas says of the frame of the bare read. --tiny: few people,
once, and no limit.
"""

from __future__ import annotations

import argparse
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

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys import read, read_forms, staleness

ITEMS = 20
SCHOOLS = 40
FEW = 200
MOST_TIMES, MOST_MEMORY = 4.0, 3.0
TOML = """
id = "benchmark"
title = "A benchmark"
programme = "the workshops"
about = "Nobody."
data = "simulated"
design = "one_group"
roster = "roster.csv"
codebook = "codebook.csv"

[[phases]]
id = "only"
label = "Only"

[[waves]]
id = "pre"
label = "before"

[[waves]]
id = "post"
label = "after"

[[audiences]]
id = "student"
label = "students"
link = "code"
report_level = "school"

[[subgroups]]
id = "sex"
label = "sex"
levels = { female = "girls", male = "boys" }

[[sources]]
file = "simulated_students.csv"
layout = "kobo"
audience = "student"
wave = { column = "wave", values = { before = "pre", after = "post" } }
consent_values = ["yes"]
values = { sex = { girl = "female", boy = "male" } }

[sources.columns]
school = "school"
answered_on = "today"
consent = "consent"
code = ["code_1", "code_2", "code_3", "code_4"]
sex = "sex"

[[outcomes]]
id = "knowledge"
audience = "student"
label = "knowledge"
kind = "index"
unit = "questions right, out of 20"
direction = "higher"
minimum_answered = 15

[[outcomes]]
id = "confidence"
audience = "student"
label = "confidence"
kind = "scale"
unit = "mean rating, 1 to 5"
direction = "higher"
minimum_answered = 15

[plan]
declared_on = 2024-01-01
weights = "respondent"
contrasts = [["pre", "post"]]
"""
HEADER = "item_id,audience,outcome,label,type,minimum,maximum,correct,reverse,missing_codes,waves"


def write_project(root: Path, people: int) -> Path:
    """Write a study and its survey file."""
    folder, raw = root / "studies" / "benchmark", root / "data" / "raw" / "benchmark"
    folder.mkdir(parents=True)
    raw.mkdir(parents=True)
    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    rows = [f"s{n:02d},School {n},A,only,mixed,t{n}" for n in range(SCHOOLS)]
    roster = ["school_id,name,province,phase,kind,trainer_team", *rows]
    (folder / "roster.csv").write_text("\n".join(roster) + "\n", encoding="utf-8")
    quiz = [f"k{n:02d},student,knowledge,Q {n},choice,,,b,,98," for n in range(ITEMS)]
    scale = [f"c{n:02d},student,confidence,S {n},rating,1,5,,,98," for n in range(ITEMS)]
    codebook = [HEADER, *quiz, *scale]
    (folder / "codebook.csv").write_text("\n".join(codebook) + "\n", encoding="utf-8")
    path = raw / "simulated_students.csv"
    draw(people).to_csv(path, sep=";", index=False, quoting=1)
    return path


def draw(people: int) -> pd.DataFrame:
    """Forms of all people in both waves."""
    rng = np.random.default_rng(people)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    person = np.tile(np.arange(people), 2)
    n = person.size

    def words(length: int) -> np.ndarray[Any, Any]:
        drawn = letters[rng.integers(0, 26, size=(people, length))]
        return np.array(["".join(word) for word in drawn])[person]

    days = np.datetime64("2024-03-04") + rng.integers(0, 30, size=n)
    frame = {
        "today": days.astype(str),
        "school": np.char.add("s", np.char.zfill((person % SCHOOLS).astype(str), 2)),
        "wave": np.repeat(["before", "after"], people),
        "consent": np.where(rng.random(n) < 0.985, "yes", "no"),
        "sex": rng.choice(["girl", "boy"], size=people)[person],
        "code_1": words(3),
        "code_2": rng.integers(1, 32, size=people).astype(str)[person],
        "code_3": rng.integers(0, 7, size=people).astype(str)[person],
        "code_4": words(3),
    }
    for k in range(ITEMS):
        frame[f"k{k:02d}"] = rng.choice(["a", "b", "c", "d", "98", ""], size=n)
    for k in range(ITEMS):
        frame[f"c{k:02d}"] = rng.choice(["1", "2", "3", "4", "5", "98", ""], size=n)
    digits = rng.bytes(16 * n).hex()
    frame["_uuid"] = np.array([digits[32 * k : 32 * k + 32] for k in range(n)])
    frame["_submission_time"] = np.char.add(days.astype(str), "T10:00:00")
    frame["_index"] = np.arange(1, n + 1).astype(str)
    return pd.DataFrame(frame)


def peak() -> float:
    """Most memory that this process has held, in megabytes; Linux says so.

    `getrusage` would also count what the parent held when it started this process.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def bare_read(path: Path) -> dict[str, float]:
    """Read the file and do nothing with it."""
    with tempfile.TemporaryDirectory() as folder:
        pd.read_csv(write_project(Path(folder), FEW), engine="pyarrow", sep=";")
    before, start = peak(), time.perf_counter()
    frame = pd.read_csv(path, engine="pyarrow", sep=";")
    seconds = time.perf_counter() - start
    size = float(frame.memory_usage(deep=True).sum()) / 2**20
    return {"seconds": seconds, "memory": peak() - before, "frame": size}


def whole_prepare(root: Path) -> dict[str, float]:
    """Prepare the study, with linking, hashing and writing timed apart."""
    module = sys.modules["impact_eval.surveys.prepare"]
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), FEW)
        module.prepare(Study.open("benchmark", start=Path(folder)))
    study = Study.open("benchmark", start=root)
    spent = dict.fromkeys(("linking", "hashing", "writing", "peak"), 0.0)

    def timed(name: str, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if name == "linking" and not spent["peak"]:
            spent["peak"] = peak()
        start = time.perf_counter()
        try:
            return call(*args, **options)
        finally:
            spent[name] += time.perf_counter() - start

    parts = {
        "linking": ["resolve_duplicates", "link_people", "links_summary", "stored_trials"],
        "hashing": ["code_digest"],
        "writing": ["save_tables", "keep_files", "save_texts", "save_proposals", "log_erasures"],
    }
    for name, functions in parts.items():
        for function in functions:
            setattr(module, function, partial(timed, name, getattr(module, function)))
    for reading in (read, staleness):
        hashing = partial(timed, "hashing", reading.describe_file)
        reading.describe_file = hashing  # type: ignore[assignment]
    hide = read_forms._hidden
    read_forms._hidden = lambda about, tokens: timed("hashing", hide, about, tokens)
    before, start = peak(), time.perf_counter()
    module.prepare(study, again=True)
    total = time.perf_counter() - start
    apart = spent["linking"] + spent["hashing"] + spent["writing"]
    return spent | {
        "seconds": total - apart,
        "memory": spent["peak"] - before,
        "memory_whole": peak() - before,
    }


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
        megabytes = path.stat().st_size / 2**20
        bare = best("bare", path, repeats)
        ours = best("prepare", root, repeats)
    times, memory = ours["seconds"] / bare["seconds"], ours["memory"] / bare["frame"]
    print(
        f"{people:6d}  {megabytes:5.1f} MB  {bare['seconds']:6.2f} s  {ours['seconds']:6.2f} s"
        f"  {times:5.1f}  {bare['frame']:6.0f} MB  {ours['memory']:6.0f} MB  {memory:5.1f}"
        f"  {ours['memory_whole']:6.0f} MB"
        f"  {ours['linking']:7.2f} s  {ours['hashing']:7.2f} s  {ours['writing']:7.2f} s"
    )
    return times <= MOST_TIMES and memory <= MOST_MEMORY


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of reading.")
    parser.add_argument("--people", type=int, nargs="+", default=[9_000, 50_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--tiny", action="store_true", help="See tiny.py.")
    parser.add_argument("--task", choices=["bare", "prepare"])
    parser.add_argument("--target", type=Path)
    chosen = parser.parse_args()
    if chosen.tiny:
        chosen.people, chosen.repeats = [FEW], 1
    if chosen.task:
        measure = bare_read if chosen.task == "bare" else whole_prepare
        print(json.dumps(measure(chosen.target)))
        return
    print(
        "people  file      bare read  prepared  ratio  frame     peak      ratio  peak with linking"
        "  linking   hashing   writing"
    )
    within = [compare(people, chosen.repeats) for people in chosen.people]
    limits = f"at most {MOST_TIMES:g} times the bare read and {MOST_MEMORY:g} times the frame"
    print(f"{'Within' if all(within) else 'Beyond'} the limits: {limits}.")
    sys.exit(0 if all(within) or chosen.tiny else 1)


if __name__ == "__main__":
    main()
