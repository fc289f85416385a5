"""Knowledge before and after on two different scales: no change, and everything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Whole

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "tvsfp.json").read_text(encoding="utf-8")
)
REFUSED = (
    "no change is given, because the two waves have different scales (0 to 7, then 1 to 4), so"
    " there is no difference to take."
)


def test_the_page_refuses_the_change_and_says_why(tvsfp: Whole) -> None:
    assert REFUSED in tvsfp.text("findings")
    own_ranges = "score, 0 to 7 before the lessons, 1 to 4 after the lessons"
    assert own_ranges in tvsfp.text("programme")


def test_no_number_is_given_for_a_change(tvsfp: Whole) -> None:
    changes = tvsfp.findings.query("quantity.str.contains('change')")
    assert len(changes)
    assert changes[["estimate", "conf_low", "conf_high"]].isna().all(axis=None)
    for finding in changes["finding_id"]:
        values = tvsfp.html("programme").split(f'data-finding="{finding}"')[1:]
        shown = {part.split('value="')[1].split('"')[0] for part in values}
        assert shown <= {"1600.0", "1600", "28", "28.0"}


def test_two_scales_are_not_drawn_as_one_line(tvsfp: Whole) -> None:
    assert all("Lines over time" not in tvsfp.html(page) for page in tvsfp.reports)


def test_baseline_sizes_and_attrition_are_there(tvsfp: Whole) -> None:
    words = tvsfp.everywhere
    assert "1,600 pupils surveyed before the lessons." in words
    assert "Schools surveyed" in words
    assert "Who answered again" in words
    (before,) = tvsfp.findings.query("quantity == 'mean' and wave_from == 'pre'").to_dict("records")
    assert before["estimate"] == pytest.approx(2.069375)
    assert f'data-finding="{before["finding_id"]}"' in tvsfp.html("programme")


@pytest.mark.parametrize(
    ("variant", "wave", "key"),
    [
        ("school", "pre", "icc_pre_school"),
        ("school", "post", "icc_post_school"),
        ("workshop", "post", "icc_post_class"),
    ],
)
def test_intraclass_correlations(tvsfp: Whole, variant: str, wave: str, key: str) -> None:
    rows = tvsfp.findings.query("quantity == 'icc_score'")
    (row,) = rows[(rows["variant"] == variant) & (rows["wave_from"] == wave)].to_dict("records")
    assert row["estimate"] == pytest.approx(REFERENCE[key], rel=1e-8)
    assert f'data-finding="{row["finding_id"]}"' in tvsfp.html("data_quality")
