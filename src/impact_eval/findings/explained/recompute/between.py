"""Numbers between schools a second time: variances from the forms, then the plain formulas."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
from scipy import stats

from impact_eval.estimators.between_variance import tau2_by_paule_mandel, tau2_by_reml
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import PROGRAMME, subgroup_of
from impact_eval.findings.data.study_data import Floats, gather
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.groups.schools import BySchool, changes_by_school
from impact_eval.findings.groups.side_spreads import only_schools
from impact_eval.table_columns import ADDRESS


def random_effects_number(behind: Behind) -> dict[str, float]:
    """Weigh the schools' changes by 1 / (tau2 + v), and derive mean, spread and shrinkage."""
    label, change, variance = _changes(behind, str(behind.row["phase"]))
    by_moments = behind.row["estimator"] == "paule_mandel"
    tau2 = (tau2_by_paule_mandel if by_moments else tau2_by_reml)(change, variance)
    weight = 1 / (tau2 + variance)
    mean = float(weight @ change / weight.sum())
    quantity = behind.row["quantity"]
    if quantity == "between_school_sd" or behind.row["variant"] == "sd":
        return {"estimate": sqrt(tau2)}
    if quantity == "shrunken_change":
        at = label.index(str(behind.row["unit_id"]))
        own = tau2 / (tau2 + variance[at])
        return {"estimate": float(own * change[at] + (1 - own) * mean)}
    return {"estimate": mean}


def placement(behind: Behind) -> dict[str, float]:
    """Place a school by its distance from another phase's mean in standard deviations."""
    row = behind.row
    label, change, variance = _changes(behind, str(row["phase"]))
    at = label.index(str(row["unit_id"]))
    names, others, errors = _changes(behind, str(row["contrast"])[len(row["phase"]) + 1 :])
    kept = np.array([name != row["unit_id"] for name in names])
    if "same_kind" in str(row["cautions"]).split(";"):
        kind = dict(
            zip(behind.tables.schools["school_id"], behind.tables.schools["kind"], strict=True)
        )
        kept &= np.array([kind[name] == kind[row["unit_id"]] for name in names])
    others, errors = others[kept], errors[kept]
    tau2 = tau2_by_reml(others, errors)
    weight = 1 / (tau2 + errors)
    mean = float(weight @ others / weight.sum())
    distance = (change[at] - mean) / sqrt(tau2 + variance[at])
    return {"estimate": 100 * float(stats.norm.cdf(distance))}


def _changes(behind: Behind, phase: str) -> tuple[list[str], Floats, Floats]:
    """Schools of a phase with their changes and the variances of these."""
    data = gather(behind.study, behind.tables)
    people = data.audiences[behind.row["audience"]]
    address = Address(**{name: str(behind.row[name]) for name in ADDRESS})  # type: ignore[arg-type]
    by_school = changes_by_school(
        data, people, people.scores[behind.row["outcome"]], replace(address, phase=phase)
    )
    if behind.row["subgroup"]:
        by_school = _of_side(behind, by_school)
    variance = by_school.changes.variance
    kept = np.isfinite(variance) & (variance > 0)
    labels = [label for label, keep in zip(by_school.labels(), kept, strict=True) if keep]
    return labels, by_school.changes.change[kept], variance[kept]


def _of_side(behind: Behind, by_school: BySchool) -> BySchool:
    """Keep the schools of a side, as the roster has them."""
    with_it = {arm.id: arm.programme for arm in behind.study.arms}
    roster = behind.tables.schools.drop_duplicates("school_id").set_index("school_id")["arm"]
    wanted = str(behind.row["subgroup"]) == subgroup_of(PROGRAMME)
    keep = [with_it[str(roster[label])] == wanted for label in by_school.labels()]
    return only_schools(by_school, np.array(keep, dtype=bool))
