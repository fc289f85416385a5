"""From used forms to the tables of quality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.quality.flags import Mask, form_flags, quality_table
from impact_eval.surveys.quality.forms import FormAnswers
from impact_eval.surveys.quality.groups import quality_groups
from impact_eval.surveys.quality.impossible import impossible
from impact_eval.surveys.quality.summary import quality_summary
from impact_eval.surveys.used import UsedForms
from impact_eval.table_columns import QUALITY_GROUP_FORMS


@dataclass(frozen=True)
class Judged:
    """Tables `quality`, `quality_summary` and `quality_groups`, and the flags as masks.

    `group_forms` are the forms of the interviewers and devices that are flagged.
    `impossible` counts forms by the rule that each breaks; rules that none breaks are left out.
    """

    quality: pd.DataFrame
    summary: pd.DataFrame
    groups: pd.DataFrame
    group_forms: pd.DataFrame
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
    groups = quality_groups(forms)
    return Judged(
        quality_table(used.about.arrays["submission_id"], found),
        quality_summary(used.about, found, false_alarms=study.quality.false_alarms),
        groups,
        _forms_of(groups, used.about),
        found,
        {rule: int(where.sum()) for rule, where in cannot_be.items() if where.any()},
    )


def _forms_of(groups: pd.DataFrame, about: Columns) -> pd.DataFrame:
    """Find the forms behind flagged interviewers and devices, of the audience and wave flagged."""
    flagged = groups.loc[groups["flagged"].astype(bool), ["group", "unit_id", "audience", "wave"]]
    flagged = flagged.assign(kind=flagged["group"].str.split(":").str[0]).drop(columns="group")
    flagged = flagged[flagged["kind"] != "school"].drop_duplicates()
    rows = {name: list[Any]() for name in QUALITY_GROUP_FORMS}
    for one in flagged.to_dict("records"):
        own = about.text[one["kind"]].among([one["unit_id"]])
        own &= about.text["audience"].among([one["audience"]])
        own &= about.text["wave"].among([one["wave"]])
        found = about.arrays["submission_id"][own].tolist()
        rows["submission_id"] += found
        rows["kind"] += [one["kind"]] * len(found)
        rows["unit_id"] += [one["unit_id"]] * len(found)
    types = dict.fromkeys(QUALITY_GROUP_FORMS[:2], "str") | {"submission_id": "int64"}
    return pd.DataFrame(rows).astype(types)
