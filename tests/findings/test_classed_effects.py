"""The class of a design with two sides, by what its findings show of them."""

from __future__ import annotations

from pathlib import Path

import pytest
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
