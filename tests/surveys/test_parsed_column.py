"""A column in pieces says what the whole column would."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.surveys.encoded import distinct
from impact_eval.surveys.memory import nothing_in_circles
from impact_eval.surveys.parsed_column import ParsedColumn
from impact_eval.surveys.privacy.content_kinds import content_kind

PIECES = st.lists(st.lists(st.sampled_from(["", "a", "abc", "abcd", "é"]), max_size=6), max_size=5)


def parsed(pieces: list[list[str]]) -> ParsedColumn:
    kind = pa.dictionary(pa.int32(), pa.string())
    arrays = [pa.array(piece, pa.string()).dictionary_encode() for piece in pieces]
    return ParsedColumn(pa.chunked_array(arrays, type=kind))


def whole(pieces: list[list[str]]) -> pd.Series:
    return pd.Series([text for piece in pieces for text in piece], dtype="str")


@settings(max_examples=60)
@given(PIECES, st.integers(1, 6))
def test_pieces_hold_what_the_column_holds(pieces: list[list[str]], most: int) -> None:
    column, one = parsed(pieces), distinct(whole(pieces))
    together = column.encoded()
    assert together.taken_texts(np.arange(len(together.codes))) == whole(pieces).tolist()
    assert column.is_longer_than(3) == one.is_longer_than(3)
    pairs = [(text, piece.count(text)) for piece in pieces for text in dict.fromkeys(piece)]
    every = -(-len(pairs) // most) or 1
    assert column.some(most) == pairs[::every]
    assert len(one.some(most)) <= most


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("0300-{:07d}", "telephone"),
        ("{:05d}", None),
        ("pupil{:d}@school.example", "e-mail"),
        ("House {:d}, Street 4", "address"),
    ],
)
def test_a_long_column_that_nobody_declared_is_seen_through(written: str, kind: str | None) -> None:
    pieces = [[written.format(5_000 * at + n) for n in range(5_000)] for at in range(2)]
    column = parsed(pieces)
    assert column.is_long
    assert content_kind(column) == content_kind(distinct(whole(pieces))) == kind


@nothing_in_circles()
def broken() -> None:
    raise ValueError("circles are looked for" if gc.isenabled() else "broken")


def test_circles_are_looked_for_again_after_a_fault() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="broken"):
        broken()
    assert gc.isenabled()
