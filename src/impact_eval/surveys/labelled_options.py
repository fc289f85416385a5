"""Columns of the options of a question, headed by the names or the labels of its choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from impact_eval.surveys.column_labels import ColumnLabels
from impact_eval.surveys.encoded import Encoded, distinct
from impact_eval.surveys.group_paths import GroupPaths
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.text import plain

# in the place of spaces in an option that is none of the form's, so that it stays one word
_GLUE: Final = "_"
_SAID: Final = ("", "0", "1")


class LabelledOptions:
    """The columns of one question's options (`Which topics?/Games`).

    Parameters
    ----------
    raw : RawTable
        The file.
    paths : GroupPaths
        Its headings.
    name : str
        The question's column as study.toml names it.
    labels : ColumnLabels
        Of the question.
    """

    def __init__(self, raw: RawTable, paths: GroupPaths, name: str, labels: ColumnLabels) -> None:
        self._raw = raw
        self._paths = paths
        self._meant: dict[int, tuple[str, ...]] = {}
        self._odd: list[int] = []
        for heading in (plain(name), *labels.headings):
            self._meant |= self._under(heading, labels.options)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._meant)

    @property
    def unclear(self) -> list[int]:
        """Positions of columns whose heading may mean several choices."""
        return [at for at, names in self._meant.items() if len(names) > 1]

    def odd_rows(self) -> Iterator[tuple[int, np.ndarray[Any, Any]]]:
        """Yield columns of choices of the form that hold other than 0 and 1, with the rows."""
        for at in self._odd:
            cells = self._raw.cells.encoded(at)
            yield at, ~cells.among(_SAID)

    def answers(self) -> Encoded:
        """Names of the choices that each row has made, each once, with spaces between them."""
        chosen = self._paths.chosen({at: names[0] for at, names in self._meant.items()})
        return distinct(chosen.map(lambda text: " ".join(dict.fromkeys(text.split()))))

    def option(self, name: str) -> Encoded | None:
        """Say 1 or 0 of one choice, nothing where nothing is said; None if it has no column.

        A choice may have several columns, in different languages or versions of the form.
        """
        columns = [self._raw.cells[at].to_numpy() for at, one in self._meant.items() if name in one]
        if not columns:
            return None
        said = np.where(np.any([cells == "0" for cells in columns], axis=0), "0", "")
        said[np.any([cells == "1" for cells in columns], axis=0)] = "1"
        return Encoded(np.searchsorted(_SAID, said), list(_SAID))

    def _under(
        self, heading: str, options: Mapping[str, tuple[str, ...]]
    ) -> dict[int, tuple[str, ...]]:
        """Columns below one heading, if one of them is headed by a choice of the form."""
        headed = {
            at: names
            for text, names in options.items()
            for at in self._paths.positions(f"{heading}/{text}")
        }
        meant = {at: names for at, names in headed.items() if self._paths.is_option(at)}
        if not meant:
            return {}
        self._odd += [at for at in headed if at not in meant]
        others = self._paths.options(heading)
        return {at: (_GLUE.join(last.split()),) for at, last in others.items()} | meant
