"""Answers as they were written, as numbers that only tell one answer from another."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from impact_eval.surveys.encoded import Encoded
from impact_eval.surveys.item_rule import answer_key


def written_hashes(answers: Iterable[Encoded], *, hash_key: str) -> dict[str, int]:
    """Give each answer a number, the same for the same answer in every file.

    Parameters
    ----------
    answers : iterable of Encoded
        Answers as typed, to all items of one file.
    hash_key : str
        16 ASCII signs, the study's secret (`Tokens.hash_key`): without them nobody can try out
        which answer has which number.

    Returns
    -------
    dict of int
        For each answer, in the spelling in which answers are compared (`answer_key`), a keyed hash
        of it from 1 to 2^32 - 1; 0 for none.

    Notes
    -----
    Of 1,000 different answers to an item two share one of the 2^32 numbers with probability 1e-4.

    Examples
    --------
    >>> from impact_eval.surveys.encoded import distinct
    >>> answers = distinct(pd.Series(["4", " ۴ ", ""], dtype="str"))
    >>> found = written_hashes([answers], hash_key="0123456789abcdef")
    >>> sorted(found), found[""], found["4"] > 0
    (['', '4'], 0, True)
    """
    keys = {answer_key(text) for cells in answers for text in cells.texts}
    given = sorted(keys - {""})
    hashes = pd.util.hash_array(np.array(given, dtype=object), hash_key=hash_key, categorize=False)
    hashed = np.maximum(hashes >> np.uint64(32), 1)
    return {"": 0} | dict(zip(given, hashed.tolist(), strict=True))
