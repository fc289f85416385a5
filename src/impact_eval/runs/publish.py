"""Publication of a run: built aside and put in place in one step; no reader sees half of it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from impact_eval.errors import ReportError

KEPT_RUNS = 3
STAGING = ".staging"


@contextmanager
def staged_run(reports_folder: Path) -> Iterator[Path]:
    """Give an empty folder to build a run in, and keep other runs of the study out meanwhile.

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
        Another run of the same study is under way.
    """
    staging = reports_folder / STAGING
    reports_folder.mkdir(parents=True, exist_ok=True)
    with (reports_folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another run of {reports_folder.name} is under way: wait until it ends"
            raise ReportError(message) from None
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
