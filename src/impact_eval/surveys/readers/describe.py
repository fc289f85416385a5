"""Which reader each file of a study gets, for `impact-eval check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Source, Study
from impact_eval.surveys.cleaned_parts import cleaned_parts
from impact_eval.surveys.encodings import GUESSED
from impact_eval.surveys.inputs import raw_name, source_files
from impact_eval.surveys.privacy.disclosures import Searched, find_disclosures
from impact_eval.surveys.readers.choose import choose_reader
from impact_eval.surveys.readers.opened import Opened, open_file
from impact_eval.surveys.readers.reader import Part, forms_of_parts
from impact_eval.surveys.readers.registry import READERS
from impact_eval.vocabulary import Layout

Look = Callable[[Opened, Source, Layout], None]


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
        Sheets (by their numbers) or archived files that are left out.
    faults : tuple of Fault
        Why the file cannot be read.
    guessed : tuple of str
        Encodings that were told from the letters that stand in the file, and so may be wrong.
    searched : frozenset
        Safeguarding questions that stand in it, as `find_disclosures` names them.
    """

    file: str
    layout: str = ""
    why: str = ""
    not_read: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    guessed: tuple[str, ...] = ()
    searched: frozenset[tuple[int, str]] = frozenset()

    def __str__(self) -> str:
        if self.faults:
            return "\n".join(f"not read: {fault}" for fault in self.faults)
        lines = [f"{self.file}: {self.layout} ({self.why})"]
        if self.guessed:
            remedy = "if letters come out wrong, declare `encoding` in study.toml"
            lines.append(
                f"  encoding {' and '.join(self.guessed)}, told from its letters: {remedy}"
            )
        if self.not_read:
            lines.append(f"  left out: {', '.join(self.not_read)}")
        return "\n".join(lines)


def describe_readers(study: Study, *, look: Look | None = None) -> tuple[FileReading, ...]:
    """Read every file of every source, its cleaning log too, and say by which reader.

    Nothing is kept.

    Parameters
    ----------
    study : Study
        The study; files that have not arrived are passed over.
    look : callable, optional
        Gets each file that could be opened, its source and its layout, whatever else fails.

    Returns
    -------
    tuple of FileReading
        In the order of the sources and their files.
    """
    readings = []
    for path, source in source_files(study)[0]:
        name = raw_name(path, study)
        found = Searched()
        try:
            opened = open_file(path, file=name, source=source, study=study)
            choice = choose_reader(opened, source, study)
            if look is not None:
                look(opened, source, choice.layout)
            parts = choice.reader.parts(opened, source, study)
            found = find_disclosures(parts, study, layout=choice.layout)
            cleaned = [one.part for one in cleaned_parts(parts, source, study)]
            forms_of_parts(choice.reader, cleaned, study)
        except SurveyFileError as error:
            readings.append(FileReading(name, faults=error.faults, searched=found.columns))
            continue
        left_out, guessed = _not_read(opened, parts), _guessed(parts, source)
        reading = FileReading(name, choice.layout, choice.why, left_out, (), guessed, found.columns)
        readings.append(reading)
    return tuple(readings)


def _guessed(parts: list[Part], source: Source) -> tuple[str, ...]:
    if source.encoding:
        return ()
    return tuple(sorted({part.raw.encoding for part in parts} & GUESSED))


def _not_read(opened: Opened, parts: list[Part]) -> tuple[str, ...]:
    read = {part.opened_as or part.raw.file for part in parts} | {opened.main.file}
    called = [table.file for table in opened.tables.values() if table.file not in read]
    return tuple(name.removeprefix(f"{opened.file}, ") for name in called)


def taken_for_granted(readings: Iterable[FileReading]) -> tuple[str, ...]:
    """Say, for each layout in use, what its reader takes for granted without a source."""
    files = Counter(reading.layout for reading in readings if not reading.faults)
    return tuple(
        f"{layout} ({files[layout]} file{'s' if files[layout] > 1 else ''}), taken for granted "
        f"without a source: {'; '.join(reader.unverified)}"
        for layout, reader in READERS.items()
        if layout in files and reader.unverified
    )
