"""A workbook with a sheet for each wave."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from impact_eval.simulate.layouts.dress import Dress
from impact_eval.simulate.layouts.export import Export
from impact_eval.simulate.layouts.sheets import write_workbook
from impact_eval.simulate.layouts.tables import write_long


def write_sheets_of_waves(export: Export, path: Path, *, sheets: Mapping[str, str]) -> None:
    """Write a sheet for each value of the column of waves, without that column."""
    frame, wave = export.with_ids, export.wave
    write_workbook(
        {title: frame[frame[wave] == value].drop(columns=wave) for value, title in sheets.items()},
        path,
    )


def write_rest(rest: Export, path: Path, *, dress: Dress) -> list[Path]:
    """Write forms that belong on no sheet to a file of their own, if there are any."""
    if rest.frame.empty:
        return []
    write_long(rest, path, dress=dress)
    return [path]
