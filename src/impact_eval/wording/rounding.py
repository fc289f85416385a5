"""Whether rounded numbers that stand beside each other add up, and what is said if they do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from impact_eval.wording.numbers import rounded_to

_MARKED: Final = re.compile(r'<data [^>]*value="([^"]+)">([^<]*)</data>')
_PLACES: Final = re.compile(r"\D(\d+)$")
WITHIN: Final = ("before", "after", "change")
STEPS: Final = 2.5


def adds_up(before: float, after: float, change: float, *, decimals: int) -> bool:
    """Say whether a change as shown is the difference of the two numbers as shown.

    Where the numbers themselves are further apart than rounding and weights explain, the change is
    of something else, and nothing has to add up.

    Examples
    --------
    >>> adds_up(58.3, 68.5, 10.2, decimals=0), adds_up(58.3, 68.5, 10.2, decimals=1)
    (False, True)
    >>> adds_up(58.3, 68.5, 30.0, decimals=0)
    True
    """
    if abs(after - before - change) > STEPS * 10.0**-decimals:
        return True
    first, second, between = (rounded_to(one, decimals, "plain") for one in (before, after, change))
    return second - first == between


def rows_add_up(rows: Iterable[Mapping[str, str]]) -> bool:
    """Say so of all rows whose cells `before`, `after` and `change` begin with a marked number."""
    for cells in rows:
        found = [_MARKED.search(cells.get(key, "")) for key in WITHIN]
        known = [one for one in found if one is not None]
        if len(known) < len(WITHIN):
            continue
        before, after, change = (float(one[1]) for one in known)
        if not adds_up(before, after, change, decimals=_decimals(known[-1][2])):
            return False
    return True


def _decimals(shown: str) -> int:
    """Count the digits after the point of a number as it is shown; a group of three is none."""
    places = _PLACES.search(shown) if "." in shown else None
    return len(places[1]) if places else 0
