"""Every raw file to forms with numbers; a file that cannot be read is left out and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Study
from impact_eval.surveys.cleaned_parts import cleaned_parts
from impact_eval.surveys.inputs import describe_file, raw_name, source_files
from impact_eval.surveys.privacy.disclosures import (
    Disclosure,
    find_disclosures,
    overlooked,
)
from impact_eval.surveys.privacy.identifying import IdentifyingColumn, inspect_columns
from impact_eval.surveys.read_forms import ReadForms, read_forms
from impact_eval.surveys.readers.choose import choose_reader
from impact_eval.surveys.readers.opened import open_file
from impact_eval.surveys.readers.reader import forms_of_parts
from impact_eval.surveys.schools import SchoolIndex

Progress = Callable[[str, int, int], None]
HandOn = Callable[[tuple[Disclosure, ...]], object]


@dataclass(frozen=True)
class ReadStudy:
    """All forms of a study, what was wrong with files as a whole, what was read and cleaned."""

    read: ReadForms
    faults: tuple[Fault, ...]
    inputs: dict[str, dict[str, Any]]
    cleaning: tuple[dict[str, Any], ...] = ()
    identifying: tuple[IdentifyingColumn, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()


def read_sources(
    study: Study, schools: SchoolIndex, *, hand_on: HandOn, progress: Progress | None
) -> ReadStudy:
    """Read every file of every source; `hand_on` gets the disclosures, whatever else fails.

    Raises
    ------
    SurveyFileError
        If not a single file could be read, with what is wrong with each.
    """
    files, faults = source_files(study)
    parts: list[ReadForms] = []
    inputs: dict[str, dict[str, Any]] = {}
    cleaning: list[dict[str, Any]] = []
    identifying: list[IdentifyingColumn] = []
    disclosures: list[Disclosure] = []
    searched: set[tuple[int, str]] = set()
    for done, (path, source) in enumerate(files):
        if progress is not None:
            progress("reading the survey files", done, len(files))
        name = raw_name(path, study)
        inputs[name] = describe_file(path)
        try:
            opened = open_file(path, file=name, source=source, study=study)
            choice = choose_reader(opened, source, study)
            tables = choice.reader.parts(opened, source, study)
            found = find_disclosures(tables, study, layout=choice.layout)
            disclosures += found.disclosures
            searched |= found.columns
            columns = opened.tables.values()
            identifying += inspect_columns(columns, source, study, layout=choice.layout)
            cleaned = cleaned_parts(tables, source, study)
            tables = [one.part for one in cleaned]
            forms = forms_of_parts(choice.reader, tables, study)
            read = [read_forms(*one, study, schools) for one in zip(cleaned, forms, strict=True)]
        except SurveyFileError as error:
            faults.extend(error.faults)
        else:
            parts.extend(read)
            cleaning.extend(one.account for one in cleaned if one.account)
            inputs[name] |= {
                "rows": sum(one.raw.n_rows for one in tables),
                "encoding": tables[0].raw.encoding,
                "layout": choice.layout,
            }
    hand_on(tuple(disclosures))
    faults += overlooked(study, searched)
    if not parts:
        raise SurveyFileError(faults)
    return ReadStudy(
        _stacked(parts),
        tuple(faults),
        inputs,
        tuple(cleaning),
        tuple(identifying),
        tuple(disclosures),
    )


def _stacked(parts: list[ReadForms]) -> ReadForms:
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *(len(part.forms) for part in parts)])
    rejected, texts = (
        [rows.assign(form=rows["form"] + start) for rows, start in zip(of, starts, strict=False)]
        for of in ([part.rejected for part in parts], [part.texts for part in parts])
    )
    return ReadForms(
        pd.concat([part.forms for part in parts], ignore_index=True),
        pd.concat([part.subgroups for part in parts], ignore_index=True),
        pd.concat([part.numbers for part in parts], ignore_index=True),
        pd.concat([part.written for part in parts], ignore_index=True),
        pd.concat([part.kinds for part in parts], ignore_index=True),
        pd.concat(rejected, ignore_index=True),
        pd.concat(texts, ignore_index=True),
    )
