"""A source: files in the raw folder, and which of their columns holds what."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator, model_validator
from pydantic_core import PydanticCustomError

from impact_eval.study.consent import Consent
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
    "started_at",
    "ended_at",
    "duration",
    "device",
    "interviewer",
    "form_id",
)
# the columns of a cleaning log by default; `form` is the one in the data that holds the uuids
CLEANING_COLUMNS = {
    "uuid": "uuid",
    "question": "question",
    "old_value": "old_value",
    "new_value": "new_value",
    "change_type": "change_type",
    "form": "",
}
CleaningColumn = Literal["uuid", "question", "old_value", "new_value", "change_type", "form"]
CleaningAction = Literal["change", "blank", "remove", "none"]


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
    started_at: Text | None = None
    ended_at: Text | None = None
    duration: Text | None = None
    device: Text | None = None
    interviewer: Text | None = None
    form_id: OnePerWave | None = None
    subgroups: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _collect_subgroups(cls, value: Any) -> Any:  # noqa: ANN401 - pydantic gives anything
        if not isinstance(value, Mapping):
            return value
        known = {key: heading for key, heading in value.items() if key in COLUMN_KEYS}
        further = {key: heading for key, heading in value.items() if key not in COLUMN_KEYS}
        return {**known, "subgroups": further}


class Sheet(Part):
    """What a sheet of a workbook says about all its rows."""

    wave: Identifier | None = None
    school: Text | None = None


class Source(Part):
    """Files of one layout in data/raw/<id>, and how their columns are read."""

    file: Text
    layout: Layout = "auto"
    audience: FixedOrColumn
    wave: FixedOrColumn | None = None
    phase: FixedOrColumn | None = None
    school: Text | None = None
    columns: Columns = Field(default_factory=Columns)
    wave_columns: dict[Identifier, Template] = Field(default_factory=dict)
    item_columns: dict[Text, Text] = Field(default_factory=dict)
    values: dict[Identifier, dict[Text, Identifier]] = Field(default_factory=dict)
    consent_values: tuple[Text, ...] = ()
    consents: tuple[Consent, ...] = ()
    duplicates: Literal["first", "last", "most_complete"] = "last"
    equal_rows: Literal["all", "one"] = "all"
    respondent_prefixes: tuple[Text, ...] = ()
    date_format: Text | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: Text | None = None
    sheet: Text | None = None
    sheets: dict[Text, Sheet] = Field(default_factory=dict)
    group_separator: Text | None = None
    repeat: Text | None = None
    answer_labels: dict[Text, dict[Text, Text]] = Field(default_factory=dict)
    allow_identifying: dict[Text, Text] = Field(default_factory=dict)
    cleaning_log: Text | None = None
    cleaning_columns: dict[CleaningColumn, Text] = Field(default_factory=dict)
    cleaning_changes: dict[Text, CleaningAction] = Field(default_factory=dict)

    @field_validator("allow_identifying", mode="before")
    @classmethod
    def _names_columns(cls, value: Any) -> Any:  # noqa: ANN401 - pydantic gives anything
        if isinstance(value, bool):
            raise PydanticCustomError(
                "names_columns",
                'names the columns that are allowed, each with the reason: { "heading" = "why" }',
            )
        return value

    @property
    def is_wide(self) -> bool:
        """Whether a row is a person with columns of their own for each wave."""
        return self.layout == "wide" or bool(self.wave_columns)

    def labels_of(self, item_id: str) -> dict[str, str]:
        """Codes of an item's answers by their labels, as `answer_labels` declares them.

        An item's own entry counts; without one, the first whose key fits with `*` for anything.

        Examples
        --------
        >>> labels = {"c*": {"Never": "1"}, "c2": {"No": "0"}}
        >>> source = Source(file="a.csv", audience="student", answer_labels=labels)
        >>> source.labels_of("c1"), source.labels_of("c2"), source.labels_of("k1")
        ({'Never': '1'}, {'No': '0'}, {})
        """
        if item_id in self.answer_labels:
            return self.answer_labels[item_id]
        fitting = (
            labels for key, labels in self.answer_labels.items() if fnmatchcase(item_id, key)
        )
        return next(fitting, {})

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

    def form_id_column(self, wave: str) -> str | None:
        """Heading of the forms' ids of a wave, or None if the source has none."""
        return _of_wave(self.columns.form_id, wave)

    @property
    def waves(self) -> tuple[str, ...]:
        """Waves that the source can hold as far as it names them; empty if its column says."""
        if self.wave_columns:
            return tuple(self.wave_columns)
        if isinstance(self.wave, ColumnRule):
            return tuple(dict.fromkeys(self.wave.values.values()))
        if self.wave is not None:
            return (self.wave,)
        return tuple(dict.fromkeys(one.wave for one in self.sheets.values() if one.wave))


def _of_wave(columns: str | dict[str, str] | None, wave: str) -> str | None:
    return columns.get(wave) if isinstance(columns, dict) else columns
