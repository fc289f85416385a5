"""A column as the parser of text files gives it, before its different texts are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from impact_eval.surveys.encoded import Encoded, every_so_many

# From so many texts on it pays to wait until somebody asks for them all.
_LONG: Final = 4_096


@dataclass(frozen=True)
class ParsedColumn:
    """A column in pieces, each with its own different texts.

    Columns that no one has declared, such as the numbers that a tool gives to forms, may hold as
    many texts as rows, and need only be looked at.

    Attributes
    ----------
    column : pyarrow.ChunkedArray
        All chunks are dictionaries of text.

    Examples
    --------
    >>> parts = [pa.array(part).dictionary_encode() for part in (["a", "b"], ["c", "a"])]
    >>> column = ParsedColumn(pa.chunked_array(parts))
    >>> column.encoded().texts, column.some(2)
    (['a', 'b', 'c'], [('a', 1), ('c', 1)])
    """

    column: pa.ChunkedArray

    @property
    def is_long(self) -> bool:
        """Whether its pieces hold many texts."""
        return sum(len(chunk.dictionary) for chunk in self.column.chunks) > _LONG

    def encoded(self) -> Encoded:
        """Put the texts of all pieces together, and keep places as small as they go."""
        chunks = self.column.unify_dictionaries().chunks
        texts = chunks[0].dictionary.to_pylist() if chunks else []
        smallest = np.min_scalar_type(len(texts))
        places = [chunk.indices.to_numpy(zero_copy_only=False).astype(smallest) for chunk in chunks]
        return Encoded(np.concatenate(places) if places else np.empty(0, smallest), texts)

    def is_longer_than(self, signs: int) -> bool:
        """Say whether any text has more signs than this, or one beyond ASCII."""
        return any(
            pc.max(pc.utf8_length(texts)).as_py() > signs
            or not pc.all(pc.string_is_ascii(texts)).as_py()
            for texts in (chunk.dictionary for chunk in self.column.chunks)
            if len(texts)
        )

    def some(self, most: int) -> list[tuple[str, int]]:
        """As of `Encoded`, but a text that stands in several pieces counts in each apart."""
        dictionaries = [chunk.dictionary for chunk in self.column.chunks]
        every = every_so_many(sum(map(len, dictionaries)), most)
        found: list[tuple[str, int]] = []
        start = 0
        for chunk, texts in zip(self.column.chunks, dictionaries, strict=True):
            places = np.arange(start, len(texts), every)
            counts = np.bincount(chunk.indices.to_numpy(zero_copy_only=False), minlength=len(texts))
            found += zip(texts.take(places).to_pylist(), counts[places].tolist(), strict=True)
            start = (start - len(texts)) % every
        return found
