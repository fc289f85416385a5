"""Exports in exactly the layouts of survey tools, with what study.toml says about each.

The text files stand in tests/surveys/exports; workbooks, archives and files of SPSS and Stata are
made from them. All of them hold the same three forms.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import openpyxl
import pandas as pd
import pyreadstat
from survey_project import CODEBOOK, Project

EXPORTS: Final = Path(__file__).parent / "surveys" / "exports"
TOPIC: Final = "t1,student,,Games among the topics,note,,,,,,\n"

_HEAD: Final = """
[[sources]]
file = "export.*"
audience = "student"
consent_values = ["{yes}"]
values = {{ sex = {{ {girl} = "female", {boy} = "male" }} }}
wave = {{ column = "{wave}", values = {{ "{before}" = "pre", "{after}" = "post" }} }}
{further}
[sources.columns]
{columns}
"""
_COLUMNS: Final = """school = "school"
answered_on = "today"
consent = "consent"
code = ["code_1", "code_2"]
sex = "sex"
"""
_GOOGLE_COLUMNS: Final = """school = "Which school?"
answered_on = "Timestamp"
consent = "Do you agree to take part?"
code = ["Day of birth", "Two letters of your name"]
sex = "You are a"
"""
_RUSSIAN_COLUMNS: Final = """school = "Школа"
answered_on = "День"
consent = "Согласие"
code = ["Число рождения", "Две буквы имени"]
sex = "Пол"
"""
_GOOGLE_ITEMS: Final = """
item_columns = { c1 = "How often? [Four]", c2 = "How often? [Five]", c3 = "How often? [Six]", \
t1 = "Which topics?/Games, or apps" }
answer_labels = { "c*" = { Never = "1", Rarely = "2", Sometimes = "3", Often = "4", Always = "5" } }
"""
_RUSSIAN_ITEMS: Final = """
item_columns = { t1 = "Какие темы?/games" }
answer_labels = { "c*" = { "Никогда" = "1", "Редко" = "2", "Иногда" = "3", "Часто" = "4", \
"Всегда" = "5" } }
"""


def source(
    *,
    further: str = 'item_columns = { t1 = "topics/games" }',
    columns: str = _COLUMNS,
    wave: str = "wave",
    yes: str = "yes",
    girl: str = "girl",
    boy: str = "boy",
    before: str = "before",
    after: str = "after",
) -> str:
    """A source that leaves the layout to the file."""
    return _HEAD.format(
        further=further,
        columns=columns,
        wave=wave,
        yes=yes,
        girl=girl,
        boy=boy,
        before=before,
        after=after,
    )


GOOGLE: Final = source(
    further=_GOOGLE_ITEMS,
    columns=_GOOGLE_COLUMNS,
    wave="When is this?",
    yes="Yes, I do",
    girl="Girl",
    boy="Boy",
    before="Before the workshop",
    after="After the workshop",
)
RUSSIAN: Final = source(
    further=_RUSSIAN_ITEMS,
    columns=_RUSSIAN_COLUMNS,
    wave="До или после",
    yes="Да",
    girl='"Девочка"',
    boy='"Мальчик"',
    before="До занятия",
    after="После занятия",
)
WIDE: Final = """
[[sources]]
file = "export.*"
audience = "student"
values = { sex = { girl = "female", boy = "male" } }
wave_columns = { pre = "pre_{item}", post = "post_{item}" }

[sources.columns]
school = "school"
code = ["code_1", "code_2"]
sex = "sex"
"""


def text(name: str) -> bytes:
    """One of the text files, such as kobo/groups.csv."""
    return (EXPORTS / name).read_bytes()


def records(name: str, *, delimiter: str = ",") -> list[list[str]]:
    """The rows of one of the text files."""
    content = text(name).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content), delimiter=delimiter))


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An XLSX file of some sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file of some files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def kobo_repeats() -> bytes:
    """KoboToolbox's XLSX of two visits to a class, each pupil a repeat on the second sheet."""
    visits = [
        ["today", "wave", "school", "consent", "_id", "_uuid", "_submission_time", "_index"],
        ["2024-03-01", "before", "north", "yes", 11, "u-1", "2024-03-01T09:30:00", 1],
        ["2024-03-02", "after", "north", "yes", 12, "u-2", "2024-03-02T09:30:00", 2],
    ]
    items = ("pupils/quiz/k1", "k2", "k3", "pupils/c1", "pupils/c2", "pupils/c3", "n1")
    keys = ("_index", "_parent_table_name", "_parent_index", "_submission__uuid")
    title = "A visit to a class, before and after the workshop"
    pupils = [
        ["pupils/code_1", "pupils/code_2", "pupils/sex", *items, *keys],
        ["07", "ab", "girl", "b", "a", 2, 4, 2, 5, None, 1, title, 1, "u-1"],
        [8, "cd", "boy", "a", "a", 2, 4, 2, 5, None, 2, title, 1, "u-1"],
        ["7", "ab", "girl", "b", "c", 2, 5, 1, 5, 3, 3, title, 2, "u-2"],
    ]
    return workbook(
        {"A visit to a class, before a...": visits, "pupils_of_the_class_who_were...": pupils}
    )


def sheets_by_wave() -> bytes:
    """A workbook with a sheet for each wave; one date and one code are numbers."""
    header, *rows = records("long/forms.csv")
    keep = [at for at, name in enumerate(header) if name != "wave"]
    waves: dict[str, list[list[object]]] = {"Before": [], "After": [], "Notes": [["not read"]]}
    for row in rows:
        sheet = "Before" if row[header.index("wave")] == "before" else "After"
        waves[sheet].append([row[at] for at in keep])
    for name in ("Before", "After"):
        waves[name].insert(0, [header[at] for at in keep])
    waves["Before"][1][0] = 45352  # 1 March 2024
    waves["After"][1][3] = 7
    return workbook(waves)


def labelled(tmp_path: Path, *, suffix: str) -> bytes:
    """A file of SPSS or Stata with the three forms, labels of values and a missing code."""
    header, *rows = records("long/forms.csv")
    frame = pd.DataFrame(rows, columns=header)
    frame["today"] = pd.to_datetime(frame["today"]).dt.date
    frame["wave"] = frame["wave"].map({"before": 1.0, "after": 2.0})
    frame["sex"] = frame["sex"].map({"girl": 1.0, "boy": 2.0})
    frame["k1"] = frame["k1"].map({"a": 1.0, "b": 2.0, "98": 98.0})
    for item in ("k3", "c1", "c2", "c3", "n1"):
        frame[item] = pd.to_numeric(frame[item])
    frame.loc[2, "c3"] = 77.0
    labels = {
        "wave": {1.0: "before", 2.0: "after"},
        "sex": {1.0: "girl", 2.0: "boy"},
        "k1": {1.0: "a weak one", 2.0: "a strong one", 98.0: "don't know"},
    }
    path = tmp_path / f"made{suffix}"
    if suffix == ".dta":
        frame["c3"] = frame["c3"].astype(object)
        frame.loc[2, "c3"] = "a"
        missing = {"c3": ["a"]}
        pyreadstat.write_dta(
            frame, str(path), variable_value_labels=labels, missing_user_values=missing
        )
    else:
        ranges = {"c3": [{"lo": 70, "hi": 79}], "k1": [98]}
        pyreadstat.write_sav(
            frame,
            str(path),
            variable_value_labels=labels,
            missing_ranges=ranges,
            compress=suffix == ".zsav",
        )
    return path.read_bytes()


def put(project: Project, data: bytes, *, suffix: str, declared: str) -> Project:
    """Write an export into a project whose study has an item for a ticked box."""
    project.write_bytes(data, name=f"export{suffix}")
    project.source = declared
    project.codebook = CODEBOOK + (TOPIC if "t1" in declared else "")
    return project
