"""Answers as they were written, as numbers that only tell one answer from another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from impact_eval.surveys.item_rule import answer_key


def written_answers(answers: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Give each answer a number, the same for the same answer in every file.

    Parameters
    ----------
    answers : DataFrame, shape (n, items of one file)
        Text as typed.
    items : sequence of str
        All items of the study; those that the file does not ask are 0.

    Returns
    -------
    DataFrame of uint64, shape (n, len(items))
        A hash of the answer in the spelling in which answers are compared; 0 where there is none.

    Examples
    --------
    >>> answers = pd.DataFrame({"c1": ["4", " ۴ ", ""]}, dtype="str")
    >>> found = written_answers(answers, ["c1", "c2"])
    >>> bool(found["c1"][0] == found["c1"][1]), int(found["c1"][2]), int(found["c2"][0])
    (True, 0, 0)
    """
    columns = {}
    for item in items:
        numbers = np.zeros(len(answers), dtype=np.uint64)
        if item in answers and len(answers):
            codes, unique = pd.factorize(answers[item].to_numpy(dtype=object))
            keys = np.array([answer_key(text) for text in unique], dtype=object)
            hashed = np.where(keys == "", np.uint64(0), pd.util.hash_array(keys))
            numbers = hashed[codes]
        columns[item] = numbers
    return pd.DataFrame(columns, index=answers.index)
