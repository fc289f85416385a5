"""Words of a rise do not carry the number of a fall, where the sign is left to the words."""

from __future__ import annotations

import re

import numpy as np
import pytest
from babel.numbers import format_decimal
from findings_factory import make_change, make_facts, make_findings

from impact_eval.disclosure import release
from impact_eval.wording import numbers
from impact_eval.wording.directions import _DOWN, _NUMBERS, _UP, direction_faults
from impact_eval.wording.page_text import read_page
from impact_eval.wording.strings import texts


def filled(key: str, finding_id: str, value: float) -> str:
    """A text of ours with a number in each place for one."""
    shown = str(numbers.marked(finding_id, value, decimals=1, form="size"))
    return re.sub(
        r"\{[a-z_]*\}",
        lambda slot: shown if slot[0] in _NUMBERS else texts()["units.scale_points"],
        texts()[key],
    )


@pytest.mark.parametrize(
    ("key", "sign"), [*((key, 1) for key in _UP), *((key, -1) for key in _DOWN)]
)
def test_the_words_go_the_way_of_the_number(key: str, sign: int) -> None:
    for value, against in ((1.3 * sign, False), (-1.3 * sign, True)):
        released = release(make_findings([make_change(estimate=value)]), make_facts())
        (change,) = released.findings()
        page = read_page(f"<p>{filled(key, change.finding_id, value)}</p>")
        assert bool(direction_faults(page, released, page="p.html")) is against


def test_numbers_are_written_as_babel_writes_them() -> None:
    rng = np.random.default_rng(1)
    drawn = rng.normal(0, 1, 300) * 10.0 ** rng.integers(-3, 7, 300)
    for value in [0.0, 0.05, 0.5, 999.5, 999.95, 1e6, *drawn]:
        for decimals in (0, 1, 2, 3):
            rounded = numbers.rounded_to(value, decimals, "size")
            pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
            expected = format_decimal(
                rounded, format=pattern, locale="en", decimal_quantization=False
            )
            assert numbers.shown(value, decimals=decimals, form="size") == expected
