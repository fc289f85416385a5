"""Columns of forms do what a data frame of them would do."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.surveys.codes import JOIN, Codes
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.combinations import numbered
from impact_eval.surveys.encoded import distinct

WORDS = st.sampled_from(["", "a", "b", "ab"])
ROWS = st.lists(st.tuples(WORDS, WORDS, st.integers(0, 3)), max_size=12)


def table(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["one", "two", "n"])
    frame = frame.astype({"one": "str", "two": "str", "n": "int64"})
    return frame.assign(on=pd.to_datetime("2024-03-01") + pd.to_timedelta(frame["n"], unit="D"))


@settings(max_examples=40)
@given(ROWS, st.data())
def test_rows_are_taken_and_blanked_as_of_a_table(
    rows: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    frame = table(rows)
    columns = Columns.of(frame)
    pd.testing.assert_frame_equal(columns.frame(), frame)
    places = st.lists(st.integers(0, len(rows) - 1)) if rows else st.just([])
    chosen = np.array(data.draw(places), dtype=np.int64)
    taken = frame.iloc[chosen].reset_index(drop=True)
    pd.testing.assert_frame_equal(columns.taken(chosen).frame(), taken)
    pd.testing.assert_frame_equal(columns.taken(chosen).pruned().frame(), taken)
    both = Columns.stacked([columns, columns.taken(chosen)])
    pd.testing.assert_frame_equal(both.frame(), pd.concat([frame, taken], ignore_index=True))
    blank = columns.blanked(chosen, ["two", "n", "on"]).frame()
    frame.loc[np.unique(chosen), ["two", "n", "on"]] = ["", 0, pd.NaT]
    pd.testing.assert_frame_equal(blank, frame)


@settings(max_examples=40)
@given(ROWS)
def test_combinations_are_the_same_by_places_and_by_text(rows: list[tuple[str, str, int]]) -> None:
    frame = table(rows)
    one, two = distinct(frame["one"]), distinct(frame["two"])
    expected = pd.factorize(frame["one"] + "\x1f" + frame["two"] + frame["n"].astype("str"))[0]
    assert numbered(one, two, frame["n"].to_numpy()).tolist() == expected.tolist()
    assert numbered(frame["one"], frame["two"], frame["n"]).tolist() == expected.tolist()


@settings(max_examples=40)
@given(ROWS)
def test_codes_are_joined_once(rows: list[tuple[str, str, int]]) -> None:
    frame = table(rows)
    elements = (distinct(frame["one"]), distinct(frame["two"]))
    n = len(frame)
    joined = [f"{one}{JOIN}{two}" if one or two else "" for one, two, _ in rows]
    assert Codes(elements, n).as_text(str).taken_texts(np.arange(n)) == joined
    assert Codes(elements, n).missing.tolist() == [not text for text in joined]
    whole = Codes(elements, n, whole=True)
    assert whole.missing.tolist() == [not (one and two) for one, two, _ in rows]
    known = [text if one and two else "" for text, (one, two, _) in zip(joined, rows, strict=True)]
    assert whole.as_text(str).taken_texts(np.arange(n)) == known
    assert whole.has_gaps == any(bool(one) != bool(two) for one, two, _ in rows)


def test_what_was_blanked_is_no_longer_listed() -> None:
    columns = Columns.of(table([("secret", "x", 1), ("b", "x", 2)]))
    blank = columns.blanked(np.array([0]), ["one"])
    assert blank.pruned().text["one"].texts == ["b", ""]
