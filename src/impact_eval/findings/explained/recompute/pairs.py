"""Numbers of parents and their children a second time, pair by pair."""

from __future__ import annotations

import numpy as np
import pandas as pd

from impact_eval.findings.data.arms import PROGRAMME, SIDES, subgroup_of
from impact_eval.findings.data.dyads import find_dyads
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.roll_outs import cohorts_of, pair_difference
from impact_eval.study.arms import ARM, WORKSHOP_WAVE


def pair_number(behind: Behind) -> float:
    """Average, subtract, or count the pairs of one wave, or the differences of two."""
    row, study = behind.row, behind.study
    pair = study.facts().pairs[str(row["variant"])]
    dyads = find_dyads(study, behind.tables, pair)
    table = pd.DataFrame(
        {
            "a": dyads.first,
            "b": dyads.second,
            "wave": dyads.wave.to_numpy(),
            "phase": dyads.phase.to_numpy(),
            "school": dyads.school.to_numpy(),
            "cluster": dyads.cluster.to_numpy(),
        }
    )
    if row["phase"] and len(study.phases) > 1:
        table = table[table["phase"] == row["phase"]]
    if row["contrast"]:
        return _of_sides(behind, table)
    if row["subgroup"]:
        table = table[_on(behind, table, str(row["subgroup"]))]
    if row["wave_from"] != row["wave_to"]:
        return _change(behind, table)
    table = table[table["wave"] == row["wave_to"]]
    if row["quantity"] == "pair_mean":
        return float(table["a" if row["item_id"] == pair.item else "b"].mean())
    if row["quantity"] == "pair_difference":
        return float(table["a"].mean() - table["b"].mean())
    if row["quantity"] == "pair_agreement":
        return 100 * float((table["a"] == table["b"]).mean())
    return _coefficient(behind, table, pair.audience, pair.item)


def schools_given_up(behind: Behind) -> float:
    """Count the schools of a phase whose pairs by equal codes were given up."""
    row, tables = behind.row, behind.tables
    phases = dict(zip(tables.schools["school_id"], tables.schools["phase"], strict=True))
    lines = tables.dyads_summary.to_dict("records")
    several = bool(row["phase"]) and len(behind.study.phases) > 1
    return float(
        sum(
            line["audience"] == row["audience"]
            and line["refused_exact"] > 0
            and (not several or phases[line["school_id"]] == row["phase"])
            for line in lines
        )
    )


def _of_sides(behind: Behind, table: pd.DataFrame) -> float:
    """Subtract the sides' changes, or compare schools that have begun with those still waiting."""
    if behind.study.design == "staggered":
        return pair_difference(behind, table)
    own, other = (table[_on(behind, table, subgroup_of(side))] for side in SIDES)
    return _change(behind, own) - _change(behind, other)


def _on(behind: Behind, table: pd.DataFrame, subgroup: str) -> pd.Series[bool]:
    """Mark the pairs of the schools of one side, or of those that began together."""
    name, _, side = subgroup.partition(":")
    if name == WORKSHOP_WAVE:
        return table["school"].map(cohorts_of(behind)) == side
    roster = behind.tables.schools.drop_duplicates("school_id").set_index("school_id")
    mine = [arm.id for arm in behind.study.arms if arm.programme == (side == PROGRAMME)]
    return table["school"].map(roster[ARM]).isin(mine)


def _change(behind: Behind, table: pd.DataFrame) -> float:
    """Fit wave and schools by ordinary least squares with dummies."""
    table = table[table["wave"].isin([behind.row["wave_from"], behind.row["wave_to"]])]
    later = (table["wave"] == behind.row["wave_to"]).to_numpy(dtype=float)
    schools = pd.get_dummies(table["school"]).to_numpy(dtype=float)
    others = np.ones((len(table), 1)) if behind.rounds_differ else schools
    design = np.column_stack([later, others])
    difference = (table["a"] - table["b"]).to_numpy()
    return float(np.linalg.lstsq(design, difference, rcond=None)[0][0])


def _coefficient(behind: Behind, table: pd.DataFrame, audience: str, item: str) -> float:
    """Sum squared distances of pairs, and of all answers with all answers."""
    items = behind.study.items_of(audience).set_index("item_id")
    width = float(items["maximum"][item]) - float(items["minimum"][item])
    seen = 1 - float(((table["a"] - table["b"]) ** 2).mean()) / width**2
    if behind.row["estimator"] == "weighted_kappa":
        everybody = np.subtract.outer(table["a"].to_numpy(), table["b"].to_numpy())
        expected = 1 - float((everybody**2).mean()) / width**2
    else:
        steps = np.arange(width + 1)
        weights = 1 - (np.subtract.outer(steps, steps) / width) ** 2
        both = pd.concat([table["a"], table["b"]])
        share = both.value_counts(normalize=True).to_numpy()
        k = steps.size
        expected = float(weights.sum() / (k * (k - 1)) * (share * (1 - share)).sum())
    return (seen - expected) / (1 - expected)
