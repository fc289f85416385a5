"""Withdrawals that fit no form, and the rows that may have been meant: named, never erased."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.rows import Mask

if TYPE_CHECKING:
    import pandas as pd

    from impact_eval.study import Study
    from impact_eval.surveys.columns import Columns
    from impact_eval.surveys.withdrawals import Withdrawals

MOST_ROWS: Final = 20
_COMPARED: Final = ("audience", "school_id", "code", "elements", "source_file", "source_row")


@dataclass(frozen=True, slots=True)
class NearRows:
    """Rows of a survey file whose code is nearly that of a row of the list of withdrawals.

    Attributes
    ----------
    row : int
        Row of the list.
    file : str
        Name of a survey file.
    rows : tuple of int
        Its rows, as a spreadsheet counts them.
    """

    row: int
    file: str
    rows: tuple[int, ...]


def near_rows(withdrawals: Withdrawals, forms: Columns, kept: Mask) -> list[NearRows]:
    """Find the forms that a withdrawal without a form may mean.

    Parameters
    ----------
    withdrawals : Withdrawals
        Who withdrew.
    forms : Columns
        All forms, with `audience, school_id, code, elements, source_file, source_row`.
    kept : ndarray of bool, shape (forms,)
        Forms of which anything is kept.

    Returns
    -------
    list of NearRows
        One for each withdrawal and file with such rows: same audience and school, and a code that
        differs in exactly one element (or lacks one). For a code of a single element, such as a
        number in a register, there are none: the next number is somebody else's.
    """
    lost = set(withdrawals.without_form(forms))
    if not lost:
        return []
    table = forms.frame(_COMPARED)
    found: dict[tuple[int, str], set[int]] = {}
    for identity, row in withdrawals.rows.items():
        if row not in lost:
            continue
        audience, school, code = identity.split(JOIN, maxsplit=2)
        here = table[
            kept & ((table["audience"] == audience) & (table["school_id"] == school)).to_numpy()
        ]
        typed = typed_codes(here)
        for file, number, other in zip(here["source_file"], here["source_row"], typed, strict=True):
            if is_near(code, other):
                found.setdefault((row, str(file)), set()).add(int(number))
    return in_order(found)


def typed_codes(forms: pd.DataFrame) -> pd.Series[str]:
    """Return the elements of each code, or the code of those that have none."""
    return forms["elements"].where(forms["elements"] != "", forms["code"])


def in_order(found: Mapping[tuple[int, str], set[int]]) -> list[NearRows]:
    """List rows of survey files by row of the list and file."""
    return [NearRows(row, file, tuple(sorted(rows))) for (row, file), rows in sorted(found.items())]


def is_near(code: str, other: str) -> bool:
    r"""Whether two codes of several elements differ in exactly one; one may be missing.

    >>> is_near("7\x1fab", "8\x1fab"), is_near("7\x1fab", "\x1fab")
    (True, True)
    >>> is_near("7\x1fab", "8\x1fcd"), is_near("1204", "1240")
    (False, False)
    """
    elements, others = code.split(JOIN), other.split(JOIN)
    if len(elements) != len(others) or len(elements) == 1:
        return False
    return sum(one != two for one, two in zip(elements, others, strict=True)) == 1


def unmatched_withdrawals(study: Study) -> Iterator[tuple[int, tuple[NearRows, ...]]]:
    """Yield the rows of the list that fitted no form when the study was last prepared."""
    path = study.processed_folder / "prepared.json"
    if not path.is_file():
        return
    prepared = json.loads(path.read_text(encoding="utf-8"))
    near = from_records(prepared.get("withdrawals_near_rows", []))
    for row in prepared.get("withdrawals_without_form", []):
        yield row, tuple(one for one in near if one.row == row)


def tell_unmatched(study: Study) -> Iterator[str]:
    """Say of each such row which rows of the survey files may be meant."""
    for row, near in unmatched_withdrawals(study):
        named = f"{study.withdrawals}, row {row}: fits no form, so nothing was erased for it."
        if near:
            yield (
                f"{named} Codes that differ in one element: {name_rows(near)}. "
                "Compare them with the person, and correct the list."
            )
        else:
            yield f"{named} No code of that school and audience is near it. Ask for it again."


def name_rows(near: tuple[NearRows, ...]) -> str:
    """Name files and rows, the first twenty of each file."""
    parts = []
    for one in near:
        more = len(one.rows) - MOST_ROWS
        rows = ", ".join(str(row) for row in one.rows[:MOST_ROWS])
        parts.append(f"{one.file} {rows}" + (f" and {more} more" if more > 0 else ""))
    return "; ".join(parts)


def from_records(stored: Iterable[Mapping[str, Any]]) -> list[NearRows]:
    """Read what `as_records` made."""
    return [NearRows(one["row"], one["file"], tuple(one["rows"])) for one in stored]


def as_records(near: list[NearRows]) -> list[dict[str, object]]:
    """Make what `prepared.json` holds of it."""
    return [asdict(one) for one in near]
