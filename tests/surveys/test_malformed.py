"""Malformed files of each reader: what is said, what becomes of each row, how the commands end.

What is expected stands in malformed/READER.csv: a line for each fault with every sentence that a
person sees (several with ` // ` between them), the rows by what became of them, and the exit codes
of `check` and `prepare`. How a file is made: `malformed_files.py` and `malformed_rows.py`.
"""

from __future__ import annotations

import re

import pytest
from counted_rows import counted_rows
from export_files import records, source, text, workbook
from malformed import AND, CORPUS, declared, ended, n_rows_read, outcome, put_made
from malformed_files import NO_TOPIC
from malformed_rows import Made
from malformed_rules import AFTER_READING, NOT_OF_THIS_READER, READERS_OF, REASON_IS, rules
from survey_project import Project, fates

from impact_eval.surveys import load_tables
from impact_eval.surveys.readers.describe import describe_readers
from impact_eval.surveys.readers.registry import READERS
from impact_eval.surveys.rows import REASONS

TABLES = {reader: declared(reader) for reader in CORPUS}
CASES = [(reader, fault) for reader, faults in CORPUS.items() for fault in faults]
ANSWERS = re.compile(r"\b(ab|AB|cd|girl|boy|Nowhere|sometime|very much|cook|nine|77|1,234|soon)\b")


@pytest.mark.parametrize(
    ("reader", "fault"), CASES, ids=[f"{reader}: {fault}" for reader, fault in CASES]
)
def test_all_that_is_said_and_done(project: Project, reader: str, fault: str) -> None:
    one = CORPUS[reader][fault]()
    study = put_made(project, one)
    found, told = outcome(study)
    assert found == TABLES[reader][fault]
    assert not ANSWERS.search(told)
    if found.fates != "refused":
        path = project.raw / f"export{one.suffix}"
        n_rows = counted_rows(one.data, one.suffix, str(path))
        assert sum(int(part.split()[0]) for part in found.fates.split(", ")) == n_rows
        assert n_rows_read(study) == n_rows
        (reading,) = describe_readers(study)
        assert reading.layout == reader


def test_the_tables_hold_the_corpus_and_nothing_else() -> None:
    assert {reader: list(lines) for reader, lines in TABLES.items()} == {
        reader: list(faults) for reader, faults in CORPUS.items()
    }
    assert list(CORPUS) == list(READERS)


def test_each_reader_has_faults_of_files_and_of_rows() -> None:
    """At least six of each, and in all far more than 80 malformed files."""
    refused = {
        reader: sum(line.fates == "refused" for line in lines.values())
        for reader, lines in TABLES.items()
    }
    assert min(refused.values()) >= 6
    assert min(len(lines) - refused[reader] for reader, lines in TABLES.items()) >= 6
    assert len(CASES) >= 80
    for lines in TABLES.values():
        for line in lines.values():
            assert line.message.startswith("export.")
            failed = str(int(line.fates == "refused"))
            assert (line.check, line.prepare) == (failed, failed)


@pytest.mark.parametrize("reader", READERS)
def test_every_rule_that_a_reader_can_break_is_broken(reader: str) -> None:
    said = AND.join(line.message for line in TABLES[reader].values())
    unsaid = [
        rule
        for module, rule in rules()
        if reader in READERS_OF[module]
        and not re.search(rule, said)
        and (reader, rule) not in NOT_OF_THIS_READER
    ]
    assert unsaid == []
    named = [rule for one, rule in NOT_OF_THIS_READER if one == reader]
    assert [rule for rule in named if re.search(rule, said)] == []


@pytest.mark.parametrize("reader", READERS)
def test_every_fate_that_a_row_can_have_is_met(reader: str) -> None:
    met = {
        part.split()[1]
        for line in TABLES[reader].values()
        if line.fates != "refused"
        for part in line.fates.split(", ")
    }
    absent = set(REASONS) - met - set(AFTER_READING)
    assert absent == {reason for one, reason in REASON_IS if one == reader}


def test_the_reasons_decided_after_reading_are_met_somewhere() -> None:
    for place in AFTER_READING.values():
        reason, path = place
        assert reason
        assert path.is_file()


@pytest.mark.parametrize("reader", READERS)
def test_a_refused_file_does_not_keep_others_from_being_used(
    project: Project, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The findings are computed too; the command ends with 1 and names the file."""
    fault = next(fault for fault, line in TABLES[reader].items() if "nothing" in fault)
    topic = reader == "google_forms"
    beside = source() if topic else NO_TOPIC
    sound = text("kobo/groups.csv" if topic else "long/forms.csv")
    put_made(project, CORPUS[reader][fault]())
    project.source += beside.replace("export.*", "sound.*")
    project.write_bytes(sound, name="sound.csv")
    study = project.study()
    monkeypatch.chdir(project.root)
    assert ended("check", "small")[0] == 1
    code, said = ended("prepare", "small")
    assert code == 1
    assert TABLES[reader][fault].message in said
    tables = load_tables(study)
    assert fates(tables) == {("used", ""): 3}
    assert set(tables.counts["source_file"]) == {"sound.csv"}
    assert [str(one) for one in tables.faults] == [TABLES[reader][fault].message]


def test_sheet_that_nobody_declared_is_not_named(project: Project) -> None:
    """Its name may be a person's."""
    forms = records("kobo/groups.csv", delimiter=";")
    forms[0][9] = "quiz/q1"
    book = workbook({"Qqcanary Khan": forms, "Qqcanary Ali": [["a"], ["b"]]})
    (reading,) = describe_readers(put_made(project, Made(book, ".xlsx", source())))
    assert "export.xlsx, sheet 1, column k1: a declared column must be in the file" in str(reading)
    assert "canary" not in str(reading)
