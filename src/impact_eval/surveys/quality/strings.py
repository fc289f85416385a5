"""The same answer again and again, and answers in a pattern."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Codes = np.ndarray[Any, np.dtype[np.unsignedinteger[Any]]]

FEWEST_ITEMS: Final = 6
REPEATED: Final = 8
PERIODS: Final = (2, 3, 4, 5)


def longest_run(codes: Codes, reverse: Mask | None = None) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Length of each form's longest string of equal answers.

    Parameters
    ----------
    codes : array, shape (n, k)
        Answers as written, in the order of the form; 0 is no answer, and breaks a string.
    reverse : array of bool, shape (k,), optional
        Which items are reversed. If given, only strings that go over a reversed item and over one
        that is not are counted: in them a person agrees with a statement and with its contrary.

    Returns
    -------
    array of int, shape (n,)

    Notes
    -----
    The long string index of Johnson (2005), *Journal of Research in Personality* 39.

    Examples
    --------
    >>> answers = np.array([[4, 4, 4, 2, 4], [1, 0, 1, 1, 5]], dtype=np.uint64)
    >>> longest_run(answers).tolist()
    [3, 2]
    >>> longest_run(answers, np.array([False, False, False, True, False])).tolist()
    [0, 2]
    """
    n, k = codes.shape
    turned = np.zeros(k, dtype=bool) if reverse is None else reverse
    length = np.zeros(n, dtype=np.int64)
    over = np.zeros((n, 2), dtype=bool)
    longest = np.zeros(n, dtype=np.int64)
    for item in range(k):
        answered = codes[:, item] != 0
        goes_on = answered & (codes[:, item] == codes[:, item - 1]) if item else answered & False
        length = np.where(goes_on, length + 1, answered.astype(np.int64))
        over = over & goes_on[:, None]
        over[:, int(turned[item])] |= answered
        counts = over.all(axis=1) if reverse is not None else answered
        longest = np.where(counts & (length > longest), length, longest)
    return longest


def straightlining(codes: Codes, reverse: Mask) -> Mask:
    """Which forms tick the same answer down a list of ratings.

    Parameters
    ----------
    codes : array, shape (n, k)
        Answers as written to a list of ratings in the order of the form; 0 is no answer.
    reverse : array of bool, shape (k,)
        Which items are reversed.

    Returns
    -------
    array of bool, shape (n,)
        With a reversed item in the list: a string of at least half the list, and at least 6, goes
        over a reversed item and one that is not. Without one: all answers given, at least 6, are
        the same. Lists of fewer than 6 items are never flagged.

    Notes
    -----
    Without a reversed item to contradict, the same answer everywhere may be an opinion; `at_end`
    tells the ceiling and the floor apart, and `flags` takes them out.

    References
    ----------
    Curran (2016), *Journal of Experimental Social Psychology* 66: half the list as a cut-off; Meade
    & Craig (2012), *Psychological Methods* 17, on the index.

    Examples
    --------
    >>> same = np.full((1, 6), 3, dtype=np.uint64)
    >>> straightlining(same, np.array([False] * 6)).tolist()
    [True]
    >>> straightlining(same[:, :5], np.array([False] * 5)).tolist()
    [False]
    """
    k = codes.shape[1]
    if k < FEWEST_ITEMS:
        return np.zeros(len(codes), dtype=bool)
    if reverse.any() and not reverse.all():
        least = max(FEWEST_ITEMS, -(-k // 2))
        return np.asarray(longest_run(codes, reverse) >= least)
    return _all_the_same(codes)


def at_end(codes: Codes, numbers: np.ndarray[Any, np.dtype[np.float64]], end: float) -> Mask:
    """Which forms give the same answer, the best or the worst possible one, to a whole list.

    Parameters
    ----------
    codes : array, shape (n, k)
        Answers as written; 0 is no answer.
    numbers : array of float, shape (n, k)
        The same answers as numbers, NaN without one.
    end : float
        The highest or the lowest rating.

    Returns
    -------
    array of bool, shape (n,)

    Notes
    -----
    A ceiling is not carelessness: after a good course many people agree with everything.

    Examples
    --------
    >>> at_end(np.full((1, 6), 9, dtype=np.uint64), np.full((1, 6), 5.0), 5.0).tolist()
    [True]
    """
    same = _all_the_same(codes)
    return np.asarray(same & ((numbers == end) | (codes == 0)).all(axis=1))


def repeated_pattern(codes: Codes) -> Mask:
    """Which forms answer in a pattern that returns every 2, 3, 4 or 5 items, such as 1-2-3-4-5.

    Parameters
    ----------
    codes : array, shape (n, k)
        Answers as written in the order of the form; 0 is no answer.

    Returns
    -------
    array of bool, shape (n,)
        Every item of the list is answered, not all alike, and at least 8 answers repeat the one
        that stands a period before them, all of them without exception.

    Notes
    -----
    If an answer agrees by chance with the one a period before with probability q, a form is
    flagged with probability q^(k - period) at most for each period: with q = 0.4 and 8 repeated
    answers 0.0007. Patterns that go up and down (1-2-3-4-5-4-3-2) are longer than these periods.

    Examples
    --------
    >>> answers = np.array([[1, 2, 3, 4] * 3, [1, 2, 3, 4, 4, 2] * 2], dtype=np.uint64)
    >>> repeated_pattern(answers).tolist()
    [True, False]
    """
    n, k = codes.shape
    found = np.zeros(n, dtype=bool)
    for period in PERIODS:
        if k - period < REPEATED:
            continue
        rows = np.flatnonzero(codes[:, period] == codes[:, 0])
        for item in range(period + 1, k):
            rows = rows[codes[rows, item] == codes[rows, item - period]]
        found[rows] = True
    rows = np.flatnonzero(found)
    found[rows] = (codes[rows] != 0).all(axis=1) & ~_all_the_same(codes[rows])
    return found


def _all_the_same(codes: Codes) -> Mask:
    """At least 6 answers, all alike."""
    n, k = codes.shape
    same = np.zeros(n, dtype=bool)
    rows, answer = np.arange(n), np.zeros(n, dtype=codes.dtype)
    for item in range(k):
        given = codes[:, item] if len(rows) == n else codes[rows, item]
        goes_on = (given == 0) | (answer == 0) | (given == answer)
        rows, answer = rows[goes_on], np.maximum(answer, given)[goes_on]
    same[rows] = (codes[rows] != 0).sum(axis=1) >= FEWEST_ITEMS
    return same
