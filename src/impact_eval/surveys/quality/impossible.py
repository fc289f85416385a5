"""What cannot be: numbers out of range, answers that exclude each other, times out of order."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.answer_labels import AnswerLabels
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.dates import held_on
from impact_eval.surveys.encoded import distinct
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.linking.pseudonyms import study_key
from impact_eval.surveys.linking.tokens import Tokens
from impact_eval.surveys.quality.forms import FormAnswers
from impact_eval.surveys.written import written_hashes

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def outside(numbers: np.ndarray[Any, Any], low: float | None, high: float | None) -> Mask:
    """Which numbers lie outside a range; a missing number and a missing bound never do.

    Examples
    --------
    >>> outside(np.array([9.0, 41.0, np.nan]), 10, None).tolist()
    [True, False, False]
    """
    below = np.zeros(len(numbers), dtype=bool) if low is None else numbers < low
    above = np.zeros(len(numbers), dtype=bool) if high is None else numbers > high
    return np.asarray(below | above)


def impossible(forms: FormAnswers) -> dict[str, Mask]:
    """Which forms hold something that cannot be, by the rule that says so.

    Parameters
    ----------
    forms : FormAnswers
        The n used forms of a study, which declares numbers and answers that exclude each other in
        `quality`, phases and workshops.

    Returns
    -------
    dict of str to array of bool, shape (n,)
        By rule: `ended_before_begun`; `dates_out_of_order`, answered before the same person's form
        of an earlier wave, or, in a later wave, before the workshop took place;
        `workshop_before_phase`, held before its phase began; `number:` with audience and item, a
        number outside its declared range; `answers:` and the id of a declared combination.

    Notes
    -----
    Often it is a date or an answer that was mistyped: the remedy is to ask the field, not to
    delete.
    """
    about = forms.about
    found = {
        "ended_before_begun": np.asarray(about.arrays["seconds"] < 0),
        "dates_out_of_order": forms.out_of_order,
        "workshop_before_phase": _too_early(about, forms.study),
    }
    for rule in forms.study.quality.numbers:
        mine = about.text["audience"].among([rule.audience])
        numbers = forms.answers.items[rule.item].numbers
        wrong = mine & outside(numbers, rule.minimum, rule.maximum)
        found[f"number:{rule.audience}:{rule.item}"] = wrong
    return found | dict(_together(forms))


def tell_impossible(study: Study) -> Iterator[str]:
    """Say how many forms broke each rule when the study was last prepared."""
    path = study.processed_folder / "prepared.json"
    prepared = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for rule, forms in prepared.get("impossible", {}).items():
        yield f"{rule}: {forms} form{'s' if forms > 1 else ''}"


def _together(forms: FormAnswers) -> Iterator[tuple[str, Mask]]:
    """Answers that the study declares to exclude each other; they are kept as keyed hashes."""
    study = forms.study
    if not study.quality.impossible:
        return
    hash_key = Tokens(study_key(study.key_file)).hash_key
    for rule in study.quality.impossible:
        where = forms.about.text["audience"].among([rule.audience])
        for item, values in rule.answers.items():
            texts = pd.Series(sorted(_spellings(item, values, study)), dtype="str")
            wanted = set(written_hashes([distinct(texts)], hash_key=hash_key).values()) - {0}
            answers = forms.answers.items[item]
            said = [written in wanted for written in answers.of_places("written")]
            where = where & np.array(said, dtype=bool)[answers.places]
        yield f"answers:{rule.id}", where


def _spellings(item: str, values: Collection[str], study: Study) -> set[str]:
    """Codes as declared, and every label that a source declares for one of them."""
    codes = {answer_key(value) for value in values}
    declared = [AnswerLabels.of(source, item) for source in study.sources]
    labels = (pair for one in declared if one is not None for pair in one.codes.items())
    return codes | {label for label, code in labels if answer_key(code) in codes}


def _too_early(about: Columns, study: Study) -> Mask:
    """Forms of workshops that were held before their phase began."""
    starts = {phase.id: phase.started_on for phase in study.phases if phase.started_on}
    workshops = study.attendance_table
    if not starts or workshops.empty:
        return np.zeros(len(about), dtype=bool)
    phase = about.text["phase"]
    began = [np.datetime64(starts.get(one, "NaT"), "D") for one in phase.texts]
    return np.asarray(held_on(about, workshops) < phase.of_each(began, dtype="datetime64[D]"))
