"""What is worked out once for a study, however many of its pages are read."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

from impact_eval.disclosure import Released

Made = TypeVar("Made")
_STUDIES_AT_ONCE: Final = 4


class _Same:
    """Released findings as themselves: frames cannot be hashed, and to compare them takes time."""

    __slots__ = ("released",)

    def __init__(self, released: Released) -> None:
        self.released = released

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.released is self.released

    def __hash__(self) -> int:
        return id(self.released)


def once(make: Callable[[Released], Made]) -> Callable[[Released], Made]:
    """Keep what a function makes of released findings, for the few studies read last."""

    @lru_cache(maxsize=_STUDIES_AT_ONCE)
    def made(same: _Same) -> Made:
        return make(same.released)

    return lambda released: made(_Same(released))
