"""What was read of a file, kept until the file or anything it was read with changes."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from impact_eval.study import Study
from impact_eval.surveys.answers import Answers, ItemAnswers, ReadAnswer, smallest
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.encoded import Encoded
from impact_eval.surveys.inputs import code_digest
from impact_eval.surveys.linking.tokens import Tokens
from impact_eval.surveys.privacy.identifying import IdentifyingColumn
from impact_eval.surveys.privacy.safe import ROUTED
from impact_eval.surveys.privacy.texts import no_texts
from impact_eval.surveys.read_file import FileRead
from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.staleness import declared_inputs

FOLDER: Final = "read"
_ABOUT: Final = b"impact_eval"
_COLUMNS: Final = ("forms", "subgroups")
# A place for each item: one column of lists is read many times faster than a column for each item.
_PLACES: Final = "places"
_REJECTED: Final = {"form": "int64", "column": "str", "rule": "str"}


@dataclass(frozen=True)
class KeptFiles:
    """Parquet files in data/processed/<id>/read, one for each survey file that was read.

    Attributes
    ----------
    folder : Path
        Where they lie.
    basis : str
        Digest of all that every file is read with.
    handed_on : bool
        Whether it is known which disclosures were handed on.
    tokens : Tokens
        With the key under which files are known.

    Notes
    -----
    A file counts only with a keyed digest of its survey file, the declared inputs, the package's
    code, its libraries and the study's key; any other is deleted as soon as it is met.
    """

    folder: Path
    basis: str
    handed_on: bool
    tokens: Tokens

    @classmethod
    def of(cls, study: Study, tokens: Tokens) -> KeptFiles:
        """Those of a study."""
        declared = {name: one["sha256"] for name, one in declared_inputs(study).items()}
        libraries = [pd.__version__, pa.__version__, np.__version__]
        basis = json.dumps([declared, code_digest(), libraries], sort_keys=True)
        handed_on = (study.safeguarding_folder / ROUTED).is_file()
        return cls(study.processed_folder / FOLDER, basis, handed_on, tokens)

    def forget_all_but(self, names: Collection[str]) -> None:
        """Delete what was kept of files that are gone, and what was not written whole."""
        stay = {self._path(name) for name in names}
        for path in self.folder.rglob("*"):
            if path.is_file() and path not in stay:
                path.unlink()

    def load(self, name: str, entry: dict[str, Any]) -> FileRead | None:
        """Give what was read of a file with this entry; None, and nothing is kept, if not that."""
        path = self._path(name)
        if not path.is_file():
            return None
        try:
            file = pq.ParquetFile(path, memory_map=False)
            about = json.loads(file.schema_arrow.metadata[_ABOUT])
            counts = about["mark"] == self._mark(name, entry)
            counts &= self.handed_on or not about["n_disclosures"]
            read = _unpacked(name, about, file.read(use_threads=False)) if counts else None
        except (pa.ArrowException, OSError, KeyError, TypeError, ValueError):
            read = None
        if read is None:
            path.unlink()
        return read

    def keep(self, read: FileRead, forms: ReadForms) -> None:
        """Write what was read of a file, whole or not at all.

        Parameters
        ----------
        read : FileRead
            What is said about the file; its own forms are not written.
        forms : ReadForms
            Its forms, without anything of people who do not consent or who withdrew. A file whose
            texts the study keeps is not kept: people's own words stand in one place only.
        """
        path = self._path(read.name)
        if len(forms.texts):
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        about = _about(read, forms) | {"mark": self._mark(read.name, read.entry)}
        table = _packed(forms).replace_schema_metadata({_ABOUT: json.dumps(about)})
        part = path.with_name(f"{path.name}.part")
        pq.write_table(table, part, compression="zstd", write_statistics=False)
        part.replace(path)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def _mark(self, name: str, entry: dict[str, Any]) -> str:
        return self.tokens.fingerprint(json.dumps([name, entry["sha256"], self.basis]))


def forget_files(study: Study) -> None:
    """Delete all that was kept of a study's files."""
    for path in (study.processed_folder / FOLDER).rglob("*"):
        if path.is_file():
            path.unlink()


def _about(read: FileRead, forms: ReadForms) -> dict[str, Any]:
    return {
        "entry": read.entry,
        "cleaning": read.cleaning,
        "identifying": [asdict(one) for one in read.identifying],
        "searched": sorted(read.searched),
        "n_disclosures": read.n_disclosures,
        "n_forms": len(forms.forms),
        "items": {item: one.different for item, one in forms.answers.items.items()},
        "rejected": {name: forms.rejected[name].tolist() for name in _REJECTED},
    }


def _packed(forms: ReadForms) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for table in _COLUMNS:
        mine: Columns = getattr(forms, table)
        for name, column in mine.text.items():
            places = pa.array(column.codes.astype(np.int32))
            texts = pa.array(column.texts, type=pa.string())
            columns[f"{table}.{name}"] = pa.DictionaryArray.from_arrays(places, texts)
        for name, values in mine.arrays.items():
            columns[f"{table}.{name}"] = pa.array(values)
    if items := forms.answers.items.values():
        places = np.stack([one.places for one in items], axis=1)
        flat = pa.array(places.reshape(-1))
        columns[_PLACES] = pa.FixedSizeListArray.from_arrays(flat, len(items))
    return pa.table(columns)


def _unpacked(name: str, about: dict[str, Any], table: pa.Table) -> FileRead:
    n = about["n_forms"]
    frames: dict[str, Any] = {one: _columns(table, one, n) for one in _COLUMNS}
    frames["answers"] = _answers(table, about["items"], n)
    frames["rejected"] = pd.DataFrame(about["rejected"]).astype(_REJECTED)
    frames["texts"] = no_texts()
    return FileRead(
        name,
        about["entry"],
        ReadForms(**{one.name: frames[one.name] for one in fields(ReadForms)}),
        cleaning=tuple(about["cleaning"]),
        identifying=tuple(IdentifyingColumn(**one) for one in about["identifying"]),
        searched=frozenset((number, column) for number, column in about["searched"]),
        n_disclosures=about["n_disclosures"],
        unchanged=True,
    )


def _columns(table: pa.Table, name: str, n: int) -> Columns:
    text: dict[str, Encoded] = {}
    values: dict[str, np.ndarray[Any, Any]] = {}
    for column in table.column_names:
        part, _, short = column.partition(".")
        cells = table[column].unify_dictionaries().combine_chunks()
        if part == name and pa.types.is_dictionary(cells.type):
            places = cells.indices.to_numpy(zero_copy_only=False)
            text[short] = Encoded(places, cells.dictionary.to_pylist())
        elif part == name:
            values[short] = cells.to_numpy(zero_copy_only=False)
    return Columns(text, values, n)


def _answers(table: pa.Table, items: dict[str, list[list[Any]]], n: int) -> Answers:
    if not items:
        return Answers({}, n)
    flat = table[_PLACES].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    places = flat.reshape(n, len(items)).T
    return Answers(
        {
            item: ItemAnswers(
                places[at].astype(smallest(len(different))),
                tuple(ReadAnswer(*one) for one in different),
            )
            for at, (item, different) in enumerate(items.items())
        },
        n,
    )
