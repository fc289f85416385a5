"""Pairs of a parent and a child who both answered a mirrored question in a wave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from impact_eval.facts import PairFacts
from impact_eval.findings.data.study_data import Floats
from impact_eval.surveys.linking.dyads import of_a_form

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables


@dataclass(frozen=True, slots=True)
class Dyads:
    """Answers of pairs: arrays of one length, a pair in one wave an element.

    A parent with two children stands in two pairs, and a child with two parents too. Where the
    audiences are told apart by school, a school holds all pairs of its people.
    """

    first: Floats
    second: Floats
    wave: pd.Series[str]
    phase: pd.Series[str]
    school: pd.Series[str]
    cluster: pd.Series[str]

    def __len__(self) -> int:
        return int(self.first.size)

    def where(self, chosen: pd.Series[bool]) -> Dyads:
        """Keep some of the pairs."""
        kept = chosen.to_numpy(dtype=bool)
        return Dyads(
            self.first[kept],
            self.second[kept],
            self.wave[kept],
            self.phase[kept],
            self.school[kept],
            self.cluster[kept],
        )


def find_dyads(study: Study, tables: SurveyTables, pair: PairFacts) -> Dyads:
    """Join the answers of parents and children, wave by wave.

    Parameters
    ----------
    study, tables
        The study and its processed tables.
    pair
        The two items.

    Returns
    -------
    Dyads
        Pairs in which both answered in that wave, in the parents' phase, school and cluster.
    """
    forms = tables.submissions.merge(
        tables.links[["submission_id", "respondent_id"]], on="submission_id"
    )
    if study.audience(pair.audience).link == "none":
        mine = (forms["audience"] == pair.audience) & (forms["respondent_id"] == "")
        forms["respondent_id"] = forms["respondent_id"].where(~mine, of_a_form(forms))
    forms = forms[forms["respondent_id"] != ""]
    parents = _answers(forms, pair.audience, pair.item, ["school_id", "phase"])
    children = _answers(forms, pair.child_audience, pair.child_item, [])
    keys = tables.dyads[["parent_respondent_id", "child_respondent_id"]].drop_duplicates()
    joined = keys.merge(parents, left_on="parent_respondent_id", right_on="respondent_id").merge(
        children,
        left_on=["child_respondent_id", "wave"],
        right_on=["respondent_id", "wave"],
        suffixes=("", "_child"),
    )
    # by the forms: sums must not depend on pseudonyms, which differ with every key
    joined = joined.sort_values(["submission_id", "submission_id_child"], ignore_index=True)
    roster = tables.schools.drop_duplicates("school_id").set_index("school_id")
    column, school = study.audience(pair.audience).cluster, joined["school_id"]
    cluster = school.map(roster[column]).fillna("") if column in roster else school
    return Dyads(
        np.asarray(joined["answer"], dtype=np.float64),
        np.asarray(joined["answer_child"], dtype=np.float64),
        joined["wave"],
        joined["phase"],
        school,
        cluster.where(cluster != "", school),
    )


def _answers(forms: pd.DataFrame, audience: str, item: str, more: list[str]) -> pd.DataFrame:
    """Who of an audience answered an item, in which wave and how."""
    columns = ["submission_id", "respondent_id", "wave", *more]
    if item not in forms:
        return forms.iloc[:0][columns].assign(answer=np.nan)
    own = forms[(forms["audience"] == audience) & forms[item].notna()]
    return own[columns].assign(answer=own[item]).drop_duplicates(["respondent_id", "wave"])
