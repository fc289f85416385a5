"""Rounded numbers beside each other: where they do not add up, a line says why."""

from hypothesis import given
from hypothesis import strategies as st

from impact_eval.wording import numbers
from impact_eval.wording.rounding import adds_up, rows_add_up

SHARES = st.floats(0, 100)


def row(before: float, after: float, change: float, decimals: int) -> dict[str, str]:
    values = {"before": before, "after": after, "change": change}
    return {
        key: str(numbers.marked("f0123456789", value, decimals=decimals))
        for key, value in values.items()
    }


@given(before=SHARES, after=SHARES, decimals=st.integers(0, 2))
def test_it_is_told_from_the_numbers_as_they_are_shown(
    before: float, after: float, decimals: int
) -> None:
    cells = row(before, after, after - before, decimals)
    first, last, between = (
        float(one.split(">")[1].split("<")[0].replace(numbers.MINUS, "-")) for one in cells.values()
    )
    agrees = abs(last - first - between) < 1e-6
    assert rows_add_up([cells]) == agrees
    assert adds_up(before, after, after - before, decimals=decimals) == agrees


def test_one_row_is_enough_and_rows_without_numbers_are_none() -> None:
    fine, off = row(10.2, 20.2, 10.0, 0), row(58.3, 68.5, 10.2, 0)
    assert rows_add_up([fine, {"before": "–", "after": "–", "change": "–"}])
    assert not rows_add_up([fine, off])
    assert rows_add_up([{key: off[key] for key in ("before", "after")}])
    thousands = row(1234.4, 2345.4, 1111.0, 0)
    assert rows_add_up([thousands])


def test_what_is_no_difference_need_not_add_up() -> None:
    assert rows_add_up([row(58.0, 68.0, 3.0, 0)])
