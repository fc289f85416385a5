"""From used forms to the tables of quality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.quality.flags import Mask, form_flags, quality_table
from impact_eval.surveys.quality.forms import FormAnswers
from impact_eval.surveys.quality.groups import quality_groups
from impact_eval.surveys.quality.summary import quality_summary
from impact_eval.surveys.used import UsedForms

_PLACE: Final = ("audience", "wave", "school_id", "workshop_id", "phase", "answered_on")
_TIMES: Final = ("started_at", "ended_at", "seconds")
_WHO: Final = ("device", "interviewer")


@dataclass(frozen=True)
class Judged:
    """Tables `quality`, `quality_summary` and `quality_groups`, and the flags as masks."""

    quality: pd.DataFrame
    summary: pd.DataFrame
    groups: pd.DataFrame
    flags: dict[str, Mask]


def judge_forms(used: UsedForms, flags: pd.Series, links: pd.DataFrame, study: Study) -> Judged:
    """Flag the used forms and count the flags.

    Parameters
    ----------
    used : UsedForms
        All n forms that can be used.
    flags : Series of str, shape (n,)
        What was found about their dates and people, as it will be stored.
    links : DataFrame
        Columns LINKS of the same forms.
    study : Study
        Which declares the cut-offs.
    """
    about = used.about[[*_PLACE, *_TIMES, *_WHO, "n_answered"]].assign(
        flags=flags.array,
        respondent_id=links["respondent_id"].array,
    )
    forms = FormAnswers(study, about, used.answers)
    found = form_flags(forms)
    return Judged(
        quality_table(used.about["submission_id"].to_numpy(dtype=np.int64), found),
        quality_summary(about, found, false_alarms=study.quality.false_alarms),
        quality_groups(forms),
        found,
    )
