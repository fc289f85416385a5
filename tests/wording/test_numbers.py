"""Numbers as readers see them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_eval.errors import UnknownNameError
from impact_eval.wording import numbers, sentence, text
from impact_eval.wording.strings import texts


@pytest.mark.parametrize(
    ("value", "decimals", "form", "shown"),
    [
        (8.4123, 1, "plain", "8.4"),
        (-0.406, 2, "plain", "−0.41"),
        (-0.04, 1, "signed", "0.0"),
        (0.0, 0, "signed", "0"),
        (1.31, 1, "signed", "+1.3"),
        (-1.31, 1, "size", "1.3"),
        (12345.6, 0, "plain", "12,346"),
        (2.5, 0, "plain", "3"),
        (0.125, 2, "plain", "0.13"),
        (3.01, 0, "at_most", "4"),
        (96.99, 0, "at_least", "96"),
    ],
)
def test_shown(value: float, decimals: int, form: numbers.Form, shown: str) -> None:
    assert numbers.shown(value, decimals=decimals, form=form) == shown


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_a_bound_stays_true_however_it_is_rounded(value: float, decimals: int) -> None:
    assert float(numbers.rounded_to(value, decimals, "at_most")) >= value
    assert float(numbers.rounded_to(value, decimals, "at_least")) <= value


@given(st.floats(-1e6, 1e6))
def test_the_full_value_is_in_the_mark(value: float) -> None:
    html = numbers.marked("f0", value)
    assert float(html.split('value="')[1].split('"')[0]) == value


def test_p_values_are_never_zero() -> None:
    assert numbers.p_value("f0", 1e-9).striptags() == "p < 0.001"
    assert numbers.p_value("f0", 0.04951).striptags() == "p = 0.050"
    assert numbers.p_value("f0", float("nan")) == ""


def test_what_is_filled_in_is_escaped_and_what_is_marked_is_not() -> None:
    low = numbers.marked("f<1", 0.6, decimals=1)
    html = numbers.interval(low, "<b>", 0.95)
    assert html == (
        '(95 % interval <data data-finding="f&lt;1" value="0.6">0.6</data> to &lt;b&gt;)'
    )


def test_texts_say_what_is_wrong_with_a_call() -> None:
    with pytest.raises(UnknownNameError, match=r"no text has the key .tables\.bfore."):
        text("tables.bfore")
    with pytest.raises(UnknownNameError, match=r"'numbers.p' needs p"):
        text("numbers.p")
    with pytest.raises(UnknownNameError, match="has no field q"):
        sentence("numbers.p", {"p": "1", "q": "2"})
    with pytest.raises(UnknownNameError, match="must be one of en; found 'fr'"):
        texts("fr")
