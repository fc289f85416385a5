"""National identity numbers, told from other numbers by their dates and check digits."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_CNIC: Final = re.compile(r"[1-8]\d{4}[- ]\d{7}[- ]\d")
_CNIC_BARE: Final = re.compile(r"[1-8]\d{12}")
# Thirteen digits between these are milliseconds since 1970, of the years 2008 to 2039.
_MILLISECONDS: Final = (1_200_000_000_000, 2_200_000_000_000)
_IIN: Final = re.compile(r"\d{12}")
_FIRST_WEIGHTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURIES: Final = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_IMPOSSIBLE: Final = 10


def is_cnic(text: str) -> bool:
    """Whether a text is written like a Pakistani identity number (CNIC).

    Parameters
    ----------
    text : str
        A cell with Latin digits and single spaces.

    Returns
    -------
    bool
        Thirteen digits in groups of 5, 7 and 1; or without dashes, unless they are a moment in
        milliseconds. The number has no check digit.

    Examples
    --------
    >>> is_cnic("42101-1234567-1"), is_cnic("4210112345671"), is_cnic("1709285400000")
    (True, True, False)
    """
    if _CNIC.fullmatch(text):
        return True
    low, high = _MILLISECONDS
    return bool(_CNIC_BARE.fullmatch(text)) and not low <= int(text) <= high


def is_iin(text: str) -> bool:
    """Whether a text is a valid Kazakh individual identification number (IIN).

    Parameters
    ----------
    text : str
        A cell with Latin digits.

    Returns
    -------
    bool
        Twelve digits: day of birth as YYMMDD, a digit for century and sex (1 to 6), four digits,
        and a check digit.

    Notes
    -----
    The check digit is the sum of the first eleven digits, weighted 1 to 11, modulo 11; where that
    is 10, the weights are 3 to 11, 1, 2; where it is 10 again, the number is not given out.

    Examples
    --------
    >>> is_iin("970131350189"), is_iin("970131350188"), is_iin("970231350189")
    (True, False, False)
    """
    if not _IIN.fullmatch(text) or not text.isascii():
        return False
    century = _CENTURIES.get(text[6])
    if century is None:
        return False
    try:
        dt.date(century + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return False
    return _check_digit(text) == int(text[11])


def _check_digit(text: str) -> int:
    digits = [int(digit) for digit in text[:11]]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        digit = sum(a * b for a, b in zip(digits, weights, strict=True)) % 11
        if digit != _IMPOSSIBLE:
            return digit
    return -1
