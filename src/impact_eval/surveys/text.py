"""One spelling for what people type differently: digits of other scripts, spaces, case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_NUMBER_SIGNS: Final = {ord("٫"): ".", ord("−"): "-"}
# Joiners, direction marks and the byte order mark: invisible, and typed by some keyboards only.
_INVISIBLE: Final = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFEFF])
_TABLE: Final = {**_NUMBER_SIGNS, **_INVISIBLE}
# with three zeros behind it a comma parts thousands
_WHOLE_NUMBER: Final = re.compile(r"0*(\d+)(?:\.0+|,00?)?")
_NOT_OF_A_CODE: Final = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Text with Latin digits, single spaces and nothing invisible.

    >>> plain(" ۱۲  کراچی "), plain("१२")
    ('12 کراچی', '12')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_TABLE)
        text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    return " ".join(text.split())


def folded(text: str) -> str:
    """Plain text in one case: what two spellings of a name share.

    >>> folded("Government  Girls SCHOOL") == folded("government girls school")
    True
    """
    return plain(text).casefold()


def code_element(text: str) -> str:
    """One element of a respondent's code without case, spaces, signs and leading zeros.

    >>> code_element(" ۰3 "), code_element("3.0"), code_element("3,0"), code_element("a-b")
    ('3', '3', '3', 'ab')
    """
    if text.isascii() and text.isalpha():
        return text.lower()
    element = folded(text)
    if number := _WHOLE_NUMBER.fullmatch(element):
        return number[1]
    return _NOT_OF_A_CODE.sub("", element)


def roll_number(text: str, *, prefixes: Sequence[str] = ()) -> str:
    """Bring a school's number for a person into one spelling, without a declared prefix.

    A prefix that is not declared stays: `A-12` and `B-12` may be two people. Nothing is taken off
    if nothing would be left.

    >>> roll_number("Roll No. ۰۱۲", prefixes=["Roll No."]), roll_number("A-012"), roll_number("012")
    ('12', 'a012', '12')
    """
    element = code_element(text)
    for prefix in sorted(map(code_element, prefixes), key=len, reverse=True):
        rest = element.removeprefix(prefix)
        if prefix and rest and rest != element:
            return code_element(rest)
    return element
