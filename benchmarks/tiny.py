"""Start every benchmark in its smallest size, so that none of them stops working unseen.

    python benchmarks/tiny.py

Each prints what it always prints, ratios against its peers among it; of so few rows they say little
of speed, and no limit is held. Ends with 1 if one of them does not come to its end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = (
    "findings",
    "estimators",
    "reading",
    "incremental",
    "cr2",
    "few_clusters",
    "linkage",
    "simulation",
)


def start(name: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run one script to its end; and the seconds that passed."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(HERE / f"{name}.py"), "--tiny"],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done, time.perf_counter() - began


def main() -> None:
    print("Limits are not held here: so few rows say little of speed.\n")
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, (done, seconds) in zip(SCRIPTS, pool.map(start, SCRIPTS), strict=True):
            print(f"benchmarks/{name}.py --tiny ({seconds:.1f} s)")
            print(done.stdout)
            if done.returncode:
                failed.append(name)
                print(done.stderr)
    if failed:
        print(f"Not at an end: {', '.join(failed)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
