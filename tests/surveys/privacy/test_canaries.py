"""No value and no undeclared heading of any file comes out, whatever its layout and its fate."""

from __future__ import annotations

import contextlib
import io
import shutil
import struct
import traceback
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest
from canaries import (
    ITEMS,
    LAYOUTS,
    NUMBERS,
    OWN_WORDS,
    TOKEN,
    decoded,
    everything_written,
    found_in,
    mistyped,
    plant,
)
from canaries_beside import (
    LOGGED,
    WITHDRAWN,
    plant_attendance,
    plant_cleaning_log,
    plant_value_labels,
    plant_withdrawals,
)
from export_files import workbook
from survey_project import ROSTER, Project
from typer.testing import CliRunner, Result

from impact_eval.cli import app
from impact_eval.errors import StudyError
from impact_eval.findings import stored_findings
from impact_eval.runs import run_study
from impact_eval.surveys import load_tables
from impact_eval.surveys.mistyped_withdrawals import unmatched_withdrawals
from impact_eval.surveys.privacy.safe import make_key, open_disclosures
from impact_eval.table_columns import WORKSHOPS
from impact_eval.vocabulary import Layout

ROOT = Path(__file__).parents[3]
COMMANDS = (
    ("check",),
    ("prepare",),
    ("prepare", "--again"),
    ("quarantine",),
    ("callbacks",),
    ("links",),
    ("texts",),
    ("check",),
    ("status",),
)
FEW = (("check",), ("prepare",), ("quarantine",), ("callbacks",), ("list",))
LISTS = ("rows_not_used", "answers_not_used", "callbacks", "links_by_school")
DECLARED = ("school", "consent", "code_2", "k2", "c3", "sex", "today")


def heard(result: Result) -> str:
    """All that a command says, and the traceback of what it raised."""
    raised = result.exc_info
    trace = "".join(traceback.format_exception(*raised)) if raised else ""
    return result.output + trace


def say_all(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    commands: Sequence[tuple[str, ...]] = COMMANDS,
) -> str:
    """Everything that the commands say."""
    with contextlib.suppress(StudyError):
        project.study()
    monkeypatch.chdir(project.root)
    said = [heard(CliRunner().invoke(app, [first, "small", *more])) for first, *more in commands]
    return "\n".join(said)


def run_commands(project: Project, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything that the commands say or write."""
    return say_all(project, monkeypatch) + everything_written(project.root)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_canary_of_any_layout(
    project: Project, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(project, layout)
    text = run_commands(project, monkeypatch)
    study = project.study()
    if layout in ("long", "kobo"):
        numbers = stored_findings(study).findings["finding_id"].tolist()
        more = (("items",), ("list",), ("explain", numbers[0]), ("explain", numbers[-1]))
        text += say_all(project, monkeypatch, more) + everything_written(project.root)
    assert load_tables(study).counts["rows"].sum() > 10, "the file was read"
    assert all((study.processed_folder / f"{name}.csv").is_file() for name in LISTS)
    assert found_in(text) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_canary_of_a_withdrawal_that_fits_no_form(
    project: Project, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(project, layout)
    project.further = 'withdrawals = "withdrawn.csv"'
    header = "school_id,audience,code_1,code_2"
    (project.raw / "withdrawn.csv").write_text(f"{header}\nnorth,student,{mistyped()}\n")
    text = run_commands(project, monkeypatch)
    ((_, near),) = unmatched_withdrawals(project.study())
    assert near, "a row is named"
    assert "callbacks.csv" in text
    assert found_in(text) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_kept_texts_are_in_their_table_and_their_list_only(
    project: Project, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(project, layout, texts=True)
    assert found_in(say_all(project, monkeypatch)) == []
    folder = project.study().processed_folder
    kept = [folder / "texts.parquet", folder / "texts.csv"]
    for path in kept:
        heard_there = found_in("\n".join(decoded(path.name, path.read_bytes())))
        assert any(OWN_WORDS in one.lower() for one in heard_there)
        assert not any(number in one for one in heard_there for number in NUMBERS), "masked"
        path.unlink()
    assert found_in(everything_written(project.root)) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_canary_of_what_goes_to_the_lead(
    project: Project,
    layout: Layout,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(project, layout)
    key = tmp_path_factory.mktemp("lead") / "lead.key"
    recipient = make_key(key, root=project.root)
    project.source += f'[[safeguarding]]\ncolumns = ["remarks"]\nrecipient = "{recipient}"\n'
    assert found_in(run_commands(project, monkeypatch)) == []
    (path,) = project.study().safeguarding_folder.glob("*.age")
    disclosures = open_disclosures(path, key=key)["disclosures"]
    assert {one["text"] for one in disclosures} == {"qqcanary told"}
    assert len(disclosures) > 10


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("heading", ["one", "all"])
def test_no_canary_of_a_refused_file(
    project: Project, layout: Layout, heading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(project, layout, headings=DECLARED[:1] if heading == "one" else DECLARED)
    text = run_commands(project, monkeypatch)
    assert "school" in text
    assert found_in(text) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_canary_of_a_damaged_file(
    project: Project, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plant(project, layout)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3] + b"\xff\xfe\x00" + TOKEN.encode())
    text = run_commands(project, monkeypatch)
    assert path.name in text
    assert found_in(text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A,first,", f"A,{TOKEN},"),
        ("south,", "north,"),
        ("school_id,", f"{TOKEN} school,"),
        ("aliases", f"{TOKEN},{TOKEN}"),
    ],
)
def test_no_canary_of_a_roster(
    project: Project, old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(project, "long")
    project.roster = ROSTER.replace("Lane School", f"{TOKEN} Zaman").replace(old, new)
    text = say_all(project, monkeypatch, FEW[:1])
    assert "roster.csv, " in text
    assert found_in(text) == []


def test_no_canary_without_a_roster(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(project, "long", school="north")
    audience = 'audience = "student"'
    project.source = project.source.replace(audience, f'{audience}\nphase = "first"')
    project.edits = [('roster = "roster.csv"\n', "")]
    text = say_all(project, monkeypatch, FEW) + everything_written(project.root)
    assert load_tables(project.study()).schools["school_id"].tolist() == ["north"]
    assert found_in(text) == []


@pytest.mark.parametrize("layout", ["spss", "stata"])
def test_no_canary_of_value_labels(
    project: Project, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_value_labels(project, layout)
    text = say_all(project, monkeypatch, FEW) + everything_written(project.root)
    assert load_tables(project.study()).rejected_answers["column"].isin(ITEMS).any()
    assert found_in(text) == []


@pytest.mark.parametrize(
    ("write", "layout", "columns", "anything"),
    [
        (plant_attendance, "long", WORKSHOPS, ("facilitator_id",)),
        (plant_withdrawals, "long", WITHDRAWN, WITHDRAWN[2:]),
        (plant_cleaning_log, "kobo", LOGGED, LOGGED[:4]),
    ],
)
def test_no_canary_of_the_files_beside(
    project: Project,
    write: Callable[..., None],
    layout: Layout,
    columns: tuple[str, ...],
    anything: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file that is refused for its cells or any of its headings, and one that is accepted."""
    for headings in (*((name,) for name in columns), columns):
        plant(project, layout)
        write(project, cells=(), headings=headings)
        assert found_in(say_all(project, monkeypatch, FEW[:1])) == []
    for cells, accepted in ((columns, False), (anything, True)):
        plant(project, layout)
        write(project, cells=cells, headings=())
        text = say_all(project, monkeypatch, FEW[:2])
        assert ("no mistakes" in text) == accepted
        assert found_in(text + everything_written(project.root)) == []


def test_no_canary_of_a_run_and_of_one_that_fails(project: Project) -> None:
    """A run over a file of every kind at once, and one in which a page fails."""
    sources = {}
    for layout in sorted(LAYOUTS, key=lambda one: one == "long"):
        path = plant(project, layout)
        sources[path.name] = project.source.replace("export.*", path.name)
    assert len(sources) >= 4
    project.source = "".join(sources.values())
    reports = "".join(
        f'\n[[reports]]\nid = "{name}"\nnotebook = "{name}"\ntitle = "{name}"\n'
        for name in ("data_quality", "details")
    )
    project.edits = [("[plan]", f"{reports}\n[plan]")]
    study = project.study()
    shutil.copytree(ROOT / "notebooks", project.root / "notebooks")
    result = run_study(study, workers=1)
    assert [page.failure for page in result.failed] == []
    assert result.faults == ()
    assert (result.index.parent / "data_quality.html").is_file()
    broken = project.root / "notebooks" / "details.ipynb"
    broken.write_text(broken.read_text().replace("ie.page_title(study", "ie.page_title(released"))
    table = study.processed_folder / "findings.parquet"
    again = run_study(study, workers=1)
    assert [page.report_id for page in again.failed] == ["details"]
    assert table.is_file()
    assert found_in(everything_written(project.root)) == []


def png(keyword: bytes, text: bytes) -> bytes:
    """A PNG that holds nothing but a compressed text."""
    body = keyword + b"\0\0" + zlib.compress(text)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + b"0000"
    return b"\x89PNG\r\n\x1a\n" + chunk


def parquet(text: str) -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame({"a": [text] * 3}).to_parquet(buffer, compression="zstd")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"a;b\n1;Qqcanary17\n"),
        ("a.csv", "x qqcanary17".encode("utf-16")),
        ("a.xlsx", workbook({"a": [["qqcanary17"]]})),
        ("a.parquet", parquet("qqcanary17")),
        ("a.png", png(b"Comment", b"made of qqcanary17")),
        ("a.csv", b"+92 300 555-0017"),
        ("a.parquet", parquet(f"{NUMBERS[2]}.0")),
    ],
)
def test_the_ear_hears_every_format(name: str, data: bytes) -> None:
    assert found_in("\n".join(decoded(name, data)))
