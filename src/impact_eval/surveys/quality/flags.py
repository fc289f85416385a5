"""Every flag of every form: what `prepare` stores, and what a plan can leave out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.quality.batches import batches
from impact_eval.surveys.quality.copies import identical_answers
from impact_eval.surveys.quality.durations import speeding
from impact_eval.surveys.quality.forms import FormAnswers, FormGroup
from impact_eval.surveys.quality.impossible import impossible
from impact_eval.surveys.quality.strings import at_end, repeated_pattern, straightlining
from impact_eval.vocabulary import END_FLAGS, FORM_FLAGS

Mask = np.ndarray[Any, np.dtype[np.bool_]]

_COMPARED: Final = ("choice", "multiple", "rating", "frequency")


def form_flags(forms: FormAnswers, study: Study) -> dict[str, Mask]:
    """Flag forms that somebody should look at.

    Parameters
    ----------
    forms : FormAnswers
        The n used forms of the study.
    study : Study
        Which declares the items, and the cut-offs in `quality`.

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
    for group in forms.groups(study):
        for flag, where in _of_group(group, study).items():
            found[flag][group.rows] = where
    settings = study.quality
    source = forms.about["device"].where(forms.about["device"] != "", forms.about["interviewer"])
    ended = forms.about["ended_at"].fillna(forms.about["started_at"])
    found["batch"] = batches(
        source.to_numpy(), ended, forms=settings.batch_forms, seconds=settings.batch_seconds
    )
    found["impossible"] = impossible(forms, study)
    return found


def quality_table(
    submission_id: np.ndarray[Any, np.dtype[np.int64]], flags: dict[str, Mask]
) -> pd.DataFrame:
    """List forms by flag: columns QUALITY, sorted by form, then in the order of the flags."""
    parts = [
        pd.DataFrame({"submission_id": submission_id[where], "order": order, "flag": flag})
        for order, (flag, where) in enumerate(flags.items())
    ]
    table = pd.concat(parts).sort_values(["submission_id", "order"], ignore_index=True)
    return table.drop(columns="order").astype({"submission_id": "int64", "flag": "str"})


def _of_group(group: FormGroup, study: Study) -> dict[str, Mask]:
    """Find the flags that compare forms of one audience and wave only."""
    about, settings = group.about, study.quality
    found = _of_lists(group)
    found["speeding"] = speeding(
        about["seconds"].to_numpy(),
        about["n_answered"].to_numpy(),
        seconds_per_item=settings.seconds_per_item,
        share_of_median=settings.share_of_median,
    )
    instructed = group.of_types("instructed")
    missed = group.numbers(instructed) == 0
    sound = group.written(instructed) != 0
    found["instructed_item_missed"] = (missed & sound).any(axis=1)
    day = about["answered_on"].dt.strftime("%Y-%m-%d").fillna("")
    found["identical_answers"] = identical_answers(
        group.written(group.of_types(*_COMPARED)),
        (about["school_id"] + "|" + day).to_numpy(),
        about["respondent_id"].to_numpy(),
    )
    found["out_of_range"] = group.n_rejected() >= settings.rejected_answers
    return found


def _of_lists(group: FormGroup) -> dict[str, Mask]:
    """Find the flags of how lists of questions were ticked."""
    names = ("straightlining", "repeated_pattern", *END_FLAGS)
    found = {name: np.zeros(len(group.rows), dtype=bool) for name in names}
    for block in group.blocks("rating"):
        items = block["item_id"].tolist()
        codes, numbers = group.written(items), group.numbers(items)
        reverse = block["reverse"].to_numpy(dtype=bool)
        top = bottom = np.zeros(len(group.rows), dtype=bool)
        if not reverse.any():
            top = at_end(codes, numbers, float(block["maximum"].iloc[0]))
            bottom = at_end(codes, numbers, float(block["minimum"].iloc[0]))
        found["all_at_top"] |= top
        found["all_at_bottom"] |= bottom
        found["straightlining"] |= straightlining(codes, reverse) & ~top & ~bottom
    for block in group.blocks("rating", "choice"):
        items = block["item_id"].tolist()
        all_right = (group.numbers(items) == 1).all(axis=1) & (block["type"] == "choice").all()
        found["repeated_pattern"] |= repeated_pattern(group.written(items)) & ~all_right
    return found
