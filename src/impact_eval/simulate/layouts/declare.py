"""The `[[sources]]` of study.toml that fit an export in one of the layouts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from impact_eval.simulate.layouts.export import FORM_ID, SimulatedLayout
from impact_eval.simulate.layouts.write import SUFFIXES
from impact_eval.study import Study
from impact_eval.study.source import ColumnRule, Source

_READ_AS: Final[Mapping[str, str]] = {
    "kobo_without_groups": "kobo",
    "kobo_labels": "kobo",
    "kobo_xlsx": "kobo",
    "odk_zip": "odk",
}
# what a phone adds to a form, and these layouts do not hold
_OF_A_PHONE: Final = ("started_at", "ended_at", "device")
_WITHOUT_PHONE: Final = ("google_forms", "wide")
# tables of people's own, which keep the id that a tool gave each form
_WITH_FORM_ID: Final = ("workbook", "spss", "stata", "long")
NO_WAVE: Final = "_no_wave"


@dataclass(frozen=True)
class Written:
    """An export that was written: for whom, its stem, the values of its column of waves.

    `without_wave` says whether a file of forms without a wave stands beside it.
    """

    audience: str
    stem: str
    waves: tuple[str, ...]
    without_wave: bool


def sources_text(study: Study, written: Iterable[Written], *, layout: SimulatedLayout) -> str:
    """Give `[[sources]]` for a study's simulated survey in another layout.

    Parameters
    ----------
    study : Study
        Whose own sources say which columns there are.
    written : iterable of Written
        The exports, all in one layout.
    layout : str
        That layout.

    Returns
    -------
    str
        TOML: a table for each source of the study; for workbooks of different sheets one for each
        of them, and one more for forms without a wave.
    """
    exports = list(written)
    tables = []
    for source in study.sources:
        pattern = PurePath(source.file).stem
        mine = [one for one in exports if one.audience == source.audience]
        sheets = dict.fromkeys(one.waves for one in mine)
        if layout == "workbook" and len(sheets) > 1:
            tables += [_table(source, layout, one.stem, one.waves) for one in mine]
        else:
            tables.append(_table(source, layout, pattern, next(iter(sheets))))
        if any(one.without_wave for one in mine):
            tables.append(_table(source, "long", f"{pattern}{NO_WAVE}", ()))
    return "\n".join(tables)


def sheets_of(source: Source) -> dict[str, str]:
    """Name the sheet of each value of the column of waves."""
    return {value: value.capitalize() for value in _waves(source)}


def prefixes_of(source: Source) -> dict[str, str]:
    """Begin the headings of each value of the column of waves, in a row for each person."""
    return {value: f"{wave}_" for value, wave in _waves(source).items()}


def _waves(source: Source) -> Mapping[str, str]:
    return source.wave.values if isinstance(source.wave, ColumnRule) else {}


def _table(source: Source, layout: SimulatedLayout, stem: str, sheets: tuple[str, ...]) -> str:
    keys: dict[str, object] = {
        "file": stem + SUFFIXES.get(layout, ".csv"),
        "layout": _READ_AS.get(layout, layout),
        "audience": source.audience,
        **_wave_keys(source, layout, sheets),
        "columns": _columns(source, layout),
        "consent_values": list(source.consent_values),
        "values": source.values,
        "duplicates": source.duplicates,
    }
    lines = [f"{key} = {_toml(value)}" for key, value in keys.items() if value]
    return "\n".join(["[[sources]]", *lines]) + "\n"


def _wave_keys(
    source: Source, layout: SimulatedLayout, sheets: tuple[str, ...]
) -> dict[str, object]:
    waves = _waves(source)
    if layout == "workbook":
        titles = sheets_of(source)
        return {"sheets": {titles[value]: {"wave": waves[value]} for value in sheets}}
    if layout == "wide":
        prefixes = prefixes_of(source)
        columns = {wave: prefixes[value] + "{item}" for value, wave in waves.items()}
        return {"wave_columns": columns}
    return {
        "wave": source.wave.model_dump() if isinstance(source.wave, ColumnRule) else source.wave
    }


def _columns(source: Source, layout: SimulatedLayout) -> dict[str, object]:
    named = source.columns.model_dump()
    columns = {**named, **named.pop("subgroups")}
    columns.pop("subgroups")
    if layout in _WITHOUT_PHONE:
        columns = {key: name for key, name in columns.items() if key not in _OF_A_PHONE}
    if layout in _WITH_FORM_ID:
        columns["form_id"] = FORM_ID
    if layout == "wide":
        prefixes = prefixes_of(source)
        columns["form_id"] = {
            wave: prefixes[value] + FORM_ID for value, wave in _waves(source).items()
        }
    if layout == "wide" and isinstance(source.columns.answered_on, str):
        prefixes, day = prefixes_of(source), source.columns.answered_on
        columns["answered_on"] = {
            wave: prefixes[value] + day for value, wave in _waves(source).items()
        }
    return {key: name for key, name in columns.items() if name}


def _toml(value: object) -> str:
    """Write text, lists and tables on one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(str(key))} = {_toml(one)}" for key, one in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else json.dumps(name, ensure_ascii=False)
