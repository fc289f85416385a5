"""Execution of one notebook by papermill, with its silent traps closed.

papermill's output says "completed" of cells that a dead kernel or a timeout never reached, and
returns as if all were well after `sys.exit()`. So success is never read off it: a notebook has run
when nothing was raised, every cell of code has a number, and a last cell that only this module
knows has printed its token.
"""

from __future__ import annotations

import logging
import time
import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_core.utils import ensure_event_loop

from impact_eval import errors
from impact_eval.runs.parameters import TAG

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

CELL_SECONDS = 120
START_SECONDS = 60
STARTS = 3
INJECTED = "injected-parameters"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a page could not be made. `detail` is for the evaluator's log and never published."""

    what: str
    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """A notebook with its outputs, or the failure; and the seconds that it took."""

    notebook: NotebookNode | None
    failure: Failure | None
    seconds: float


@dataclass(slots=True)
class _Watch:
    """The cell that runs now, counted from 1 as a reader of the notebook counts."""

    cell: int = 0
    injected: list[int] = field(default_factory=list)

    def started(self, cell: NotebookNode, cell_index: int) -> None:
        if INJECTED in cell.metadata.get("tags", ()):
            self.injected.append(cell_index)
        self.cell = cell_index + 1 - len(self.injected)


def execute_notebook(
    notebook: NotebookNode,
    parameters: Mapping[str, Any],
    *,
    kernel_manager_class: type[AsyncKernelManager],
    cell_seconds: int = CELL_SECONDS,
) -> Execution:
    """Run a notebook from top to bottom in a kernel of its own.

    Parameters
    ----------
    notebook
        With a `parameters` cell; it is not changed.
    parameters
        Values that `checked_parameters` has passed.
    kernel_manager_class
        From `kernel_manager_class`.
    cell_seconds
        Longest time that one cell may take, in seconds.

    Returns
    -------
    Execution
        It has a notebook or a failure, never both. Nothing is raised for what a cell does.
    """
    began = time.monotonic()
    token = uuid.uuid4().hex
    watch = _Watch()
    outcome: NotebookNode | Failure = Failure("was not run", "")
    for _ in range(STARTS):
        watch = _Watch()
        outcome = _attempt(
            lambda watch=watch: _run_papermill(  # type: ignore[misc]
                _with_sentinel(notebook, token),
                dict(parameters),
                watch,
                kernel_manager_class=kernel_manager_class,
                cell_seconds=cell_seconds,
            ),
            watch,
        )
        if not (isinstance(outcome, Failure) and watch.cell == 0):
            break
    if not isinstance(outcome, Failure):
        outcome = _checked(outcome, token, watch)
    seconds = time.monotonic() - began
    if isinstance(outcome, Failure):
        return Execution(None, outcome, seconds)
    return Execution(outcome, None, seconds)


def _with_sentinel(notebook: NotebookNode, token: str) -> NotebookNode:
    """Return a copy without outputs whose last cell shows the token."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    copy.cells.append(nbformat.v4.new_code_cell(f"print({token!r})"))
    again: NotebookNode = nbformat.reads(nbformat.writes(copy), as_version=4)
    return again


def _run_papermill(
    notebook: NotebookNode,
    parameters: dict[str, Any],
    watch: _Watch,
    *,
    kernel_manager_class: type[AsyncKernelManager],
    cell_seconds: int,
) -> NotebookNode:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill  # noqa: PLC0415  (a second of imports, needed only here)

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    executed: NotebookNode = papermill.execute_notebook(
        notebook,
        None,
        parameters=parameters,
        request_save_on_cell_execute=False,
        progress_bar=False,
        log_output=False,
        start_timeout=START_SECONDS,
        execution_timeout=cell_seconds,
        kernel_name="python3",
        language="python",
        kernel_manager_class=kernel_manager_class,
        shutdown_kernel="immediate",
        on_cell_start=watch.started,
    )
    return executed


def _attempt(run: Callable[[], NotebookNode], watch: _Watch) -> NotebookNode | Failure:
    """Run, and turn whatever happens into a failure that a person can read."""
    try:
        return run()
    except Exception as error:
        return _failure(error, watch)
    finally:
        _close_event_loop()


def _close_event_loop() -> None:
    """Close the loop that nbclient opens in each thread and leaves open."""
    loop = ensure_event_loop()
    if not loop.is_running():
        loop.close()


def _failure(error: Exception, watch: _Watch) -> Failure:
    name = type(error).__name__
    if watch.cell == 0:
        return Failure("could not be started", f"{name}.", f"{name}: {error}")
    where = f"stopped in cell {watch.cell}"
    if name == "PapermillExecutionError":
        ename = str(getattr(error, "ename", ""))
        message = f"{ename}: {getattr(error, 'evalue', '')}" if _is_ours(ename) else f"{ename}."
        return Failure(where, message, str(error))
    if name == "CellTimeoutError":
        return Failure(where, "The cell took too long and was stopped.", str(error))
    if name == "DeadKernelError":
        return Failure(where, "The kernel died, perhaps for want of memory.", str(error))
    return Failure(where, f"{name}.", str(error))


def _is_ours(name: str) -> bool:
    """Our own messages never quote an answer or a code, so they may be shown; others may not."""
    found = getattr(errors, name, None)
    return isinstance(found, type) and issubclass(found, errors.ImpactEvalError)


def _checked(notebook: NotebookNode, token: str, watch: _Watch) -> NotebookNode | Failure:
    """Return the notebook without the last cell if that cell and every other has run."""
    *cells, last = notebook.cells
    shown = "".join(output.get("text", "") for output in last.get("outputs", ()))
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
    if shown.strip() != token or any(cell.execution_count is None for cell in code):
        return Failure(
            f"stopped in cell {watch.cell}", "The cell ended the kernel, so later cells never ran."
        )
    if not any(TAG in cell.metadata.get("tags", ()) for cell in code):
        return Failure("was not run", "It has no cell of parameters.")
    notebook.cells = cells
    return notebook
