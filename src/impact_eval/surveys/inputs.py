"""The raw files of a study: which belong to which source, and their digests."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

from impact_eval.errors import Fault
from impact_eval.study import Source, Study
from impact_eval.study.raw_files import raw_files

_CODE: Final = ("instruments", "study", "surveys")


def describe_file(path: Path) -> dict[str, Any]:
    """Digest and size of a file."""
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def code_digest() -> str:
    """Digest of the code that prepares surveys, so that newer code prepares them again."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((package / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    for name in ("vocabulary.py", "table_columns.py"):
        digest.update((package / name).read_bytes())
    return digest.hexdigest()


def source_files(study: Study) -> tuple[list[tuple[Path, Source]], list[Fault]]:
    """Files of all sources in their order, each once, and sources without one."""
    files: dict[Path, Source] = {}
    faults = []
    for number, source in enumerate(study.sources, start=1):
        place = f"sources[{number}].file"
        found = raw_files(study.raw_folder, source.file)
        if not found:
            rule = "a source must match a file in the study's raw folder"
            remedy = f"Put it into data/raw/{study.id}, or correct the pattern."
            faults.append(Fault("study.toml", place, rule, f"none for {source.file!r}", remedy))
        for path in found:
            if files.setdefault(path, source) is not source:
                rule, remedy = "a file belongs to one source", "Make the patterns narrower."
                faults.append(Fault(path.name, place, rule, "two that match it", remedy))
    return list(files.items()), faults


def raw_name(path: Path, study: Study) -> str:
    """Say what messages call a raw file: its path within the study's raw folder."""
    return path.relative_to(study.raw_folder).as_posix()
