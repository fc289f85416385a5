"""Answers to numbers by the codebook, and what is rejected."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from survey_project import Project, form

from impact_eval.study import Outcome
from impact_eval.surveys.encoded import map_unique
from impact_eval.surveys.item_rule import ItemRule, answer_key, to_number
from impact_eval.surveys.score import score_answers
from impact_eval.surveys.text import code_element, folded, plain


def rejected(project: Project, *forms: dict[str, str]) -> list[tuple[int, str, str]]:
    table = project.prepare_forms(*forms).rejected_answers
    columns = (table["source_row"], table["column"], table["rule"])
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize(
    ("answer", "number"),
    [("b", 1), (" B ", 1), ("a", 0), ("98", math.nan), ("۹۹", math.nan), ("", math.nan)],
)
def test_choice_is_right_or_wrong_and_no_missing_code_is_either(
    project: Project, answer: str, number: float
) -> None:
    found = project.prepare_forms(form(k1=answer)).submissions["k1"][0]
    assert found == pytest.approx(number, nan_ok=True)


@pytest.mark.parametrize("kind", ["choice", "multiple"])
def test_only_a_declared_dont_know_is_a_wrong_answer(kind: str) -> None:
    missing = frozenset({"97", "98", "99", "-999"})
    known, refused = frozenset({"98", "-999"}), frozenset({"99"})
    correct, options = frozenset({"b"}), frozenset({"a", "b"})
    nothing = math.nan
    rule = ItemRule(
        kind, nothing, nothing, False, correct, missing, known, refused, options=options
    )
    read = {code: tuple(rule.read(code)) for code in ("98", "۹۸", "-999", "b", "a")}
    assert read == {
        **dict.fromkeys(("98", "۹۸", "-999"), (0.0, "dont_know")),
        "b": (1.0, "answered"),
        "a": (0.0, "answered"),
    }
    for code, said in (("99", "refused"), ("97", "missing_code"), (" ", "blank")):
        number, of_kind = rule.read(code)
        assert (math.isnan(number), of_kind) == (True, said)
    rating = replace(rule, kind="rating", minimum=1.0, maximum=5.0, correct=frozenset())
    assert all(math.isnan(rating.read(code).number) for code in sorted(missing))


@given(refused=st.sets(st.integers(0, 4)), dont_know=st.sets(st.integers(0, 4)))
def test_a_refusal_scores_like_an_empty_cell_and_a_dont_know_like_a_wrong_answer(
    refused: set[int], dont_know: set[int]
) -> None:
    codes = frozenset({"98", "99"}), frozenset({"98"}), frozenset({"99"})
    rule = ItemRule("choice", math.nan, math.nan, False, frozenset({"b"}), *codes)
    outcome = Outcome(
        id="quiz",
        audience="student",
        label="quiz",
        kind="index",
        unit="right",
        direction="higher",
        minimum_answered=2,
    )

    def scored(refusal: str, unsure: str) -> list[float]:
        cells = [unsure if at in dont_know else "b" for at in range(5)]
        cells = [refusal if at in refused else cell for at, cell in enumerate(cells)]
        numbers = np.array([[rule.read(cell).number for cell in cells]])
        score, answered = score_answers(numbers, outcome)
        return [float(score[0]), float(answered[0])]

    assert scored("99", "98") == pytest.approx(scored("", "a"), nan_ok=True)
    assert scored("99", "98")[1] == 5 - len(refused)


@pytest.mark.parametrize("answer", ["a", "c", "C"])
def test_choice_with_several_right_answers(project: Project, answer: str) -> None:
    assert project.prepare_forms(form(k2=answer)).submissions["k2"][0] == 1


@pytest.mark.parametrize("answer", ["2", "2.0", "۲", "٢", " 2 "])
def test_right_answer_that_is_a_number_in_any_script(project: Project, answer: str) -> None:
    assert project.prepare_forms(form(k3=answer)).submissions["k3"][0] == 1


@pytest.mark.parametrize(
    ("answer", "number"),
    [("4", 4), ("۴", 4), ("4.0", 4), ("2,5", 2.5), ("98", math.nan), ("", math.nan)],
)
def test_rating(project: Project, answer: str, number: float) -> None:
    tables = project.prepare_forms(form(c1=answer))
    assert tables.submissions["c1"][0] == pytest.approx(number, nan_ok=True)
    assert tables.rejected_answers.empty


def test_rating_is_reversed_within_its_range(project: Project) -> None:
    assert project.prepare_forms(form(c2="1")).submissions["c2"][0] == 5


@pytest.mark.parametrize("answer", ["6", "0", "-999", "agree", "nan", "inf", "1,234", "1e0", "4 5"])
def test_answer_that_breaks_its_rule_is_missing_and_listed(project: Project, answer: str) -> None:
    tables = project.prepare_forms(form(), form(c1=answer, code_1="8"))
    assert tables.submissions["c1"].isna().tolist() == [False, True]
    assert tables.rejected_answers.to_dict("records") == [
        {
            "source_file": "students.csv",
            "source_row": 3,
            "column": "c1",
            "rule": "a number from 1 to 5",
        }
    ]


def test_note_keeps_numbers_and_never_text(project: Project) -> None:
    tables = project.prepare_forms(
        form(wave="after", n1="12"), form(wave="after", n1="canary", code_1="9")
    )
    assert tables.submissions["n1"].tolist() == pytest.approx([12, math.nan], nan_ok=True)
    assert tables.rejected_answers.empty


def test_answer_in_a_wave_that_does_not_ask(project: Project) -> None:
    assert rejected(project, form(n1="3")) == [(2, "n1", "not asked in this wave")]
    assert project.prepare().submissions["n1"].isna().all()


def test_subgroup_by_declared_values_and_levels(project: Project) -> None:
    answers = ["girl", "BOY", "female", "other", ""]
    tables = project.prepare_forms(
        *(form(sex=answer, code_1=str(number)) for number, answer in enumerate(answers))
    )
    assert tables.submissions["sex"].tolist() == ["female", "male", "female", "", ""]
    rule = "one of the values declared for this subgroup"
    table = tables.rejected_answers
    assert table[["source_row", "column", "rule"]].to_numpy().tolist() == [[5, "sex", rule]]


def test_rejected_answers_of_unused_rows_are_not_listed(project: Project) -> None:
    assert rejected(project, form(c1="77"), form(c1="77", consent="no")) == [
        (2, "c1", "a number from 1 to 5")
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("-3.5", -3.5), ("3,25", 3.25), (".5", 0.5), ("", math.nan), ("1 000", math.nan)],
)
def test_to_number(text: str, number: float) -> None:
    assert to_number(text) == pytest.approx(number, nan_ok=True)


def test_spellings_that_are_one() -> None:
    assert plain("\u200e۱۲\u00a0 \u200bx ") == "12 x"
    assert folded("STRASSE") == folded("straße")
    assert answer_key("1.50") == answer_key("1,5") == answer_key("۱٫۵")
    assert answer_key("1234567") != answer_key("1234568")
    assert [code_element(text) for text in ("007", "7.0", "A b", "-", "0")] == [
        "7",
        "7",
        "ab",
        "",
        "0",
    ]


def test_map_unique_of_nothing() -> None:
    assert map_unique(pd.Series([], dtype="str"), plain).tolist() == []
