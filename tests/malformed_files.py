"""Files that no reader can use as a whole, by the reader that should have read them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from damaged_files import KINDS
from export_files import (
    GOOGLE,
    WIDE,
    archive,
    kobo_repeats,
    labelled,
    records,
    source,
    text,
    workbook,
)
from malformed_rows import Made


def also(declared: str, line: str) -> str:
    """The source with one more line."""
    return declared.replace('audience = "student"', f'audience = "student"\n{line}')


def layout(declared: str, name: str) -> str:
    return also(declared, f'layout = "{name}"')


PLAIN = source()
NO_TOPIC = source(further="")
REPEAT = 'repeat = "pupil"'
PUPIL = source(further=REPEAT)


def by_sheet(declared: str) -> str:
    """The source with its waves on sheets instead of in a column."""
    sheets = 'sheets = { Before = { wave = "pre" }, After = { wave = "post" } }'
    kept = [line for line in declared.splitlines() if not line.startswith("wave = ")]
    return also("\n".join(kept) + "\n", sheets)


SHEETS = by_sheet(NO_TOPIC)
DECLARED = {
    "kobo": NO_TOPIC,
    "odk": NO_TOPIC,
    "google_forms": GOOGLE,
    "long": NO_TOPIC,
    "wide": WIDE,
    "workbook": SHEETS,
    "spss": NO_TOPIC,
    "stata": NO_TOPIC,
}
FILES = {
    "kobo": "kobo/groups.csv",
    "odk": "odk/groups.csv",
    "google_forms": "google_forms/download.csv",
    "long": "long/forms.csv",
    "wide": "wide/people.csv",
}


def edited(data: bytes, *edits: tuple[str, str]) -> bytes:
    for old, new in edits:
        assert old.encode() in data, old
        data = data.replace(old.encode(), new.encode())
    return data


def named(name: str, *edits: tuple[str, str], declared: str = PLAIN) -> Made:
    """One of the text files, edited."""
    return Made(edited(text(name), *edits), ".csv", declared)


def two_encodings(data: bytes) -> bytes:
    return data + "é\n".encode("cp1252") + "é\n".encode()


def cut_off(data: bytes) -> bytes:
    """The file up to somewhere within its last cell, which began with a quotation mark."""
    data = data.rstrip()
    return data[:-1] if data.endswith(b'"') else data[: data.rindex(b",")] + b',"v'


def of_text(reader: str) -> dict[str, Callable[[], Made]]:
    """What can be wrong with any text file, whatever wrote it."""
    whole, declared = text(FILES[reader]), DECLARED[reader]

    def of(data: bytes, said: str = "") -> Callable[[], Made]:
        return lambda: Made(data, ".csv", also(declared, said) if said else declared)

    other = "encoding"
    return {
        "nothing in it": of(b""),
        "blank lines": of(b"\n\n \n"),
        "a header only": of(whole.splitlines(keepends=True)[0]),
        "two encodings": of(two_encodings(whole)),
        "a web page that was saved in its place": of(b"<!DOCTYPE html><title>Log in</title>\n"),
        "an encoding that is none of text": of(whole, f'{other} = "hex"'),
        "another encoding than declared": of(whole + "é\n".encode("cp1252"), f'{other} = "utf-8"'),
        "cut off between quotation marks": of(cut_off(whole)),
        "one mark too few and one too many": of(whole.rstrip() + b'2"\n"2024-03-03,before\n'),
        "another kind of file": of(whole, 'layout = "spss"'),
        "sheets of a text file": lambda: Made(whole, ".csv", by_sheet(declared)),
        "no heading that is declared": of(b"x,y,z\n1,2,3\n", f'layout = "{reader}"'),
    }


def visits(*edits: tuple[str, str], of: str = "pupils", declared: str = PUPIL) -> Made:
    """ODK's archive of two visits, one of its two files edited."""
    files = {"pupils": "visits-pupil.csv", "visits": "visits.csv"}
    contents = {name: text(f"odk/{name}") for name in files.values()}
    contents[files[of]] = edited(contents[files[of]], *edits)
    return Made(archive(contents), ".zip", declared)


def book(declared: str = SHEETS, **sheets: list[list[object]]) -> Made:
    return Made(workbook(sheets), ".xlsx", declared)


def columns(*without: str) -> list[list[object]]:
    header, *rows = records("long/forms.csv")
    kept = [at for at, name in enumerate(header) if name not in without]
    return [[row[at] for at in kept] for row in (header, *rows)]


def visit_sheets(pupils: list[list[object]], *, keys: tuple[int, int] = (1, 2)) -> Made:
    forms = [["today", "_uuid", "_index"], *(["2024-03-01", "u", key] for key in keys)]
    return book(PUPIL, form=forms, pupil=pupils)


_ODK_TWICE = (("meta-instanceID", "_uuid"), ("DeviceID", "_id"))
KOBO = {
    "pasted together of two encodings": lambda: Made(
        two_encodings(text("kobo/no_groups.csv")), ".csv", PLAIN
    ),
    "two answers to one question": lambda: named(
        "kobo/versions.csv", ('"";"a";"2"', '"c";"a";"2"')
    ),
    "a question is missing": lambda: named("kobo/groups.csv", ("quiz/k1", "quiz/q1")),
    "exported with labels": lambda: named("kobo/labels.csv"),
    "a heading nearly the same": lambda: named("kobo/groups.csv", ("consent", "consents")),
    "repeat group from a CSV": lambda: named("kobo/groups.csv", declared=layout(PUPIL, "kobo")),
    "no such repeat group": lambda: Made(kobo_repeats(), ".xlsx", PUPIL),
    "a repeat without its form": lambda: visit_sheets(
        [["code_1", "_parent_index"], ["7", 1], ["8", 3]]
    ),
    "two forms of one key": lambda: visit_sheets(
        [["code_1", "_parent_index"], ["7", 1]], keys=(1, 1)
    ),
    "forms without a key": lambda: book(
        PUPIL, form=[["today", "_uuid"], ["2024-03-01", "u"]], pupil=[["_parent_index"], [1]]
    ),
    "an option with a space": lambda: named(
        "kobo/labels.csv",
        declared=source(further='item_columns = { t1 = "Какие темы?/Two words" }'),
    ),
    "looks like two tools": lambda: named("odk/groups.csv", *_ODK_TWICE),
}
ODK = {
    "a question is missing": lambda: named("odk/groups.csv", ("quiz-k1", "quiz-q1")),
    "two questions of one name": lambda: named(
        "odk/groups.csv", ("mood-c1", "mood-k1"), ("mood-c2", "mood-c1")
    ),
    "repeat group from one file": lambda: named("odk/groups.csv", declared=PUPIL),
    "no such repeat group": lambda: Made(visits().data, ".zip", PUPIL.replace("pupil", "child")),
    "a repeat without its form": lambda: visits(("3,uuid:visit-2", "3,uuid:visit-9")),
    "two forms of one key": lambda: visits(("uuid:visit-2", "uuid:visit-1"), of="visits"),
    "forms without a key": lambda: visits(
        (",KEY", ",K"), of="visits", declared=layout(PUPIL, "odk")
    ),
    "no archive": lambda: Made(text("odk/groups.csv"), ".zip", PLAIN),
    "an archive without forms": lambda: Made(
        archive({"media/a.csv": b"a,b\n1,2\n"}), ".zip", PLAIN
    ),
    "looks like two tools": lambda: named("odk/groups.csv", *_ODK_TWICE),
}
GOOGLE_FORMS = {
    "no tool's file": lambda: Made(b"x,y,z\n1,2,3\n", ".csv", GOOGLE),
    "day or month": lambda: named(
        "google_forms/sheet.csv", ("3/14/2024", "3/4/2024"), declared=GOOGLE
    ),
    "day and month in both orders": lambda: named(
        "google_forms/sheet.csv", ("3/1/2024", "31/1/2024"), declared=GOOGLE
    ),
    "a question was edited": lambda: named(
        "google_forms/download.csv", ("Which school?", "What is your school?"), declared=GOOGLE
    ),
    "a row of the grid is missing": lambda: named(
        "google_forms/download.csv", ("How often? [Five]", "How often?"), declared=GOOGLE
    ),
    "a heading twice": lambda: named(
        "google_forms/download.csv", ("You are a", "Which school?"), declared=GOOGLE
    ),
    "a repeat group": lambda: named("google_forms/download.csv", declared=also(GOOGLE, REPEAT)),
}
WORKBOOK = {
    "no such sheet": lambda: book(Before=columns("wave"), Later=columns("wave")),
    "a sheet lacks a column": lambda: book(Before=columns("wave"), After=columns("wave", "k2")),
    "no workbook": lambda: Made(text("long/forms.csv"), ".xlsx", SHEETS),
    "nothing in its bytes": lambda: Made(b"", ".xlsx", SHEETS),
    "nothing on its sheets": lambda: book(Before=[], After=[]),
    "headers only": lambda: book(Before=columns("wave")[:1], After=columns("wave")[:1]),
    "a text file": lambda: named("long/forms.csv", declared=layout(SHEETS, "workbook")),
    "a heading twice": lambda: book(
        Before=[[*row, row[0]] for row in columns("wave")], After=columns("wave")
    ),
    "sheets without any heading": lambda: book(Before=[["x"], ["1"]], After=[["y"], ["2"]]),
    "a repeat group": lambda: book(also(SHEETS, REPEAT), Before=columns("wave"), After=columns()),
}


def telephones() -> Made:
    """A question to which everybody answered with a number to be called."""
    header, *rows = records("long/forms.csv")
    rows = [[*rows[0][:-1], f"+92 300 55500{number}"] for number in range(10, 16)]
    lines = [",".join(row) for row in (header, *rows)]
    return Made("\n".join(lines).encode(), ".csv", NO_TOPIC)


LONG = {
    "a cell without an end": lambda: Made(
        text("long/forms.csv").rstrip() + b'x"\n"' + b"endless " * 400_000, ".csv", NO_TOPIC
    ),
    "a column is missing": lambda: named("long/forms.csv", ("k1", "q1"), declared=NO_TOPIC),
    "a column twice": lambda: named("long/forms.csv", ("k3", "k1"), declared=NO_TOPIC),
    "a repeat group": lambda: named("long/forms.csv", declared=PUPIL),
    "no header": lambda: Made(
        b"\n".join(text("long/forms.csv").splitlines()[1:]), ".csv", NO_TOPIC
    ),
    "a sheet that is not there": lambda: Made(
        workbook({"Forms": columns()}), ".xlsx", also(NO_TOPIC, 'sheet = "Pupils"')
    ),
    "a telephone in each answer": telephones,
}
WIDE_LAYOUT = {
    "a wave's column is missing": lambda: named(
        "wide/people.csv", ("post_k1", "post_q1"), declared=WIDE
    ),
    "a column twice": lambda: named("wide/people.csv", ("post_k2", "post_k1"), declared=WIDE),
    "other prefixes": lambda: named(
        "wide/people.csv",
        *(("pre_", "a."), ("post_", "b."), ("school", "s"), ("code", "c"), ("sex", "x")),
        declared=WIDE,
    ),
    "a repeat group": lambda: named("wide/people.csv", declared=also(WIDE, REPEAT)),
}


def of_statistics(reader: str) -> dict[str, Callable[[], Made]]:
    """What can be wrong with a file of SPSS or Stata."""
    suffix = {"spss": ".sav", "stata": ".dta"}[reader]

    def whole(declared: str) -> Made:
        with tempfile.TemporaryDirectory() as folder:
            return Made(labelled(Path(folder), suffix=suffix), suffix, declared)

    def without(old: str, new: str) -> Made:
        return whole(NO_TOPIC.replace(old, new))

    faults: dict[str, Callable[[], Made]] = {
        "another file under its name": lambda: Made(text("long/forms.csv"), suffix, NO_TOPIC),
        "nothing in it": lambda: Made(b"", suffix, NO_TOPIC),
        "cut off in its header": lambda: Made(whole(NO_TOPIC).data[:150], suffix, NO_TOPIC),
        "no cases": lambda: Made(KINDS[reader].write(columns()[:1]), suffix, NO_TOPIC),  # type: ignore[arg-type]
        "a text file": lambda: named("long/forms.csv", declared=layout(NO_TOPIC, reader)),
        "no variable of the school": partial(without, 'school = "school"', 'school = "place"'),
        "no variable of the code": partial(without, 'code = ["code_1"', 'code = ["number"'),
        "no variable of the wave": partial(without, 'column = "wave"', 'column = "when"'),
        "no variable that is declared": lambda: Made(
            KINDS[reader].write([["x", "y"], ["1", "2"]]), suffix, layout(NO_TOPIC, reader)
        ),
        "a repeat group": lambda: whole(also(NO_TOPIC, REPEAT)),
    }
    if reader == "spss":
        faults["a variable that lost its name"] = nameless
    return faults


def nameless() -> Made:
    """A byte of zero where the name of a variable stood."""
    data = KINDS["spss"].write(KINDS["spss"].rows())
    return Made(data.replace(b"N1      ", b"\0" + b"1      "), ".sav", NO_TOPIC)


REFUSED: dict[str, dict[str, Callable[[], Made]]] = {
    "kobo": of_text("kobo") | KOBO,
    "odk": of_text("odk") | ODK,
    "google_forms": of_text("google_forms") | GOOGLE_FORMS,
    "workbook": WORKBOOK,
    "spss": of_statistics("spss"),
    "stata": of_statistics("stata"),
    "long": of_text("long") | LONG,
    "wide": of_text("wide") | WIDE_LAYOUT,
}
