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
from impact_eval.table_columns import WITHOUT_EXCLUSIONS

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables

_CODE = ("estimators", "findings")
_OPTIONAL = ("mixedlm",)
_BESIDE = "findings_without_exclusions.parquet"


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
        found = _read(study.processed_folder / "findings.parquet")
        return StoredFindings(found, stale=False, key=key)
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
    beside = _computed_beside(study, tables)
    (folder / "findings.json").unlink(missing_ok=True)
    _write(findings, folder / "findings.parquet")
    (folder / _BESIDE).unlink(missing_ok=True)
    if len(beside):
        _write(beside, folder / _BESIDE)
    described = {"key": key, "findings": len(findings), "plan_hash": study.plan_hash}
    (folder / "findings.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    return StoredFindings(findings, stale=False, key=key)


def stored_without_exclusions(study: Study) -> pd.DataFrame:
    """Read a study's findings without exclusions from disk, or compute them if those are stale.

    Parameters
    ----------
    study
        Prepared; nothing is written.

    Returns
    -------
    DataFrame
        As `findings_without_exclusions` gives it; empty where the plan leaves nothing out.

    Raises
    ------
    NotPreparedError
        If the study's tables are not there; the message names the command.
    """
    folder = study.processed_folder
    if _stored_key(folder) != findings_key(study):
        return _computed_beside(study, None)
    return _read(folder / _BESIDE) if (folder / _BESIDE).is_file() else _nothing()


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


def _computed_beside(study: Study, tables: SurveyTables | None) -> pd.DataFrame:
    """Compute all once more with what the plan leaves out; nothing of it where it excludes none."""
    if not study.plan.exclude:
        return _nothing()
    from impact_eval.findings.without_exclusions import findings_without_exclusions  # noqa: PLC0415
    from impact_eval.surveys import load_tables  # noqa: PLC0415

    return findings_without_exclusions(study, load_tables(study) if tables is None else tables)


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=list(WITHOUT_EXCLUSIONS))


def _read(path: Path) -> pd.DataFrame:
    table = pq.read_table(path, use_threads=False, memory_map=False)
    return table.to_pandas(use_threads=False)  # type: ignore[no-any-return]


def _write(findings: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(findings, preserve_index=False, nthreads=1)
    pq.write_table(table, path, compression="zstd")


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
