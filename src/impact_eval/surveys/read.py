"""Every raw file to forms with numbers; a file that cannot be read is left out and named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Source
from impact_eval.surveys.basis import Basis
from impact_eval.surveys.encoded import Encoded, joined
from impact_eval.surveys.inputs import describe_file, raw_name, source_files
from impact_eval.surveys.kept_files import KeptFiles
from impact_eval.surveys.privacy.disclosures import Disclosure, overlooked
from impact_eval.surveys.privacy.identifying import IdentifyingColumn
from impact_eval.surveys.read_file import FileRead, read_file
from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.rows import Mask
from impact_eval.surveys.stacking import cut_out, stacked

Progress = Callable[[str, int, int], None]
HandOn = Callable[[tuple[Disclosure, ...]], object]
Files = dict[str, tuple[Path, Source]]


@dataclass(frozen=True)
class ReadStudy:
    """All forms of a study, what was wrong with files as a whole, what was read and cleaned."""

    read: ReadForms
    faults: tuple[Fault, ...]
    files: tuple[FileRead, ...]

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """Digest, size and layout of each file."""
        return {file.name: file.entry for file in self.files}

    @property
    def cleaning(self) -> list[dict[str, Any]]:
        """Accounts of the cleaning logs."""
        return [account for file in self.files for account in file.cleaning]

    @property
    def identifying(self) -> list[IdentifyingColumn]:
        """Columns that tell who people are."""
        return [column for file in self.files for column in file.identifying]

    @property
    def n_disclosures(self) -> int:
        """Answers to safeguarding questions in all files, read now or before."""
        return sum(file.n_disclosures for file in self.files)

    def names(self, *, unchanged: bool) -> list[str]:
        """Files that were not opened because they had not changed, or those that were read."""
        return [file.name for file in self.files if file.unchanged == unchanged]


def read_sources(
    basis: Basis, *, kept: KeptFiles, hand_on: HandOn, progress: Progress | None
) -> ReadStudy:
    """Read every file of every source, or take what was kept of it.

    Parameters
    ----------
    basis : Basis
        What all files are read with.
    kept : KeptFiles
        What was read before.
    hand_on : callable
        Gets the disclosures of the files that are read, whatever else fails.
    progress : callable or None
        As in `prepare`.

    Raises
    ------
    SurveyFileError
        If not a single file could be read, with what is wrong with each.
    """
    found, faults = source_files(basis.study)
    files = {raw_name(path, basis.study): (path, source) for path, source in found}
    entries = {name: describe_file(path) for name, (path, _) in files.items()}
    kept.forget_all_but(files)
    known = {name: kept.load(name, entry) for name, entry in entries.items()}
    read = {name: file for name, file in known.items() if file is not None}
    open_now = [name for name in files if name not in read]
    for done, name in enumerate(open_now):
        if progress is not None:
            progress("reading the survey files", done, len(open_now))
        read[name] = read_file(*files[name], basis, entry=entries[name])
    for name in _no_longer_refused(read):
        read[name] = read_file(*files[name], basis, entry=entries[name])
    inorder = tuple(read[name] for name in files)
    hand_on(tuple(disclosure for file in inorder for disclosure in file.disclosures))
    faults += [fault for file in inorder for fault in file.faults]
    faults += overlooked(basis.study, {column for file in inorder for column in file.searched})
    parts = [file.forms for file in inorder if file.forms is not None]
    if not parts:
        raise SurveyFileError(faults)
    return ReadStudy(stacked(parts), tuple(faults), tuple(map(_without_forms, inorder)))


def _without_forms(file: FileRead) -> FileRead:
    """Say how many forms a file has in place of them: they are among all the others."""
    return file if file.forms is None else replace(file, forms=None, n_forms=len(file.forms.forms))


def _no_longer_refused(read: dict[str, FileRead]) -> list[str]:
    """Kept files with forms that were erased because of a refusal that is gone from its file."""
    usable = {name: file.forms for name, file in read.items() if file.forms is not None}
    erased = {
        name: set(forms.forms.text["refused"].texts) - {""}
        for name, forms in usable.items()
        if read[name].unchanged
    }
    if not any(erased.values()):
        return []
    refusals = {token for forms in usable.values() for token in forms.forms.text["refusal"].texts}
    return [name for name, tokens in erased.items() if tokens - refusals]


def keep_files(study_read: ReadStudy, refused_before: Encoded, *, kept: KeptFiles) -> None:
    """Keep what was read of each usable file, unless just that is kept already.

    Parameters
    ----------
    study_read : ReadStudy
        With the forms after what must not be kept was erased.
    refused_before : Encoded
        Column `refused` of the same forms as they were read.
    kept : KeptFiles
        Where to.
    """
    refused = _differ(study_read.read.forms.text["refused"], refused_before)
    for file, start, stop in _places(study_read):
        if not file.unchanged or refused[start:stop].any():
            kept.keep(file, cut_out(study_read.read, start, stop))


def _differ(one: Encoded, other: Encoded) -> Mask:
    """Say in which cells two columns do not say the same."""
    both = joined([one, other]).codes
    return np.asarray(both[: len(one.codes)] != both[len(one.codes) :])


def _places(study_read: ReadStudy) -> Iterator[tuple[FileRead, int, int]]:
    """Usable files, each with the positions of its forms among all."""
    stop = 0
    for file in study_read.files:
        if file.n_forms is not None:
            start, stop = stop, stop + file.n_forms
            yield file, start, stop
