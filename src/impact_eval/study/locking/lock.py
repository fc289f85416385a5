"""`plan.lock`: the plan as it was locked, each time that it was, in a file to be read and kept."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pydantic import AwareDatetime, StrictBool, StrictFloat, StrictInt, StrictStr, ValidationError

from impact_eval.errors import Fault
from impact_eval.study.locking.content import Content, content_hash
from impact_eval.study.part import Part

LOCK_FILE: Final = "plan.lock"
_RESTORE: Final = (
    "Bring back the file as it was written, or delete it: pages then say that nothing is locked."
)
_HEAD: Final = """\
# The analysis plan of {study_id}, as it was locked. Written by `impact-eval plan lock {study_id}`:
# do not change it by hand, and keep it with the study's files. The newest lock stands last.
"""


@dataclass(frozen=True, slots=True)
class PlanLock:
    """The plan at one time.

    `locked_at` is in UTC, `package` the version of this package, and `reason` says why the plan was
    locked again; it is empty for the first lock.
    """

    locked_at: dt.datetime
    content: Content
    package: str
    reason: str = ""

    @property
    def sha256(self) -> str:
        """Digest of the content."""
        return content_hash(self.content)

    @property
    def day(self) -> str:
        """The day of locking in UTC, such as 2024-01-15."""
        return self.locked_at.date().isoformat()


class _Written(Part):
    """One lock as it stands in the file."""

    locked_at: AwareDatetime
    sha256: str
    package: str
    reason: str = ""
    plan: dict[str, StrictBool | StrictInt | StrictFloat | StrictStr | list[Any]]


class _File(Part):
    locks: tuple[_Written, ...]


def make_lock(content: Content, *, now: dt.datetime, reason: str = "") -> PlanLock:
    """Lock a plan now; nothing is written.

    Parameters
    ----------
    content : Content
        From `planned_content`.
    now : datetime
        With its time zone; kept in UTC, to the second.
    reason : str
        Why the plan is locked again.

    Returns
    -------
    PlanLock
        With the version of this package.
    """
    moment = now.astimezone(dt.UTC).replace(microsecond=0)
    return PlanLock(moment, dict(content), version("impact-eval"), " ".join(reason.split()))


def write_locks(path: Path, locks: Sequence[PlanLock], *, study_id: str) -> None:
    """Write every lock of a study, oldest first."""
    parts = [_HEAD.format(study_id=study_id), *(_text(lock) for lock in locks)]
    path.write_text("\n".join(parts), encoding="utf-8")


def read_locks(path: Path) -> tuple[tuple[PlanLock, ...], tuple[Fault, ...]]:
    """Read every lock of a study, oldest first, or what is wrong with the file.

    Returns
    -------
    tuple of PlanLock, tuple of Fault
        No lock and no fault if there is no file.
    """
    if not path.is_file():
        return (), ()
    try:
        written = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError):
        rule = "is as `impact-eval plan lock` wrote it"
        return (), (Fault(LOCK_FILE, "", rule, "something else", _RESTORE),)
    locks = tuple(
        PlanLock(one.locked_at.astimezone(dt.UTC), one.plan, one.package, one.reason)
        for one in written.locks
    )
    faults = _faults(locks, [one.sha256 for one in written.locks])
    return (() if faults else locks), faults


def _faults(locks: Sequence[PlanLock], digests: Sequence[str]) -> tuple[Fault, ...]:
    faults = []
    for number, (lock, digest) in enumerate(zip(locks, digests, strict=True), start=1):
        place = f"locks[{number}]"
        if lock.sha256 != digest:
            rule = "a lock has the digest of what it holds"
            faults.append(Fault(LOCK_FILE, place, rule, "another: it was changed", _RESTORE))
        if number > 1 and lock.locked_at < locks[number - 2].locked_at:
            rule = "locks stand in the order of their times"
            faults.append(Fault(LOCK_FILE, place, rule, "an earlier time", _RESTORE))
    if not locks:
        faults.append(Fault(LOCK_FILE, "", "holds a lock", "none", _RESTORE))
    return tuple(faults)


def _text(lock: PlanLock) -> str:
    """Write one lock as TOML, whose strings, numbers and lists are those of JSON."""
    moment = lock.locked_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = ["[[locks]]", f"locked_at = {moment}", f"sha256 = {_toml(lock.sha256)}"]
    lines += [f"package = {_toml(lock.package)}"]
    lines += [f"reason = {_toml(lock.reason)}"] if lock.reason else []
    lines += ["", "[locks.plan]"]
    lines += [f"{_toml(key)} = {_toml(value)}" for key, value in sorted(lock.content.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    # TOML does not take a bare DEL, which JSON does
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
