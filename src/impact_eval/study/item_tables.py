"""Items of a study from everything that declares them: its codebook and its survey forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from impact_eval.instruments import Instrument
from impact_eval.study.csv_table import CsvTable

# what a column of the codebook is called in a form
_IN_FORMS: Final = {"item_id": "name", "label": "short_label", "type": "item_type"}


class Place(NamedTuple):
    """A row of one of the tables."""

    table: CsvTable
    row: int

    def __str__(self) -> str:
        return f"row {self.row}"


@dataclass(frozen=True)
class ItemTables:
    """The tables one below the other; a fault goes to the table in which its row stands."""

    tables: tuple[CsvTable, ...]

    @property
    def sound(self) -> bool:
        """Whether every table could be read, so that what is not there is missing indeed."""
        return all(table.header for table in self.tables)

    @property
    def file(self) -> str:
        """Names of the files."""
        return ", ".join(dict.fromkeys(table.file for table in self.tables))

    @property
    def rows(self) -> list[tuple[Place, dict[str, str]]]:
        """All rows with their places."""
        return [(Place(table, row), cells) for table in self.tables for row, cells in table.rows]

    def column(self, name: str) -> list[str]:
        """All cells of a column."""
        return [cell for table in self.tables for cell in table.column(name)]

    def cell_fault(self, place: Place, column: str, rule: str, found: str, remedy: str) -> None:
        """Note a mistake in one cell."""
        place.table.cell_fault(place.row, column, rule, found, remedy)

    def check_unique(self) -> None:
        """Note items of an audience that stand in two files."""
        first: dict[tuple[str, str], Place] = {}
        for place, cells in self.rows:
            key = (cells["audience"], cells["item_id"])
            earlier = first.setdefault(key, place)
            if earlier.table is not place.table:
                found = f"{', '.join(key)} as in {earlier.table.file}, {earlier}"
                rule = "an item is stated once"
                self.cell_fault(place, "item_id", rule, found, "Remove or rename one.")


def form_table(form: Instrument) -> CsvTable:
    """Items of a form as a table with the codebook's columns."""
    header = list(form.items[0].cells) if form.items else ["item_id"]
    table = CsvTable(form.file, header=header, headings=_IN_FORMS)
    for item in form.items:
        table.place = f"sheet {item.sheet}, "
        table.rows.append((item.row, dict(item.cells)))
    return table
