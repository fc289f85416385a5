"""A new key for the pseudonyms of a study."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Study
from impact_eval.surveys.inputs import source_files
from impact_eval.surveys.kept_files import forget_files
from impact_eval.surveys.linking.pseudonyms import study_key

OWNER_ONLY: Final = 0o600


def rotate_key(study: Study, *, prepare: Callable[[], object], now: dt.datetime) -> Path:
    """Put the key of a study aside, make a new one and prepare everything again.

    Parameters
    ----------
    study : Study
        The study.
    prepare : callable
        Prepares it, with whatever key it then has.
    now : datetime
        Its date names the old key.

    Returns
    -------
    Path
        Where the old key lies, readable by its owner only.

    Raises
    ------
    SurveyFileError
        If there is no key yet, or a raw file is missing, and then nothing has changed; whatever
        `prepare` raises, and then the old key is back.
    """
    faults = _missing_files(study)
    if not study.key_file.is_file():
        rule, remedy = "a key must be there to be changed", "It is made by: impact-eval prepare"
        faults.append(Fault(study.key_file.name, "", rule, "none", remedy))
    if faults:
        raise SurveyFileError(faults)
    old, tables = _aside(study.key_file, now), study.processed_folder / "prepared.json"
    before = tables.read_bytes() if tables.is_file() else b""
    study.key_file.rename(old)
    old.chmod(OWNER_ONLY)
    try:
        forget_files(study)
        study_key(study.key_file)
        prepare()
    except BaseException:
        old.replace(study.key_file)
        if tables.is_file() and tables.read_bytes() != before:
            tables.unlink()  # made with the key that is gone: prepared anew next time
        forget_files(study)
        raise
    return old


def _missing_files(study: Study) -> list[Fault]:
    """Raw files that a source names, that the last preparation read, or that hold withdrawals."""
    faults = list(source_files(study)[1])
    path = study.processed_folder / "prepared.json"
    prepared = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    read = {name for name, about in prepared.get("inputs", {}).items() if "layout" in about}
    read |= {study.withdrawals} if study.withdrawals else set()
    rule = "everything is prepared again, so every raw file must be there"
    remedy = f"Put it back into data/raw/{study.id}."
    faults += [
        Fault(name, "", rule, "no such file", remedy)
        for name in sorted(read)
        if not (study.raw_folder / name).is_file()
    ]
    return faults


def _aside(key: Path, now: dt.datetime) -> Path:
    path = key.with_name(f"{key.name}.{now:%Y-%m-%d}")
    number = 2
    while path.exists():
        path, number = key.with_name(f"{key.name}.{now:%Y-%m-%d}-{number}"), number + 1
    return path
