"""The command: what it shows, where, and with which exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import ReportError
from impact_eval.runs.alone import alone
from impact_eval.runs.inputs import input_hashes
from impact_eval.runs.manifest import NAME
from impact_eval.study import Study


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "impact_eval.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "100"},
    )


def test_help_lists_every_command(tmp_path: Path) -> None:
    text = command(tmp_path, "--help").stdout
    commands = [
        "new",
        "plan",
        "power",
        "simulate",
        "check",
        "prepare",
        "run",
        "status",
        "list",
        "explain",
        "quarantine",
        "exclusions",
        "callbacks",
        "forms",
        "safeguarding",
        "rotate-key",
    ]
    assert [name for name in commands if f"\n  {name} " not in text] == []


def test_help_loads_nothing_heavy() -> None:
    script = "import impact_eval.cli, sys; print('pandas' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("check", "smal"), 1, 'Did you mean "small"?'),
        (("new", "small"), 1, "a new study overwrites nothing"),
        (("run", "small", "--report", "finding"), 1, "did you mean findings?"),
        (("run", "small", "--school", "nowhere"), 1, "Valid: "),
        (("quarantine", "small"), 1, "impact-eval prepare small"),
        (("forms", "small"), 1, "names the forms to print"),
        (("check",), 2, "Missing argument"),
        (("run", "small", "--workers", "0"), 2, "greater than or equal to 1"),
        (("runn",), 2, "No such command"),
    ],
)
def test_mistakes_are_said_without_a_traceback(
    study: Study, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = command(study.root, *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_from_check_to_status(study: Study) -> None:
    assert "no mistakes" in command(study.root, "check", "small").stdout
    assert "no; do it with" in command(study.root, "status", "small").stdout
    done = command(study.root, "prepare", "small")
    assert " used" in done.stdout
    assert done.stderr.startswith("opening the study\n")
    again = command(study.root, "prepare", "small", "--again").stdout
    assert "Survey files when it was last prepared: 1 read, 0 unchanged." in again
    done = command(study.root, "run", "small", "--report", "findings")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith("Open reports/small/latest/index.html")
    status = command(study.root, "status", "small").stdout
    assert "prepared       yes\n" in status
    assert "1 read, 0 unchanged" in status
    assert " 1 page made\n" in status
    assert "other files" not in status
    toml = study.folder / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert "something has changed" in command(study.root, "status", "small").stdout


def test_lists_say_that_something_has_changed(
    ready: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ready.root)
    assert "something has changed" not in CliRunner().invoke(app, ["callbacks", "small"]).stderr
    toml = ready.folder / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    for name in ("callbacks", "links", "quarantine"):
        done = CliRunner().invoke(app, [name, "small"])
        assert done.exit_code == 0
        assert "something has changed since. Do it again: impact-eval prepare small" in done.stderr


@pytest.mark.parametrize("changed", [False, True])
def test_pages_of_other_files_than_are_prepared_now_are_said(
    ready: Study, changed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    latest = ready.reports_folder / "latest"
    latest.mkdir(parents=True)
    made_of = input_hashes(ready)
    if changed:
        made_of["roster.csv"] = "0" * 64
    written = {"made_at": "2026-01-31 10:15 UTC", "data": made_of}
    manifest = {"pages": [{"status": "made"}], "provenance": written}
    (latest / NAME).write_text(json.dumps(manifest), encoding="utf-8")
    monkeypatch.chdir(ready.root)
    said = CliRunner().invoke(app, ["status", "small"]).stdout
    assert "2026-01-31 10:15 UTC: 1 page made\n" in said
    assert ("of other files than are prepared now: impact-eval run small" in said) is changed


@pytest.mark.parametrize("arguments", [("prepare",), ("run",), ("rotate-key",)])
def test_one_command_at_a_time_writes_a_study(
    study: Study, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(study.root)
    with alone(study.reports_folder):
        done = CliRunner().invoke(app, [*arguments, "small"])
    assert isinstance(done.exception, ReportError)
    assert not study.processed_folder.exists()


def test_looking_at_a_study_loads_nothing_that_makes_pages() -> None:
    script = (
        "import impact_eval.runs.manifest, impact_eval.runs.ready, sys;"
        "print('nbconvert' in sys.modules, 'matplotlib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_a_file_that_cannot_be_used_is_named_and_the_code_is_1(study: Study) -> None:
    toml = study.folder / "study.toml"
    text = toml.read_text(encoding="utf-8").replace('"simulated_students.csv"', '"simulated_*.csv"')
    toml.write_text(text, encoding="utf-8")
    (study.raw_folder / "simulated_empty.csv").write_text("")
    done = command(study.root, "prepare", "small")
    assert done.returncode == 1
    assert "simulated_empty.csv" in done.stderr
    assert " used" in done.stdout
