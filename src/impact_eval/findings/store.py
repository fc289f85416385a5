"""Findings on disk, under a key of the data, the plan and the code that made them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from impact_eval.errors import NotPreparedError

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables

_CODE = ("estimators", "findings")
_OPTIONAL = ("mixedlm",)


@dataclass(frozen=True)
class StoredFindings:
    """The findings table, and whether it came from disk.

    `stale` is True if what lies on disk does not belong to these data, this plan and this code, or
    if nothing lies there: the findings were then computed in memory.
    """

    findings: pd.DataFrame
    stale: bool
    key: str


def stored_findings(study: Study) -> StoredFindings:
    """Read a study's findings from disk, or compute them in memory if those are stale.

    Parameters
    ----------
    study
        Prepared; nothing is written.

    Returns
    -------
    StoredFindings
        The same findings either way.

    Raises
    ------
    NotPreparedError
        If the study's tables are not there; the message names the command.
    """
    key = findings_key(study)
    if _stored_key(study.processed_folder) == key:
        table = pq.read_table(
            study.processed_folder / "findings.parquet", use_threads=False, memory_map=False
        )
        return StoredFindings(table.to_pandas(use_threads=False), stale=False, key=key)
    return StoredFindings(_computed(study, None), stale=True, key=key)


def write_findings(study: Study, *, tables: SurveyTables | None = None) -> StoredFindings:
    """Compute a study's findings and write them, unless those on disk are up to date.

    Parameters
    ----------
    study
        Prepared.
    tables
        Its tables, if they are already in memory.

    Returns
    -------
    StoredFindings
        What lies on disk now.

    Raises
    ------
    NotPreparedError
        If the study's tables are not there; the message names the command.
    """
    folder = study.processed_folder
    key = findings_key(study)
    if _stored_key(folder) == key:
        return stored_findings(study)
    findings = _computed(study, tables)
    (folder / "findings.json").unlink(missing_ok=True)
    table = pa.Table.from_pandas(findings, preserve_index=False, nthreads=1)
    pq.write_table(table, folder / "findings.parquet", compression="zstd")
    described = {"key": key, "findings": len(findings), "plan_hash": study.plan_hash}
    (folder / "findings.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    return StoredFindings(findings, stale=False, key=key)


def findings_key(study: Study) -> str:
    """Hash everything that findings depend on: data, study files, code, optional packages.

    Parameters
    ----------
    study
        Prepared.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    NotPreparedError
        If the study's tables are not there; the message names the command.
    """
    prepared = study.processed_folder / "prepared.json"
    if not prepared.is_file():
        raise NotPreparedError(
            f"{study.id} is not prepared yet. Run: impact-eval prepare {study.id}"
        )
    inputs = [prepared, *_files_of(study.folder, "*")]
    for package in _CODE:
        inputs += _files_of(Path(__file__).parents[1] / package, "*.py")
    digest = sha256()
    for path in inputs:
        digest.update(f"{path.name}\n{sha256(path.read_bytes()).hexdigest()}\n".encode())
    for name in _OPTIONAL:
        digest.update(f"{name} {_version(name)}\n".encode())
    return digest.hexdigest()


def _computed(study: Study, tables: SurveyTables | None) -> pd.DataFrame:
    """Compute with what is slow to import, and not needed where findings lie on disk."""
    from impact_eval.findings.compute import compute_findings  # noqa: PLC0415
    from impact_eval.surveys import load_tables  # noqa: PLC0415

    return compute_findings(study, load_tables(study) if tables is None else tables)


def _files_of(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.rglob(pattern) if path.is_file())


def _version(name: str) -> str:
    """Version of an optional package, without importing it; empty if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _stored_key(folder: Path) -> str:
    """Read the key under which findings lie on disk; empty if they are not there, or not whole."""
    try:
        described = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return ""
    whole = (folder / "findings.parquet").is_file() and isinstance(described, dict)
    return str(described.get("key", "")) if whole else ""
