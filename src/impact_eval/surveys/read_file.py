"""One survey file to forms with numbers, with all that is to be said about the file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study.source import Source
from impact_eval.surveys.basis import Basis
from impact_eval.surveys.cleaned_parts import cleaned_parts
from impact_eval.surveys.privacy.disclosures import Disclosure, Searched, find_disclosures
from impact_eval.surveys.privacy.identifying import IdentifyingColumn, inspect_columns
from impact_eval.surveys.read_forms import ReadForms, read_forms
from impact_eval.surveys.readers.choose import choose_reader
from impact_eval.surveys.readers.opened import open_file
from impact_eval.surveys.readers.reader import forms_of_parts
from impact_eval.surveys.stacking import stacked


@dataclass(frozen=True)
class FileRead:
    """What became of one file.

    Attributes
    ----------
    name : str
        What messages call it.
    entry : dict
        What `prepared.json` says of it under `inputs`.
    forms : ReadForms or None
        None if the file cannot be used; `faults` then says why.
    cleaning : tuple of dict
        Accounts of its cleaning log, one for each table.
    identifying : tuple of IdentifyingColumn
    searched : frozenset
        Safeguarding questions that stand in it, as `find_disclosures` names them.
    disclosures : tuple of Disclosure
        Answers for the safeguarding lead; empty if the file was read before.
    n_forms : int or None
        How many forms it has; None if it cannot be used.
    n_disclosures : int
        How many there are, also if the file was read before.
    unchanged : bool
        Whether it was read before and was not opened now.
    """

    name: str
    entry: dict[str, Any]
    forms: ReadForms | None = None
    faults: tuple[Fault, ...] = ()
    cleaning: tuple[dict[str, Any], ...] = ()
    identifying: tuple[IdentifyingColumn, ...] = ()
    searched: frozenset[tuple[int, str]] = frozenset()
    disclosures: tuple[Disclosure, ...] = field(default=(), repr=False)
    n_forms: int | None = None
    n_disclosures: int = 0
    unchanged: bool = False


def read_file(path: Path, source: Source, basis: Basis, *, entry: dict[str, Any]) -> FileRead:
    """Read a file of a source.

    Parameters
    ----------
    path : Path
        The file.
    source : Source
        Its declaration.
    basis : Basis
        What all files are read with.
    entry : dict
        Digest and size of the file.

    Returns
    -------
    FileRead
        What was disclosed in a file that cannot be used is in it all the same.
    """
    study = basis.study
    name = path.relative_to(study.raw_folder).as_posix()
    found = Searched()
    identifying: tuple[IdentifyingColumn, ...] = ()
    try:
        opened = open_file(path, file=name, source=source, study=study)
        choice = choose_reader(opened, source, study)
        tables = choice.reader.parts(opened, source, study)
        found = find_disclosures(tables, study, layout=choice.layout)
        columns = opened.tables.values()
        identifying = inspect_columns(columns, source, study, layout=choice.layout)
        cleaned = cleaned_parts(tables, source, study)
        tables = [one.part for one in cleaned]
        forms = forms_of_parts(choice.reader, tables, study)
        parts = [read_forms(*one, basis) for one in zip(cleaned, forms, strict=True)]
    except SurveyFileError as error:
        faults = tuple(error.faults)
        read = FileRead(name, entry, faults=faults, identifying=identifying)
    else:
        about = {
            "rows": sum(one.raw.n_rows for one in tables),
            "encoding": tables[0].raw.encoding,
            "layout": choice.layout,
        }
        cleaning = tuple(one.account for one in cleaned if one.account)
        read = FileRead(name, entry | about, stacked(parts), (), cleaning, identifying)
    return replace(
        read,
        searched=found.columns,
        disclosures=found.disclosures,
        n_disclosures=len(found.disclosures),
    )
