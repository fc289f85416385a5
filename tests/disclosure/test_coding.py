"""Bounds are true, and tell nothing that another hidden count would not tell."""

from __future__ import annotations

from math import isnan

from findings_factory import make_facts, make_finding, make_findings
from hypothesis import given
from hypothesis import strategies as st

from impact_eval.disclosure import release
from impact_eval.disclosure.coding import bound_for


@given(n=st.integers(1, 5000), data=st.data(), threshold=st.integers(3, 20))
def test_a_bound_is_true_and_the_same_for_every_hidden_count(
    n: int, data: st.DataObject, threshold: int
) -> None:
    k = data.draw(st.integers(0, n))
    bound = bound_for(k, n, threshold=threshold)
    share = 100 * k / n
    assert not share > bound.conf_high + 1e-9
    assert not share < bound.conf_low - 1e-9
    if bound.suppressed == "coded_low":
        assert bound == bound_for(0, n, threshold=threshold)
        assert bound == bound_for(threshold - 1, n, threshold=threshold)
    if bound.suppressed == "coded_high":
        assert bound == bound_for(n, n, threshold=threshold)
    if n < 2 * threshold - 1:
        assert bound.suppressed == "small"


@given(share=st.floats(0, 100), n=st.integers(10, 3000))
def test_a_weighted_share_is_bounded_truly_too(share: float, n: int) -> None:
    (row,) = release(
        make_findings([make_finding(quantity="mastery_share", estimate=share, n=n)]), make_facts()
    ).findings()
    if row.suppressed:
        assert isnan(row.estimate)
    assert not share > row.conf_high
    assert not share < row.conf_low
