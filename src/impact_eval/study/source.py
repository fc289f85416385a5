"""A source: files in the raw folder, and which of their columns holds what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from impact_eval.study.part import Identifier, Part, Text
from impact_eval.vocabulary import Layout

# the keys of [sources.columns] that are not subgroups
COLUMN_KEYS = (
    "school",
    "workshop",
    "answered_on",
    "consent",
    "code",
    "respondent",
    "child_code",
)


class ColumnRule(Part):
    """A column whose values say which wave, phase or audience a row belongs to.

    Without `values` the column holds the declared ids themselves.
    """

    column: Text
    values: dict[Text, Identifier] = Field(default_factory=dict)


def _shape(value: object) -> str:
    """Tag a value that is either text or a table; complaints.py drops the tag from places."""
    return "<table>" if isinstance(value, Mapping | Part) else "<text>"


FixedOrColumn = Annotated[
    Annotated[Identifier, Tag("<text>")] | Annotated[ColumnRule, Tag("<table>")],
    Discriminator(_shape),
]
OnePerWave = Annotated[
    Annotated[Text, Tag("<text>")] | Annotated[dict[Identifier, Text], Tag("<table>")],
    Discriminator(_shape),
]
Template = Annotated[
    Annotated[Text, Tag("<text>")] | Annotated[dict[Text, Text], Tag("<table>")],
    Discriminator(_shape),
]


class Columns(Part):
    """Headings of the columns that are not items; any further key is a declared subgroup."""

    school: Text | None = None
    workshop: Text | None = None
    answered_on: OnePerWave | None = None
    consent: OnePerWave | None = None
    code: tuple[Text, ...] = ()
    respondent: Text | None = None
    child_code: tuple[Text, ...] = ()
    subgroups: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _collect_subgroups(cls, value: Any) -> Any:  # noqa: ANN401 - pydantic gives anything
        if not isinstance(value, Mapping):
            return value
        known = {key: heading for key, heading in value.items() if key in COLUMN_KEYS}
        further = {key: heading for key, heading in value.items() if key not in COLUMN_KEYS}
        return {**known, "subgroups": further}


class Source(Part):
    """Files of one layout in data/raw/<id>, and how their columns are read."""

    file: Text
    layout: Layout
    audience: FixedOrColumn
    wave: FixedOrColumn | None = None
    phase: FixedOrColumn | None = None
    school: Text | None = None
    columns: Columns = Field(default_factory=Columns)
    wave_columns: dict[Identifier, Template] = Field(default_factory=dict)
    item_columns: dict[Text, Text] = Field(default_factory=dict)
    values: dict[Identifier, dict[Text, Identifier]] = Field(default_factory=dict)
    consent_values: tuple[Text, ...] = ()
    duplicates: Literal["first", "last", "most_complete"] = "last"
    respondent_prefixes: tuple[Text, ...] = ()
    date_format: Text | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: Text | None = None
    sheet: Text | None = None

    def item_column(self, item_id: str, wave: str | None = None) -> str | None:
        """Heading of the column that holds an item, or None if this source does not ask it.

        Parameters
        ----------
        item_id : str
            Id of an item in the codebook, or of a ready-made outcome.
        wave : str, optional
            Id of a wave; needed in the wide layout, where each wave has columns of its own.

        Returns
        -------
        str or None
            The heading. In the kobo layout it is the last part of the heading's group path.

        Examples
        --------
        >>> wide = Source(file="a.csv", layout="wide", audience="student",
        ...               wave_columns={"pre": "Pre.{item}", "post": {"k1": "again"}})
        >>> wide.item_column("k1", "pre"), wide.item_column("k1", "post")
        ('Pre.k1', 'again')
        >>> wide.item_column("k2", "post") is None
        True
        """
        if not self.wave_columns:
            return self.item_columns.get(item_id, item_id)
        template = self.wave_columns.get(wave or "")
        if template is None:
            return None
        if isinstance(template, str):
            return template.replace("{item}", self.item_columns.get(item_id, item_id))
        return template.get(item_id)

    def answered_on_column(self, wave: str) -> str | None:
        """Heading of the date of a wave, or None if the source has none."""
        return _of_wave(self.columns.answered_on, wave)

    def consent_column(self, wave: str) -> str | None:
        """Heading of the consent of a wave, or None if the source has none."""
        return _of_wave(self.columns.consent, wave)

    @property
    def waves(self) -> tuple[str, ...]:
        """Waves that the source can hold as far as it names them; empty if its column says."""
        if self.wave_columns:
            return tuple(self.wave_columns)
        if isinstance(self.wave, ColumnRule):
            return tuple(dict.fromkeys(self.wave.values.values()))
        return () if self.wave is None else (self.wave,)


def _of_wave(columns: str | dict[str, str] | None, wave: str) -> str | None:
    return columns.get(wave) if isinstance(columns, dict) else columns
