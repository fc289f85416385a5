"""How many people were linked, by what, and how many links chance alone explains."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.linking.chances import PAIR, PLACE
from impact_eval.table_columns import LINKS_SUMMARY

if TYPE_CHECKING:
    from impact_eval.surveys.tables import SurveyTables

MORE_ELEMENTS: Final = (
    "give the next survey's code more elements, or use the school's own numbers (roster_id)"
)
_COUNTED: Final = ("n_from", "n_to", "linked_roster", "linked_exact", "linked_tolerant")


def links_summary(tables: SurveyTables, study: Study) -> pd.DataFrame:
    """Links between every two waves of every school and audience, with what chance explains.

    Parameters
    ----------
    tables : SurveyTables
        Prepared tables; `submissions` and `links` are counted again.
    study : Study
        Which says the order of the waves.

    Returns
    -------
    DataFrame
        Columns LINKS_SUMMARY. A row for each school, audience and two waves of which at least one
        has forms, of audiences that are linked. `ambiguous`, `refused`,
        `refused_exact`, `expected_false` and `expected_false_refused` can be told from the codes
        only: they are those that `prepare` stored, and 0 and NaN where it did not.

    Notes
    -----
    A pair of forms counts as tolerant if the method of either is. The evaluator's table: its
    numbers of people are not released.
    """
    linked = [audience.id for audience in study.audiences if audience.link != "none"]
    forms = tables.submissions[["submission_id", *PLACE, "wave"]].merge(
        tables.links, on="submission_id", how="left", validate="one_to_one"
    )
    forms = forms[forms["audience"].isin(linked)]
    parts = [
        _between(forms, wave_from, wave_to)
        for wave_from, wave_to in combinations(study.wave_ids, 2)
    ]
    counted = pd.concat([_nothing(), *parts], ignore_index=True)
    known = tables.links_summary.drop(columns=list(_COUNTED))
    table = counted.merge(known, on=PAIR, how="left", validate="one_to_one")
    whole = ["ambiguous", "refused", "refused_exact"]
    table[whole] = table[whole].fillna(0).astype(np.int64)
    return table.sort_values(PAIR, ignore_index=True)[list(LINKS_SUMMARY)]


def link_rates(summary: pd.DataFrame) -> pd.DataFrame:
    """Put shares in percent beside the counts of links, and what to do where nobody is linked.

    Parameters
    ----------
    summary : DataFrame
        Columns LINKS_SUMMARY, by school or added up.

    Returns
    -------
    DataFrame
        The same with `linked`; `linked_share`, of the forms of the later wave;
        `expected_false_share`, of the links; and `todo`. A share of nothing is NaN.

    Examples
    --------
    >>> row = dict.fromkeys(LINKS_SUMMARY, 0) | {"n_to": 8, "linked_exact": 6}
    >>> link_rates(pd.DataFrame([row]))[["linked", "linked_share", "todo"]].values.tolist()
    [[6, 75.0, '']]
    """
    linked = summary[["linked_roster", "linked_exact", "linked_tolerant"]].sum(axis=1)
    share = 100 * linked / summary["n_to"].where(summary["n_to"] > 0)
    false = 100 * summary["expected_false"] / linked.where(linked > 0)
    todo = np.where(summary["refused_exact"] > 0, MORE_ELEMENTS, "")
    return summary.assign(
        linked=linked,
        linked_share=share.round(1),
        expected_false_share=false.round(2),
        todo=pd.Series(todo, index=summary.index, dtype="str"),
    )


def stored_trials(trials: pd.DataFrame) -> pd.DataFrame:
    """Put what was tried into the columns LINKS_SUMMARY; what the tables tell is 0."""
    refused, near = trials["refused"], trials["expected_near"]
    refused_exact, equal = trials["refused_exact"], trials["expected_equal"]
    table = trials[[*PAIR, "ambiguous"]].assign(
        refused=trials["clear"].where(refused, 0),
        refused_exact=trials["equal"].where(refused_exact, 0),
        expected_false=equal.where(~refused_exact, 0.0) + near.where(~refused, 0.0),
        expected_false_refused=equal.where(refused_exact, 0.0) + near.where(refused, 0.0),
    )
    return table.assign(**dict.fromkeys(_COUNTED, 0))[list(LINKS_SUMMARY)]


def _between(forms: pd.DataFrame, wave_from: str, wave_to: str) -> pd.DataFrame:
    earlier, later = forms[forms["wave"] == wave_from], forms[forms["wave"] == wave_to]
    sizes = {
        "n_from": earlier.groupby(PLACE).size(),
        "n_to": later.groupby(PLACE).size(),
    }
    person = [*PLACE, "respondent_id"]
    pairs = earlier[earlier["respondent_id"] != ""].merge(later, on=person, suffixes=("", "_to"))
    tolerant = (pairs["method"] == "tolerant") | (pairs["method_to"] == "tolerant")
    method = pairs["method"].where(~tolerant, "tolerant")
    for name in ("roster", "exact", "tolerant"):
        sizes[f"linked_{name}"] = pairs[method == name].groupby(PLACE).size()
    table = pd.DataFrame(sizes).fillna(0).astype(np.int64).rename_axis(PLACE).reset_index()
    return table.assign(wave_from=wave_from, wave_to=wave_to)


def _nothing() -> pd.DataFrame:
    text = {name: pd.Series([], dtype="str") for name in PAIR}
    return pd.DataFrame(text | {name: pd.Series([], dtype=np.int64) for name in _COUNTED})
