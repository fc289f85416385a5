"""Schools that begin at different dates, from their survey file to the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from roll_out_study import Truth, draw_forms, write_study

from impact_eval.wording import text
from impact_eval.wording.ladder import forbidden_words

from .conftest import Whole, make_whole

THREE = ((1, 12), (2, 12), (None, 12))
REAL = Truth(cohorts=THREE, effect=((1, 1.0, 0.3), (2, 0.6, 0.2)), school_sd=0.2)
NULL = Truth(cohorts=THREE, school_sd=0.2)
PAGES = ("findings", "programme", "details")
CALLED = re.compile(
    "|".join(
        re.escape(text(f"verdicts.effect_{one}"))
        for one in ("rise_beyond", "fall_beyond", "rise_size_open", "fall_size_open")
    )
    + "|larger than .* the smallest difference that matters|raised|lowered"
)


def made(root: Path, truth: Truth, *, seed: int, assigned_by: str = "choice") -> Whole:
    study = write_study(root, truth, assigned_by=assigned_by)
    study.raw_folder.mkdir(parents=True)
    draw_forms(seed, truth).to_csv(study.raw_folder / "simulated_student.csv", index=False)
    return make_whole(study, reports=list(PAGES))


def check_nothing_is_called(whole: Whole, *, by_lot: bool = False) -> None:
    """Hold that no word of any page speaks of a success or a harm."""
    for page in PAGES:
        for line in whole.lines(page):
            assert list(forbidden_words(line, "staggered", by_lot=by_lot)) == []
            assert not CALLED.search(line), line


@pytest.fixture(scope="module")
def real(new_root: Callable[[str], Path]) -> Whole:
    return made(new_root("roll_out"), REAL, seed=5)


def test_the_truth_is_on_the_page(real: Whole) -> None:
    (effect,) = real.findings.query("quantity == 'effect' and variant == ''").to_dict("records")
    assert effect["conf_low"] < REAL.overall < effect["conf_high"]
    since = real.findings.query("quantity == 'effect_since'").set_index("variant")
    for variant, truth in (("since:-2", 0.0), ("since:0", 0.8), ("since:2", 1.6)):
        row = since.loc[variant]
        assert row["conf_low"] - 0.05 < truth < row["conf_high"] + 0.05, variant
    for page in ("findings", "programme"):
        assert f'data-finding="{effect["finding_id"]}"' in real.html(page)
    words = real.text("findings")
    assert "The change at the schools after their workshop was" in words
    assert "more than at the schools still waiting" in words
    assert "does not show that there was none" in words
    assert "raised" not in words


def test_the_page_has_the_table_the_figure_and_the_way(real: Whole) -> None:
    html = real.html("findings")
    for since, label in (("-2", "Second survey before"), ("0", "First survey after")):
        row = real.findings.query(f"variant == 'since:{since}'")["finding_id"].item()
        assert f'data-finding="{row}"' in html
        assert f"{label} the workshop" in html
    alt = next(one for one in re.findall(r'alt="([^"]*)"', html) if "order of time" in one)
    assert "second survey before the workshop: " in alt
    assert "third survey after the workshop: " in alt
    assert "from each survey to the next. That is" in real.text("findings")
    details = real.text("details")
    assert "At worst, with the lost of those that had begun" in details
    assert "Beside those that waited to the end" in details
    assert "students: workshop before the survey in summer" in details.lower()
    assert "TREND (2004)" in details
    assert "At most level 3 of 5" in details


def test_no_effect_is_called_none(new_root: Callable[[str], Path]) -> None:
    whole = made(new_root("roll_out_null"), NULL, seed=2)
    check_nothing_is_called(whole)
    assert set(whole.findings.query("quantity == 'effect'")["verdict"]) <= {"within", "cannot_tell"}


@pytest.mark.simulation
@pytest.mark.parametrize("seed", [1, 3, 4])
@pytest.mark.parametrize("assigned_by", ["lot", "choice"])
def test_further_draws_of_no_effect(
    new_root: Callable[[str], Path], assigned_by: str, seed: int
) -> None:
    root = new_root(f"roll_out_{assigned_by}_{seed}")
    drawn = made(root, NULL, seed=seed, assigned_by=assigned_by)
    check_nothing_is_called(drawn, by_lot=assigned_by == "lot")


def test_a_lot_calls_for_consort(new_root: Callable[[str], Path]) -> None:
    whole = made(new_root("roll_out_lot"), REAL, seed=5, assigned_by="lot")
    assert "CONSORT 2010" in whole.text("details")
    words = whole.text("findings")
    assert "the plan was not locked before the later answers came" in words
    assert "a draw of lots for the order of the schools" in words
