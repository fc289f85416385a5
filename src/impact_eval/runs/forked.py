"""Kernels that are forked of one process with every package loaded, as Jupyter manages kernels."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import Pipe
from pathlib import Path
from threading import Lock
from typing import Any, Final

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

LOAD_SECONDS: Final = 120
CAN_FORK: Final = sys.platform == "linux"  # elsewhere system libraries may not outlive a fork


class ForkServer:
    """The process of `fork_server`, asked by several threads."""

    def __init__(self, *, root: Path, environment: Mapping[str, str]) -> None:
        self._channel, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-P", "-m", "impact_eval.runs.fork_server"]
            self._process = subprocess.Popen(  # noqa: S603  (this Python, and our own module)
                [*command, str(theirs.fileno())],
                cwd=root,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._lock = Lock()

    def start(self, arguments: list[str]) -> ForkedKernel:
        """Fork a kernel; raises OSError if the process has ended or never gets ready."""
        return ForkedKernel(self, self._ask("start", arguments))

    def status(self, process_id: int) -> int | None:
        """Return a kernel's exit code, or None while it runs; kernels end with this process."""
        try:
            code: int | None = self._ask("status", process_id)
        except OSError:
            return -signal.SIGKILL
        return code

    def close(self) -> None:
        """End the process, and with it any kernel that is left."""
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def _ask(self, order: str, value: object) -> Any:  # noqa: ANN401
        with self._lock:
            try:
                self._channel.send((order, value))
                if not self._channel.poll(LOAD_SECONDS):
                    raise TimeoutError("the process that kernels are forked from does not answer")
                return self._channel.recv()
            except EOFError:
                raise OSError("the process that kernels are forked from has ended") from None


class ForkedKernel:
    """A kernel's process, with what jupyter_client asks of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, process_id: int) -> None:
        self._server = server
        self.pid = process_id
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._server.status(self.pid)
        return self.returncode

    def wait(self) -> int:
        """Return the exit code when it has ended."""
        while (code := self.poll()) is None:
            time.sleep(0.05)
        return code

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def forking_provisioner(server: ForkServer) -> type[LocalProvisioner]:
    """Class of provisioners whose kernels are forked of `server`."""

    class ForkingProvisioner(LocalProvisioner):
        """Starts a kernel by a fork; everything else is as with a command."""

        async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:  # noqa: ANN401
            kernel = server.start(cmd[cmd.index("-f") :])
            self.process = kernel  # type: ignore[assignment]
            self.pid = self.pgid = kernel.pid
            self.cwd = options.get("cwd")
            return self.connection_info

    return ForkingProvisioner


@contextmanager
def fork_server(*, root: Path, environment: Mapping[str, str]) -> Iterator[ForkServer]:
    """Give the process that kernels are forked from; it loads its packages meanwhile.

    It ends with the block, and so does every kernel that is left.
    """
    server = ForkServer(root=root, environment=environment)
    try:
        yield server
    finally:
        server.close()
