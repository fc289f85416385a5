"""How much memory reading takes, and how often it is tidied up."""

from __future__ import annotations

import gc
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


@contextmanager
def nothing_in_circles() -> Iterator[None]:
    """Do not look for objects that only hold each other; also a decorator.

    Reading makes hardly any, and while it fills its tables Python would look through all that is
    there again and again: a sixteenth of the time at 9,000 people.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
