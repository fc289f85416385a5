"""What is said of each file of the corpus, what becomes of its rows, and how the commands end."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

import typer.main
from export_files import put
from malformed_files import REFUSED
from malformed_rows import Made, row_faults
from survey_project import Project, fates

from impact_eval.cli import main
from impact_eval.study import Study
from impact_eval.surveys import load_tables

TABLES = Path(__file__).parent / "surveys" / "malformed"
CORPUS = {reader: REFUSED[reader] | row_faults(reader) for reader in REFUSED}
AND = " // "
_COMMAND = cache(typer.main.get_command)  # made of the whole application each time it is called


@dataclass(frozen=True)
class Outcome:
    """One line of a reader's table.

    Attributes
    ----------
    message : str
        All sentences about the file and its rows and answers, as a person sees them.
    fates : str
        Rows by what became of them; `refused` if the file is not used at all.
    check, prepare : str
        Exit codes of the two commands.
    """

    message: str
    fates: str
    check: str
    prepare: str


def declared(reader: str) -> dict[str, Outcome]:
    """A reader's table, by fault."""
    with (TABLES / f"{reader}.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("fault"): Outcome(**row) for row in csv.DictReader(file)}


def put_made(project: Project, one: Made) -> Study:
    """Write a file of the corpus and its study."""
    put(project, one.data, suffix=one.suffix, declared=one.declared)
    one.beside(project)
    return project.study()


def ended(*arguments: str) -> tuple[int, str]:
    """Exit code of a command in the working folder, and all that it printed."""
    said = io.StringIO()
    with (
        patch.object(sys, "argv", ["impact-eval", *arguments]),
        patch.object(typer.main, "get_command", _COMMAND),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def outcome(study: Study) -> tuple[Outcome, str]:
    """Run the commands on a study that is open, and everything that they said."""
    with contextlib.chdir(study.root), patch.object(Study, "open", return_value=study):
        check, first = ended("check", "small")
        with patch("impact_eval.runs.ready.write_findings"):  # no part of it, and slow
            prepare, second = ended("prepare", "small")
        told = first + second
        if "not read: " in first:
            lines = [line for line in first.splitlines() if line.startswith("not read: ")]
            messages = [line.removeprefix("not read: ") for line in lines]
            assert all(f"  - {message}" in second for message in messages)
            assert not (study.processed_folder / "prepared.json").exists()
            return Outcome(AND.join(messages), "refused", str(check), str(prepare)), told
        tables = load_tables(study)
        with patch("impact_eval.surveys.load_tables", return_value=tables):
            told += ended("quarantine", "small")[1]
    reasons = {reason or "used": rows for (_, reason), rows in fates(tables).items()}
    counted = ", ".join(f"{rows} {reason}" for reason, rows in sorted(reasons.items()))
    messages = [
        *(
            f"{row['source_file']}, row {row['source_row']}: {row['reason']}. {row['remedy']}"
            for row in listed(study.processed_folder / "rows_not_used.csv")
        ),
        *(
            f"{row['source_file']}, row {row['source_row']}, column {row['column']}: {row['rule']}"
            for row in listed(study.processed_folder / "answers_not_used.csv")
        ),
    ]
    return Outcome(AND.join(messages), counted, str(check), str(prepare)), told


def listed(path: Path) -> list[dict[str, str]]:
    """Rows of a list that a command wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def n_rows_read(study: Study) -> int:
    """Rows that the account of the last preparation names for the survey file."""
    path = study.processed_folder / "prepared.json"
    inputs = json.loads(path.read_text(encoding="utf-8"))["inputs"]
    return int(sum(one.get("rows", 0) for one in inputs.values()))
