"""Answers in labels that cannot be read: one row suffers, or the file is refused and says why."""

from __future__ import annotations

import re

import pytest
from malformed import ended
from several_answers import LANGUAGES, TEXTS, declare, exported
from survey_project import Project, fates

from impact_eval.errors import SurveyFileError

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
    assert tables.rejected_answers[["source_row", "column", "rule"]].to_numpy().tolist() == [
        [3, "k2", "options of this question, with spaces between them"]
    ]


@pytest.mark.parametrize("language", [0, 1], ids=LANGUAGES)
@pytest.mark.parametrize("question", ["k2", "topics"])
@pytest.mark.parametrize("fault", SPLIT)
def test_the_row_of_an_option_that_is_neither_chosen_nor_not_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch, fault: str, question: str, language: int
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
    assert str(first).endswith("Correct the rows, or export the question in one column with names.")
    monkeypatch.chdir(project.root)
    code, said = ended("check", "small")
    assert code == 1
    assert f"not read: {first}" in said
