"""What became of every raw row, and which answers were set aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.columns import Columns
from impact_eval.surveys.combinations import Integers, first_rows, numbered
from impact_eval.surveys.encoded import Encoded, spelled
from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.rows import REASON_IDS, REASONS, Fates
from impact_eval.surveys.typed import table_of_rows, typed_table
from impact_eval.table_columns import (
    ANSWER_KINDS,
    COUNTS,
    ITEM_COUNTS,
    QUARANTINE,
    REJECTED_ANSWERS,
)

_PLACE: Final = ("school_id", "audience", "phase", "wave")
_TEXT: Final = ("source_file", *_PLACE, "audience_declared")
_NOTHING_KEPT: Final = ("no_consent", "withdrawn")
_NOT_KNOWN: Final = ("?", "??")
_FATES: Final = ("used", *dict.fromkeys(reason.fate for reason in REASONS.values()))
_COUNTED: Final = tuple(name for name in COUNTS if name != "rows")
_COUNTS: Final = {name: "int64" if name == "rows" else "str" for name in COUNTS}
_QUARANTINE: Final = {name: "int64" if name == "source_row" else "str" for name in QUARANTINE}
_WHERE: Final = ("audience", "phase", "wave")
_ITEM_COUNTS: Final = {name: "int64" if name in ANSWER_KINDS else "str" for name in ITEM_COUNTS}
_REJECTED: Final = {name: "int64" if name == "source_row" else "str" for name in REJECTED_ANSWERS}


@dataclass(frozen=True)
class RawRows:
    """The n raw rows by file and number, each with its fate and the form that stands for it.

    Attributes
    ----------
    about : dict of str to Encoded
        `source_file`, `school_id`, `audience`, `phase`, `wave`, `fate` and `reason`.
    number : array of int, shape (n,)
        Number of the row in its file.
    form : array of int, shape (n,)
        Position among all forms.
    """

    about: dict[str, Encoded]
    number: Integers
    form: Integers


def raw_rows(read: ReadForms, fates: Fates) -> RawRows:
    """Give every raw row its fate.

    A wide row has several forms: it is used if one of them is, and has the first one's fate if none
    is; its wave is empty, because it belongs to no single one. Rows without consent and of people
    who withdrew keep the audience that study.toml names for the file, and nothing of their own.
    """
    forms = read.forms
    form = _first_of_rows(forms, fates)
    reasons = fates.places[form]
    fate = np.array([_FATES.index(_fate(reason)) for reason in REASON_IDS])[reasons]
    nothing_kept = np.isin(fate, [_FATES.index(one) for one in _NOTHING_KEPT])
    hidden = nothing_kept | ~forms.arrays["fits"][form]
    wide = forms.arrays["wide"][form]
    text = {name: Encoded(forms.text[name].codes[form], forms.text[name].texts) for name in _TEXT}
    about = {"source_file": text["source_file"]}
    for name in _PLACE:
        known = _without(text[name], _NOT_KNOWN)
        about[name] = known.blanked(hidden | wide if name == "wave" else hidden)
    about["audience"] = about["audience"].replaced(hidden, text["audience_declared"])
    about["fate"] = Encoded(fate, list(_FATES))
    about["reason"] = Encoded(reasons, list(REASON_IDS))
    return RawRows(about, forms.arrays["source_row"][form], form)


def _first_of_rows(forms: Columns, fates: Fates) -> Integers:
    """Find the form that stands for each raw row, by file and row."""
    file = forms.text["source_file"].codes
    row = forms.arrays["source_row"]
    order = np.lexsort((~fates.open, row, file))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(file[order]) != 0) | (np.diff(row[order]) != 0)
    return order[first]


def _without(column: Encoded, texts: Collection[str]) -> Encoded:
    """Leave some texts empty."""
    return spelled(column, lambda text: "" if text in texts else text)


def _fate(reason: str) -> str:
    return REASONS[reason].fate if reason else "used"


def count_rows(rows: RawRows) -> pd.DataFrame:
    """Raw rows by file, place, fate and reason (an id of `REASONS`, empty for used rows)."""
    number = np.zeros(len(rows.form), dtype=np.int64)
    for column in _COUNTED:
        number = number * len(rows.about[column].texts) + rows.about[column].codes
    _, first, counts = np.unique(number, return_index=True, return_counts=True)
    places = zip(*(rows.about[name].taken_texts(first) for name in _COUNTED), strict=True)
    table = sorted((*place, count) for place, count in zip(places, counts.tolist(), strict=True))
    return table_of_rows(_COUNTS, table)


def quarantine_table(rows: RawRows, fates: Fates) -> pd.DataFrame:
    """Rows that were not used, with the reason in words and what can be done."""
    unused = np.flatnonzero(rows.about["reason"].codes != REASON_IDS.index(""))
    stands_for = fates.duplicate_of[rows.form[unused]]
    named = np.flatnonzero(np.isin(rows.form, np.unique(stands_for)))
    files = rows.about["source_file"].taken_texts(named)
    places = zip(files, rows.number[named].tolist(), strict=True)
    by_form = dict(zip(rows.form[named].tolist(), places, strict=True))
    reasons = rows.about["reason"].taken_texts(unused)
    table: dict[str, Any] = {
        "source_file": rows.about["source_file"].taken_texts(unused),
        "source_row": rows.number[unused],
        "fate": rows.about["fate"].taken_texts(unused),
        "reason": [REASONS[reason].text for reason in reasons],
        "remedy": [
            _remedy(reason, by_form.get(kept))
            for reason, kept in zip(reasons, stands_for.tolist(), strict=True)
        ],
    }
    return typed_table(_QUARANTINE, table)


def _remedy(reason: str, repeats: tuple[str, int] | None) -> str:
    named = f"It repeats row {repeats[1]} of {repeats[0]}. " if repeats else ""
    return named + REASONS[reason].remedy


def rejected_table(read: ReadForms, fates: Fates) -> pd.DataFrame:
    """Answers of used forms that broke their rule: where they stand, and the rule."""
    used = read.rejected[fates.open[read.rejected["form"].to_numpy(dtype=np.int64)]]
    rows = used["form"].to_numpy(dtype=np.int64)
    if not len(used):
        return typed_table(_REJECTED, {})
    cells = {
        "source_file": read.forms.text["source_file"].taken_texts(rows),
        "source_row": read.forms.arrays["source_row"][rows],
        "column": used["column"].array,
        "rule": used["rule"].array,
    }
    table = typed_table(_REJECTED, cells)
    return table.sort_values(
        ["source_file", "source_row", "column"], kind="stable", ignore_index=True
    )


def count_answers(read: ReadForms, fates: Fates) -> pd.DataFrame:
    """Answers of used forms by audience, phase, wave, item and kind; a row for each item asked."""
    used = np.flatnonzero(fates.open)
    columns = [read.forms.text[name] for name in _WHERE]
    where = [Encoded(column.codes[used], column.texts) for column in columns]
    number = numbered(*where)
    first = first_rows(number)
    places = list(zip(*(column.taken_texts(first) for column in where), strict=True))
    rows: list[tuple[Any, ...]] = []
    for at, place in sorted(enumerate(places), key=itemgetter(1)):
        forms = used[number == at]
        for item, answers in read.answers.items.items():
            counts = answers.counts(forms)
            if any(counts):
                rows.append((*place, item, *counts))
    return table_of_rows(_ITEM_COUNTS, rows)
