"""Every flag of every form: what `prepare` stores, and what a plan can leave out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.study.quality import Quality
from impact_eval.surveys.combinations import numbered
from impact_eval.surveys.encoded import as_series
from impact_eval.surveys.quality.batches import batches
from impact_eval.surveys.quality.copies import given_twice, identical_answers
from impact_eval.surveys.quality.durations import speeding
from impact_eval.surveys.quality.forms import FormAnswers, FormGroup
from impact_eval.surveys.quality.strings import at_end, repeated_pattern, straightlining
from impact_eval.vocabulary import END_FLAGS, FORM_FLAGS

Mask = np.ndarray[Any, np.dtype[np.bool_]]

_COMPARED: Final = ("choice", "multiple", "rating", "frequency")


def form_flags(forms: FormAnswers, *, cannot_be: Mapping[str, Mask]) -> dict[str, Mask]:
    """Flag forms that somebody should look at.

    Parameters
    ----------
    forms : FormAnswers
        The n used forms of a study, which declares the cut-offs in `quality`.
    cannot_be : mapping of str to array of bool, shape (n,)
        What is impossible on them, by rule.

    Returns
    -------
    dict of str to array of bool, shape (n,)
        Every flag of FORM_FLAGS and END_FLAGS, in that order.

    Notes
    -----
    Only lists of ratings are looked at for straightlining: that somebody never does any of a list
    of things is a fact, not a way of ticking. Patterns are also looked for in lists of choices, but
    not on forms that have all of them right.
    """
    found = {flag: np.zeros(len(forms.about), dtype=bool) for flag in (*FORM_FLAGS, *END_FLAGS)}
    settings = forms.study.quality
    for group in forms.groups:
        for flag, where in _of_group(group, settings).items():
            found[flag][group.rows] = where
    found["batch"] = _batches(forms, settings)
    for where in cannot_be.values():
        found["impossible"] |= where
    return found


def _batches(forms: FormAnswers, settings: Quality) -> Mask:
    """Find the forms of one device or interviewer that came too close together."""
    device, interviewer = forms.about.text["device"], forms.about.text["interviewer"]
    source = device.replaced(device.among([""]), interviewer)
    if source.is_blank():
        return np.zeros(len(forms.about), dtype=bool)
    started, ended = (forms.about.arrays[one] for one in ("started_at", "ended_at"))
    return batches(
        as_series(source),
        pd.to_datetime(pd.Series(np.where(np.isnat(ended), started, ended))),
        forms=settings.batch_forms,
        seconds=settings.batch_seconds,
    )


def quality_table(
    submission_id: np.ndarray[Any, np.dtype[np.int64]], flags: dict[str, Mask]
) -> pd.DataFrame:
    """List forms by flag: columns QUALITY, sorted by form, then in the order of the flags."""
    places = [np.flatnonzero(where) for where in flags.values()]
    order = np.repeat(np.arange(len(flags)), [len(place) for place in places])
    place = np.concatenate(places)
    sorted_by_form = np.lexsort((order, submission_id[place]))
    names = pd.Series(list(flags), dtype="str")
    table = {
        "submission_id": submission_id[place[sorted_by_form]],
        "flag": names.take(order[sorted_by_form]).array,
    }
    return pd.DataFrame(table)


def _of_group(group: FormGroup, settings: Quality) -> dict[str, Mask]:
    """Find the flags that compare forms of one audience and wave only."""
    found = _of_lists(group)
    found["speeding"] = speeding(
        group.about("seconds"),
        group.about("n_answered"),
        seconds_per_item=settings.seconds_per_item,
        share_of_median=settings.share_of_median,
    )
    instructed = group.of_types("instructed")
    missed = group.numbers(instructed) == 0
    sound = group.written(instructed) != 0
    found["instructed_item_missed"] = (missed & sound).any(axis=1)
    found["identical_answers"] = _identical(group)
    found["out_of_range"] = group.n_rejected() >= settings.rejected_answers
    return found


def _identical(group: FormGroup) -> Mask:
    codes = group.written(group.of_types(*_COMPARED))
    if not given_twice(codes).any():
        return np.zeros(len(group.rows), dtype=bool)
    day = group.about("answered_on").astype("datetime64[D]")
    place = numbered(group.text("school_id"), day)
    return identical_answers(codes, place, group.respondent.take(group.rows))


def _of_lists(group: FormGroup) -> dict[str, Mask]:
    """Find the flags of how lists of questions were ticked."""
    names = ("straightlining", "repeated_pattern", *END_FLAGS)
    found = {name: np.zeros(len(group.rows), dtype=bool) for name in names}
    for block in group.blocks("rating"):
        codes = group.written(block.items)
        alike = straightlining(codes, block.reverse)
        if not block.reverse.any():
            forms = np.flatnonzero(alike)
            numbers = group.numbers(block.items, forms)
            top = at_end(codes[forms], numbers, block.maximum)
            bottom = at_end(codes[forms], numbers, block.minimum)
            found["all_at_top"][forms] |= top
            found["all_at_bottom"][forms] |= bottom
            alike[forms] = ~top & ~bottom
        found["straightlining"] |= alike
    for block in group.blocks("rating", "choice"):
        forms = np.flatnonzero(repeated_pattern(group.written(block.items)))
        if block.type == "choice":
            forms = forms[~(group.numbers(block.items, forms) == 1).all(axis=1)]
        found["repeated_pattern"][forms] = True
    return found
