"""Columns that tell who somebody is: named by their letters, and never read as items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Study
from impact_eval.study.csv_table import column_letters
from impact_eval.study.source import Source
from impact_eval.surveys.form_labels import form_labels
from impact_eval.surveys.items_asked import items_asked
from impact_eval.surveys.layout import expected_names
from impact_eval.surveys.privacy.columns import NamedColumns
from impact_eval.surveys.privacy.content_kinds import Kind, content_kind
from impact_eval.surveys.privacy.heading_kinds import heading_kind
from impact_eval.surveys.privacy.masking import LEFT_OUT, MASKED
from impact_eval.surveys.privacy.texts import kept_items
from impact_eval.surveys.raw_table import RawTable

FoundBy = Literal["heading", "cells", "heading and cells"]
# What a declared column holds.
_ITEM: Final = "item"
_TEXT: Final = "text"
_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class IdentifyingColumn:
    """A column that is not read and looks as if it told who people are.

    Attributes
    ----------
    file : str
        Name of the file or sheet within the study's raw folder.
    column : str
        Letters that a spreadsheet shows above it.
    kind : str
        What it seems to hold.
    found_by : {"heading", "cells", "heading and cells"}
    heading : str
        The heading if it is a question of one of the study's forms; else empty, since the first row
        of a file that lost its header is somebody's answers.
    """

    file: str
    column: str
    kind: Kind
    found_by: FoundBy
    heading: str = ""

    def __str__(self) -> str:
        named = f" ({self.heading})" if self.heading else ""
        return (
            f"{self.file}, column {self.column}{named}: looks like {self.kind}, by {self.found_by}"
        )


def inspect_columns(
    tables: Iterable[RawTable], source: Source, study: Study, *, layout: str
) -> tuple[IdentifyingColumn, ...]:
    """Find the columns of a file that look as if they told who people are.

    Parameters
    ----------
    tables : iterable of RawTable
        All tables of the file, those included that nobody reads.
    source : Source
        The file's declaration.
    study : Study
        The study.
    layout : str
        The layout in which the file is read, for groups in headings.

    Returns
    -------
    tuple of IdentifyingColumn
        Columns that are not declared, in their order.

    Raises
    ------
    SurveyFileError
        If the cells of a declared item look like one of these and `allow_identifying` of the source
        does not name its heading: its answers would enter the processed tables.
    """
    found: list[IdentifyingColumn] = []
    faults: list[Fault] = []
    for table in tables:
        declared = _declared_positions(table, source, study, layout)
        allowed = _allowed_positions(table, source, study, layout)
        for position, heading in enumerate(table.header):
            use = declared.get(position, "")
            if not use:
                found += _undeclared(table, position, heading, study)
            elif use in (_ITEM, _TEXT) and position not in allowed:
                kind = content_kind(table.cells.encoded(position))
                masked = use == _TEXT and kind in (*MASKED, *LEFT_OUT)
                faults += [_refusal(table, position, kind)] if kind and not masked else []
    if faults:
        raise SurveyFileError(faults)
    return tuple(found)


def _undeclared(
    table: RawTable, position: int, heading: str, study: Study
) -> list[IdentifyingColumn]:
    by_heading, by_cells = heading_kind(heading), content_kind(table.cells.as_held(position))
    kind = by_cells or by_heading
    if kind is None:
        return []
    found_by: FoundBy = "heading and cells" if by_heading and by_cells else "cells"
    if not by_cells:
        found_by = "heading"
    asked = {question.name for form in study.forms for question in form.questions}
    known = heading if heading in asked else ""
    return [IdentifyingColumn(table.file, column_letters(position), kind, found_by, known)]


def _refusal(table: RawTable, position: int, kind: Kind) -> Fault:
    return Fault(
        table.file,
        f"column {column_letters(position)}",
        "a question that is read holds nothing that tells who somebody is",
        f"cells that look like {kind}",
        "Take the question out of the codebook; or, if they are something else, name its heading "
        'under `allow_identifying` of its source with the reason: { "heading" = "why" }.',
    )


def _declared_positions(
    table: RawTable, source: Source, study: Study, layout: str
) -> Mapping[int, str]:
    """Positions of declared columns: items, and all others that study.toml names."""
    columns = NamedColumns(table, source, study, layout=layout)
    items = {source.item_column(item, wave) for item, wave in items_asked(source, study)}
    names = {name for name in items if name}
    labels = form_labels(source, study)
    names |= {text for name in names & labels.keys() for text in labels[name].headings}
    boxes = {name.rpartition("/")[0] for name in names} - {""}
    boxes |= {text for name in boxes & labels.keys() for text in labels[name].headings}
    private = {name for one in study.safeguarding for name in one.columns}
    waves = study.answer_wave_ids
    private |= {source.item_column(name, wave) or "" for name in private for wave in waves}
    positions = {at: _ITEM for name in names | boxes for at in columns.positions(name)}
    positions |= _text_positions(columns, source, study)
    others = (expected_names(source, study) - names) | _stated(source) | private
    return positions | {at: _OTHER for name in others for at in columns.positions(name)}


def _text_positions(columns: NamedColumns, source: Source, study: Study) -> dict[int, str]:
    """Positions of texts: what is masked is no fault of those kept, and others are not read."""
    kept = {item.item_id for item in kept_items(study)}
    positions: dict[int, str] = {}
    for item in (one.item_id for one in study.item_rows if one.type == "text"):
        headings = {source.item_column(item, wave) for wave in study.answer_wave_ids}
        for heading in headings | _label_headings(headings, source, study):
            for at in columns.positions(heading):
                positions[at] = _TEXT if item in kept else _OTHER
    return positions


def _allowed_positions(
    table: RawTable, source: Source, study: Study, layout: str
) -> frozenset[int]:
    """Positions of the columns that the source allows, each with a reason."""
    if not source.allow_identifying:
        return frozenset()
    columns = NamedColumns(table, source, study, layout=layout)
    named: set[str | None] = set(source.allow_identifying)
    named |= _label_headings(named, source, study)
    return frozenset(at for name in named for at in columns.positions(name))


def _label_headings(names: set[str | None], source: Source, study: Study) -> set[str | None]:
    """Texts of questions that may stand in the place of their names."""
    labels = form_labels(source, study)
    return {text for name in names if name in labels for text in labels[name].headings}


def _stated(source: Source) -> set[str]:
    """Headings of dates and consent, which may have a column for each wave."""
    names: set[str] = set()
    for by_wave in (source.columns.answered_on, source.columns.consent):
        names |= set(by_wave.values()) if isinstance(by_wave, dict) else {by_wave or ""}
    return names | {rule.column for rule in source.consents}
