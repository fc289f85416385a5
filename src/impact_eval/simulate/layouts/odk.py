"""ODK Central's exports: one CSV, or an archive with it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd

from impact_eval.simulate.layouts.dress import Dress, write_text
from impact_eval.simulate.layouts.export import Export


def write_odk(export: Export, path: Path, *, dress: Dress) -> None:
    """Write `SubmissionDate` first, groups with `-`, the server's columns behind `KEY`."""
    frame = odk_columns(export)
    numbers = tuple(name for name in frame.columns if name.rpartition("-")[2] in export.items)
    write_text(frame, path, dress=dress, numbers=numbers)


def write_odk_zip(export: Export, path: Path, *, dress: Dress) -> None:
    """Write the archive of all data."""
    inside = path.with_suffix(".csv")
    write_odk(export, inside, dress=dress)
    with zipfile.ZipFile(path, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        # without the time of writing, so that the same survey gives the same bytes
        archive.writestr(zipfile.ZipInfo(inside.name), inside.read_bytes())
    inside.unlink()


def odk_columns(export: Export) -> pd.DataFrame:
    """Columns of an export in ODK Central's order."""
    frame = export.frame
    own = [name for name in frame.columns if not name.startswith("_")]
    key = "uuid:" + frame["_uuid"].astype("str")
    answers = frame[own].set_axis([name.replace("/", "-") for name in own], axis=1)
    first = pd.DataFrame({"SubmissionDate": frame["_submission_time"] + ".000Z"})
    last = pd.DataFrame(
        {
            "meta-instanceID": key,
            "KEY": key,
            "SubmitterID": "",
            "SubmitterName": "",
            "AttachmentsPresent": "0",
            "AttachmentsExpected": "0",
            "Status": "",
            "ReviewState": "",
            "DeviceID": "",
            "Edits": "0",
            "FormVersion": frame["__version__"],
        }
    )
    return pd.concat([first, answers, last], axis=1)
