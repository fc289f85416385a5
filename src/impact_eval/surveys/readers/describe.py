"""Which reader each file of a study gets, for `impact-eval check`."""

from __future__ import annotations

from dataclasses import dataclass

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Study
from impact_eval.surveys.inputs import raw_name, source_files
from impact_eval.surveys.readers.choose import choose_reader
from impact_eval.surveys.readers.opened import Opened, open_file
from impact_eval.surveys.readers.reader import Part, forms_of_parts


@dataclass(frozen=True)
class FileReading:
    """How one file is read, in words for the evaluator.

    Attributes
    ----------
    file : str
        Its name within the study's raw folder.
    layout, why : str
        The reader and what it was chosen by; empty if the file cannot be read.
    not_read : tuple of str
        Names of sheets or archived files that are left out.
    unverified : tuple of str
        What the reader takes for granted about the layout without a source.
    faults : tuple of Fault
        Why the file cannot be read.
    """

    file: str
    layout: str = ""
    why: str = ""
    not_read: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        if self.faults:
            return "\n".join(f"not read: {fault}" for fault in self.faults)
        lines = [f"{self.file}: {self.layout} ({self.why})"]
        if self.not_read:
            lines.append(f"  left out: {', '.join(self.not_read)}")
        if self.unverified:
            lines.append(f"  taken for granted without a source: {'; '.join(self.unverified)}")
        return "\n".join(lines)


def describe_readers(study: Study) -> tuple[FileReading, ...]:
    """Open every file of every source and say which reader it gets; nothing is kept.

    Parameters
    ----------
    study : Study
        The study; files that have not arrived are passed over.

    Returns
    -------
    tuple of FileReading
        In the order of the sources and their files.
    """
    readings = []
    for path, source in source_files(study)[0]:
        name = raw_name(path, study)
        try:
            opened = open_file(path, file=name, source=source, study=study)
            choice = choose_reader(opened, source, study)
            parts = choice.reader.parts(opened, source, study)
            forms_of_parts(choice.reader, parts, study)
        except SurveyFileError as error:
            readings.append(FileReading(name, faults=error.faults))
            continue
        left_out, unverified = _not_read(opened, parts), choice.reader.unverified
        readings.append(FileReading(name, choice.layout, choice.why, left_out, unverified))
    return tuple(readings)


def _not_read(opened: Opened, parts: list[Part]) -> tuple[str, ...]:
    read = {part.raw.file for part in parts} | {opened.main.file}
    return tuple(name for name, table in opened.tables.items() if table.file not in read)
