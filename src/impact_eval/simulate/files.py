"""The raw files: survey exports in KoboToolbox's layout, attendance and withdrawals."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from impact_eval.simulate.forms import Forms

_FORM_VERSION = "vSimulated1"
_TIMES = ("start", "end")
_GROUPS = {"sex": "person"}
_GROUPS |= {f"code_{k}": "code" for k in range(1, 5)}
_GROUPS |= {f"child_code_{k}": "child" for k in range(1, 5)}


def kobo_columns(forms: Forms, *, first_id: int, missing_uuid_prefix: str) -> pd.DataFrame:
    """Columns of an export in KoboToolbox's order: the form's questions, then its own columns."""
    about, count = forms.about, len(forms.about)
    columns: dict[str, object] = {}
    for name in about.columns:
        if name in ("submitted", "uuid"):
            continue
        heading = f"{_GROUPS[name]}/{name}" if name in _GROUPS else name
        columns[heading] = _zoned(about[name]) if name in _TIMES else about[name].to_numpy()
    for name in forms.items.columns:
        columns[name] = forms.items[name].to_numpy()
    uuid = about["uuid"].to_numpy(dtype=object)
    again = [f"{missing_uuid_prefix}-{number:012d}" for number in range(count)]
    columns |= {
        "_id": np.arange(first_id, first_id + count).astype("U"),
        "_uuid": np.where(uuid == "", again, uuid),
        "_submission_time": _utc(about["submitted"]),
        "_validation_status": "",
        "_notes": "",
        "_status": "submitted_via_web",
        "_submitted_by": "",
        "__version__": _FORM_VERSION,
        "_tags": "",
        "_index": np.arange(1, count + 1).astype("U"),
    }
    return pd.DataFrame(columns)


def _utc(times: pd.Series) -> list[str]:
    """Write times as the server does, five hours behind the phones."""
    earlier = pd.DatetimeIndex(times) - pd.Timedelta(hours=5)
    return earlier.strftime("%Y-%m-%dT%H:%M:%S").tolist()


def _zoned(times: pd.Series) -> list[str]:
    """Local times as the phone writes them."""
    seconds = np.datetime_as_string(times.to_numpy().astype("datetime64[s]"))
    return [f"{text}.000+05:00" for text in seconds]


def write_export(frame: pd.DataFrame, path: Path) -> None:
    """Write an export: semicolons, every cell in quotes, UTF-8."""
    frame.to_csv(path, sep=";", quoting=csv.QUOTE_ALL, index=False, lineterminator="\n")


def write_attendance(workshops: pd.DataFrame, path: Path) -> None:
    """Write the attendance file."""
    table = workshops.assign(held_on=workshops["held_on"].dt.strftime("%Y-%m-%d"))
    counts = ["enrolled", "invited", "attended", "sessions_planned", "sessions_held", "minutes"]
    table[counts] = table[counts].astype(int)
    table.to_csv(path, index=False, lineterminator="\n")


def write_withdrawals(withdrawals: pd.DataFrame, path: Path) -> None:
    """Write the codes of those who withdrew."""
    withdrawals.to_csv(path, index=False, lineterminator="\n")
