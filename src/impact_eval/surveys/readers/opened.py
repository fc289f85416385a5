"""A file of any kind to its tables: the same for every reader."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.files import read_text
from impact_eval.surveys.layout import expected_names
from impact_eval.surveys.raw_table import RawTable, file_refusal
from impact_eval.surveys.readers.statistics_file import read_statistics
from impact_eval.surveys.sheets import WORKBOOKS, read_sheet, read_sheets

FileKind = Literal["text", "workbook", "archive", "spss", "stata"]
KINDS: Final[dict[str, FileKind]] = {
    **dict.fromkeys(WORKBOOKS, "workbook"),
    ".zip": "archive",
    ".sav": "spss",
    ".zsav": "spss",
    ".dta": "stata",
}

# What zipfile raises for an archive that is none or damaged, and RuntimeError for a password or a
# compression that it does not know.
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError)


@dataclass(frozen=True)
class Opened:
    """The tables of one file, as text.

    Attributes
    ----------
    file : str
        Name of the file within the study's raw folder.
    kind : {"text", "workbook", "archive", "spss", "stata"}
    tables : dict of RawTable
        By the name of the sheet, or of the file within an archive; one without a name if there is
        only one by nature.
    """

    file: str
    kind: FileKind
    tables: dict[str, RawTable]

    @property
    def main(self) -> RawTable:
        """The first table; in an archive the one of the forms and not of their repeats."""
        for table in self.tables.values():
            if "PARENT_KEY" not in table.header:
                return table
        return next(iter(self.tables.values()))


def open_file(path: Path, *, file: str, source: Source, study: Study) -> Opened:
    """Read all tables of a file as text, without judging any of them.

    Raises
    ------
    SurveyFileError
        Whatever makes the file unreadable, or a first table without rows.
    """
    if path.stat().st_size == 0:
        raise file_refusal(
            file, "a file must hold a header and rows", "nothing", "Export it again."
        )
    kind = KINDS.get(path.suffix.lower(), "text")
    opened = Opened(file, kind, _tables(path, file, kind, source, study))
    if opened.main.n_rows == 0:
        remedy = "Export it again, or take it out of the folder."
        raise file_refusal(file, "a file must hold rows below its header", "a header only", remedy)
    return opened


def _tables(
    path: Path, file: str, kind: FileKind, source: Source, study: Study
) -> dict[str, RawTable]:
    if kind == "workbook":
        if source.sheet is not None:
            return {source.sheet: read_sheet(path, file=file, sheet=source.sheet)}
        return read_sheets(path, file=file)
    if kind == "archive":
        return _archive(path, file, source, study)
    if kind == "text":
        return {"": _text(path.read_bytes(), file, source, study)}
    return {"": read_statistics(path, file=file, kind=kind, encoding=source.encoding)}


def _text(data: bytes, file: str, source: Source, study: Study) -> RawTable:
    return read_text(
        data,
        file=file,
        encoding=source.encoding or "",
        delimiter=source.delimiter or "",
        expected=expected_names(source, study),
    )


def _archive(path: Path, file: str, source: Source, study: Study) -> dict[str, RawTable]:
    """Read the CSV files at the top of an archive; attachments lie in folders."""
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            names = [name for name in names if len(PurePosixPath(name).parts) == 1]
            contents = {name: archive.read(name) for name in names}
    except _UNREADABLE:
        found = "something that is no archive, or one with a password"
        rule, remedy = "an archive must be readable", "Download it again."
        raise file_refusal(file, rule, found, remedy) from None
    contents = {name: data for name, data in contents.items() if data.strip()}
    if not contents:
        remedy = "Download the submissions as CSV files in an archive."
        raise file_refusal(file, "an archive must hold CSV files", "none", remedy)
    return {
        name: _text(data, f"{file}, file {name}", source, study) for name, data in contents.items()
    }
