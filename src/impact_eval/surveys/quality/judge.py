"""From used forms to the tables of quality."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.quality.flags import Mask, form_flags, quality_table
from impact_eval.surveys.quality.forms import FormAnswers
from impact_eval.surveys.quality.groups import quality_groups
from impact_eval.surveys.quality.impossible import impossible
from impact_eval.surveys.quality.summary import quality_summary
from impact_eval.surveys.used import UsedForms


@dataclass(frozen=True)
class Judged:
    """Tables `quality`, `quality_summary` and `quality_groups`, and the flags as masks.

    `impossible` counts forms by the rule that each breaks; rules that none breaks are left out.
    """

    quality: pd.DataFrame
    summary: pd.DataFrame
    groups: pd.DataFrame
    flags: dict[str, Mask]
    impossible: dict[str, int]


def judge_forms(
    used: UsedForms, flags: dict[str, Mask], links: pd.DataFrame, study: Study
) -> Judged:
    """Flag the used forms and count the flags.

    Parameters
    ----------
    used : UsedForms
        All n forms that can be used.
    flags : dict of str to array of bool, shape (n,)
        What was found about their dates and people.
    links : DataFrame
        Columns LINKS of the same forms.
    study : Study
        Which declares the cut-offs.
    """
    out_of_order = flags["before_earlier_wave"] | flags["before_workshop"]
    forms = FormAnswers(study, used.about, used.answers, links["respondent_id"], out_of_order)
    cannot_be = impossible(forms)
    found = form_flags(forms, cannot_be=cannot_be)
    return Judged(
        quality_table(used.about.arrays["submission_id"], found),
        quality_summary(used.about, found, false_alarms=study.quality.false_alarms),
        quality_groups(forms),
        found,
        {rule: int(where.sum()) for rule, where in cannot_be.items() if where.any()},
    )
