"""Line numbers of the keys of a TOML file, for messages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

_TABLE = re.compile(r"^\s*(\[{1,2})\s*([\w.\-]+)\s*\]{1,2}\s*(#.*)?$")
_KEY = re.compile(r"^\s*([\w\-]+)\s*=")
_MULTILINE = ('"""', "'''")


def place_lines(text: str) -> dict[str, int]:
    r"""Line of each key and table of a TOML text.

    Examples
    --------
    >>> place_lines('id = "a"\n[[waves]]\nid = "pre"')
    {'id': 1, 'waves[1]': 2, 'waves[1].id': 3}
    """
    lines: dict[str, int] = {}
    numbers: Counter[str] = Counter()
    table, inside = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        if inside:
            inside = "" if inside in line else inside
            continue
        if head := _TABLE.match(line):
            if head[1] == "[[":
                numbers[head[2]] += 1
            table = _numbered(head[2], numbers)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(f"{table}.{key[1]}" if table else key[1], number)
        inside = next((quote for quote in _MULTILINE if line.count(quote) == 1), "")
    return lines


def _numbered(table: str, numbers: Mapping[str, int]) -> str:
    """Put the number of the latest entry behind each list of tables in a dotted name."""
    steps = table.split(".")
    for length in range(len(steps), 0, -1):
        if number := numbers.get(".".join(table.split(".")[:length])):
            steps[length - 1] += f"[{number}]"
    return ".".join(steps)


def line_of(lines: Mapping[str, int], place: str) -> int | None:
    """Line of a place, or of the nearest table or key that encloses it."""
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return lines.get(place)
