"""What became of every raw row, and which answers were set aside."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from impact_eval.surveys.combinations import first_rows, numbered, taken
from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.rows import REASONS, Fates
from impact_eval.surveys.text import map_unique
from impact_eval.vocabulary import ANSWER_KINDS, COUNTS, ITEM_COUNTS, QUARANTINE, REJECTED_ANSWERS

_PLACE: Final = ("school_id", "audience", "phase", "wave")
_NOTHING_KEPT: Final = ("no_consent", "withdrawn")
_NOT_KNOWN: Final = ("?", "??")
_KINDS: Final = range(len(ANSWER_KINDS))


def raw_rows(read: ReadForms, fates: Fates) -> pd.DataFrame:
    """One row for each raw row, with its fate, reason and the form that stands for it.

    A wide row has several forms: it is used if one of them is, and has the first one's fate if none
    is; its wave is empty, because it belongs to no single one. Rows without consent and of people
    who withdrew keep the audience that study.toml names for the file, and nothing of their own.
    """
    forms = read.forms
    table = forms[["source_file", "source_row", *_PLACE, "audience_declared", "wide"]].copy()
    table["reason"] = fates.reason
    table["fate"] = map_unique(table["reason"], _fate)
    table["form"] = np.arange(len(forms))
    table["file_number"] = pd.factorize(forms["source_file"])[0]
    table["unused"] = table["fate"] != "used"
    table = table.sort_values(["file_number", "source_row", "unused", "form"], kind="stable")
    table = table.drop_duplicates(["file_number", "source_row"])
    table["wave"] = table["wave"].where(~table["wide"], "")
    hidden = table["fate"].isin(_NOTHING_KEPT) | ~forms["fits"].iloc[table["form"]].to_numpy()
    for column in _PLACE:
        table[column] = table[column].where(~hidden & ~table[column].isin(_NOT_KNOWN), "")
    table["audience"] = table["audience"].where(~hidden, table["audience_declared"])
    return table.reset_index(drop=True)


def _fate(reason: str) -> str:
    return REASONS[reason].fate if reason else "used"


def count_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Raw rows by file, place, fate and reason (an id of `REASONS`, empty for used rows)."""
    keys = [name for name in COUNTS if name != "rows"]
    counts = rows.groupby(keys, sort=True).size()
    return counts.rename("rows").reset_index()[list(COUNTS)]


def quarantine_table(rows: pd.DataFrame, fates: Fates) -> pd.DataFrame:
    """Rows that were not used, with the reason in words and what can be done."""
    unused = rows[rows["fate"] != "used"]
    kept = np.unique(fates.duplicate_of[unused["form"].to_numpy(dtype=np.int64)])
    named = rows[rows["form"].isin(kept)]
    places = zip(named["source_file"], named["source_row"], strict=True)
    by_form = dict(zip(named["form"], places, strict=True))
    remedies = [
        _remedy(reason, fates, form, by_form)
        for reason, form in zip(unused["reason"], unused["form"], strict=True)
    ]
    table = {
        "source_file": unused["source_file"],
        "source_row": unused["source_row"],
        "fate": unused["fate"],
        "reason": unused["reason"].map(lambda reason: REASONS[reason].text).astype("str"),
        "remedy": pd.Series(remedies, index=unused.index, dtype="str"),
    }
    return pd.DataFrame(table, columns=list(QUARANTINE)).reset_index(drop=True)


def _remedy(reason: str, fates: Fates, form: int, by_form: dict[int, tuple[str, int]]) -> str:
    kept = int(fates.duplicate_of[form])
    named = f"It repeats row {by_form[kept][1]} of {by_form[kept][0]}. " if kept in by_form else ""
    return named + REASONS[reason].remedy


def rejected_table(read: ReadForms, fates: Fates) -> pd.DataFrame:
    """Answers of used forms that broke their rule: where they stand, and the rule."""
    used = read.rejected[fates.open[read.rejected["form"].to_numpy(dtype=np.int64)]]
    place = read.forms.iloc[used["form"].to_numpy(dtype=np.int64)]
    table = pd.DataFrame(
        {
            "source_file": place["source_file"].to_numpy(),
            "source_row": place["source_row"].to_numpy(),
            "column": used["column"].to_numpy(),
            "rule": used["rule"].to_numpy(),
        },
        columns=list(REJECTED_ANSWERS),
    ).astype({"source_file": "str", "source_row": "int64", "column": "str", "rule": "str"})
    return table.sort_values(["source_file", "source_row", "column"], kind="stable").reset_index(
        drop=True
    )


def count_answers(read: ReadForms, fates: Fates) -> pd.DataFrame:
    """Answers of used forms by audience, phase, wave, item and kind; a row for each item asked."""
    used = np.flatnonzero(fates.open)
    items = read.kinds.columns
    forms = read.forms[["audience", "phase", "wave"]].iloc[used]
    number = numbered(*(forms[name] for name in forms.columns))
    places = forms.iloc[first_rows(number)].reset_index(drop=True)
    parts = []
    for at, place in places.sort_values(list(places.columns)).iterrows():
        kinds = taken(read.kinds, items.tolist(), used[number == at])
        asked = kinds.max(axis=1) >= 0
        counts = [np.count_nonzero(kinds == kind, axis=1)[asked] for kind in _KINDS]
        part = {**place, "item_id": items[asked], **dict(zip(ANSWER_KINDS, counts, strict=True))}
        parts.append(pd.DataFrame(part, columns=list(ITEM_COUNTS)))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*ITEM_COUNTS])
    return table.astype({name: "int64" if name in ANSWER_KINDS else "str" for name in ITEM_COUNTS})
