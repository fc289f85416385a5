"""The class of a design with two sides, by what its findings show of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from roll_out_study import Truth as RollOut
from roll_out_study import draw_tables as draw_roll_out
from roll_out_study import write_study
from two_sides import Truth, draw_tables, open_study

import impact_eval as ie
from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.wording.lint import lint_page


def pages_of(root: Path, truth: Truth, design: str) -> tuple[dict[str, str], str]:
    """Class on each scale, and the table's page."""
    study = open_study(root, design=design, schools=truth.schools)
    tables = draw_tables(3, truth)
    released = release(compute_findings(study, tables), study.facts(tables.schools))
    (table,) = ie.classed(released).pieces
    page = f"<main>{table.html}</main>"
    assert lint_page(page, released) == []
    return {row.label: row.cells["class"] for row in table.rows}, page


def class_of(found: dict[str, str], scale: str) -> str:
    (one,) = (grade for label, grade in found.items() if scale in label)
    return one


@pytest.mark.parametrize(
    ("truth", "design", "expected"),
    [
        (Truth(lost=(0.08, 0.08)), "randomised", "without reservations"),
        (Truth(lost=(0.02, 0.55)), "randomised", "with reservations"),
        (Truth(), "comparison", "with reservations"),
        (Truth(apart=6.0), "comparison", "not"),
    ],
    ids=["a lot kept", "a lot and many lost", "alike", "not alike"],
)
def test_what_was_lost_and_how_alike_the_sides_were_decide(
    tmp_path: Path, truth: Truth, design: str, expected: str
) -> None:
    found, _ = pages_of(tmp_path, truth, design)
    assert expected in class_of(found, "What Works Clearinghouse").lower()


@pytest.mark.parametrize(
    ("assigned_by", "apart", "expected"),
    [
        ("lot", 0.0, "without reservations"),
        ("lot", 6.0, "without reservations"),
        ("choice", 0.0, "with reservations"),
        ("choice", 6.0, "not"),
    ],
)
def test_schools_that_begin_one_after_the_other_are_classed_alike(
    tmp_path: Path, assigned_by: str, apart: float, expected: str
) -> None:
    truth = RollOut(cohorts=((1, 12), (2, 12), (None, 12)), school_sd=0.1, apart=apart)
    study = write_study(tmp_path, truth, assigned_by=assigned_by)
    tables = draw_roll_out(5, truth)
    released = release(compute_findings(study, tables), study.facts(tables.schools))
    (table,) = ie.classed(released).pieces
    assert lint_page(f"<main>{table.html}</main>", released) == []
    found = {row.label: row.cells["class"] for row in table.rows}
    assert expected in class_of(found, "What Works Clearinghouse").lower()
    if not apart:
        assert "level 3" in class_of(found, "Maryland")  # nobody says that nothing spilled over
