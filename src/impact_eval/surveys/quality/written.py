"""Answers as they were written, as numbers that only tell one answer from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.text import Encoded


def written_answers(
    answers: Mapping[str, Encoded], items: Sequence[str], n: int, *, hash_key: str
) -> pd.DataFrame:
    """Give each answer a number, the same for the same answer in every file.

    Parameters
    ----------
    answers : mapping of str to Encoded
        For each item of one file the n answers as typed.
    items : sequence of str
        All items of the study; those that the file does not ask are 0.
    n : int
        How many forms there are.
    hash_key : str
        16 ASCII signs, the study's secret (`Tokens.hash_key`): without them nobody can try out
        which answer has which number.

    Returns
    -------
    DataFrame of uint32, shape (n, len(items))
        A keyed hash of the answer in the spelling in which answers are compared; 0 where there is
        none.

    Notes
    -----
    Of 1,000 different answers to an item two share one of the 2^32 numbers with probability 1e-4.

    Examples
    --------
    >>> from impact_eval.surveys.text import distinct
    >>> answers = {"c1": distinct(pd.Series(["4", " ۴ ", ""], dtype="str"))}
    >>> found = written_answers(answers, ["c1", "c2"], 3, hash_key="0123456789abcdef")
    >>> bool(found["c1"][0] == found["c1"][1]), int(found["c1"][2]), int(found["c2"][0])
    (True, 0, 0)
    """
    numbers = np.zeros((len(items), n), dtype=np.uint32)
    for at, item in enumerate(items):
        if item in answers and n:
            codes, unique = answers[item]
            np.take(_hashes(unique, hash_key), codes, out=numbers[at])
    return pd.DataFrame(numbers.T, columns=list(items), copy=False)


def _hashes(texts: list[str], hash_key: str) -> np.ndarray[Any, np.dtype[np.uint32]]:
    keys = np.array([answer_key(text) for text in texts], dtype=object)
    hashes = pd.util.hash_array(keys, hash_key=hash_key)
    hashed = np.maximum(hashes >> np.uint64(32), np.uint64(1))
    return np.asarray(np.where(keys == "", 0, hashed), dtype=np.uint32)
