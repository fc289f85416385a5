"""What a reader is: how it recognises a file, takes it apart and makes forms of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.readers.opened import FileKind, Opened


class Fit(NamedTuple):
    """How surely a file is a reader's, and by what that shows.

    1: the declared columns are there; 2: it looks like the tool's; 3: it holds columns that only
    the tool writes; 4 and 5: study.toml or the kind of file leaves nothing else.
    """

    strength: int
    why: str


NO_FIT = Fit(0, "")


@dataclass(frozen=True)
class Part:
    """A table whose rows are forms or people, and what is declared about them.

    `opened_as` is what the opened table was called, if `raw` is called otherwise.
    """

    raw: RawTable
    source: Source
    opened_as: str = ""


@dataclass(frozen=True)
class Reader:
    """One tool's layout.

    Attributes
    ----------
    tool : str
        What people call the tool or the layout.
    kinds : tuple of str
        Kinds of files that it can read.
    fit : callable
        How surely an opened file is in this layout.
    parts : callable
        The tables of an opened file whose rows are read.
    forms : callable
        Forms of one such table.
    unverified : tuple of str
        What is taken for granted about the layout without a source; `impact-eval check` says so.
    """

    tool: str
    kinds: tuple[FileKind, ...]
    fit: Callable[[Opened, Source, Study], Fit]
    parts: Callable[[Opened, Source, Study], list[Part]]
    forms: Callable[[RawTable, Source, Study], Forms]
    unverified: tuple[str, ...] = ()


def forms_of_parts(reader: Reader, parts: list[Part], study: Study) -> list[Forms]:
    """Read all tables of a file.

    Raises
    ------
    SurveyFileError
        With the faults of every table: a file is used whole or not at all.
    """
    forms: list[Forms] = []
    faults: list[Fault] = []
    for part in parts:
        try:
            forms.append(reader.forms(part.raw, part.source, study))
        except SurveyFileError as error:
            faults.extend(error.faults)
    if faults:
        raise SurveyFileError(faults)
    return forms


def main_part(opened: Opened, source: Source, study: Study) -> list[Part]:
    """Take the first table only."""
    del study
    return [Part(opened.main, source)]
