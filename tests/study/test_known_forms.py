"""Forms that `prepare` kept are not read from their workbooks again."""

import subprocess
import sys

import pytest
from form_sheets import sheets, write_sheets

from impact_eval.study import Study

FILE = "instruments/form.xlsx"
WITHOUT_K1 = ("codebook.csv", "k1,student,knowledge,First,choice,,,b,,98|99,\n", "")
FIRST = '[[outcomes]]\nid = "knowledge"\naudience = "student"'
DECLARED = (
    "study.toml",
    FIRST,
    f'[[instruments]]\nfile = "{FILE}"\naudience = "student"\n\n{FIRST}',
)
OPENING = "import sys; from impact_eval.study import Study; Study.open('good')"
SAYS = "print(sorted({'pyxform', 'openpyxl'} & set(sys.modules)))"


def scoring(label):
    head = ["name", "outcome", "short_label", "item_type", "correct", "missing_codes", "waves"]
    return sheets(scoring=[head, ["k1", "knowledge", label, "choice", "b", "98|99", ""]])


@pytest.fixture
def root(write_study):
    root = write_study(WITHOUT_K1, DECLARED)
    write_sheets(scoring("First"), root / "studies" / "good" / FILE)
    return root


def test_a_kept_form_is_the_form(root):
    read = Study.open("good", start=root)
    read.keep_forms()
    kept = Study.open("good", start=root)
    assert kept.forms == read.forms
    assert kept.items.equals(read.items)


@pytest.mark.parametrize("kept", [False, True])
def test_only_a_form_that_is_not_kept_needs_a_workbook(root, kept):
    if kept:
        Study.open("good", start=root).keep_forms()
    said = subprocess.run(
        [sys.executable, "-c", f"{OPENING}; {SAYS}"], cwd=root, check=True, capture_output=True
    )
    assert said.stdout.decode().strip() == ("[]" if kept else "['openpyxl', 'pyxform']")


def test_a_changed_workbook_is_read(root):
    Study.open("good", start=root).keep_forms()
    write_sheets(scoring("Another"), root / "studies" / "good" / FILE)
    assert "Another" in set(Study.open("good", start=root).items["label"])
