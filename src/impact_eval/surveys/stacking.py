"""Forms of several tables or files one below the other, and those of one file out of all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from impact_eval.surveys.answers import Answers
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.read_forms import ReadForms


def stacked(parts: Sequence[ReadForms]) -> ReadForms:
    """Put forms one below the other, in the order of the parts."""
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *(len(part.forms) for part in parts)])
    rejected, texts = (
        [rows.assign(form=rows["form"] + start) for rows, start in zip(of, starts, strict=False)]
        for of in ([part.rejected for part in parts], [part.texts for part in parts])
    )
    return ReadForms(
        Columns.stacked([part.forms for part in parts]),
        Columns.stacked([part.subgroups for part in parts]),
        Answers.stacked([part.answers for part in parts]),
        pd.concat(rejected, ignore_index=True),
        pd.concat(texts, ignore_index=True),
    )


def cut_out(read: ReadForms, start: int, stop: int) -> ReadForms:
    """Forms from one position to before another, with nothing that other forms say."""
    return ReadForms(
        read.forms.taken(slice(start, stop)).pruned(),
        read.subgroups.taken(slice(start, stop)).pruned(),
        read.answers.taken(slice(start, stop)).pruned(),
        _listed(read.rejected, start, stop),
        _listed(read.texts, start, stop),
    )


def _listed(rows: pd.DataFrame, start: int, stop: int) -> pd.DataFrame:
    rows = rows[rows["form"].between(start, stop, inclusive="left")]
    return rows.assign(form=rows["form"] - start).reset_index(drop=True)
