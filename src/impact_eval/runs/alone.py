"""One command at a time writes what belongs to a study."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from impact_eval.errors import ReportError


@contextmanager
def alone(reports_folder: Path) -> Iterator[None]:
    """Keep other runs and preparations of a study out, in this process and in others.

    Parameters
    ----------
    reports_folder
        `reports/<id>` of the study; made if it is not there.

    Raises
    ------
    ReportError
        Another run or preparation of the same study is under way.
    """
    reports_folder.mkdir(parents=True, exist_ok=True)
    with (reports_folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            name = reports_folder.name
            message = f"another run or preparation of {name} is under way: wait until it ends"
            raise ReportError(message) from None
        yield
