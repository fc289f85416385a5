"""Where columns of text take their memory from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def system_memory() -> Iterator[None]:
    """Let Arrow take memory from the system, which gets it back at once; also a decorator.

    Arrow's own allocator keeps what was freed, and the many columns that live for one step of
    reading leave it with half as much again as is needed.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
