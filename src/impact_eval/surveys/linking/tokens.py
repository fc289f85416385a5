"""Keyed tokens in place of what people typed to say who they are: equal where the text is equal."""

from __future__ import annotations

import base64
import hmac
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from impact_eval.surveys.encoded import Encoded, spelled
from impact_eval.surveys.linking.masks import JOIN
from impact_eval.surveys.linking.pseudonyms import pseudonym

_BYTES: Final = 6
_HASH_KEY_BYTES: Final = 12


class Tokens:
    """Makes tokens with the key of one study, each different text once.

    Notes
    -----
    A token of a code's element is the first 12 hexadecimal digits of its HMAC-SHA256: among 100,000
    different elements of a study the chance that any two share one is about 2e-5. Whoever has the
    key can try out all codes; nobody else can.

    Examples
    --------
    >>> tokens = Tokens(b"secret")
    >>> codes = pd.Series([f"7{JOIN}ab", f"7{JOIN}", ""], dtype="str")
    >>> [code.split(JOIN) for code in tokens.of_codes(codes)]
    [['19a4cfd12b15', '269f18c25b2d'], ['19a4cfd12b15', ''], ['']]
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known = {"": ""}

    def of_codes(self, codes: pd.Series) -> pd.Series:
        """Tokens of a column of codes, element by element: what is empty stays empty."""
        parts = pc.split_pattern(_as_array(codes), JOIN)
        elements = parts.flatten().dictionary_encode()
        tokens = [self._of_element(text) for text in elements.dictionary.to_pylist()]
        hidden = pa.array(tokens, type=pa.large_string()).take(elements.indices)
        whole = pa.ListArray.from_arrays(parts.offsets, hidden)
        joint = pa.scalar(JOIN, pa.large_string())
        return pd.Series(pc.binary_join(whole, joint), dtype="str").set_axis(codes.index)

    def of_names(self, names: Encoded, kind: str) -> Encoded:
        """Pseudonyms of a column of names that are compared whole, as of devices; empty stays so.

        `kind` keeps apart equal names of different things.
        """
        return spelled(
            names, lambda name: pseudonym(f"{kind}|{name}", key=self._key) if name else ""
        )

    @property
    def hash_key(self) -> str:
        """Key of 16 signs (96 bits) for hashes of whole columns of answers, as pandas wants it."""
        digest = hmac.digest(self._key, b"hashes of answers", "sha256")
        return base64.b64encode(digest[:_HASH_KEY_BYTES]).decode("ascii")

    def fingerprint(self, text: str) -> str:
        """Keyed digest of a text, which says that the key is the same and nothing else of it."""
        return hmac.digest(self._key, b"fingerprint\x1f" + text.encode(), "sha256").hex()

    def _of_element(self, text: str) -> str:
        token = self._known.get(text)
        if token is None:
            message = b"element\x1f" + text.encode()
            token = self._known[text] = hmac.digest(self._key, message, "sha256")[:_BYTES].hex()
        return token


def _as_array(codes: pd.Series) -> pa.Array:
    array = pa.array(codes, type=pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
