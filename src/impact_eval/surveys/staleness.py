"""What a study's processed tables were made of, and whether any of it has changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from impact_eval.study import Study
from impact_eval.study.raw_files import is_of_the_system, raw_files
from impact_eval.surveys.inputs import code_digest, describe_file, raw_name, source_files
from impact_eval.surveys.linking.school_names import FILE
from impact_eval.surveys.readers.opened import KINDS
from impact_eval.surveys.tables import TABLES

_TEXTS: Final = (".csv", ".tsv", ".txt")


def is_stale(study: Study) -> bool:
    """Whether an input or the package has changed since `prepare`; True if it never ran."""
    path = study.processed_folder / "prepared.json"
    needed = [path, *(study.processed_folder / f"{name}.parquet" for name in TABLES)]
    if not all(one.is_file() for one in needed):
        return True
    prepared = json.loads(path.read_text(encoding="utf-8"))
    if prepared.get("code") != code_digest():
        return True
    now = declared_inputs(study)
    for source in study.sources:
        for file in raw_files(study.raw_folder, source.file):
            now[file.relative_to(study.raw_folder).as_posix()] = describe_file(file)
    return _digests(now) != _digests(prepared["inputs"])


def count_files(study: Study) -> tuple[int, int]:
    """How many survey files the last preparation read, and how many it did not need to open.

    None before the first one.
    """
    path = study.processed_folder / "prepared.json"
    prepared = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return len(prepared.get("files_read", [])), len(prepared.get("files_unchanged", []))


def declared_inputs(study: Study) -> dict[str, dict[str, Any]]:
    """Digests of study.toml and of the files that it names once, by their names."""
    inputs = declared_files(study)
    return {name: describe_file(path) for name, path in inputs.items() if path.is_file()}


def declared_files(study: Study) -> dict[str, Path]:
    """Study.toml and the files that it names once, by their names, there or not."""
    named: list[Path] = [study.folder / "study.toml", study.folder / FILE]
    named += [study.folder / name for name in (study.roster, study.codebook) if name]
    logs = dict.fromkeys(source.cleaning_log for source in study.sources)
    further = (study.attendance, study.withdrawals, *logs)
    named += [study.raw_folder / name for name in further if name]
    inputs = {path.name: path for path in named}
    return inputs | {form.file: study.folder / form.file for form in study.instruments}


def files_not_read(study: Study, read: set[str]) -> list[str]:
    """List what lies in the raw folder and no source names."""
    known = read | {study.attendance, study.withdrawals}
    known |= {source.cleaning_log for source in study.sources}
    return sorted(
        path.name
        for path in study.raw_folder.iterdir()
        if path.is_file() and not is_of_the_system(path) and path.name not in known
    )


def survey_files_not_named(study: Study) -> list[str]:
    """List files of a kind that surveys come in which lie in the raw folder and no source names."""
    if not study.raw_folder.is_dir():
        return []
    read = {raw_name(path, study) for path, _ in source_files(study)[0]}
    kinds = {*_TEXTS, *KINDS}
    return [name for name in files_not_read(study, read) if Path(name).suffix.lower() in kinds]


def _digests(inputs: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: entry["sha256"] for name, entry in inputs.items()}
