"""Answers as they were written, as numbers that only tell one answer from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    keys = {answer_key(text) for cells in answers.values() for text in cells.texts}
    hashes = _hashes(keys, hash_key)
    for at, item in enumerate(items):
        if item in answers and n:
            codes, texts = answers[item]
            of_texts = np.array([hashes[answer_key(text)] for text in texts], dtype=np.uint32)
            numbers[at] = of_texts[codes]
    return pd.DataFrame(numbers.T, columns=list(items), copy=False)


def _hashes(keys: set[str], hash_key: str) -> dict[str, int]:
    """Hash answers in the spelling in which they are compared."""
    given = sorted(keys - {""})
    hashes = pd.util.hash_array(np.array(given, dtype=object), hash_key=hash_key)
    hashed = np.maximum(hashes >> np.uint64(32), 1)
    return {"": 0} | dict(zip(given, hashed.tolist(), strict=True))
