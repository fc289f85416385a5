"""Bytes of a text file to text: which encoding it is in, and a clear refusal when it is in two."""

from __future__ import annotations

import codecs
import re
from typing import Final

from impact_eval.errors import Fault, SurveyFileError

_LEAST_ZEROS: Final = 8  # one byte in so many: a quarter of every second one
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Nothing in the file says that it is in one of these.
GUESSED: Final = frozenset({"cp1251", "cp1252", "cp1256", "utf-16-le", "utf-16-be"})
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_WORD: Final = re.compile(rb"[A-Za-z\x80-\xff]{2,}")
_ASCII_LETTER: Final = re.compile(rb"[A-Za-z]")
# A third of small letters in Russian text. In cp1256 these bytes are accented Latin letters, which
# do not stand within an Arabic or Urdu word.
_RUSSIAN: Final = "аизкоп".encode("cp1251")
_SMALL: Final = bytes(range(0xE0, 0x100))
# Where Russian capitals stand, cp1256 has other Arabic letters, but not these, which are over a
# third of Arabic and Urdu text. Of those it has, alef, one letter in eight, is where З is.
_ARABIC: Final = "لمنهوىيےپٹچژڈگکڑںھ".encode("cp1256")
_RUSSIAN_CAPITALS: Final = "АЕО".encode("cp1251")
_ALEF: Final = "ا".encode("cp1256")
_MOST_LINES_NAMED: Final = 10


def decode(data: bytes, *, file: str, encoding: str = "") -> tuple[str, str]:
    """Text of a file, and the encoding in which it was read.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for messages.
    encoding : str, optional
        As declared in study.toml; empty to find it out.

    Returns
    -------
    tuple of str
        The text, and the encoding's name in Python.

    Raises
    ------
    SurveyFileError
        If some lines are in one encoding and some in another, or the declared one does not fit.

    Examples
    --------
    >>> decode("schule;größe".encode("cp1252"), file="a.csv")
    ('schule;größe', 'cp1252')
    """
    if encoding:
        return _decode_as(data, encoding, file), encoding
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decode_as(data, name, file), name
    if name := _unmarked_utf16(data):
        return _decode_as(data, name, file), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        _refuse_two_encodings(data, file)
    name = _one_byte_encoding(data)
    return _decode_as(data, name, file), name


def in_utf8(data: bytes, *, file: str, encoding: str = "") -> tuple[bytes, str]:
    r"""Bytes of a text file in UTF-8 without a mark; the rest as `decode`.

    >>> in_utf8("größe".encode("cp1252"), file="a.csv")
    (b'gr\xc3\xb6\xc3\x9fe', 'cp1252')
    """
    if not encoding and data.isascii() and not _unmarked_utf16(data):
        return data, "utf-8"
    text, encoding = decode(data, file=file, encoding=encoding)
    length = len(text)
    text = text.lstrip("\ufeff")
    if encoding == "utf-8" and len(text) == length:
        return data, encoding
    return text.encode("utf-8", errors="replace"), encoding


def _decode_as(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        rule, found = "the encoding must be one of text, such as utf-8", repr(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        rule, found = (
            f"the file must be in one encoding ({encoding})",
            f"other bytes in line {line}",
        )
    fault = Fault(file, "", rule, found, "Export it again as UTF-8, or correct `encoding`.")
    raise SurveyFileError([fault]) from None


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without a mark shows as zeros in every second byte of a header, where signs are Latin.

    A zero or two that got into another file lie anywhere.
    """
    head = data[:200]
    first, second = head[::2].count(0), head[1::2].count(0)
    if len(head) < 4 or _LEAST_ZEROS * max(first, second) < len(head):
        return ""
    return "utf-16-le" if second >= first else "utf-16-be"


def _refuse_two_encodings(data: bytes, file: str) -> None:
    utf8_lines: list[int] = []
    other_lines: list[int] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if _HIGH.search(line):
            (utf8_lines if _is_utf8(line) else other_lines).append(number)
    if not utf8_lines:
        return
    fewer = min(utf8_lines, other_lines, key=len)
    shown = ", ".join(map(str, fewer[:_MOST_LINES_NAMED]))
    more = f" and {len(fewer) - _MOST_LINES_NAMED} more" if len(fewer) > _MOST_LINES_NAMED else ""
    fault = Fault(
        file,
        f"line{'s' if len(fewer) > 1 else ''} {shown}{more}",
        "a file must be in one encoding",
        "UTF-8 in some lines and another encoding in others",
        "Files were probably pasted together: export each again as UTF-8, keep them apart.",
    )
    raise SurveyFileError([fault])


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _one_byte_encoding(data: bytes) -> str:
    """Tell scripts apart: words of high bytes only are Cyrillic or Arabic, mixed ones are Latin."""
    words = [word for word in _WORD.findall(data) if _HIGH.search(word)]
    of_high = b"".join(word for word in words if not _ASCII_LETTER.search(word))
    if 2 * len(of_high) <= sum(map(len, words)):
        return "cp1252"
    return "cp1251" if _is_russian(of_high) else "cp1256"


def _is_russian(words: bytes) -> bool:
    """Judge small letters and capitals apart: a header is often in capitals only."""
    small = _count(words, _SMALL)
    if small and 10 * _count(words, _RUSSIAN) >= small:
        return True
    in_capitals = 10 * _count(words, _ARABIC) < len(words)
    return in_capitals and _count(words, _RUSSIAN_CAPITALS) >= _count(words, _ALEF)


def _count(words: bytes, letters: bytes) -> int:
    return len(words) - len(words.translate(None, letters))
