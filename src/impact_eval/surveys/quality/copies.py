"""Forms with the same answers to everything, by different people at one place on one day."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Codes = np.ndarray[Any, np.dtype[np.uint64]]

FEWEST_INFORMATIVE: Final = 15
MOST_COMMON: Final = 0.8


def informative(codes: Codes) -> Mask:
    """Which items tell people apart: their commonest answer is given by fewer than 80 %.

    Parameters
    ----------
    codes : array, shape (n, k)
        Answers of one audience and wave as written; 0 is no answer.

    Returns
    -------
    array of bool, shape (k,)

    Examples
    --------
    >>> informative(np.array([[1, 7], [2, 7], [3, 7]], dtype=np.uint64)).tolist()
    [True, False]
    """
    return np.array([_common_share(column[column != 0]) < MOST_COMMON for column in codes.T], bool)


def identical_answers(
    codes: Codes, place: np.ndarray[Any, Any], person: np.ndarray[Any, Any]
) -> Mask:
    """Which forms repeat, answer for answer, the form of another person at the same place.

    Parameters
    ----------
    codes : array, shape (n, k)
        Answers of one audience and wave as written, to all items but notes; 0 is no answer.
    place : array, shape (n,)
        School and day of each form.
    person : array of str, shape (n,)
        Who filled it in; empty if that is not known, and then taken as somebody of their own.

    Returns
    -------
    array of bool, shape (n,)
        All forms of a set of equal ones, if at least 15 informative items are answered on them.

    Notes
    -----
    Answers are compared as written, so that two people with everything right and no opinion in
    common differ. On 15 items whose commonest answer is given by four in five two people who
    answer independently agree on all with probability under 0.035, and on items with several
    common answers hardly ever. The whole form must be equal: copies with single changes (per cent
    match; Kuriakose & Robbins 2016, *Statistical Journal of the IAOS* 32) are not looked for,
    because within a class they are common among honest forms.

    Examples
    --------
    >>> codes = np.tile(np.arange(1, 41, dtype=np.uint64).reshape(2, 20), (2, 1))
    >>> nobody = np.array(["", "", "", ""])
    >>> identical_answers(codes, np.array(["a", "a", "a", "b"]), nobody).tolist()
    [True, False, True, False]
    """
    tells = informative(codes)
    enough = (codes[:, tells] != 0).sum(axis=1) >= FEWEST_INFORMATIVE
    found = np.zeros(len(codes), dtype=bool)
    if not enough.any():
        return found
    rows = np.flatnonzero(enough)
    same = pd.DataFrame(codes[rows])
    known = person[rows] != ""
    own = np.where(known, person[rows], [f"\x1f{row}" for row in rows])
    table = pd.DataFrame(
        {
            "vector": pd.util.hash_pandas_object(same, index=False).to_numpy(),
            "place": place[rows],
            "person": own,
        }
    )
    people = table.groupby(["vector", "place"], sort=False)["person"].transform("nunique")
    found[rows] = people.to_numpy() > 1
    return found


def _common_share(answers: Codes) -> float:
    if not answers.size:
        return 1.0
    _, counts = np.unique(answers, return_counts=True)
    return float(counts.max() / answers.size)
