"""Survey forms as part of a study."""

import shutil

import pytest
from form_sheets import SCORING, sheets, write_sheets

from impact_eval.errors import StudyError
from impact_eval.study import Study
from impact_eval.study.remarks import remarks

FILE = "instruments/form.xlsx"
ITEMS = [
    ["name", "outcome", "short_label", "item_type", "correct", "missing_codes", "waves"],
    ["k1", "knowledge", "First", "choice", "b", "98|99", ""],
]
WITHOUT_K1 = ("codebook.csv", "k1,student,knowledge,First,choice,,,b,,98|99,\n", "")


def declared(file=FILE, audience="student"):
    """Edit of study.toml that names a form before its outcomes."""
    said = f'audience = "{audience}"\n' if audience else ""
    entry = f'[[instruments]]\nfile = "{file}"\n{said}\n'
    first = '[[outcomes]]\nid = "knowledge"\naudience = "student"'
    return ("study.toml", first, entry + first)


@pytest.fixture
def root_with(write_study):
    """The good study with a form, and edits."""

    def write(scoring, *edits):
        root = write_study(*edits)
        write_sheets(sheets(scoring=scoring), root / "studies" / "good" / FILE)
        return root

    return write


def faults_of(root):
    with pytest.raises(StudyError) as caught:
        Study.open("good", start=root)
    return [
        (fault.file, fault.place.partition(", [")[0], str(fault)) for fault in caught.value.faults
    ]


def test_a_form_and_a_codebook_make_one_list_of_items(root_with, write_study):
    study = Study.open("good", start=root_with(ITEMS, WITHOUT_K1, declared()))
    assert list(study.items["item_id"][:7]) == ["k2", "k3", "r1", "r2", "e1", "n1", "k1"]
    first = study.items.set_index("item_id").loc["k1"]
    assert (first["outcome"], first["correct"], first["type"]) == ("knowledge", "b", "choice")
    assert study.forms[0].file == FILE


def test_the_item_is_the_same_from_either_place(root_with, tmp_path):
    form = Study.open("good", start=root_with(ITEMS, WITHOUT_K1, declared()))
    shutil.rmtree(tmp_path / "studies")
    shutil.copytree(__file__.rpartition("/")[0] + "/good", tmp_path / "studies" / "good")
    codebook = Study.open("good", start=tmp_path)
    one, other = (study.items.set_index("item_id").loc["k1"] for study in (form, codebook))
    assert one.astype(str).to_dict() == other.astype(str).to_dict()
    assert form.plan_hash == codebook.plan_hash


def test_an_item_stated_twice_names_both_places(root_with):
    ((file, place, text),) = faults_of(root_with(ITEMS, declared()))
    assert (file, place) == (FILE, "sheet scoring, row 2, column name")
    assert "student, k1 as in codebook.csv, row 2" in text


def test_faults_of_forms_come_with_all_others(root_with):
    wrong = [ITEMS[0], ["k1", "knowledge", "First", "choice", "z", "98|99", ""]]
    found = faults_of(root_with(wrong, WITHOUT_K1, declared(), ("codebook.csv", "Remarks", "")))
    assert {file for file, _, _ in found} == {FILE, "codebook.csv"}
    assert any("must be a choice of the list abc" in text for _, _, text in found)


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        (["k1", "knowlege", "A", "", "b", "", ""], "outcome", 'Did you mean "knowledge"?'),
        (["k1", "knowledge", "A", "chioce", "b", "", ""], "item_type", '"choice"'),
        (["k1", "knowledge", "A", "", "b", "", "pre|past"], "waves", '"past"'),
        (["k1", "knowledge", "A", "", "b", "98|b", ""], "missing_codes", "no right answer"),
    ],
)
def test_rules_of_the_codebook_hold_for_forms(root_with, row, place, words):
    found = faults_of(root_with([ITEMS[0], row], WITHOUT_K1, declared()))
    place = f"sheet scoring, row 2, column {place}"
    texts = [text for file, where, text in found if (file, where) == (FILE, place)]
    assert any(words in text for text in texts)


def test_an_audience_is_needed(root_with):
    found = faults_of(root_with(ITEMS, WITHOUT_K1, declared(audience="")))
    assert (FILE, "sheet scoring, row 2, column audience") in [one[:2] for one in found]


@pytest.mark.parametrize(
    ("edit", "file", "words"),
    [
        (declared(audience="studnet"), "study.toml", 'Did you mean "student"?'),
        (declared(file="instruments/none.xlsx"), "instruments/none.xlsx", "must exist"),
        (declared(file="../form.xlsx"), "study.toml", "must lie in the study's folder"),
    ],
)
def test_a_declaration_that_leads_nowhere(root_with, edit, file, words):
    found = faults_of(root_with(ITEMS, WITHOUT_K1, edit))
    assert any(one == file and words in text for one, _, text in found)


def test_a_form_is_named_once(root_with):
    again = ("study.toml", "[plan]", f'[[instruments]]\nfile = "{FILE}"\n\n[plan]')
    found = faults_of(root_with(ITEMS, WITHOUT_K1, declared(), again))
    assert any("a form is named once" in text for _, _, text in found)


def test_a_form_without_scoring_is_remarked_upon(root_with):
    root = root_with(SCORING, declared())
    content = sheets()
    del content["scoring"]
    write_sheets(content, root / "studies" / "good" / FILE)
    study = Study.open("good", start=root)
    said = [str(one) for one in remarks(study)]
    assert [
        one for one in said if '"hours" without outcome and item_type' in one and "row 9" in one
    ]
    assert not [one for one in said if '"start"' in one or '"r1"' in one]


def test_a_form_that_says_everything_has_no_remarks(root_with):
    scoring = [[*row, codes] for row, codes in zip(ITEMS, ("dont_know_codes", "98"), strict=True)]
    scoring.append(["hours", "", "Hours", "note", *[""] * 4])
    second = ("codebook.csv", "a|c,,98|99,", "a|c,,,")
    study = Study.open("good", start=root_with(scoring, WITHOUT_K1, second, declared()))
    assert remarks(study) == ()


def test_a_form_without_scoring_is_named_where_an_outcome_has_no_items(root_with):
    root = root_with(SCORING, declared())
    content = sheets()
    del content["scoring"]
    write_sheets(content, root / "studies" / "good" / FILE)
    codebook = root / "studies" / "good" / "codebook.csv"
    lines = codebook.read_text("utf-8").splitlines(keepends=True)
    codebook.write_text("".join(one for one in lines if ",knowledge," not in one), "utf-8")
    (said,) = (said for *_, said in faults_of(root) if "an outcome has items" in said)
    assert f"Nothing is scored by {FILE}: add scoring columns." in said
