"""What cannot be: numbers outside their range, and times in the wrong order."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.encoded import distinct
from impact_eval.surveys.quality.forms import FormAnswers

Mask = np.ndarray[Any, np.dtype[np.bool_]]

_TIMES: Final = frozenset(("before_earlier_wave", "before_workshop"))


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


def impossible(forms: FormAnswers) -> Mask:
    """Which forms hold something that cannot be.

    Parameters
    ----------
    forms : FormAnswers
        The n used forms of a study, which declares numbers in `quality.numbers`, phases and
        workshops.

    Returns
    -------
    array of bool, shape (n,)

    Notes
    -----
    A number outside its declared range; ended before it was begun; answered before the same
    person's form of an earlier wave, or, in a later wave, before the workshop took place; a
    workshop held before its phase began. Often it is a date that was mistyped: the remedy is to ask
    the field, not to delete.
    """
    about = forms.about
    found = about["seconds"].to_numpy() < 0
    codes, texts = distinct(about["flags"])
    if texts:
        found |= np.array([not _TIMES.isdisjoint(text.split()) for text in texts])[codes]
    for rule in forms.study.quality.numbers:
        mine = (about["audience"] == rule.audience).to_numpy()
        found |= mine & outside(forms.answers.items[rule.item].numbers, rule.minimum, rule.maximum)
    return np.asarray(found | _too_early(about, forms.study))


def _too_early(about: pd.DataFrame, study: Study) -> Mask:
    """Forms of workshops that were held before their phase began."""
    starts = {phase.id: phase.started_on for phase in study.phases if phase.started_on}
    workshops = study.attendance_table[["workshop_id", "audience", "held_on"]]
    if not starts or workshops.empty:
        return np.zeros(len(about), dtype=bool)
    held = about[["workshop_id", "audience"]].merge(
        workshops, on=["workshop_id", "audience"], how="left"
    )["held_on"]
    began = pd.to_datetime(about["phase"].map(starts)).reset_index(drop=True)
    return np.asarray((held < began).to_numpy(), dtype=bool)
