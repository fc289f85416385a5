"""The process that the kernels of a run are forked from.

Half of the time of a school's page would go into loading packages. Here they are loaded once; each
page still has a kernel, and so a process and a memory, of its own.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any


def serve(channel: Connection[Any, Any]) -> None:
    """Load what pages use, then start kernels and tell how they are, until the run hangs up.

    Parameters
    ----------
    channel
        Receives `("start", arguments of a kernel)`, answered by its process id, and
        `("status", process id)`, answered by None while it runs and then once by its exit code.
    """
    import ipykernel.ipkernel  # noqa: F401, PLC0415  (loaded here for every kernel)

    import impact_eval.pages  # noqa: F401, PLC0415

    gc.freeze()  # what is loaded is never garbage, and pages of memory stay shared
    while True:
        try:
            order, value = channel.recv()
        except EOFError:
            return
        channel.send(_start(channel, value) if order == "start" else _status(value))


def _start(channel: Connection[Any, Any], arguments: Sequence[str]) -> int:
    """Fork a kernel and return its process id; the new process never leaves this function."""
    process_id = os.fork()
    if process_id:
        return process_id
    try:
        channel.close()
        os.setsid()
        _run_kernel(arguments)
    except BaseException:  # what is raised here would go on as a second server
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _run_kernel(arguments: Sequence[str]) -> None:
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

    parent = f"--IPKernelApp.parent_handle={os.getppid()}"  # a kernel ends when its parent does
    IPKernelApp.launch_instance([*arguments, parent])


def _status(process_id: int) -> int | None:
    """Return the exit code of a kernel that has ended; it can be learnt only once."""
    ended, status = os.waitpid(process_id, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
