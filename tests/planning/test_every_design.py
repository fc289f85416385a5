"""Each design of a study has a plan, and each plan is in the guide and drawn in a test."""

from pathlib import Path
from typing import get_args

import pytest

from impact_eval.estimators.planning.inputs import Sample, Spread
from impact_eval.estimators.planning.power import (
    minimum_detectable,
    people_per_school_needed,
    power_of,
    schools_needed,
)
from impact_eval.estimators.planning.precision import precision_of
from impact_eval.planning import KNOWN_DESIGNS, designs_of
from impact_eval.vocabulary import Design

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "planning.md").read_text(encoding="utf-8")
TABLE = GUIDE.split("## Every design, its plan and its test")[1].split("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if line.startswith("| `") and "--design" not in line
]


def test_every_plan_is_in_both_tables():
    assert sorted(row[0].strip("`") for row in ROWS) == sorted(KNOWN_DESIGNS)
    which = GUIDE.split("## Which designs")[1].split("\n## ")[0]
    assert all(f"| `{design}` |" in which for design in KNOWN_DESIGNS)


def test_every_design_of_a_study_has_a_plan_of_its_own():
    planned = {name for row in ROWS for name in row[1].replace("`", "").split(", ")}
    assert planned - {""} == set(get_args(Design)) - {"no_programme"}
    of = {name: row[0].strip("`") for row in ROWS for name in row[1].replace("`", "").split(", ")}
    for design in sorted(planned - {""}):
        assert of[design] in designs_of(design)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_test_of_a_plan_calls_the_estimator_it_names(row):
    file, _, name = row[3].strip("`").partition("::")
    source = (ROOT / file).read_text(encoding="utf-8")
    assert f"def {name}(" in source
    assert f"{row[2].strip('`')}(" in source


@pytest.mark.parametrize("design", KNOWN_DESIGNS)
def test_power_smallest_change_and_sizes_agree(design):
    quiz = Spread(icc_score=0.10, icc_gain=0.05, correlation=0.5)
    sample = Sample(schools=40, people=25, lost=0.1, lost_again=0.1)
    planned = precision_of(quiz, sample, design=design)
    smallest = minimum_detectable(planned)
    assert power_of(smallest, planned) == pytest.approx(0.80, abs=1e-6)
    slightly_more = 1.0001 * smallest
    assert schools_needed(slightly_more, quiz, sample, design=design).number <= 40
    assert people_per_school_needed(slightly_more, quiz, sample, design=design).number <= 25
