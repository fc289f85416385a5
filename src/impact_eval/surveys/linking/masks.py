"""Keyed hashes of a code with one element left out: equal where two codes differ in at most it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.surveys.codes import JOIN

_BYTES: Final = 16


def masked_hashes(identity: str, elements: Sequence[str], *, key: bytes) -> tuple[bytes, ...]:
    """Keyed hashes of a code, one for each element that may be the wrong one.

    Parameters
    ----------
    identity : str
        What is never tolerated to differ: audience and school.
    elements : sequence of str
        Elements of one code, normalised; an empty one is missing.
    key : bytes
        Key of the study.

    Returns
    -------
    tuple of bytes
        As many hashes as elements. With one element missing, one hash: without that element. With
        more missing, none.

    Notes
    -----
    Two whole codes of the same identity and length differ in at most one element exactly when they
    share a hash: the one without that element. So near codes are found by equality, in a time that
    is linear in the number of codes, and from hashes alone. The elements' number and place are part
    of what is hashed.

    Examples
    --------
    >>> ours = masked_hashes("student|north", ["7", "ab", "3"], key=b"k")
    >>> near = masked_hashes("student|north", ["7", "xy", "3"], key=b"k")
    >>> len(set(ours) & set(near)), len(masked_hashes("a", ["7", "", "3"], key=b"k"))
    (1, 1)
    """
    missing = [place for place, element in enumerate(elements) if not element]
    if len(missing) > 1:
        return ()
    return tuple(_hash(identity, elements, place, key) for place in missing or range(len(elements)))


def _hash(identity: str, elements: Sequence[str], left_out: int, key: bytes) -> bytes:
    rest = [*elements[:left_out], *elements[left_out + 1 :]]
    text = JOIN.join([identity, str(len(elements)), str(left_out), *rest])
    return hmac.digest(key, text.encode(), "sha256")[:_BYTES]


def sharing_pairs(identity: pd.Series, elements: pd.Series, *, key: bytes) -> pd.DataFrame:
    """Pairs of positions whose codes share a hash, each pair once, the smaller position first.

    Notes
    -----
    Linear in rows, and in the number of pairs that are found.
    """
    hashed = [
        (place, digest)
        for place, (one, code) in enumerate(zip(identity, elements, strict=True))
        for digest in masked_hashes(one, code.split(JOIN), key=key)
    ]
    table = pd.DataFrame(hashed, columns=["node", "hash"])
    table = table[table.duplicated("hash", keep=False)]
    table["hash"] = pd.factorize(table["hash"])[0]
    pairs = table.merge(table, on="hash", suffixes=("_first", "_second"))
    pairs = pairs[pairs["node_first"] < pairs["node_second"]]
    pairs = pairs[["node_first", "node_second"]].drop_duplicates()
    pairs = pairs.sort_values(["node_first", "node_second"], ignore_index=True)
    return pairs.set_axis(["first", "second"], axis=1).astype(np.int64)
