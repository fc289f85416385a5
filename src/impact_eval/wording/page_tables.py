"""Tables of a page as a reader sees them: each cell with the headings over it and before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from impact_eval.wording.page_text import Block


@dataclass(slots=True)
class Cell:
    """A cell of a table while its page is read: its tag, its attributes, what stands in it."""

    tag: str
    attributes: Mapping[str, str]
    blocks: list[Block] = field(default_factory=list)

    def span(self, name: str) -> int:
        """How many columns or rows it takes."""
        found = self.attributes.get(name, "")
        return max(1, int(found)) if found.isdigit() else 1

    @property
    def text(self) -> str:
        """All that stands in it."""
        return " ".join(block.text for block in self.blocks)


@dataclass(slots=True)
class Line:
    """A row of a table: its cells, and whether it stands in the head."""

    in_head: bool
    cells: list[Cell] = field(default_factory=list)


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
