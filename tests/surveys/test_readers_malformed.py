"""What each reader says of a file that it cannot read: the whole message, and never an answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from export_files import (
    GOOGLE,
    WIDE,
    archive,
    kobo_repeats,
    labelled,
    put,
    records,
    source,
    text,
    workbook,
)
from survey_project import Project

from impact_eval.cli import main
from impact_eval.errors import SurveyFileError
from impact_eval.surveys import prepare
from impact_eval.surveys.readers.describe import describe_readers

PLAIN = source()
NO_TOPIC = source(further="")
NO_SUCH = "a declared column must be in the file; found no such heading"
SEVERAL = "a question in several columns must be answered in one of them at most"
EXPORT = "Export the file with this column, or correct its name in study.toml."
LABELS = "If the headings are labels, export names, or give the label as its name."
NONE_OF_THEM = "the declared columns must be there; found none of the"
ORDER = "it must be clear whether the day or the month comes first"
ONE_ENCODING = "a file must be in one encoding"
BEST = "one layout must fit the file best"
REPEAT = 'repeat = "pupil"'
PUPIL = source(further=REPEAT)
SHEETS = NO_TOPIC.replace(
    'wave = { column = "wave", values = { "before" = "pre", "after" = "post" } }',
    'sheets = { Before = { wave = "pre" }, After = { wave = "post" } }',
)


def layout(declared: str, name: str) -> str:
    """The source with its layout named."""
    return declared.replace('audience = "student"', f'audience = "student"\nlayout = "{name}"')


def kobo(*edits: tuple[str, str]) -> bytes:
    return edited(text("kobo/groups.csv"), *edits)


def odk(*edits: tuple[str, str]) -> bytes:
    return edited(text("odk/groups.csv"), *edits)


def google(*edits: tuple[str, str], name: str = "download") -> bytes:
    return edited(text(f"google_forms/{name}.csv"), *edits)


def long(*edits: tuple[str, str]) -> bytes:
    return edited(text("long/forms.csv"), *edits)


def wide(*edits: tuple[str, str]) -> bytes:
    return edited(text("wide/people.csv"), *edits)


def edited(data: bytes, *edits: tuple[str, str]) -> bytes:
    for old, new in edits:
        assert old.encode() in data, old
        data = data.replace(old.encode(), new.encode())
    return data


def two_encodings(data: bytes) -> bytes:
    return data + "é\n".encode("cp1252") + "é\n".encode()


def visits(*edits: tuple[str, str], **files: bytes) -> bytes:
    """ODK's archive of two visits, the pupils' file edited."""
    pupils = edited(text("odk/visits-pupil.csv"), *edits)
    return archive({"visits.csv": text("odk/visits.csv"), "visits-pupil.csv": pupils} | files)


def book(**sheets: list[list[object]]) -> bytes:
    return workbook(sheets)


def columns(*names: str) -> list[list[object]]:
    header, *rows = records("long/forms.csv")
    kept = [at for at, name in enumerate(header) if name not in names]
    return [[row[at] for at in kept] for row in (header, *rows)]


Case = tuple[str, Callable[[], bytes], str, str]
CASES: dict[str, Case] = {
    "kobo: two answers to one question": (
        ".csv",
        lambda: edited(text("kobo/versions.csv"), ('"";"a";"2"', '"c";"a";"2"')),
        PLAIN,
        f"column k1: {SEVERAL}; found different answers in row 2, in J and AD.",
    ),
    "kobo: a question is missing": (
        ".csv",
        lambda: kobo(("quiz/k1", "quiz/q1")),
        PLAIN,
        f"column k1: {NO_SUCH}. {EXPORT}",
    ),
    "kobo: exported with labels": (
        ".csv",
        lambda: text("kobo/labels.csv"),
        PLAIN,
        f"column wave: {NO_SUCH}. {EXPORT} {LABELS}",
    ),
    "kobo: repeat group from a CSV": (
        ".csv",
        kobo,
        layout(PUPIL, "kobo"),
        "repeat groups need a workbook; found a text file. Export as XLSX",
    ),
    "kobo: no such repeat group": (
        ".xlsx",
        kobo_repeats,
        PUPIL,
        "the declared repeat group has a sheet; found no sheet for 'pupil'.",
    ),
    "kobo: a repeat without its form": (
        ".xlsx",
        lambda: book(
            form=[["today", "_uuid", "_index"], ["2024-03-01", "u", 1]],
            pupil=[["code_1", "_parent_index"], ["7", 1], ["8", 3]],
        ),
        PUPIL,
        "column _parent_index: a row of a repeat group belongs to a form; found none for row 3.",
    ),
    "kobo: an option with a space": (
        ".csv",
        lambda: text("kobo/labels.csv"),
        source(further='item_columns = { t1 = "Какие темы?/Two words" }'),
        f"column Какие темы?/Two words: {NO_SUCH}.",
    ),
    "kobo: two encodings": (
        ".csv",
        lambda: two_encodings(text("kobo/no_groups.csv")),
        PLAIN,
        ONE_ENCODING,
    ),
    "kobo: cut off": (
        ".csv",
        lambda: kobo()[:-30],
        PLAIN,
        "row 4: a quotation mark must be closed",
    ),
    "odk: a question is missing": (
        ".csv",
        lambda: odk(("quiz-k1", "quiz-q1")),
        PLAIN,
        f"column k1: {NO_SUCH}. {EXPORT}",
    ),
    "odk: two questions of one name": (
        ".csv",
        lambda: odk(("mood-c1", "mood-k1"), ("mood-c2", "mood-c1")),
        PLAIN,
        f"column k1: {SEVERAL}; found different answers in rows 2, 3, 4, in J and M.",
    ),
    "odk: repeat group from one file": (
        ".csv",
        odk,
        PUPIL,
        "repeat groups need the archive; found a single file.",
    ),
    "odk: no such repeat group": (
        ".zip",
        visits,
        PUPIL.replace("pupil", "child"),
        "the declared repeat group has one file in the archive; found 0 for 'child'.",
    ),
    "odk: a repeat without its form": (
        ".zip",
        lambda: visits(("3,uuid:visit-2", "3,uuid:visit-9")),
        PUPIL,
        (
            "export.zip, file visits-pupil.csv, column PARENT_KEY: a row of a repeat group "
            "belongs to a form; found none for row 4."
        ),
    ),
    "odk: no archive": (
        ".zip",
        odk,
        PLAIN,
        "an archive must be readable; found something that is no archive",
    ),
    "odk: archive without forms": (
        ".zip",
        lambda: archive({"media/a.csv": b"a,b\n1,2\n"}),
        PLAIN,
        "an archive must hold CSV files; found none.",
    ),
    "google: day or month": (
        ".csv",
        lambda: google(("3/14/2024", "3/4/2024"), name="sheet"),
        GOOGLE,
        (
            f"column Timestamp: {ORDER}; found dates that can be read both ways. Declare it: "
            'date_format = "%d/%m/%Y %H:%M:%S" or "%m/%d/%Y %H:%M:%S".'
        ),
    ),
    "google: day and month in both orders": (
        ".csv",
        lambda: google(("3/1/2024", "31/1/2024"), name="sheet"),
        GOOGLE,
        f"column Timestamp: {ORDER}; found both orders (row 2).",
    ),
    "google: question was edited": (
        ".csv",
        lambda: google(("Which school?", "What is your school?")),
        GOOGLE,
        f"column Which school?: {NO_SUCH}.",
    ),
    "google: row of the grid is missing": (
        ".csv",
        lambda: google(("How often? [Five]", "How often?")),
        GOOGLE,
        f"column How often? [Five]: {NO_SUCH}.",
    ),
    "google: a heading twice": (
        ".csv",
        lambda: google(("You are a", "Which school?")),
        GOOGLE,
        "column Which school?: a declared column must stand in the file once; found it in C and G.",
    ),
    "google: nobody answered": (
        ".csv",
        lambda: google().splitlines(keepends=True)[0],
        GOOGLE,
        "a file must hold rows below its header; found a header only.",
    ),
    "google: two encodings": (".csv", lambda: two_encodings(google()), GOOGLE, ONE_ENCODING),
    "workbook: no such sheet": (
        ".xlsx",
        lambda: book(Before=columns("wave"), Later=columns("wave")),
        SHEETS,
        "sheet After: a declared sheet must be in the workbook; found none.",
    ),
    "workbook: one sheet lacks a column": (
        ".xlsx",
        lambda: book(Before=columns("wave"), After=columns("wave", "k2")),
        SHEETS,
        f"export.xlsx, sheet After, column k2: {NO_SUCH}.",
    ),
    "workbook: no workbook": (
        ".xlsx",
        long,
        SHEETS,
        "a workbook must be readable; found something that is no workbook.",
    ),
    "workbook: nothing in it": (
        ".xlsx",
        lambda: book(Before=[], After=[]),
        SHEETS,
        "a sheet must hold a header and rows; found an empty sheet.",
    ),
    "workbook: a text file": (
        ".csv",
        long,
        layout(SHEETS, "workbook"),
        (
            'the layout "workbook" is one of workbooks; found text files. Write layout = "auto", '
            "or one of kobo, odk, google_forms, long, wide."
        ),
    ),
    "workbook: a heading twice": (
        ".xlsx",
        lambda: book(
            Before=[[*row, row[0]] for row in columns("wave")],
            After=columns("wave"),
        ),
        SHEETS,
        "export.xlsx, sheet Before, column today: a declared column must stand in the file once",
    ),
    "spss: no file of SPSS": (
        ".sav",
        long,
        NO_TOPIC,
        "a file of SPSS must be readable; found something else, or another encoding.",
    ),
    "spss: nothing": (".sav", lambda: b"", NO_TOPIC, "a file must hold a header and rows"),
    "spss: a text file": (
        ".csv",
        long,
        layout(NO_TOPIC, "spss"),
        'the layout "spss" is one of files of SPSS; found text files.',
    ),
    "stata: no file of Stata": (
        ".dta",
        long,
        NO_TOPIC,
        "a file of Stata must be readable; found something else, or another encoding.",
    ),
    "stata: nothing": (".dta", lambda: b"", NO_TOPIC, "a file must hold a header and rows"),
    "stata: a text file": (
        ".csv",
        long,
        layout(NO_TOPIC, "stata"),
        'the layout "stata" is one of files of Stata; found text files.',
    ),
    "long: a column is missing": (
        ".csv",
        lambda: long(("k1", "q1")),
        NO_TOPIC,
        f"column k1: {NO_SUCH}.",
    ),
    "long: a column twice": (
        ".csv",
        lambda: long(("k3", "k1")),
        NO_TOPIC,
        "column k1: a declared column must stand in the file once; found it in H and J.",
    ),
    "long: a repeat group": (
        ".csv",
        long,
        PUPIL,
        "`repeat` is for the layouts kobo, odk; found long:",
    ),
    "long: sheets of a text file": (
        ".csv",
        long,
        SHEETS,
        "`sheets` is for the layouts workbook; found long:",
    ),
    "long: a header only": (
        ".csv",
        lambda: long().splitlines()[0],
        NO_TOPIC,
        "a file must hold rows below its header; found a header only.",
    ),
    "long: blank lines": (".csv", lambda: b"\n\n \n", NO_TOPIC, "found blank lines."),
    "long: two encodings": (".csv", lambda: two_encodings(long()), NO_TOPIC, ONE_ENCODING),
    "long: no header": (
        ".csv",
        lambda: b"\n".join(long().splitlines()[1:]),
        NO_TOPIC,
        f"{BEST}; found none. Write layout",
    ),
    "wide: a wave's column is missing": (
        ".csv",
        lambda: wide(("post_k1", "post_q1")),
        WIDE,
        f"column post_k1: {NO_SUCH}.",
    ),
    "wide: a column twice": (
        ".csv",
        lambda: wide(("post_k2", "post_k1")),
        WIDE,
        "column post_k1: a declared column must stand in the file once; found it in K and L.",
    ),
    "wide: other prefixes": (
        ".csv",
        lambda: wide(("pre_", "a."), ("post_", "b."), ("school", "s"), ("code", "c"), ("sex", "x")),
        WIDE,
        f"row 1: {NONE_OF_THEM}",
    ),
    "wide: a header only": (
        ".csv",
        lambda: wide().splitlines()[0],
        WIDE,
        "a file must hold rows below its header; found a header only.",
    ),
    "wide: two encodings": (".csv", lambda: two_encodings(wide()), WIDE, ONE_ENCODING),
    "wide: nothing": (".csv", lambda: b"", WIDE, "a file must hold a header and rows"),
    "auto: two tools": (
        ".csv",
        lambda: odk(("meta-instanceID", "_uuid"), ("DeviceID", "_id")),
        PLAIN,
        f'{BEST}; found kobo and odk. Write layout = "..." in study.toml: one of kobo, odk,',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message(
    project: Project,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    suffix, content, declared, message = CASES[name]
    put(project, content(), suffix=suffix, declared=declared)
    study = project.study()
    with pytest.raises(SurveyFileError) as caught:
        prepare(study)
    said = "\n".join(map(str, caught.value.faults))
    assert said.startswith("export.")
    assert message in said
    assert all(fault.remedy for fault in caught.value.faults)
    assert not re.search(r"\b(ab|AB|cd|girl|boy)\b", said.replace("declared", ""))
    (reading,) = describe_readers(study)
    assert reading.faults == caught.value.faults
    monkeypatch.chdir(project.root)
    monkeypatch.setattr(sys, "argv", ["impact-eval", "prepare", "small"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert message in capsys.readouterr().err


MISSING = {".sav": "SPSS", ".dta": "Stata"}


@pytest.mark.parametrize("suffix", MISSING)
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('school = "school"', 'school = "place"', f"column place: {NO_SUCH}."),
        ('code = ["code_1"', 'code = ["number"', f"column number: {NO_SUCH}."),
        ('column = "wave"', 'column = "when"', f"column when: {NO_SUCH}."),
    ],
)
def test_columns_that_a_labelled_file_lacks(
    project: Project, tmp_path: Path, suffix: str, old: str, new: str, message: str
) -> None:
    declared = NO_TOPIC.replace(old, new)
    put(project, labelled(tmp_path, suffix=suffix), suffix=suffix, declared=declared)
    with pytest.raises(SurveyFileError) as caught:
        prepare(project.study())
    assert message in "\n".join(map(str, caught.value.faults))


def test_every_tool_has_six_malformed_files() -> None:
    tools = [name.partition(":")[0] for name in CASES]
    counted = {tool: tools.count(tool) + 3 * (tool in ("spss", "stata")) for tool in tools}
    assert {tool: n for tool, n in counted.items() if n < 6} == {"auto": 1}


def test_sheet_that_nobody_declared_is_not_named(project: Project) -> None:
    """Its name may be a person's."""
    forms = records("kobo/groups.csv", delimiter=";")
    forms[0][9] = "quiz/q1"
    book = workbook({"Qqcanary Khan": forms, "Qqcanary Ali": [["a"], ["b"]]})
    put(project, book, suffix=".xlsx", declared=PLAIN)
    (reading,) = describe_readers(project.study())
    assert f"export.xlsx, sheet 1, column k1: {NO_SUCH}" in str(reading)
    assert "canary" not in str(reading)
