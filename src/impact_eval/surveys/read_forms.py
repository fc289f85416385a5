"""Forms of one table with all that is decided row by row: numbers, levels, dates, schools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.study import Source, Study
from impact_eval.surveys.answers import Answers
from impact_eval.surveys.basis import Basis
from impact_eval.surveys.cleaned_parts import CleanedPart
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.dates import Times, parse_dates
from impact_eval.surveys.encoded import Encoded, constant, spelled
from impact_eval.surveys.equal_rows import row_hashes
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.linking.tokens import Tokens
from impact_eval.surveys.privacy.disclosures import without_disclosures
from impact_eval.surveys.privacy.texts import no_texts, read_texts
from impact_eval.surveys.quality.durations import timed
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.rows import Mask
from impact_eval.surveys.schools import AMBIGUOUS, UNKNOWN
from impact_eval.surveys.text import folded
from impact_eval.surveys.values import read_answers, read_subgroups, rejected_cells
from impact_eval.surveys.withdrawals import mark_withdrawn

Hashes = np.ndarray[Any, np.dtype[np.uint64]]

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_NAMES: Final = ("uuid", "device", "interviewer")
_AS_GIVEN: Final = ("audience", "wave", "consent", "consents_missing", "limited")


@dataclass(frozen=True)
class ReadForms:
    """Forms of one file or several, all in one order.

    Attributes
    ----------
    forms : Columns
        `source_file, source_row, audience, wave, phase, school_id, workshop_id, answered_on,
        consent, consents_missing, limited, submitted_on, started_at, ended_at, seconds,
        answers_hash, row_hash, one_of_equal, n_answered, fits, removed, keep, by_number, wide,
        date_flag, school_decided`;
        keyed tokens in `code, elements, child_elements, uuid, device, interviewer`; in
        `school_label` the label if the school is unknown and the label is like one of the roster's,
        or a sign in its place;
        in `audience_declared` the audience if the source names one for all its rows;
        `withdrawal, refusal, refused`, as `withdrawals.mark_withdrawn` says.
    subgroups : Columns
        Declared levels.
    answers : Answers
        What they answered to each item.
    rejected : DataFrame
        `form, column, rule`: position of the form in the tables.
    texts : DataFrame
        `form, item_id, text, kinds`: what the study keeps of people's own words, masked.
    """

    forms: Columns
    subgroups: Columns
    answers: Answers
    rejected: pd.DataFrame
    texts: pd.DataFrame = field(default_factory=no_texts, repr=False)


def read_forms(cleaned: CleanedPart, read: Forms, basis: Basis) -> ReadForms:
    """Read the answers of one table's forms by the codebook, and all else that stands on them.

    From here on there are tokens in place of what people typed to say who they are.
    """
    raw, source = cleaned.part.raw, cleaned.part.source
    study, tokens = basis.study, basis.tokens
    read = without_disclosures(read, source, study)
    answers, rejected = read_answers(read, source, study, hash_key=tokens.hash_key)
    subgroups, rejected_levels = read_subgroups(read, source, study)
    dates, no_date = parse_dates(read.about["answered_on"], date_format=source.date_format)
    workshops, no_workshop = _workshops(read.about, basis)
    waves = read.about["wave"]
    more = []
    if no_workshop.any():
        heading = source.columns.workshop or "workshop"
        more += [_cells(no_workshop, heading, "a workshop of this audience")]
    if no_date.any():
        more += [
            _cells(no_date & waves.among([wave]), source.answered_on_column(wave) or "", "a date")
            for wave in study.answer_wave_ids
        ]
    sent = _submitted(read.about["submitted_on"], dates, source.date_format)
    hidden = _hidden(read, tokens)
    text = {**_texts(read, basis), "workshop_id": workshops, **hidden}
    values = {
        "source_row": read.rows,
        "answered_on": dates,
        "submitted_on": sent,
        **timed(read.about, date_format=source.date_format),
        "date_flag": no_date,
        "answers_hash": _hash(read, sent, hash_key=tokens.hash_key),
        "row_hash": row_hashes(read, source, hash_key=tokens.hash_key),
        "n_answered": _filled(read),
        "removed": np.isin(read.rows, list(cleaned.removed)),
        "school_decided": _decided(read.about["school"], basis),
    }
    forms = Columns(text, values, len(read))
    forms = _with_declared(_with_misfits(forms, raw), read, source, study)
    forms = forms.with_(text={"source_file": constant(raw.file, len(forms))})
    refuses = np.pad(read.about["refuses"].among(["yes"]), (0, len(raw.misfits)))
    forms = mark_withdrawn(forms, refuses, basis.withdrawals, tokens=tokens)
    everything = rejected_cells([rejected, rejected_levels, *more])
    texts = read_texts(read, study)
    if len(raw.misfits):
        subgroups = subgroups.extended(len(raw.misfits))
        answers = answers.extended(len(forms))
    return ReadForms(forms, subgroups, answers, everything, texts)


def _texts(read: Forms, basis: Basis) -> dict[str, Encoded]:
    """Where a form belongs, by ids; and labels of schools that are not known."""
    school, find = read.about["school"], basis.schools.find
    school_id = spelled(school, find)
    label = spelled(
        school, lambda text: basis.labels.of(text) if find(text) in (UNKNOWN, AMBIGUOUS) else ""
    )
    return {
        **{name: read.about[name] for name in _AS_GIVEN},
        "phase": _phase(read.about["phase"], school_id, basis.study),
        "school_id": school_id,
        "school_label": label,
    }


def _decided(school: Encoded, basis: Basis) -> Mask:
    """Say whether the evaluator's decision gave a form its school."""
    return school.of_each([basis.schools.is_decided(text) for text in school.texts], dtype=bool)


def _hidden(read: Forms, tokens: Tokens) -> dict[str, Encoded]:
    """Tokens in the place of codes, numbers and names."""
    codes = read.codes
    hidden = {name: tokens.of_codes(codes[name]) for name in ("elements", "child_elements")}
    same = codes["code"].elements is codes["elements"].elements and not codes["code"].has_gaps
    hidden["code"] = hidden["elements"] if same else tokens.of_codes(codes["code"])
    return hidden | {name: tokens.of_names(read.about[name], name) for name in _NAMES}


def _with_declared(forms: Columns, read: Forms, source: Source, study: Study) -> Columns:
    """Add what holds for all forms of a source, and who has a number of their own."""
    n = len(forms)
    numbered = [audience.id for audience in study.audiences if audience.link == "roster_id"]
    audience = source.audience if isinstance(source.audience, str) else ""
    return forms.with_(
        text={
            "audience_declared": constant(audience, n),
            "keep": constant(source.duplicates, n),
        },
        arrays={
            "fits": np.arange(n) < len(read),
            "wide": np.full(n, source.is_wide),
            "one_of_equal": np.full(n, source.equal_rows == "one"),
            "by_number": forms.text["audience"].among(numbered),
        },
    )


def _cells(where: Mask, column: str, rule: str) -> pd.DataFrame:
    return pd.DataFrame({"form": np.flatnonzero(where), "column": column, "rule": rule})


def _workshops(about: Mapping[str, Encoded], basis: Basis) -> tuple[Encoded, Mask]:
    """Workshops in the spelling of the attendance file; tokens of what was typed without one."""
    labels = about["workshop"]
    known = basis.study.attendance_table
    if known.empty:
        return basis.tokens.of_names(labels, "workshop"), np.zeros(len(labels.codes), dtype=bool)
    found = constant("", len(labels.codes))
    for audience in basis.study.audience_ids:
        mine = known.loc[known["audience"] == audience, "workshop_id"]
        ids = {folded(workshop): workshop for workshop in mine}
        of_audience = about["audience"].among([audience])
        found = found.replaced(of_audience, spelled(labels, partial(_lookup, ids)))
    return found, ~labels.among([""]) & found.among([""])


def _lookup(ids: dict[str, str], text: str) -> str:
    return ids.get(folded(text), "")


def _submitted(submitted: Encoded, answered: Times, date_format: str | None) -> Times:
    """Time at which a form was sent; without it the time of answering, if it has one."""
    sent, _ = parse_dates(submitted, date_format=date_format)
    with_time = np.isnat(sent) & (answered != answered.astype("datetime64[D]"))
    return np.where(with_time, answered, sent)


def _phase(given: Encoded, school_id: Encoded, study: Study) -> Encoded:
    """Take the row's phase; else its school's in the roster; else the only one there is."""
    roster = study.roster_table
    by_school = dict(zip(roster["school_id"], roster["phase"], strict=True))
    of_school = spelled(school_id, lambda school: by_school.get(school, ""))
    phase = given.replaced(given.among([""]), of_school)
    only = study.phase_ids[0] if len(study.phase_ids) == 1 else ""
    return spelled(phase, lambda one: one or only)


def _hash(read: Forms, submitted: Times, *, hash_key: str) -> Hashes:
    """Keyed hash of all answers as typed, for people without a code: theirs are compared whole."""
    hashes = np.zeros(len(read), dtype=np.uint64)
    where = read.codes["code"].missing & ~np.isnat(submitted)
    if where.any():
        for texts in read.answers.values():
            typed = np.array(texts.texts, dtype=object)
            hashed = texts.of_each(pd.util.hash_array(typed, hash_key=hash_key), np.uint64)
            hashes[where] = hashes[where] * _ODD + hashed[where]
    return hashes


def _filled(forms: Forms) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Count the items that are filled in on each form."""
    filled = np.zeros(len(forms), dtype=np.int16)
    for answers in forms.answers.values():
        blank = [place for place, text in enumerate(answers.texts) if not text.strip()]
        filled += ~answers.at(blank)
    return filled.astype(np.int64)


def _with_misfits(forms: Columns, raw: RawTable) -> Columns:
    """Forms, then a form for each row that has a wrong number of cells and so no content."""
    if not len(raw.misfits):
        return forms
    more = forms.extended(len(raw.misfits))
    below = np.arange(len(more)) >= len(forms)
    consent = more.text["consent"].replaced(below, constant("yes", len(more)))
    rows = np.concatenate([forms.arrays["source_row"], raw.misfits])
    return more.with_(text={"consent": consent}, arrays={"source_row": rows})
