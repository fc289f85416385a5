"""What tells who somebody is, taken out of a text that people wrote."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from impact_eval.surveys.privacy.content_kinds import kind_of_text
from impact_eval.surveys.text import plain

LONG_NUMBER: Final = "long number"
MASKED: Final = ("telephone", "e-mail", "identity number", LONG_NUMBER)
LEFT_OUT: Final = ("address", "coordinates")

_MAIL: Final = re.compile(r"[^\s,;]*@[^\s,;]*")
# seven digits or more, whatever stands between them
_DIGITS: Final = re.compile(r"\+?\d(?:[ ().\-_/]*\d){6,}")
_DAY: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}")


class Masked(NamedTuple):
    """A text without what tells who somebody is, and what that was, once for each place.

    `text` is empty if the whole of it had to be left out.
    """

    text: str
    kinds: tuple[str, ...] = ()


def mask(text: str) -> Masked:
    """Put a word in brackets for telephones, e-mails, identity numbers and other long numbers.

    Parameters
    ----------
    text
        As typed.

    Returns
    -------
    Masked
        In plain spelling. A text that looks like an address or like coordinates is left out whole,
        since its words cannot be told from what they stand in.

    Notes
    -----
    Names, nicknames and numbers in words are not found.

    Examples
    --------
    >>> mask("call 0300 1234567 or me@example.org, on 2024-03-01")
    Masked(text='call [telephone] or [e-mail], on 2024-03-01', kinds=('e-mail', 'telephone'))
    >>> mask("House 5, Mall Road")
    Masked(text='', kinds=('address',))
    """
    spelled = plain(text)
    kind = kind_of_text(spelled)
    if kind in LEFT_OUT:
        return Masked("", (str(kind),))
    kinds: list[str] = []

    def instead(found: re.Match[str]) -> str:
        part = found[0]
        if _DAY.fullmatch(part):
            return part
        name = "e-mail" if "@" in part else kind_of_text(part)
        kinds.append(name if name in MASKED else LONG_NUMBER)
        return f"[{kinds[-1]}]"

    spelled = _DIGITS.sub(instead, _MAIL.sub(instead, spelled))
    return Masked(spelled, tuple(kinds))
