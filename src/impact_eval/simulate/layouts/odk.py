"""ODK Central's exports: one CSV, or an archive with it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd

from impact_eval.simulate.layouts.dress import Dress, write_text
from impact_eval.simulate.layouts.export import PARENT, Export


def write_odk(export: Export, path: Path, *, dress: Dress) -> None:
    """Write `SubmissionDate` first, groups with `-`, the server's columns behind `KEY`."""
    frame = odk_columns(export)
    numbers = tuple(name for name in frame.columns if name.rpartition("-")[2] in export.items)
    write_text(frame, path, dress=dress, numbers=numbers)


def write_odk_zip(export: Export, path: Path, *, dress: Dress) -> None:
    """Write the archive of all data: a file for the forms, and one for each repeat group."""
    inside = path.with_suffix(".csv")
    write_odk(export, inside, dress=dress)
    files = [inside]
    for name, rows in export.repeats.items():
        files.append(path.with_name(f"{path.stem}-{name}.csv"))
        write_text(_of_repeat(export, name, rows), files[-1], dress=dress)
    with zipfile.ZipFile(path, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            # without the time of writing, so that the same survey gives the same bytes
            archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes())
            file.unlink()


def _of_repeat(export: Export, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a repeat group with the keys of their forms and their own."""
    keys = _keys(export)
    parent = pd.Series([keys.iloc[int(row) - 1] for row in rows[PARENT]], index=rows.index)
    number = rows.groupby(PARENT).cumcount() + 1
    own = rows.drop(columns=PARENT)
    own = own.set_axis([heading.rpartition("/")[2] for heading in own.columns], axis=1)
    key = parent + f"/{name}[" + number.astype("str") + "]"
    return own.assign(PARENT_KEY=parent, KEY=key)


def _keys(export: Export) -> pd.Series:
    return "uuid:" + export.frame["_uuid"].astype("str")


def odk_columns(export: Export) -> pd.DataFrame:
    """Columns of an export in ODK Central's order."""
    frame = export.frame
    paths = {name.rpartition("/")[2]: name for name in frame.columns if not name.startswith("_")}
    key = _keys(export)
    answers = export.answers.rename(columns={one: paths[one].replace("/", "-") for one in paths})
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
