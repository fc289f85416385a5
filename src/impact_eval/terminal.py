"""What the command shows while it works: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress

LINES_IN_A_LOG = 5


class ProgressBar:
    """One bar on the error stream, or a few plain lines when that is not a terminal."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._what = ""
        self._part = 0

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415
            from rich.progress import (  # noqa: PLC0415
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
            )

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            console = Console(stderr=True)
            self._bar = Progress(*columns, TimeElapsedColumn(), console=console, transient=True)
            self._bar.add_task("", total=None)
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, what: str, done: int, total: int) -> None:
        """Say what is being done; `total` is 0 when the number of steps is not known."""
        if self._bar is not None:
            task = self._bar.task_ids[0]
            self._bar.update(task, description=what, completed=done, total=total or None)
            return
        part = done * LINES_IN_A_LOG // total if total else 0
        if (what, part) != (self._what, self._part):
            counted = f" ({done} of {total})" if total else ""
            sys.stderr.write(f"{what}{counted}\n")
            sys.stderr.flush()
        self._what, self._part = what, part


def shown(path: Path) -> str:
    """Return a path as it is seen from the working folder, where that is shorter."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, which takes an s unless it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
