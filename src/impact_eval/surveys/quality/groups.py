"""What is said of interviewers, devices and schools as a whole, not of single forms."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import binom

from impact_eval.study import Study
from impact_eval.surveys.quality.digits import EXPECTED, digit_preference
from impact_eval.surveys.quality.forms import FormAnswers, FormGroup
from impact_eval.surveys.quality.interviewers import (
    LEAST_WITHIN,
    MOST_BETWEEN,
    interviewer_clusters,
)
from impact_eval.surveys.typed import table_of_rows

FEWEST_NUMBERS: Final = 20
_TYPES: Final = {
    **dict.fromkeys(("flag", "group", "unit_id", "audience", "wave"), "str"),
    "n": "int64",
    "measure": "float64",
    "cutoff": "float64",
    "flagged": "bool",
}


def quality_groups(forms: FormAnswers) -> pd.DataFrame:
    """Measure interviewers and devices against the others, and schools' numbers against chance.

    Parameters
    ----------
    forms : FormAnswers
        The used forms of a study, which declares the numbers whose last digits are looked at;
        devices and interviewers as pseudonyms.

    Returns
    -------
    DataFrame
        Columns QUALITY_GROUPS, sorted by the first five. `group` says what `unit_id` is and what
        `measure` measures:
        `interviewer:within`, `device:within` (variance as a ratio to the median; flagged below the
        cut-off), `interviewer:between`, `device:between` (share of variance; flagged above), or
        `school:` and an item (Whipple's index, 100 without a preference; flagged above).
    """
    rows: list[tuple[Any, ...]] = [
        row
        for group in forms.groups
        for row in (*_interviewers(group), *_digits(group, forms.study))
    ]
    return table_of_rows(_TYPES, sorted(rows, key=itemgetter(0, 1, 2, 3, 4)))


def _interviewers(group: FormGroup) -> Iterator[tuple[Any, ...]]:
    for kind in ("interviewer", "device"):
        if group.text(kind).among([""]).all():
            continue
        names = group.words(kind)
        numbers = group.numbers(group.of_types("choice", "multiple", "rating", "frequency"))
        found = interviewer_clusters(numbers, names, group.words("school_id"))
        for row in found.to_dict("records"):
            for what, cutoff in (("within", LEAST_WITHIN), ("between", MOST_BETWEEN)):
                value = float(row[what])
                flagged = value < cutoff if what == "within" else value > cutoff
                place = (row["unit_id"], group.audience, group.wave, row["n"])
                if np.isfinite(value):
                    name = f"{kind}:{what}"
                    yield ("interviewer_cluster", name, *place, value, cutoff, flagged)


def _digits(group: FormGroup, study: Study) -> Iterator[tuple[Any, ...]]:
    of_audience = (one for one in study.quality.numbers if one.audience == group.audience)
    for rule in (one for one in of_audience if one.last_digits):
        school = group.words("school_id")
        numbers = group.numbers([rule.item])[:, 0]
        counts = {name: digit_preference(numbers[school == name]) for name in np.unique(school)}
        counts = {name: one for name, one in counts.items() if one[1] >= FEWEST_NUMBERS}
        for name, (rounded, n) in counts.items():
            rate = study.quality.false_alarms / len(counts)
            most = 500.0 * float(binom.isf(rate, n, EXPECTED)) / n
            index = 500.0 * rounded / n
            place = (name, group.audience, group.wave, n)
            flagged = index > most
            yield ("date_digit_preference", f"school:{rule.item}", *place, index, most, flagged)
