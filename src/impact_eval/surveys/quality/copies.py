"""Forms with the same answers to everything, by different people at one place on one day."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Codes = np.ndarray[Any, np.dtype[np.unsignedinteger[Any]]]

FEWEST_INFORMATIVE: Final = 15
MOST_COMMON: Final = 0.8
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


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
    codes: Codes, place: np.ndarray[Any, Any], person: np.ndarray[Any, Any] | pd.Series
) -> Mask:
    """Which forms repeat, answer for answer, the form of another person at the same place.

    Parameters
    ----------
    codes : array, shape (n, k)
        Answers of one audience and wave as written, to all items but notes; 0 is no answer.
    place : array, shape (n,)
        School and day of each form, as text or numbers.
    person : array or Series of str, shape (n,)
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
    found = np.zeros(len(codes), dtype=bool)
    again = given_twice(codes)
    if not again.any():
        return found
    rows = np.flatnonzero(again)
    rows = rows[(codes[rows][:, informative(codes)] != 0).sum(axis=1) >= FEWEST_INFORMATIVE]
    who = np.asarray(person[rows] if isinstance(person, np.ndarray) else person.iloc[rows])
    own = np.where(who != "", who, [f"\x1f{row}" for row in rows])
    same = pd.util.hash_pandas_object(pd.DataFrame(codes[rows]), index=False).to_numpy()
    table = pd.DataFrame({"vector": same, "place": place[rows], "person": own})
    people = table.groupby(["vector", "place"], sort=False)["person"].transform("nunique")
    found[rows] = people.to_numpy() > 1
    return found


def given_twice(codes: Codes) -> Mask:
    """Which forms have the same answers as another, up to equal hashes.

    Weights of the hash are powers of an odd number, mod 2^64.
    """
    total = np.zeros(len(codes), dtype=np.uint64)
    for item in range(codes.shape[1]):
        total *= _ODD
        total += codes[:, item]
    return np.asarray(pd.Series(total).duplicated(keep=False).to_numpy())


def _common_share(answers: Codes) -> float:
    if not answers.size:
        return 1.0
    place, _ = pd.factorize(answers)
    return float(np.bincount(place).max() / answers.size)
