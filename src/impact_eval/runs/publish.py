"""Publication of a run: built aside and put in place in one step; no reader sees half of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from impact_eval.runs.alone import alone

KEPT_RUNS = 3
STAGING = ".staging"


@contextmanager
def staged_run(reports_folder: Path) -> Iterator[Path]:
    """Give an empty folder to build a run in, and keep others out of the study meanwhile.

    Parameters
    ----------
    reports_folder
        `reports/<id>` of the study; made if it is not there.

    Yields
    ------
    Path
        The folder. What is left in it when the block ends is removed.

    Raises
    ------
    ReportError
        Another run or preparation of the same study is under way.
    """
    staging = reports_folder / STAGING
    with alone(reports_folder):
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def publish(staging: Path, *, stamp: str) -> Path:
    """Move a finished run to `runs/<stamp>`, let `latest` lead to it, and drop old runs.

    Parameters
    ----------
    staging
        The folder that `staged_run` gave.
    stamp
        Name of the run, as from `run_stamp`.

    Returns
    -------
    Path
        The published folder, by way of `latest`.
    """
    reports_folder = staging.parent
    runs = reports_folder / "runs"
    runs.mkdir(exist_ok=True)
    staging.rename(runs / stamp)
    link, fresh = reports_folder / "latest", reports_folder / ".latest"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("runs") / stamp, target_is_directory=True)
    os.replace(fresh, link)  # noqa: PTH105  (says that an existing link is replaced in one step)
    for old in sorted(path for path in runs.iterdir() if path.is_dir())[:-KEPT_RUNS]:
        shutil.rmtree(old)
    return link


def run_stamp() -> str:
    """Return the time of a run in UTC as a name that sorts by time: `20260131T101500.123456Z`."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
