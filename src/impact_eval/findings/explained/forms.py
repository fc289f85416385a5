"""One finding's forms as a plain table, for going behind its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from impact_eval.findings.data.arms import AND, COMPARISON, CONTRAST, PROGRAMME
from impact_eval.findings.data.levels import REST, levels_of_forms
from impact_eval.findings.outcomes.ends import at_end
from impact_eval.findings.outcomes.items import percentages
from impact_eval.findings.outcomes.topic_scores import OF_TOPICS, topic_scores
from impact_eval.study.arms import ARM, NEVER, WORKSHOP_WAVE

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables


OF_LOOKING_BACK = ("mean_looking_back", "response_shift", "change_looking_back")
OF_MARK = ("mastery_share", "mastery_change", "share_odds_ratio", "cox_index")
_OF_ROLL_OUT = (
    *("effect", "effect_since", "effect_of_group", "equal_trends"),
    *("tipping_point", "without_one_school", "specification", "specifications"),
    *("effect_with_lost", "lost", "topic_effect", "item_change", "subgroup_difference"),
)
_COLUMNS = ("submission_id", "school_id", "workshop_id", "phase", "wave")


def forms_behind(study: Study, tables: SurveyTables, row: pd.Series[Any]) -> pd.DataFrame:
    """Look up the forms that a finding is computed from, with their values.

    Parameters
    ----------
    study, tables
        The study and its processed tables.
    row
        A row of the findings table.

    Returns
    -------
    DataFrame
        A form a row: `submission_id, wave, school, cluster, workshop, province, phase, person,
        group, value`, for the audience, phase, unit, waves and subgroup of the address; `value` is
        the score, or 0 to 100 for shares. `group` is the level of the address's subgroup, or the
        side of the school, or the first survey after its workshop. Without an outcome or item,
        `value` is 1.
    """
    subgroup, _, side = str(row["subgroup"]).partition(AND)
    group, _, levels = subgroup.partition(":")
    forms = tables.submissions
    waves = _waves(study, row)
    asked = (forms["audience"] == row["audience"]) & forms["wave"].isin(waves)
    if row["level"] == "school":
        asked &= forms["school_id"] == row["unit_id"]
    two_sides = row["contrast"] == CONTRAST
    if two_sides and study.design == "staggered":
        group, levels = WORKSHOP_WAVE, "-".join((*study.wave_ids, NEVER))
    elif two_sides:
        group, levels = ARM, CONTRAST
    of_roster = (ARM, WORKSHOP_WAVE)
    named = [name for name in (group, row["item_id"]) if name not in of_roster and name in forms]
    named += _items_of_topic(study, row)
    forms = forms.loc[asked, [*_COLUMNS, *named]]
    person = tables.links.set_index("submission_id")["respondent_id"]
    roster = tables.schools.drop_duplicates("school_id").set_index("school_id")
    column = study.audience(row["audience"]).cluster
    school = forms["school_id"]
    cluster = school.map(roster[column]) if column in roster else school
    table = pd.DataFrame(
        {
            "submission_id": forms["submission_id"],
            "wave": forms["wave"],
            "school": school,
            "cluster": cluster.where(cluster.notna() & (cluster != ""), school),
            "workshop": school + "|" + forms["workshop_id"],
            "province": school.map(roster["province"]).fillna("") if len(roster) else "",
            "phase": forms["phase"],
            "person": forms["submission_id"].map(person).fillna(""),
            "group": _began_between(study, roster, forms, row)
            if group == ARM and study.design == "staggered"
            else _group(study, roster, forms, group),
            "value": _values(study, tables, forms, row),
        }
    )
    kept = table["value"].notna()
    if row["phase"] and len(study.phases) > 1:
        kept &= table["phase"] == row["phase"]
    if row["contrast"] and row["level"] == "programme" and not two_sides:
        kept &= table["phase"].isin(_split(study, str(row["contrast"])))
    if group:
        kept &= table["group"].isin(_levels(study, group, levels))
    if side:
        own = _group(study, roster, forms, ARM)
        kept &= own == side.partition(":")[2]
    if row["level"] == "province":
        kept &= table["province"] == row["unit_id"]
    return table[kept].reset_index(drop=True)


def _items_of_topic(study: Study, row: pd.Series[Any]) -> list[str]:
    """Items of the topic that an address names; none of another one."""
    if row["quantity"] not in OF_TOPICS or not row["variant"]:
        return []
    return list(study.topics_of(row["audience"], row["outcome"])[row["variant"]])


def _waves(study: Study, row: pd.Series[Any]) -> list[str]:
    """List the waves of an address; of a staggered roll-out those between them too."""
    first, last = str(row["wave_from"]), str(row["wave_to"])
    of_roll_out = row["quantity"] in _OF_ROLL_OUT and study.design == "staggered"
    if not of_roll_out:
        return [first, last]
    order = list(study.wave_ids)
    return order[order.index(first) : order.index(last) + 1]


def _began_between(
    study: Study, roster: pd.DataFrame, forms: pd.DataFrame, row: pd.Series[Any]
) -> pd.Series[str]:
    """Tell schools that had their workshop between two surveys of a roll-out from all others."""
    order = list(study.wave_ids)
    places = (order.index(str(row[wave])) + 1 for wave in ("wave_from", "wave_to"))
    begun = forms["school_id"].map(roster[WORKSHOP_WAVE]).isin(order[slice(*places)])
    return begun.map({True: PROGRAMME, False: COMPARISON})


def _group(
    study: Study, roster: pd.DataFrame, forms: pd.DataFrame, group: str
) -> pd.Series[str] | str:
    """Level of the subgroup of each form, or the side of its school."""
    if group == WORKSHOP_WAVE:
        begun = forms["school_id"].map(roster[WORKSHOP_WAVE])
        return begun.where(begun.isna() | (begun != ""), NEVER).fillna("")
    if group != ARM:
        declared = next((one for one in study.subgroups if one.id == group), None)
        levels = (
            None if declared is None else levels_of_forms(declared, forms, roster.reset_index())
        )
        return "" if levels is None else levels
    side = {arm.id: PROGRAMME if arm.programme else COMPARISON for arm in study.arms}
    return forms["school_id"].map(roster[ARM]).map(side).fillna("")


def _levels(study: Study, group: str, levels: str) -> list[str]:
    """Levels that an address names: two of them, one, or all of its subgroup."""
    if levels.endswith(REST):
        return next(list(one.levels) for one in study.subgroups if one.id == group)
    return levels.split("-")


def _split(study: Study, contrast: str) -> list[str]:
    """Find the two phases of a contrast, whose ids may themselves hold a hyphen."""
    return [
        name
        for first in study.phase_ids
        for later in study.phase_ids
        if f"{first}-{later}" == contrast
        for name in (first, later)
    ]


def _said_looking_back(
    tables: SurveyTables, forms: pd.DataFrame, row: pd.Series[Any], score: pd.Series[float]
) -> pd.Series[float]:
    """Score before; of the later wave what its people said looking back, if they said both."""
    said = tables.looking_back
    mine = said[(said["wave"] == row["variant"]) & (said["outcome"] == row["outcome"])]
    then = forms["submission_id"].map(mine.set_index("submission_id")["score"])
    later = forms["wave"] == row["wave_to"]
    return score.where(~later, then.astype("float64").where(score.notna()))


def _values(
    study: Study, tables: SurveyTables, forms: pd.DataFrame, row: pd.Series[Any]
) -> pd.Series[float]:
    """Score, mastery or answer of each form, as the quantity needs it."""
    if row["item_id"]:
        items = study.items_of(row["audience"]).set_index("item_id")
        item = items.loc[row["item_id"]]
        if row["quantity"] in ("item_superiority", "item_odds_ratio"):
            return pd.Series(forms[row["item_id"]].astype("float64"))
        values, _ = percentages(
            np.asarray(forms[row["item_id"]], dtype=np.float64),
            kind=str(item["type"]),
            minimum=float(item["minimum"]),
            maximum=float(item["maximum"]),
        )
        return pd.Series(values, index=forms.index)
    if not row["outcome"]:
        return pd.Series(1.0, index=forms.index)
    return _scores(study, tables, forms, row)


def _scores(
    study: Study, tables: SurveyTables, forms: pd.DataFrame, row: pd.Series[Any]
) -> pd.Series[float]:
    """Score of each form, or whether it reached what the quantity is about."""
    if items := _items_of_topic(study, row):
        outcome = study.outcome(row["audience"], row["outcome"])
        own = topic_scores(study, outcome, row["variant"], {one: forms[one] for one in items})
        return pd.Series(own, index=forms.index)
    scores = tables.scores[tables.scores["outcome"] == row["outcome"]]
    by_form = scores.set_index("submission_id")["score"]
    score = forms["submission_id"].map(by_form).astype("float64")
    if row["quantity"] in OF_LOOKING_BACK:
        return _said_looking_back(tables, forms, row, score)
    if row["quantity"] in ("floor_share", "ceiling_share"):
        bounds = study.outcome_range(row["audience"], row["outcome"], row["wave_to"])
        ends = at_end(np.asarray(score, dtype=np.float64), str(row["quantity"]), bounds)
        return pd.Series(ends, index=forms.index)
    if row["quantity"] not in OF_MARK:
        return score
    outcome = study.outcome(row["audience"], row["outcome"])
    mark = np.nan if outcome.mastery is None else outcome.mastery
    reached = score <= mark if outcome.direction == "lower" else score >= mark
    return (100.0 * reached).where(score.notna())
