"""Keyed tokens in place of what people typed to say who they are: equal where the text is equal."""

from __future__ import annotations

import base64
import hmac
from typing import Final

from impact_eval.surveys.codes import Codes
from impact_eval.surveys.encoded import Encoded, spelled
from impact_eval.surveys.linking.pseudonyms import pseudonym

_BYTES: Final = 6
_HASH_KEY_BYTES: Final = 12


class Tokens:
    r"""Makes tokens with the key of one study, each different text once.

    Notes
    -----
    A token of a code's element is the first 12 hexadecimal digits of its HMAC-SHA256: among 100,000
    different elements of a study the chance that any two share one is about 2e-5. Whoever has the
    key can try out all codes; nobody else can.

    Examples
    --------
    >>> import numpy as np
    >>> tokens = Tokens(b"secret")
    >>> numbers = Encoded(np.array([0, 0, 1]), ["7", ""])
    >>> letters = Encoded(np.array([0, 1, 1]), ["ab", ""])
    >>> hidden = tokens.of_codes(Codes((numbers, letters), 3))
    >>> [code.split("\x1f") for code in hidden.taken_texts(np.arange(3))]
    [['19a4cfd12b15', '269f18c25b2d'], ['19a4cfd12b15', ''], ['']]
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known = {"": ""}

    def of_codes(self, codes: Codes) -> Encoded:
        """Tokens of codes, element by element: what is empty stays empty."""
        return codes.as_text(self._of_element)

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
