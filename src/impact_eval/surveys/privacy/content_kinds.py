"""What a column's cells look like: telephones, e-mails, identity numbers, places, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

from impact_eval.surveys.encoded import Encoded
from impact_eval.surveys.parsed_column import ParsedColumn
from impact_eval.surveys.privacy.identity_numbers import is_cnic, is_iin
from impact_eval.surveys.text import plain

Kind = Literal[
    "name", "telephone", "e-mail", "identity number", "address", "coordinates", "date of birth"
]

FEWEST_CELLS: Final = 3
_LEAST_SHARE: Final = 0.1
_LEAST_SHARE_NAMES: Final = 0.6
_LEAST_DISTINCT_NAMES: Final = 0.8
_MOST_TEXTS: Final = 1_000

_EMAIL: Final = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]{2,}")
_TELEPHONE_SIGNS: Final = re.compile(r"[ ().\-]+")
_TELEPHONE: Final = re.compile(r"\+\d{9,14}|00\d{9,13}|03\d{9}|923\d{9}|3\d{9}|[78]7\d{9}")
_COORDINATES: Final = re.compile(r"-?\d{1,2}\.\d{3,}[,; ]+-?\d{1,3}\.\d{3,}([,; ]+-?\d+(\.\d+)?)*")
_ADDRESS: Final = re.compile(
    r"\b(house|street|st|road|rd|lane|mohalla|flat|ул|улица|дом|кв|квартира|мкр|проспект"
    r"|көшесі|үй|گلی|مکان|محلہ|سڑک)\b",
    re.IGNORECASE,
)
_NAME_WORD: Final = re.compile(r"[^\W\d_]\.|[^\W\d_][^\W\d_'’\-]*([-'’][^\W\d_]+)*")


def _is_email(text: str) -> bool:
    return "@" in text and bool(_EMAIL.search(text))


def _is_telephone(text: str) -> bool:
    return bool(_TELEPHONE.fullmatch(_TELEPHONE_SIGNS.sub("", text)))


def _is_identity_number(text: str) -> bool:
    return is_cnic(text) or is_iin(text)


def _is_address(text: str) -> bool:
    return any(sign.isdigit() for sign in text) and bool(_ADDRESS.search(text))


def _is_name(text: str) -> bool:
    """Two to four words that all begin with a capital: scripts without capitals never match."""
    words = text.split()
    if not 2 <= len(words) <= 4 or not all(_NAME_WORD.fullmatch(word) for word in words):
        return False
    return all(word[0].isupper() for word in words) and any(not word.isupper() for word in words)


# Nothing that is looked for is shorter: "st 5", "A Bo".
_SHORTEST: Final = 4
# Telephones, identity numbers and coordinates hold nothing else, and are no shorter.
_LONG_NUMBER: Final = re.compile(r"[\d .,;()+\-]{9,}")
_NUMBERS: Final = re.compile(r"[\d .,;()+\-\n]+")
# In this order: an identity number without dashes also looks like a telephone.
_TESTS: Final[tuple[tuple[Kind, Callable[[str], bool]], ...]] = (
    ("e-mail", _is_email),
    ("identity number", _is_identity_number),
    ("telephone", _is_telephone),
    ("coordinates", lambda text: bool(_COORDINATES.fullmatch(text))),
    ("address", _is_address),
)
_OF_NUMBERS: Final[tuple[Kind, ...]] = ("identity number", "telephone", "coordinates")
# What a column of these kinds holds somewhere, looked for in all its texts at once.
_WORDS: Final[Mapping[Kind, Callable[[str], object]]] = {
    "e-mail": re.compile("@").search,
    "address": _ADDRESS.search,
}


def kind_of_text(text: str) -> Kind | None:
    """Say what a single text in plain spelling looks like as a whole; names are not looked for.

    Examples
    --------
    >>> kind_of_text("+7 701 234 56 78"), kind_of_text("often")
    ('telephone', None)
    """
    return next((kind for kind, test in _TESTS if test(text)), None)


def content_kind(cells: Encoded | ParsedColumn) -> Kind | None:
    """Say what a column holds, by its cells.

    Parameters
    ----------
    cells : Encoded or ParsedColumn
        A column as typed; of more than 1,000 different texts every second, third, ... is looked at.

    Returns
    -------
    str or None
        A kind that at least three filled cells, and one in ten of them, match; for names six in ten
        that are nearly all different. None if there is none.

    Notes
    -----
    Names are found by capitals, so not in Urdu; and single coordinates not at all, since scores
    look the same. Headings help with both (`heading_kind`).

    Examples
    --------
    >>> import pandas as pd
    >>> from impact_eval.surveys.encoded import distinct
    >>> numbers = ["+92 300 1234567", "0300-7654321", "03001112223", ""]
    >>> content_kind(distinct(pd.Series(numbers, dtype="str")))
    'telephone'
    >>> answers = pd.Series(["Very Often", "Very Often", "Not Now"], dtype="str")
    >>> content_kind(distinct(answers)) is None
    True
    """
    if not cells.is_longer_than(_SHORTEST - 1):
        return None
    counted = [(plain(text), count) for text, count in cells.some(_MOST_TEXTS)]
    texts = [(text, count) for text, count in counted if text]
    filled = sum(count for _, count in texts)
    if filled < FEWEST_CELLS:
        return None
    numbers = [(text, count) for text, count in texts if _LONG_NUMBER.fullmatch(text)]
    together = "\n".join(text for text, _ in texts)
    only_numbers = bool(_NUMBERS.fullmatch(together))
    for kind, test in _TESTS:
        if kind in _OF_NUMBERS:
            possible = numbers
        else:
            possible = texts if not only_numbers and _WORDS[kind](together) else []
        matching = sum(count for text, count in possible if test(text))
        if matching >= max(FEWEST_CELLS, _LEAST_SHARE * filled):
            return kind
    if " " not in together:
        return None
    named = [count for text, count in texts if _is_name(text)]
    if sum(named) < max(FEWEST_CELLS, _LEAST_SHARE_NAMES * filled):
        return None
    return "name" if len(named) >= _LEAST_DISTINCT_NAMES * sum(named) else None
