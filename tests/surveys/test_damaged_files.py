"""Valid files of each layout, damaged at random: a refusal in words or an account of every row."""

from __future__ import annotations

import contextlib
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from counted_rows import counted_rows, rows_of_text
from damaged_files import KINDS
from export_files import put
from hypothesis import HealthCheck, Phase, given, settings
from malformed import ended
from random_damage import ALL_KINDS, DAMAGES, Damage, broken, damaged, edited
from survey_project import Project

from impact_eval.errors import SurveyFileError
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare
from impact_eval.surveys.basis import Basis
from impact_eval.surveys.files import read_text
from impact_eval.surveys.read_file import FileRead, read_file

SHEETS_LEFT_OUT = ("odk with repeats",)


def repeated(damage: Callable[[Damage], None], *, examples: int) -> None:
    """The same damages each time."""
    settings(
        derandomize=True,
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(DAMAGES)(damage))()


def counted(read: FileRead, drawn: Damage, data: bytes, path: Path) -> int | None:
    """Rows of a file that was read, as another reader counts them; None if that one cannot."""
    if path.suffix == ".csv":
        return rows_of_text(data, encoding=read.entry["encoding"], delimiter=drawn.delimiter)
    try:
        return counted_rows(data, path.suffix, str(path))
    except (ValueError, KeyError, OSError, struct.error, zlib.error, zipfile.BadZipFile):
        return None


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_file_is_refused_or_all_its_rows_are_read(kind: str, tmp_path: Path) -> None:
    of = ALL_KINDS[kind]
    project = Project(tmp_path)
    put(project, b"", suffix=of.suffix, declared=of.declared)
    study = project.study()
    basis = Basis.of(study)
    path = project.raw / f"export{of.suffix}"
    reached = {"read": 0, "refused": 0}

    def damage(drawn: Damage) -> None:
        data = damaged(kind, drawn)
        if data is None:
            return
        path.write_bytes(data)
        read = read_file(path, study.sources[0], basis, entry={})
        said = " ".join(map(str, read.faults))
        assert "canary" not in said.lower()
        assert all(fault.file.startswith("export.") and fault.remedy for fault in read.faults)
        reached["refused" if read.faults else "read"] += 1
        if read.forms is None:
            assert read.faults
            return
        form = read.forms.forms
        files = form.text["source_file"].codes.tolist()
        rows = set(zip(files, form.arrays["source_row"].tolist(), strict=True))
        assert len(rows) == read.entry["rows"]
        if kind not in SHEETS_LEFT_OUT:
            n_rows = counted(read, drawn, data, path)
            assert n_rows is None or len(rows) == n_rows

    repeated(damage, examples=60)
    assert min(reached.values()) >= 5, reached


def told_of(tables: SurveyTables, study: Study) -> str:
    """Every text that is kept about rows and answers, once the account is seen to add up."""
    account = json.loads((study.processed_folder / "prepared.json").read_text(encoding="utf-8"))
    assert tables.counts["rows"].sum() == sum(
        one.get("rows", 0) for one in account["inputs"].values()
    )
    unused = tables.counts.loc[tables.counts["fate"] != "used", "rows"].sum()
    assert len(tables.quarantine) == unused
    assert tables.submissions["submission_id"].nunique() == len(tables.submissions)
    kept = tables.quarantine.to_csv() + tables.rejected_answers.to_csv()
    return kept + str(tables.faults)


@pytest.mark.parametrize("kind", KINDS)
def test_no_traceback_no_lost_row_no_answer_in_a_message(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Preparing ends in an account or a refusal, and `check` ends as it does."""
    of = KINDS[kind]

    def damage(drawn: Damage) -> None:
        data = damaged(kind, drawn)
        if data is None:
            return
        project = Project(tmp_path_factory.mktemp(kind))
        put(project, data, suffix=of.suffix, declared=of.declared)
        study = project.study()
        with contextlib.chdir(project.root):
            code, said = ended("check", "small")
        try:
            tables = prepare(study)
        except SurveyFileError as error:
            faults = error.faults
        else:
            faults = tables.faults
            said += told_of(tables, study)
        assert code == int(bool(faults))
        assert [fault for fault in faults if str(fault) not in said] == []
        assert "canary" not in said.lower()

    repeated(damage, examples=15)


def test_a_variable_that_lost_its_name_is_a_refusal(tmp_path: Path) -> None:
    of = KINDS["spss"]
    data = of.write(of.rows())
    lost = Damage([("byte", data.index(b"N1      "), 0, "")], "utf-8", ",", quoted=False)
    project = Project(tmp_path)
    put(project, broken(data, lost), suffix=of.suffix, declared=of.declared)
    with pytest.raises(SurveyFileError, match="a variable without a name"):
        prepare(project.study())


@pytest.mark.parametrize("zero", [b"a,b,\0\n1,2,3\n4,5,6\n", b"a,b,c\n1,\0,3\n4,5,6\n"])
def test_a_zero_costs_no_row(zero: bytes) -> None:
    """It neither makes the file one of two-byte letters nor lets the parser pass over rows."""
    table = read_text(zero, file="a.csv")
    assert (table.encoding, table.rows.tolist()) == ("utf-8", [2, 3])


def test_the_damages_reach_what_they_should() -> None:
    """An edit that names no row or byte would prove nothing."""

    def one(what: str, first: int, second: int = 0) -> Damage:
        return Damage([(what, first, second, "")], "utf-8", ",", quoted=False)

    rows = KINDS["long"].rows()
    assert edited(KINDS["long"].rows(), one("drop row", 1), ragged=True) == [rows[0], *rows[2:]]
    for what, wider in (("short", -1), ("long", 1)):
        changed = edited(KINDS["long"].rows(), one(what, 1), ragged=True)
        assert len(changed[1]) == len(rows[1]) + wider
    assert edited(KINDS["long"].rows(), one("rename column", 0), ragged=True)[0][0] != rows[0][0]
    assert broken(b"abc", one("byte", 1)) == b"a\0c"
    assert broken(b"abc", one("cut", 1)) == b"a"
    assert broken(b"abc", one("mark", 1)) == b'a"bc'
    assert broken(b"a\nb", one("lines", 0)) == b"a\rb"
