"""Forms of a file with value labels: what SPSS and Stata have in common."""

from __future__ import annotations

from dataclasses import replace

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.declared_texts import declared_texts
from impact_eval.surveys.form_labels import form_labels
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.items_asked import items_asked
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.readers.long import read_long
from impact_eval.surveys.readers.wide import read_wide
from impact_eval.surveys.text import folded


def read_labelled(raw: RawTable, source: Source, study: Study) -> Forms:
    """Forms of a table whose columns may have value labels.

    Answers to items are the codes, as the codebook has them. Other columns are read by their labels
    if study.toml, the roster or a survey form names one of these, and else by their codes. Codes
    that the file declares to be no answers are none, unless the codebook lists them as missing
    codes.

    Raises
    ------
    SurveyFileError
        With every declared column that the file lacks.
    """
    raw = _by_labels(_without_user_missing(raw, source, study), source, study)
    read = read_wide if source.is_wide else read_long
    return read(raw, source, study)


def _without_user_missing(raw: RawTable, source: Source, study: Study) -> RawTable:
    headings = Headings(raw)
    listed: dict[int, set[str]] = {}
    codes = dict(zip(study.items["item_id"], study.items["missing_codes"], strict=True))
    for item, wave in items_asked(source, study):
        at = headings.position(source.item_column(item, wave))
        if at is not None:
            listed.setdefault(at, set()).update(map(answer_key, codes[item].split("|")))
    cells = raw.cells
    for at, texts in raw.user_missing.items():
        none = [text for text in texts if answer_key(text) not in listed.get(at, set())]
        cells = cells.with_column(at, cells[at].where(~cells[at].isin(none), ""))
    return replace(raw, cells=cells)


def _by_labels(raw: RawTable, source: Source, study: Study) -> RawTable:
    headings = Headings(raw)
    cells = raw.cells
    of_forms = form_labels(source, study)
    for name, declared in declared_texts(source, study):
        at = headings.position(name)
        labels = raw.value_labels.get(at, {}) if at is not None else {}
        known = declared | set(of_forms[name].labels if name in of_forms else ())
        if at is not None and {folded(label) for label in labels.values()} & known:
            cells = cells.with_column(at, cells[at].replace(dict(labels)))
    return replace(raw, cells=cells)
