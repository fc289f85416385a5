"""Mathematics over three years without any programme: growth, and nothing to credit with it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from impact_eval.wording.ladder import forbidden_words

from .conftest import Whole

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "primary_maths.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("wave", "part"), [("post", "pre_to_post"), ("follow_up", "pre_to_follow_up")]
)
def test_growth_is_that_of_the_reference(maths: Whole, wave: str, part: str) -> None:
    # lm(math ~ t + factor(schoolid)), clusters = schools, CR2
    (change,) = maths.findings.query(
        "quantity == 'change' and estimand == 'schools_like_these' and estimator == 'stacked'"
        f" and subgroup == '' and wave_to == '{wave}'"
    ).to_dict("records")
    expected = REFERENCE[part]["respondent"]
    for column, key in (("estimate", "b"), ("std_error", "se"), ("df", "df"), ("p_value", "p")):
        assert change[column] == pytest.approx(expected[key], rel=1e-8)
    assert (change["n_pre"], change["n_post"]) == (
        REFERENCE[part]["n_pre"],
        REFERENCE[part]["n_post"],
    )
    assert change["n_linked"] == REFERENCE[part]["n_linked"]
    assert change["verdict"] == ""
    mark = f'data-finding="{change["finding_id"]}"'
    assert any(mark in maths.html(page) for page in maths.reports)


def test_nothing_is_credited_with_the_growth(maths: Whole) -> None:
    lines = maths.everywhere.splitlines()
    assert [word for line in lines for word in forbidden_words(line, "no_programme")] == []
    named = [line for line in lines if re.search(r"\b(programme|workshop)", line, re.IGNORECASE)]
    denied = re.compile(r"[Nn]o programme took place|in which workshop or class|CR2 by workshops")
    head = re.compile(r"^(On this page)")
    assert [line for line in named if not denied.search(line) and not head.search(line)] == []


def test_the_first_page_says_that_there_was_no_programme(maths: Whole) -> None:
    words = maths.text("findings")
    assert "No programme took place; nothing is credited with it." in words
    assert "so it carries no verdict" in words


def test_losses_are_said(maths: Whole) -> None:
    lost = maths.findings.query("quantity == 'attrition'").set_index("wave_to")["estimate"]
    assert lost["post"] == pytest.approx(100 * (1 - 1471 / 1520))
    assert lost["follow_up"] == pytest.approx(100 * (1 - 1192 / 1520), abs=0.2)
    assert "Who answered again" in maths.text("data_quality")


def test_no_school_of_real_children_is_shown(maths: Whole) -> None:
    assert {page.unit_id for page in maths.result.pages} == {""}
    assert maths.findings.query("level == 'school'").empty
