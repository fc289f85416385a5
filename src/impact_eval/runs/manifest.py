"""The manifest of a run: what was made, with which parameters, and what failed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from impact_eval.runs.inputs import input_hashes

if TYPE_CHECKING:
    from impact_eval.study import Study

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One page of a run. `failure` is what a reader may know of why it failed."""

    report_id: str
    unit_id: str
    title: str
    page: str
    parameters: Mapping[str, Any]
    status: Literal["made", "failed"]
    failure: str
    seconds: float
    sha256: str


def content_hash(text: str) -> str:
    """Return the SHA-256 of a page, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_manifest(
    folder: Path,
    *,
    study_id: str,
    stamp: str,
    seconds: float,
    released: str,
    plan: Mapping[str, Any],
    provenance: Mapping[str, Any],
    pages: Sequence[PageRecord],
) -> None:
    """Write `manifest.json` into the folder of a run.

    Parameters
    ----------
    folder
        Of the run.
    study_id, stamp
        Which study, and the run's name.
    seconds
        What the whole run took.
    released
        Hash of the released findings.
    plan
        Digests of the plan as it was executed and as it was locked.
    provenance
        Of what the pages were made.
    pages
        One record for each page, made or failed.
    """
    content = {
        "study_id": study_id,
        "run": stamp,
        "seconds": round(seconds, 1),
        "status": "failed" if any(page.status == "failed" for page in pages) else "made",
        "released": released,
        "plan": dict(plan),
        "provenance": dict(provenance),
        "pages": [asdict(page) for page in pages],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a run's folder, or None if there is none."""
    path = folder / NAME
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def is_of(manifest: Mapping[str, Any], study: Study) -> bool:
    """Whether a run was made of the files that the study is now prepared from."""
    made_of: Mapping[str, str] = manifest["provenance"]["data"]
    return made_of == input_hashes(study)
