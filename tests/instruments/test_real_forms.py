"""Forms that others wrote; skipped where they do not lie beside this checkout."""

import csv
from pathlib import Path

import pytest
from form_sheets import write_sheets

from impact_eval.instruments import paper_form, read_instrument

DATA = Path(__file__).parents[3] / "shared" / "data"
XLSFORMS = DATA / "exports" / "xlsforms"
KOBO = DATA / "kobo"
NAMES = (
    "pyodk_simple_repeat",
    "pyxform_choice_filter_test",
    "pyxform_group",
    "pyxform_or_other",
    "pyxform_xlsform_spec_test",
)


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_and_can_be_printed(name):
    path = XLSFORMS / f"{name}.xlsx"
    if not path.is_file():
        pytest.skip("the forms do not lie beside this checkout")
    form = read_instrument(path)
    assert form.questions
    assert form.items == ()
    for question in form.questions:
        if question.type in ("select_one", "select_multiple"):
            assert form.choices_of(question)
    for language in form.languages:
        assert form.questions[-1].name in paper_form(form, language=language)


def test_a_large_form_in_two_languages_loads(tmp_path):
    if not KOBO.is_dir():
        pytest.skip("the form does not lie beside this checkout")
    sheets = {}
    for name in ("survey", "choices"):
        with (KOBO / f"xlsform_{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            sheets[name] = list(csv.reader(file))
    form = read_instrument(write_sheets(sheets, tmp_path / "form.xlsx"))
    declared = [row for row in sheets["survey"][1:] if row[0]]
    groups = [row for row in declared if row[0].startswith(("begin_", "end_"))]
    assert len(declared) == 235
    assert len(form.groups) * 2 == len(groups)
    # the form's own meta group takes `audit`, which is no question
    audits = [row for row in declared if row[0] == "audit"]
    assert len(form.questions) == len(declared) - len(groups) - len(audits)
    assert form.languages == ("English (en)", "Arabic (ar)")
    assert 'dir="rtl"' in paper_form(form, language="Arabic (ar)")
