"""`impact-eval check` fails wherever `prepare` does, and says beforehand what prepare says."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pyrage
import pytest
from export_files import put, source, text
from survey_project import Project, form
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import Fault, FaultsError, StudyError

UUID = "00000000-0000-4000-8000-000000000001"
LOG = "uuid,question,old_value,new_value,change_type\n"
CHANGE = f"{UUID},k1,b,a,change_response\n"
LIST = "school_id,audience,code_1,code_2\n"
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
ATTENDANCE = "workshop_id,school_id,audience,held_on\n"


def exported(project: Project) -> None:
    put(project, text("kobo/groups.csv"), suffix=".csv", declared=source())


def with_log(log: str | bytes | None) -> Callable[[Project], None]:
    def build(project: Project) -> None:
        declared = source(further='cleaning_log = "log.csv"')
        put(project, text("kobo/groups.csv"), suffix=".csv", declared=declared)
        if log is not None:
            project.write_bytes(log if isinstance(log, bytes) else log.encode(), name="log.csv")

    return build


def log_on_data_without_uuids(project: Project) -> None:
    with_log(LOG + CHANGE)(project)
    data = text("kobo/groups.csv").replace(b'"_uuid"', b'"u"')
    project.write_bytes(data, name="export.csv")


def with_list(listed: str | None) -> Callable[[Project], None]:
    def build(project: Project) -> None:
        exported(project)
        project.further = 'withdrawals = "withdrawn.csv"'
        if listed is not None:
            project.write_bytes(listed.encode(), name="withdrawn.csv")

    return build


def with_attendance(row: str) -> Callable[[Project], None]:
    def build(project: Project) -> None:
        exported(project)
        project.further = 'attendance = "attendance.csv"'
        project.write_bytes((ATTENDANCE + row).encode(), name="attendance.csv")

    return build


def key_that_is_none(project: Project) -> None:
    exported(project)
    path = project.study().key_file
    path.parent.mkdir()
    path.write_text("no key\n")


def source_without_a_file(project: Project) -> None:
    exported(project)
    project.source += source().replace('"export.*"', '"later.*"')


def file_of_two_sources(project: Project) -> None:
    exported(project)
    project.source += source().replace('"export.*"', '"*.csv"')


def question_overlooked(project: Project) -> None:
    exported(project)
    project.source += f'[[safeguarding]]\ncolumns = ["remarks"]\nrecipient = "{RECIPIENT}"\n'


def safeguarding_key_that_is_none(project: Project) -> None:
    exported(project)
    project.source += f'[[safeguarding]]\ncolumns = ["start"]\nrecipient = "{RECIPIENT}"\n'
    key = project.study().key_file
    key.parent.mkdir()
    key.with_name("small.safeguarding.key").write_text("no key\n")


def question_that_tells_who(project: Project) -> None:
    project.write([form(n1=f"+92 300 55500{number}") for number in range(10, 16)])


def damaged(data: bytes) -> Callable[[Project], None]:
    def build(project: Project) -> None:
        put(project, data, suffix=".csv", declared=source())

    return build


def one_file_of_two(project: Project) -> None:
    exported(project)
    project.write_bytes(b"", name="export.second.csv")


FAULTS: dict[str, Callable[[Project], None]] = {
    "no cleaning log": with_log(None),
    "an empty cleaning log": with_log(""),
    "a cleaning log with other headings": with_log(LOG.replace("question", "q") + CHANGE),
    "a kind of change that nobody knows": with_log(LOG + CHANGE.replace("change_r", "r")),
    "a cleaning log in two encodings": with_log(
        (LOG + CHANGE).encode() + "é\n".encode("cp1252") + "é\n".encode()
    ),
    "a cleaning log for forms without ids": log_on_data_without_uuids,
    "no list of withdrawals": with_list(None),
    "an empty list of withdrawals": with_list(""),
    "a list of withdrawals with other headings": with_list("school,who\nnorth,7\n"),
    "a list of withdrawals without codes": with_list("school_id,audience\nnorth,student\n"),
    "a withdrawal from an unknown school": with_list(LIST + "west,student,7,ab\n"),
    "a withdrawal of an unknown audience": with_list(LIST + "north,pupil,7,ab\n"),
    "a withdrawal with half a code": with_list(LIST + "north,student,7,\n"),
    "a withdrawal of another width": with_list(LIST + "north,student,7,ab,x,y\n"),
    "a workshop at an unknown school": with_attendance("w1,west,student,2024-03-01\n"),
    "a workshop on no day": with_attendance("w1,north,student,20240301\n"),
    "a key that is none": key_that_is_none,
    "a key of the safeguarding that is none": safeguarding_key_that_is_none,
    "a source without a file": source_without_a_file,
    "a file of two sources": file_of_two_sources,
    "a safeguarding question that is nowhere": question_overlooked,
    "a question whose answers tell who people are": question_that_tells_who,
    "an empty file": damaged(b""),
    "a file without rows": damaged(text("kobo/groups.csv").split(b"\n")[0]),
    "a declared column that is missing": damaged(text("kobo/groups.csv").replace(b"k1", b"q1")),
    "one file of two": one_file_of_two,
}


def faults_of_prepare(project: Project) -> tuple[Fault, ...]:
    """What ends the command with exit code 1: what is raised, and files that are left out."""
    try:
        return project.prepare().faults
    except FaultsError as error:
        return error.faults


@pytest.mark.parametrize("build", FAULTS.values(), ids=FAULTS.keys())
def test_check_fails_wherever_prepare_does(
    project: Project, build: Callable[[Project], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project)
    with contextlib.suppress(StudyError):
        project.study()
    monkeypatch.chdir(project.root)
    checked = CliRunner().invoke(app, ["check", "small"])
    faults = faults_of_prepare(project)
    assert faults
    assert checked.exit_code == 1
    said = f"{checked.output}\n{checked.exception}"
    assert [fault for fault in faults if str(fault) not in said] == []
