"""Of what a run's pages were made: the data's hashes, the software, the commit, the time."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_eval.reports import Provenance
from impact_eval.runs.inputs import input_hashes
from impact_eval.study.locking.content import content_hash

if TYPE_CHECKING:
    from impact_eval.study import Study

PACKAGES = ("impact-eval", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "seaborn")
NOT_A_CHECKOUT = "not a checkout"
GIT_SECONDS = 20


def study_provenance(study: Study) -> Provenance:
    """Collect what the end of every page of a study says of its making.

    Parameters
    ----------
    study
        The hashes are those of the files that were read when it was prepared; before there are
        data there are none.

    Returns
    -------
    Provenance
        Of reports: time in UTC, commit, versions by package, SHA-256 by input file.
    """
    return Provenance(
        made_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=commit_of(Path(__file__).parent),
        versions=installed_versions(),
        data=input_hashes(study),
    )


def plan_record(study: Study) -> dict[str, Any]:
    """Collect the digests of the plan that was executed and of the locks that it is held against.

    Parameters
    ----------
    study
        From `Study.open`.

    Returns
    -------
    dict
        `executed`, 64 digits, and `locks`, each with `sha256`, `locked_at` in UTC and `reason`,
        oldest first; the plan was kept if the last one has the digest of what was executed.
    """
    locks = [
        {"sha256": one.sha256, "locked_at": one.locked_at.isoformat(), "reason": one.reason}
        for one in study.plan_locks
    ]
    return {"executed": content_hash(study.plan_content), "locks": locks}


def commit_of(folder: Path) -> str:
    """Return the short commit of the checkout that a folder lies in, or words if there is none."""
    commit = _git(folder, "rev-parse", "--short=12", "HEAD")
    if not commit:
        return NOT_A_CHECKOUT
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{commit} with changes" if changed else commit


def installed_versions() -> dict[str, str]:
    """Return the versions of the packages that a number may depend on, and of Python."""
    versions: dict[str, str] = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions | {"Python": platform.python_version()}


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603  (fixed arguments, and a folder of ours)
            command, capture_output=True, text=True, timeout=GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
