"""What a notebook reads: released findings, kept on disk under a key of what they depend on."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from IPython.core.getipython import get_ipython
from IPython.display import display

import impact_eval.disclosure
from impact_eval.disclosure import Released, release, release_without_exclusions
from impact_eval.findings import findings_key, stored_findings, stored_without_exclusions
from impact_eval.pages.display import Html
from impact_eval.pages.places import known_school
from impact_eval.study import Study
from impact_eval.tables import with_commands
from impact_eval.wording import text

_KEY = b"impact_eval_key"


def released_findings(study: Study, *, school_id: str = "") -> Released:
    """Return the findings of a study that readers may see.

    They are released once for the whole study and kept beside the findings, so that every page
    shows the same set.

    Parameters
    ----------
    study
        From `Study.open`; prepared.
    school_id
        A school of the roster: then only its own rows, those of the programme and provinces, and
        the changes of the schools of its phase are returned.

    Returns
    -------
    Released
        Every number in it may be published.

    Raises
    ------
    UnknownNameError
        If the study has no such school; the message lists those that it has.
    NotPreparedError
        If the study was not prepared; the message names the command.
    """
    released = _stored(study)
    if not school_id:
        return released
    known_school(released, school_id)
    return _for_school(released, school_id)


def released_without_exclusions(study: Study) -> Released | None:
    """Return a study's findings with the forms back in that its plan leaves out.

    Parameters
    ----------
    study
        From `Study.open`; prepared.

    Returns
    -------
    Released or None
        As `release_without_exclusions` gives it, kept on disk like `released_findings`; None where
        the plan leaves no form out.

    Raises
    ------
    NotPreparedError
        If the study was not prepared; the message names the command.
    """
    if not study.plan.exclude:
        return None
    path = study.processed_folder / "released_without_exclusions.parquet"
    key = _key(study)
    frame = _read(path, key)
    if frame is None:
        other = stored_without_exclusions(study)
        stored = stored_findings(study)
        planned = released_findings(study)
        frame = release_without_exclusions(stored.findings, other, planned=planned).frame
        if not stored.stale:
            _write(frame, path, key)
    return Released(frame, study.facts()) if len(frame) else None


def _for_school(released: Released, school_id: str) -> Released:
    frame = released.frame
    phase = released.facts.schools[school_id].get("phase", "")
    compared = frame["quantity"].eq("change") & frame["phase"].eq(phase)
    keep = frame["level"].ne("school") | frame["unit_id"].eq(school_id) | compared
    return Released(frame.loc[keep].reset_index(drop=True), released.facts)


def _stored(study: Study) -> Released:
    """Read what was released from these findings by this code, or release it now."""
    path = study.processed_folder / "released.parquet"
    key = _key(study)
    if (frame := _read(path, key)) is not None:
        return Released(frame, study.facts())
    stored = stored_findings(study)
    released = release(stored.findings, study.facts())
    if stored.stale:
        _say_stale(study)
    else:
        _write(released.frame, path, key)
    return released


def _key(study: Study) -> str:
    """Hash what a release depends on: the findings, the facts and the code of disclosure."""
    digest = sha256(findings_key(study).encode())
    digest.update(repr(study.facts()).encode())
    for file in sorted(Path(impact_eval.disclosure.__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _read(path: Path, key: str) -> pd.DataFrame | None:
    if not path.exists():
        return None
    table = pq.read_table(path, use_threads=False, memory_map=False)
    if (table.schema.metadata or {}).get(_KEY) != key.encode():
        return None
    return table.to_pandas(use_threads=False)  # type: ignore[no-any-return]


def _write(frame: pd.DataFrame, path: Path, key: str) -> None:
    """Write beside and rename, so that a notebook that reads meanwhile sees all or nothing."""
    table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: key.encode()})
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        pq.write_table(table, part, compression="zstd")
    os.replace(part.name, path)  # noqa: PTH105  (replaces in one step)


def _say_stale(study: Study) -> None:
    """Tell whoever works in a notebook that the numbers are not those on disk."""
    if get_ipython() is not None:
        words = text("pages.stale", study_id=study.id)
        display(Html(words, f'<p class="only-notebook">{with_commands(words)}</p>'))  # type: ignore[no-untyped-call]
