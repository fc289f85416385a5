"""Forms of several tables or files one below the other, and those of one file out of all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from impact_eval.surveys.read_forms import ReadForms


def stacked(parts: Sequence[ReadForms]) -> ReadForms:
    """Put forms one below the other, in the order of the parts."""
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *(len(part.forms) for part in parts)])
    rejected = [
        part.rejected.assign(form=part.rejected["form"] + start)
        for part, start in zip(parts, starts, strict=False)
    ]
    return ReadForms(
        pd.concat([part.forms for part in parts], ignore_index=True),
        pd.concat([part.subgroups for part in parts], ignore_index=True),
        pd.concat([part.numbers for part in parts], ignore_index=True),
        pd.concat([part.written for part in parts], ignore_index=True),
        pd.concat([part.kinds for part in parts], ignore_index=True),
        pd.concat(rejected, ignore_index=True),
    )


def cut_out(read: ReadForms, start: int, stop: int) -> ReadForms:
    """Forms from one position to before another, as they were before they were stacked."""
    here = read.rejected["form"].between(start, stop, inclusive="left")
    rejected = read.rejected[here]
    return ReadForms(
        _rows(read.forms, start, stop),
        _rows(read.subgroups, start, stop),
        _rows(read.numbers, start, stop),
        _rows(read.written, start, stop),
        _rows(read.kinds, start, stop),
        rejected.assign(form=rejected["form"] - start).reset_index(drop=True),
    )


def _rows(table: pd.DataFrame, start: int, stop: int) -> pd.DataFrame:
    return table.iloc[start:stop].reset_index(drop=True)
