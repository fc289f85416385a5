"""Tables of a page as a reader sees them: each cell with the headings over it and before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from impact_eval.wording.page_text import Cell, Line


@dataclass(frozen=True, slots=True)
class Place:
    """A cell with what stands over it, the spanner first, and before it in its row.

    `group` is the heading of the rows that it is among.
    """

    cell: Cell
    over: tuple[Cell, ...]
    before: Cell | None
    row: Cell | None
    group: Cell | None


def places_of(lines: Sequence[Line]) -> Iterator[Place]:
    """Yield each cell of the body that is no heading, by where it stands and not by its ids."""
    over = _over([line for line in lines if line.in_head])
    group: Cell | None = None
    for line in lines:
        if line.in_head:
            continue
        if len(line.cells) == 1 and line.cells[0].tag == "th":
            group = line.cells[0]
            continue
        column, before = 0, None
        row = next((cell for cell in line.cells if cell.tag == "th"), None)
        for cell in line.cells:
            if cell.tag == "td":
                heads = over[column] if column < len(over) else ()
                yield Place(cell, tuple(heads), before, row, group)
                before = cell
            column += cell.span("colspan")


def _over(head: Sequence[Line]) -> list[list[Cell]]:
    """Return the headings of each column, from the top, as spans lay them out."""
    taken: list[list[Cell]] = []
    free: list[int] = []  # rows of the head that a column has already
    for place, line in enumerate(head):
        column = 0
        for cell in line.cells:
            while column < len(free) and free[column] > place:
                column += 1
            for one in range(column, column + cell.span("colspan")):
                while len(free) <= one:
                    free.append(0)
                    taken.append([])
                taken[one].append(cell)
                free[one] = place + cell.span("rowspan")
            column += cell.span("colspan")
    return taken
