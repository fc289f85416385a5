"""Keyed hashes in place of respondents' codes: one secret key for each study."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path
from typing import Final

import pandas as pd

from impact_eval.errors import Fault, SurveyFileError

_KEY_BYTES: Final = 32
_SHOWN_DIGITS: Final = 20


def study_key(path: Path) -> bytes:
    """Key of a study; made on first use, readable by its owner only.

    Raises
    ------
    SurveyFileError
        If the file holds anything but a key: pseudonyms would silently change.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (UnicodeDecodeError, ValueError):
        key = b""
    if len(key) == _KEY_BYTES:
        return key
    rule = "the key file must hold the key that was made for this study"
    remedy = "Restore it, or delete it to have a new one made: all pseudonyms then change."
    raise SurveyFileError([Fault(path.name, "", rule, "something else", remedy)])


def pseudonym(identity: str, *, key: bytes) -> str:
    """Keyed hash of an identity: HMAC-SHA256, its first 20 hexadecimal digits.

    Notes
    -----
    80 bits: among 50,000 people the chance that any two share one is about 1e-15.

    Examples
    --------
    >>> pseudonym("student|school-1|7", key=b"secret")
    '673ac936ff0701c626a6'
    """
    return hmac.digest(key, identity.encode(), "sha256").hex()[:_SHOWN_DIGITS]


def pseudonyms(identities: pd.Series, *, key: bytes) -> pd.Series:
    """Pseudonym of each identity of a column."""
    return identities.map(lambda identity: pseudonym(identity, key=key)).astype("str")
