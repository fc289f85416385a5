"""Time of preparing a study of many files when none, one or all of them have changed.

    python benchmarks/incremental.py [--files 100] [--people 90] [--repeats 3] [--tiny]

Each school sends one file, in KoboToolbox's layout with 40 items; people answer in two waves. Times
are those of the whole of `prepare`, linking and writing of tables included, and of its reading
alone (`read_sources`, `keep_files`); the best of several counts. --tiny: few files, no limit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from forty_items import TOML, draw, write_project

from impact_eval.study import Study
from impact_eval.surveys import prepare

LEAST_TIMES = 3.0


def write_files(root: Path, files: int, people: int) -> Path:
    """Write a study with a file for each school; the folder of the files."""
    single = write_project(root, 1)
    single.unlink()
    folder = root / "studies" / "benchmark"
    text = TOML.replace('"simulated_students.csv"', '"school_*.csv"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    schools = [f"s{number:03d}" for number in range(files)]
    roster = [f"{school},School {school},A,only,mixed,{school}" for school in schools]
    header = "school_id,name,province,phase,kind,trainer_team"
    (folder / "roster.csv").write_text("\n".join([header, *roster]) + "\n", encoding="utf-8")
    frame = draw(files * people)
    frame["school"] = np.tile(np.repeat(schools, people), 2)
    for school, forms in frame.groupby("school"):
        forms.to_csv(single.with_name(f"school_{school}.csv"), sep=";", index=False, quoting=1)
    return single.parent


def change_one(raw: Path) -> None:
    """Take a form out of one file, as if it had been deleted on the server."""
    path = min(raw.glob("school_*.csv"))
    forms = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False)
    forms.iloc[:-1].to_csv(path, sep=";", index=False, quoting=1)


def measure(study: Study, *, again: bool = False) -> tuple[float, float]:
    """Seconds of preparing, and of reading within it."""
    module = sys.modules["impact_eval.surveys.prepare"]
    spent = [0.0]

    def timed(call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        start = time.perf_counter()
        found = call(*args, **options)
        spent[0] += time.perf_counter() - start
        return found

    names = ("read_sources", "keep_files")
    before = {name: getattr(module, name) for name in names}
    for name in names:
        setattr(module, name, partial(timed, before[name]))
    start = time.perf_counter()
    prepare(study, again=again)
    whole = time.perf_counter() - start
    for name in names:
        setattr(module, name, before[name])
    return whole, spent[0]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time of preparing what has changed.")
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--people", type=int, default=90, help="In each file.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--tiny", action="store_true", help="See tiny.py.")
    chosen = parser.parse_args()
    if chosen.tiny:
        chosen.files, chosen.people, chosen.repeats = 3, 10, 1
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        raw = write_files(root, chosen.files, chosen.people)
        study = Study.open("benchmark", start=root)
        prepare(study)
        times: dict[str, list[tuple[float, float]]] = {}
        for _ in range(chosen.repeats):
            times.setdefault("all read", []).append(measure(study, again=True))
            times.setdefault("none changed", []).append(measure(study))
            change_one(raw)
            times.setdefault("one changed", []).append(measure(study))
    best = {name: tuple(map(min, zip(*each, strict=True))) for name, each in times.items()}
    print(f"{chosen.files} files of {2 * chosen.people} forms")
    print("                prepared  ratio   of it reading  ratio")
    cold = best["all read"]
    for name, (whole, reading) in best.items():
        print(
            f"{name:14s}  {whole:6.2f} s  {cold[0] / whole:5.1f}   {reading:11.2f} s"
            f"  {cold[1] / reading:5.1f}"
        )
    ratio = cold[1] / best["one changed"][1]
    within = ratio >= LEAST_TIMES
    print(f"{'Within' if within else 'Beyond'} the limit: reading {LEAST_TIMES:g} times faster.")
    sys.exit(0 if within or chosen.tiny else 1)


if __name__ == "__main__":
    main()
