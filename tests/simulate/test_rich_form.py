"""A form with all that forms can have, through every layout that can hold it: the same scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from form_sheets import write_sheets
from round_trip import assert_same
from survey_project import CODEBOOK, Project

from impact_eval.errors import UnknownNameError
from impact_eval.simulate.layouts import SimulatedLayout, write_layout
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare

LANGUAGES = ("English (en)", "Urdu (ur)")
ENGLISH, URDU = (f"label::{language}" for language in LANGUAGES)
WITH_REPEATS = ("kobo_xlsx", "odk_zip")
CODES = (("7", "ab"), ("8", "cd"), ("9", "ef"), ("", ""))
LISTS = {
    "wave": {"before": ("Before", "پہلے"), "after": ("After", "بعد")},
    "yn": {"yes": ("Yes", "ہاں"), "no": ("No", "نہیں")},
    "sex": {"girl": ("A girl", "لڑکی"), "boy": ("A boy", "لڑکا")},
    "abc": {"a": ("Long", "لمبا"), "b": ("Long, with signs", "نشان"), "c": ("My name", "نام")},
    "five": {str(n): (f"Rung {n}", f"درجہ {n}") for n in range(1, 6)},
}
# in the first version k1 was in a group of its own, and there was no hidden value
QUESTIONS = [
    ("select_one wave", "wave", "When?", "کب؟"),
    ("text", "school", "Which school?", "کون سا؟"),
    ("date", "today", "Which day?", "کون سا دن؟"),
    ("select_one yn", "consent", "Do you agree?", "متفق؟"),
    ("select_one sex", "sex", "Who are you?", "کون؟"),
    ("text", "code_1", "Day of birth?", "تاریخ؟"),
    ("text", "code_2", "Two letters?", "حروف؟"),
    ("note", "thanks", "Now the quiz.", "سوال"),
    ("hidden", "form_kind", "", ""),
    ("begin_group", "quiz", "Quiz", "کوئز"),
    ("select_one abc", "k1", "Which is best?", "بہترین؟"),
    ("select_multiple abc", "k2", "Which are safe?", "محفوظ؟"),
    ("select_multiple abc or_other", "k3", "Which are used?", "استعمال؟"),
    ("calculate", "quiz_done", "", ""),
    ("end_group", "", "", ""),
    ("begin_group", "views", "Views", "خیالات"),
    *(("select_one five", f"c{n}", f"View {n}?", f"خیال {n}؟") for n in (1, 2, 3)),
    ("end_group", "", "", ""),
]
PUPILS = [
    ("begin_repeat", "pupil", "Pupil", "طالب"),
    *(("text", f"code_{n}", f"Code {n}?", f"کوڈ {n}؟") for n in (1, 2)),
    ("select_one sex", "sex", "Who is it?", "کون؟"),
    ("select_one abc", "k1", "Which is best?", "بہترین؟"),
    ("select_multiple abc", "k2", "Which are safe?", "محفوظ؟"),
    *(("select_one five", f"c{n}", f"View {n}?", f"خیال {n}؟") for n in (1, 2, 3)),
    ("end_repeat", "", "", ""),
]
SCORING = [
    ["name", "outcome", "short_label", "item_type", "correct", "scoring", "reverse"],
    ["k1", "knowledge", "Best", "choice", "b", "", ""],
    ["k2", "knowledge", "Safe", "multiple", "a|b", "share", ""],
    ["k3", "knowledge", "Used", "multiple", "c", "exact", ""],
    *(["c" + str(n), "confidence", f"View {n}", "rating", "", "", ""] for n in (1, 2, 3)),
]
SOURCE = """
[[instruments]]
file = "form.xlsx"
audience = "student"

[[sources]]
file = "forms.*"
layout = "{layout}"
audience = "student"
{wave}
consent_values = ["yes"]
values = {{ sex = {{ girl = "female", boy = "male" }} }}
{further}
[sources.columns]
school = "school"
answered_on = {today}
consent = "consent"
code = ["code_1", "code_2"]
sex = "sex"
{form_id}
"""
WAVE = 'wave = { column = "wave", values = { before = "pre", after = "post" } }'
READ_AS = {"kobo_without_groups": "kobo", "kobo_labels": "kobo", "kobo_xlsx": "kobo"}
ENDS = {"kobo_xlsx": ".xlsx", "workbook": ".xlsx", "odk_zip": ".zip", "spss": ".sav"}
ENDS |= {"stata": ".dta"}


def write_form(project: Project, questions: list[tuple[str, str, str, str]]) -> None:
    calculated = {"quiz_done": "1 + 1"}
    survey = [["type", "name", ENGLISH, URDU, "calculation", "default"]]
    survey += [
        [*one, calculated.get(one[1], ""), "pupils" if one[0] == "hidden" else ""]
        for one in questions
    ]
    # items of a repeat group stand in a codebook: the form does not ask them once of each person
    scored = SCORING[1:] if questions is QUESTIONS else []
    content = {
        "survey": survey,
        "choices": [
            ["list_name", "name", ENGLISH, URDU],
            *([of, name, *said] for of, names in LISTS.items() for name, said in names.items()),
        ],
        "settings": [["form_id", "default_language"], ["rich", "English (en)"]],
        "scoring": [SCORING[0], *scored],
    }
    write_sheets(content, project.root / "studies" / "small" / "form.xlsx")


def forms() -> pd.DataFrame:
    """Forms of two versions: with answers to everything, to little, refused, and sent twice."""
    rows = []
    for number, (code, wave) in enumerate((code, wave) for code in CODES for wave in LISTS["wave"]):
        old = number < 3
        several = ("a b", "b", "c a", "", "a b c", "c", "b a", "a")[number]
        rows.append(
            {
                "wave": wave,
                "school": "north" if number % 2 else "South Gate School",
                "today": f"2024-03-{number + 1:02d}",
                "consent": "no" if number == 5 else "yes",
                "sex": "boy" if number // 2 % 2 else "girl",
                "code_1": code[0],
                "code_2": code[1],
                "form_kind": "" if old else "pupils",
                "start_group/k1": "abc"[number % 3] if old else "",
                "quiz/k1": "" if old else "abc"[number % 3],
                "quiz/k2": several,
                "quiz/k3": ("c", "c other", "", "a", "other", "c", "c a", "b")[number],
                "quiz/k3_other": "my own way" if number in (1, 4) else "",
                "quiz/quiz_done": "2",
                **{f"views/c{n}": str((number + n) % 5 + 1) for n in (1, 2, 3)},
                "_id": str(100 + number),
                "_uuid": f"00000000-0000-4000-8000-{number:012d}",
                "_submission_time": f"2024-03-{number + 1:02d}T10:00:{number:02d}",
                "__version__": "v1" if old else "v2",
                "_index": str(number + 1),
            }
        )
    again = {**rows[4], "_id": "200", "_submission_time": "2024-03-30T10:00:00", "_index": "9"}
    return pd.DataFrame([*rows, again], dtype="str")


def travelled(
    project: Project, layout: SimulatedLayout, *, language: str = LANGUAGES[0]
) -> SurveyTables:
    sheets = {"before": "Before", "after": "After"}
    prefixes = {"before": "pre_", "after": "post_"}
    wide = layout == "wide"
    waves = {"workbook": sheets, "wide": prefixes}.get(layout, {})
    declared = {
        "workbook": 'sheets = { Before = { wave = "pre" }, After = { wave = "post" } }',
        "wide": 'wave_columns = { pre = "pre_{item}", post = "post_{item}" }',
    }
    ids = {
        "wide": 'form_id = { pre = "pre_form_id", post = "post_form_id" }',
        **dict.fromkeys(("workbook", "spss", "stata", "long"), 'form_id = "form_id"'),
    }
    project.source = SOURCE.format(
        layout=READ_AS.get(layout, layout.removesuffix("_zip")),
        wave=declared.get(layout, WAVE),
        today='{ pre = "pre_today", post = "post_today" }' if wide else '"today"',
        form_id=ids.get(layout, ""),
        further="",
    )
    options: dict[str, Any] = {"language": language, "waves": waves}
    study = opened(project)
    write_layout(
        forms(), study.forms[0], layout=layout, folder=project.raw, stem="forms", **options
    )
    return prepare(study)


def opened(project: Project) -> Study:
    project.codebook = CODEBOOK.splitlines()[0] + "\n"
    return project.study()


@pytest.fixture
def rich(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    write_form(project, QUESTIONS)
    return project


def test_every_kind_of_question_is_in_the_form(rich: Project) -> None:
    travelled(rich, "kobo")
    types = {question.type for question in rich.study().forms[0].questions}
    assert types >= {"select_multiple", "note", "calculate", "hidden", "text", "date"}
    header = next(rich.raw.glob("forms.csv")).read_text(encoding="utf-8").splitlines()[0]
    for heading in ("start_group/k1", "quiz/k1", "quiz/k3/other", "quiz/k3_other"):
        assert f'"{heading}"' in header


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SurveyTables]:
    project = Project(tmp_path_factory.mktemp("rich"))
    write_form(project, QUESTIONS)
    return project.root, travelled(project, "kobo")


def test_scores_are_those_that_the_keys_give(known: tuple[Path, SurveyTables]) -> None:
    _, tables = known
    forms = tables.submissions.set_index("source_row")
    assert forms.loc[2, ["k1", "k2", "k3"]].tolist() == [0, 1, 1]
    assert forms.loc[3, ["k1", "k2", "k3"]].tolist() == pytest.approx([1, 3 / 4, 0])
    reasons = tables.counts.groupby("reason")["rows"].sum().to_dict()
    assert reasons == {"": 7, "no_consent": 1, "same_upload": 1}


TRIPS = [(layout, LANGUAGES[0]) for layout in get_args(SimulatedLayout) if layout != "kobo"]
TRIPS += [(layout, LANGUAGES[1]) for layout in ("kobo_labels", "google_forms", "spss", "stata")]


@pytest.mark.parametrize(("layout", "language"), TRIPS)
def test_the_form_travels(
    rich: Project, known: tuple[Path, SurveyTables], layout: SimulatedLayout, language: str
) -> None:
    root, expected = known
    (rich.root / "secrets").mkdir(exist_ok=True)
    for key in (root / "secrets").iterdir():
        (rich.root / "secrets" / key.name).write_bytes(key.read_bytes())
    tables = travelled(rich, layout, language=language)
    assert_same(tables, expected, in_order=False, wide=layout in ("wide", "google_forms"))


def class_visits() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two visits of a class and the pupils who were met there."""
    visit = {"school": "north", "consent": "yes", "__version__": "v1"}
    visits = [
        {
            "wave": wave,
            "today": day,
            **visit,
            "_id": str(number),
            "_uuid": f"0000000{number}",
            "_submission_time": f"{day}T10:00:00",
            "_index": str(number),
        }
        for number, (wave, day) in enumerate((("before", "2024-03-01"), ("after", "2024-03-09")), 1)
    ]
    pupils = [
        {
            "pupil/code_1": code[0],
            "pupil/code_2": code[1],
            "pupil/sex": "girl",
            "pupil/k1": "abc"[number % 3],
            "pupil/k2": ("a b", "c", "")[number % 3],
            **{f"pupil/c{n}": str((number + n) % 5 + 1) for n in (1, 2, 3)},
            "_form": str(number // 3 + 1),
        }
        for number, code in enumerate(CODES[:3] * 2)
    ]
    return pd.DataFrame(visits, dtype="str"), pd.DataFrame(pupils, dtype="str")


IN_REPEAT = ("sex", "code_1", "code_2", "k1", "k2", "k3", "c1", "c2", "c3", "quiz_done")


@pytest.fixture
def class_visit(tmp_path: Path) -> Project:
    """A form about a class with a repeat group, whose items stand in a codebook."""
    project = Project(tmp_path)
    alone = [one for one in QUESTIONS if one[1] not in (*IN_REPEAT, "quiz", "views")]
    questions = [one for one in alone if one[0] != "end_group"] + PUPILS
    write_form(project, questions)
    return project


def declared(project: Project, layout: str) -> Study:
    project.codebook = (
        f"{CODEBOOK.splitlines()[0]},options,scoring\n"
        "k1,student,knowledge,Best,choice,,,b,,,,,\n"
        "k2,student,knowledge,Safe,multiple,,,a|b,,,,a|b|c,share\n"
        + "".join(f"c{n},student,confidence,View,rating,1,5,,,,,,\n" for n in (1, 2, 3))
    )
    project.source = SOURCE.format(
        layout=layout, wave=WAVE, today='"today"', form_id="", further='repeat = "pupil"'
    )
    return project.study()


def pupils_of(project: Project, layout: SimulatedLayout) -> SurveyTables:
    study = declared(project, "odk" if layout == "odk_zip" else "kobo")
    visits, pupils = class_visits()
    options: dict[str, Any] = {"folder": project.raw, "stem": "forms", "repeats": {"pupil": pupils}}
    write_layout(visits, study.forms[0], layout=layout, **options)
    return prepare(study)


def test_rows_of_a_repeat_group_give_the_same_in_both_layouts_that_hold_them(
    class_visit: Project,
) -> None:
    found = []
    for layout in WITH_REPEATS:
        found.append(pupils_of(class_visit, layout))
        next(class_visit.raw.glob("forms.*")).unlink()
    workbook, archive = found
    assert_same(archive, workbook)
    assert workbook.submissions["k1"].tolist() == [0, 1, 0, 0, 1, 0]
    assert workbook.submissions["k2"].dropna().tolist() == [1, 0, 1, 0]
    assert workbook.links["respondent_id"].nunique() == 3


def test_a_layout_that_holds_no_repeat_group_says_so_and_writes_nothing(
    class_visit: Project,
) -> None:
    (form,) = declared(class_visit, "kobo").forms
    visits, pupils = class_visits()
    options: dict[str, Any] = {"folder": class_visit.raw, "stem": "forms"}
    for layout in get_args(SimulatedLayout):
        if layout not in WITH_REPEATS:
            said = f"{layout} holds no repeat groups; kobo_xlsx and odk_zip do"
            with pytest.raises(UnknownNameError, match=said):
                write_layout(visits, form, layout=layout, repeats={"pupil": pupils}, **options)
    assert list(class_visit.raw.iterdir()) == []
