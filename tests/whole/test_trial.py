"""A real trial of 28 schools, from its file to its pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from real_studies import open_trial

from .conftest import Whole, make_whole

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "designs.json").read_text(encoding="utf-8")
)["tvsfp"]


@pytest.fixture(scope="module")
def trial(new_root: Callable[[str], Path]) -> Whole:
    return make_whole(open_trial(new_root("trial")), reports=["findings", "details"])


def test_the_effect_is_that_of_r(trial: Whole) -> None:
    effects = trial.findings.query("quantity == 'effect' and variant == ''")
    (effect,) = effects.to_dict("records")
    names = {"estimate": "b", "std_error": "se", "df": "df", "p_value": "p"}
    for ours, theirs in names.items():
        assert effect[ours] == pytest.approx(REFERENCE[theirs], rel=1e-8)
    assert f'data-finding="{effect["finding_id"]}"' in trial.html("findings")


def test_two_scales_give_no_change(trial: Whole) -> None:
    changes = trial.findings.query("quantity == 'change'")
    assert changes["estimate"].isna().all()


def test_the_page_claims_no_more_than_the_trial_carries(trial: Whole) -> None:
    words = trial.text("findings")
    assert "higher than at the schools without lessons" in words
    assert "nobody can say how many people each side lost" in words
    assert "raised" not in words
