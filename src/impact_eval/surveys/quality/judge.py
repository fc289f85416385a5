"""From used forms to the tables of quality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.linking.pseudonyms import pseudonym
from impact_eval.surveys.quality.flags import Mask, form_flags, quality_table
from impact_eval.surveys.quality.forms import FormAnswers
from impact_eval.surveys.quality.groups import quality_groups
from impact_eval.surveys.quality.summary import quality_summary
from impact_eval.surveys.text import map_unique


@dataclass(frozen=True)
class Judged:
    """Tables `quality`, `quality_summary` and `quality_groups`, and the flags as masks."""

    quality: pd.DataFrame
    summary: pd.DataFrame
    groups: pd.DataFrame
    flags: dict[str, Mask]


def judge_forms(
    submissions: pd.DataFrame,
    timed: pd.DataFrame,
    links: pd.DataFrame,
    written: pd.DataFrame,
    kinds: pd.DataFrame,
    study: Study,
    *,
    key: bytes,
) -> Judged:
    """Flag the used forms and count the flags.

    Parameters
    ----------
    submissions : DataFrame
        All forms that can be used, as they will be stored.
    timed : DataFrame
        `started_at, ended_at, seconds, device, interviewer, n_answered` of the same forms, as read.
    links : DataFrame
        Columns LINKS of the same forms.
    written, kinds : DataFrame
        Answers as written and their kinds, of the same forms.
    study : Study
        Which declares the cut-offs.
    key : bytes
        Key of the pseudonyms, under which devices and interviewers are known from here on.
    """
    names = ["started_at", "ended_at", "seconds", "device", "interviewer", "n_answered"]
    about = timed[names].reset_index(drop=True)
    for kind in ("device", "interviewer"):
        about[kind] = _hidden(about[kind], kind, key)
    place = ["audience", "wave", "school_id", "workshop_id", "phase", "answered_on", "flags"]
    about = pd.concat([submissions[place], about], axis=1)
    about["respondent_id"] = links["respondent_id"].to_numpy()
    numbers = submissions[list(written.columns)]
    forms = FormAnswers(
        about, numbers, written.reset_index(drop=True), kinds.reset_index(drop=True)
    )
    flags = form_flags(forms, study)
    return Judged(
        quality_table(np.asarray(submissions["submission_id"], dtype=np.int64), flags),
        quality_summary(about, flags, false_alarms=study.quality.false_alarms),
        quality_groups(forms, study),
        flags,
    )


def _hidden(names: pd.Series, kind: str, key: bytes) -> pd.Series:
    """Pseudonyms in place of devices' and interviewers' names; empty stays empty."""
    return map_unique(names, lambda name: pseudonym(f"{kind}|{name}", key=key) if name else "")
