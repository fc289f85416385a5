"""Numbers of which the simulation study says that they have no interval and no p have none."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def covered():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("simulated.covered")


def test_what_is_called_bare_has_neither_interval_nor_p(findings, covered):
    own = findings[findings["quantity"].isin(covered.BARE)]
    assert own["quantity"].nunique() > 20
    assert own[["conf_low", "conf_high", "p_value", "std_error"]].isna().all(axis=None)


def test_what_is_called_a_range_has_no_p_and_no_error(findings, covered):
    own = findings[findings["quantity"].isin(list(covered.RANGES))]
    assert own["quantity"].nunique() == len(covered.RANGES)
    assert own[["p_value", "std_error"]].isna().all(axis=None)
