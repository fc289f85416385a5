"""One export to a file in the layout of any tool that the readers know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from impact_eval.errors import UnknownNameError
from impact_eval.instruments import Instrument
from impact_eval.simulate.layouts.dress import Dress
from impact_eval.simulate.layouts.export import Export, SimulatedLayout, known_layout
from impact_eval.simulate.layouts.google_forms import write_google_forms
from impact_eval.simulate.layouts.kobo import (
    write_kobo,
    write_kobo_labels,
    write_kobo_without_groups,
    write_kobo_xlsx,
)
from impact_eval.simulate.layouts.odk import write_odk, write_odk_zip
from impact_eval.simulate.layouts.statistics import write_statistics
from impact_eval.simulate.layouts.tables import write_long, write_wide
from impact_eval.simulate.layouts.workbook import write_rest, write_sheets_of_waves

SUFFIXES: Final[Mapping[SimulatedLayout, str]] = {
    "kobo_xlsx": ".xlsx",
    "odk_zip": ".zip",
    "workbook": ".xlsx",
    "spss": ".sav",
    "stata": ".dta",
}
_WITH_REPEATS: Final = ("kobo_xlsx", "odk_zip")
_NO_WAVES: Final[Mapping[str, str]] = {}


def write_layout(  # noqa: PLR0913  (one way to write an export, whatever the layout needs)
    frame: pd.DataFrame,
    form: Instrument,
    *,
    layout: SimulatedLayout,
    folder: Path,
    stem: str,
    language: str = "English (en)",
    dress: Dress | None = None,
    waves: Mapping[str, str] = _NO_WAVES,
    repeats: Mapping[str, pd.DataFrame] | None = None,
) -> list[Path]:
    """Write one survey export in the layout of a tool.

    Parameters
    ----------
    frame : DataFrame, shape (n, columns)
        Forms as KoboToolbox exports them with names: text, headings behind their groups
        (`knowledge/k01`), its own columns beginning with `_`.
    form : Instrument
        The form, for the labels of questions and choices.
    layout : str
        `kobo` (names behind groups), `kobo_without_groups`, `kobo_labels`, `kobo_xlsx`, `odk`,
        `odk_zip`, `google_forms`, `workbook` (a sheet for each wave), `spss`, `stata`, `long` or
        `wide`.
    folder : Path
        Where to; it must exist.
    stem : str
        The file's name without its suffix, which the layout gives.
    language : str, optional
        Of labels, named as in the form.
    dress : Dress, optional
        Encoding, delimiter, digits and decimals of text files.
    waves : mapping, for `workbook` and `wide`
        Each value of the column `wave` (or `round`), to the name of its sheet or the beginning of
        its headings.

    repeats : mapping of str to DataFrame, optional
        For `kobo_xlsx` and `odk_zip`: rows of each repeat group, headed by names behind their
        groups, and as the last column `_form`, the number of the form's row, from 1.

    Returns
    -------
    list of Path
        The file; with `workbook` a second one if some forms name no wave, in the layout `long`.

    Raises
    ------
    UnknownNameError
        If the layout or the language is not known; the message lists those that are. If `waves` is
        empty where the layout needs it. If there are repeat groups, which no other layout holds.

    Notes
    -----
    Every layout but `wide` has a row for each form. KoboToolbox and ODK Central write an id of
    each form in columns of their own (`_uuid`, `KEY`); the plain tables, SPSS and Stata carry it in
    a column `form_id`, which study.toml declares. Google Forms gives none.
    """
    known_layout(layout)
    if repeats and layout not in _WITH_REPEATS:
        holding = " and ".join(_WITH_REPEATS)
        raise UnknownNameError(f"The layout {layout} holds no repeat groups; {holding} do.")
    if layout in ("workbook", "wide") and not waves:
        raise UnknownNameError(f"The layout {layout} needs `waves`: a name for each wave.")
    dress = dress or Dress()
    writers: dict[SimulatedLayout, Callable[[Export, Path], None]] = {
        "kobo": partial(write_kobo, dress=dress),
        "kobo_without_groups": partial(write_kobo_without_groups, dress=dress),
        "kobo_labels": partial(write_kobo_labels, dress=dress, language=language),
        "kobo_xlsx": write_kobo_xlsx,
        "odk": partial(write_odk, dress=dress),
        "odk_zip": partial(write_odk_zip, dress=dress),
        "google_forms": partial(write_google_forms, dress=dress, language=language),
        "workbook": partial(write_sheets_of_waves, sheets=waves),
        "spss": partial(write_statistics, kind="spss", language=language),
        "stata": partial(write_statistics, kind="stata", language=language),
        "long": partial(write_long, dress=dress),
        "wide": partial(write_wide, dress=dress, prefixes=waves),
    }
    path = folder / f"{stem}{SUFFIXES.get(layout, '.csv')}"
    export = Export(frame, form, repeats or {})
    writers[layout](export, path)
    if layout != "workbook":
        return [path]
    rest = export.without_wave(waves)
    return [path, *write_rest(rest, folder / f"{stem}_no_wave.csv", dress=dress)]
