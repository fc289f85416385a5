"""Files with a fault in one row: what becomes of the row, and that no other one suffers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from damaged_files import ITEMS, KINDS, Kind
from export_files import put
from several_answers import LANGUAGES, TEXTS, declare, exported
from survey_project import Project, fates
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import SurveyFileError
from impact_eval.surveys import load_tables


def other(column: str, value: str) -> Callable[[Kind], bytes]:
    return lambda kind: kind.damaged(column, value)


def no_answers(kind: Kind) -> bytes:
    rows = kind.rows()
    headings = {kind.columns[item] for item in ITEMS if item in kind.columns}
    headings |= {heading.replace("pre_", "post_") for heading in headings} | {"post_n1"}
    rows[1] = ["" if name in headings else cell for name, cell in zip(*rows[:2], strict=True)]
    return kind.write(rows)


def again(kind: Kind) -> bytes:
    rows = kind.rows()
    return kind.write([*rows, rows[1]])


def one_cell_more(kind: Kind) -> bytes:
    rows = kind.rows()
    return kind.write([*rows[:2], [*rows[2], "more"], *rows[3:]])


def one_cell_less(kind: Kind) -> bytes:
    rows = kind.rows()
    return kind.write([*rows[:2], rows[2][:-1], *rows[3:]])


TEXT = ("kobo", "odk", "google", "long")
WITH_WAVE = (*TEXT, "spss", "stata")
LONG = (*WITH_WAVE, "workbook")
ALL = (*LONG, "wide")
UPLOADS = ("kobo", "odk")
# the fault, how it is made, the reason that the row then has, rejected answers, and in which files
FAULTS: dict[str, tuple[Callable[[Kind], bytes], str, int, tuple[str, ...]]] = {
    "a school nobody knows": (other("school", "Nowhere"), "unknown_school", 0, ALL),
    "no school": (other("school", ""), "no_school", 0, ALL),
    "a wave nobody declared": (other("wave", "sometime"), "unknown_wave", 0, WITH_WAVE),
    "no wave": (other("wave", ""), "no_wave", 0, WITH_WAVE),
    "no consent": (other("consent", "no"), "no_consent", 0, LONG),
    "consent left out": (other("consent", ""), "no_consent", 0, LONG),
    "no answers": (no_answers, "empty_form", 0, ALL),
    "a date that is none": (other("today", "soon"), "", 1, LONG),
    "a day that does not exist": (other("today", "2024-02-31"), "", 1, LONG),
    "a rating outside its range": (other("c1", "77"), "", 1, ALL),
    "a rating in words": (other("c1", "very much"), "", 1, ALL),
    "a thousand or a comma": (other("c2", "1,234"), "", 1, ALL),
    "the same row again": (again, "same_code", 0, tuple(k for k in ALL if k not in UPLOADS)),
    "the same upload again": (again, "same_upload", 0, UPLOADS),
    "one cell more": (one_cell_more, "wrong_width", 0, (*TEXT, "wide")),
    "one cell less": (one_cell_less, "wrong_width", 0, (*TEXT, "wide")),
}
CASES = [(fault, kind) for fault, (*_, kinds) in FAULTS.items() for kind in kinds]


@pytest.mark.parametrize(("fault", "kind"), CASES, ids=[f"{k}: {f}" for f, k in CASES])
def test_one_row_suffers(
    project: Project, monkeypatch: pytest.MonkeyPatch, fault: str, kind: str
) -> None:
    damage, reason, rejected, _ = FAULTS[fault]
    of = KINDS[kind]
    put(project, damage(of), suffix=of.suffix, declared=of.declared)
    study = project.study()
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(app, ["prepare", "small"])
    assert done.exit_code == 0, done.output
    tables = load_tables(study)
    found = {why: rows for (_, why), rows in fates(tables).items()}
    n_rows = len(of.rows()) - 1 + (damage is again)
    expected = {"": n_rows - (reason != "")} | ({reason: 1} if reason else {})
    assert found == expected
    assert len(tables.rejected_answers) == rejected
    assert "Nowhere" not in done.output
    assert tables.quarantine["remedy"].str.len().gt(0).all()


def test_every_layout_has_six_faults_of_rows() -> None:
    counted = {kind: sum(one == kind for _, one in CASES) for kind in KINDS}
    assert min(counted.values()) >= 6
    assert len(CASES) >= 80


# a row's answer in a column of labels, in each language
LABELS: dict[str, tuple[str, str]] = {
    "a label cut short": ("A long one with", "نشان"),
    "a label twice": ("My name My name", "نام نام"),
    "a comma between labels": ("A long one, My name", "لمبا, نام"),
    "a bar between labels": ("A long one|My name", "لمبا|نام"),
    "words of labels in another order": ("one long A", "والا نشان"),
    "a label and something else": ("A long one qqother", "لمبا qqother"),
    "a label of another list": ("Games", "کھیل"),
    "a label spelled wrongly": ("A lonng one", "لمببا"),
    "a number that is no choice": ("77", "۷۷"),
}
SPLIT = {"two": "2", "a label in its column": "A long one", "an answer in words": "yes"}


@pytest.mark.parametrize("language", [0, 1], ids=LANGUAGES)
@pytest.mark.parametrize("layout", ["kobo", "long"])
@pytest.mark.parametrize("fault", LABELS)
def test_one_row_of_labels_suffers(
    project: Project, fault: str, layout: str, language: int
) -> None:
    declare(project)
    if layout == "long":
        project.source = project.source.replace('"kobo"', '"long"').replace("item_columns", "#")
        project.codebook = "\n".join(project.codebook.splitlines()[:-1]) + "\n"
    forms = exported("joined", language=language)
    heading = f"quiz/{TEXTS['k2'][language]}"
    forms[1][heading] = LABELS[fault][language]
    if layout == "long":
        forms = [{k.removeprefix("quiz/"): v for k, v in form.items()} for form in forms]
    project.write(forms)
    tables = project.prepare()
    assert fates(tables) == {("used", ""): 3}
    assert tables.submissions["k2"].isna().tolist() == [False, True, False]
    assert tables.rejected_answers["column"].tolist() == ["k2"]


@pytest.mark.parametrize("language", [0, 1], ids=LANGUAGES)
@pytest.mark.parametrize("question", ["k2", "topics"])
@pytest.mark.parametrize("fault", SPLIT)
def test_the_row_of_an_option_that_is_neither_chosen_nor_not_is_named(
    project: Project, fault: str, question: str, language: int
) -> None:
    """An option that cannot be read would change what the others come to."""
    declare(project)
    forms = exported("split", language=language)
    heading = next(name for name in forms[0] if TEXTS[question][language] in name)
    forms[1][heading] = SPLIT[fault]
    project.write(forms)
    with pytest.raises(SurveyFileError) as caught:
        project.prepare()
    first = caught.value.faults[0]
    assert first.place == f"column {question}"
    assert first.rule == "the column of an option holds 0 and 1, or nothing"
    assert re.fullmatch("something else in column [A-Z]+, row 3", first.found)
