"""How a run starts a kernel: this Python, own sockets, one thread, and nothing of the user's own.

With the default ports two kernels that start together may pick the same one; a socket file of its
own for each kernel cannot collide.
"""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from impact_eval.runs.forked import CAN_FORK, ForkServer, fork_server, forking_provisioner

FEW_PAGES = 2  # for so few, loading packages ahead saves nothing
LONGEST_SOCKET_PATH = 90
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def run_kernels(*, root: Path, pages: int) -> Iterator[type[AsyncKernelManager]]:
    """Give the class of managers of a run's kernels; what they share ends with the block.

    Parameters
    ----------
    root
        The project's root, which becomes the kernels' working folder.
    pages
        How many pages the run is going to make.

    Yields
    ------
    type
        For nbclient's `kernel_manager_class`.
    """
    with temporary_folder() as name:
        folder = Path(name)
        environment = kernel_environment(root=root, folder=folder)
        if pages <= FEW_PAGES or not CAN_FORK:
            yield kernel_manager_class(root=root, folder=folder)
            return
        with fork_server(root=root, environment=environment) as server:
            yield kernel_manager_class(root=root, folder=folder, server=server)


def kernel_manager_class(
    *, root: Path, folder: Path, server: ForkServer | None = None
) -> type[AsyncKernelManager]:
    """Class of managers whose kernels work in `root` and keep their files in `folder`.

    Parameters
    ----------
    root
        The project's root, which becomes the kernel's working folder.
    folder
        A temporary folder of the run.
    server
        The process to fork kernels from; None starts each by a command, two seconds later.

    Returns
    -------
    type
        For nbclient's `kernel_manager_class`.
    """
    environment = kernel_environment(root=root, folder=folder)
    provisioner = None if server is None else forking_provisioner(server)

    class RunKernelManager(AsyncKernelManager):
        """A kernel of this Python, reached through socket files on systems that have them."""

        def __init__(self, **options: Any) -> None:  # noqa: ANN401
            super().__init__(**options)
            path = folder / uuid.uuid4().hex[:12]
            self.connection_file = f"{path}.json"
            if os.name == "posix" and len(str(path)) <= LONGEST_SOCKET_PATH:
                self.transport = "ipc"
                self.ip = str(path)

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=kernel_command(), display_name="Python 3", language="python")

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]  # noqa: ANN401
            if provisioner is not None:
                self.provisioner = provisioner(
                    kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
                )
            await super().start_kernel(**options, cwd=str(root), env=environment)

    return RunKernelManager


def kernel_command() -> list[str]:
    """Arguments that start a kernel of this Python; no history is kept."""
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return [*command, "--HistoryManager.enabled=False", "--IPKernelApp.log_level=ERROR"]


def kernel_environment(*, root: Path, folder: Path) -> dict[str, str]:
    """Environment of a kernel: no start-up files of the user, one thread for linear algebra."""
    environment = dict(os.environ)
    environment.update(dict.fromkeys(THREADS, "1"))
    environment["IPYTHONDIR"] = str(folder / "ipython")
    environment.setdefault("MPLCONFIGDIR", str(root / ".cache" / "matplotlib"))
    environment.pop("MPLBACKEND", None)
    return environment


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for sockets; its path is short, because a socket's path has a limit."""
    short = Path("/tmp")  # noqa: S108
    place = short if os.name == "posix" and short.is_dir() else None
    return tempfile.TemporaryDirectory(prefix="impact-eval-", dir=place, ignore_cleanup_errors=True)
