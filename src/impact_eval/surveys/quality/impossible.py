"""What cannot be: numbers outside their range, and times in the wrong order."""

from __future__ import annotations

from typing import Any

import numpy as np

from impact_eval.study import Study
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.dates import held_on
from impact_eval.surveys.quality.forms import FormAnswers

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
    found = (about.arrays["seconds"] < 0) | forms.out_of_order
    for rule in forms.study.quality.numbers:
        mine = about.text["audience"].among([rule.audience])
        found |= mine & outside(forms.answers.items[rule.item].numbers, rule.minimum, rule.maximum)
    return np.asarray(found | _too_early(about, forms.study))


def _too_early(about: Columns, study: Study) -> Mask:
    """Forms of workshops that were held before their phase began."""
    starts = {phase.id: phase.started_on for phase in study.phases if phase.started_on}
    workshops = study.attendance_table
    if not starts or workshops.empty:
        return np.zeros(len(about), dtype=bool)
    phase = about.text["phase"]
    began = [np.datetime64(starts.get(one, "NaT"), "D") for one in phase.texts]
    return np.asarray(held_on(about, workshops) < phase.of_each(began, dtype="datetime64[D]"))
