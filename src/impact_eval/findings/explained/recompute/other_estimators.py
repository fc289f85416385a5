"""A planned change or effect by another estimator, a second time: from the forms and plainly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from impact_eval.findings.beside.ways import PLANNED, Way
from impact_eval.findings.data.arms import ANCOVA, DIFFERENCE, GAINS, PROGRAMME
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute import effects, lost, mixed
from impact_eval.study.arms import STRATUM

WITH_LOST = {"weighted": "retention_weights", "imputed": "imputation"}


def by_another_estimator(behind: Behind, way: Way) -> dict[str, float]:
    """Compute what the estimator of a way makes of its scores."""
    name, sides = way.estimators, bool(behind.row["contrast"])
    if name == "school_means":
        return {"estimate": _school_means(behind, by_school=way.cluster != PLANNED)}
    if name == "mixed_model":
        quantity = "modelled_effect" if sides else "modelled_change"
        found = mixed.modelled(_as(behind, quantity, name))
        return {"estimate": found["estimate"]}
    if name in WITH_LOST:
        quantity = "effect_with_lost" if sides else "change_with_lost"
        again = _as(behind, quantity, WITH_LOST[name])
        made = lost.sides_with_lost(again) if sides else lost.with_lost(again)
        return made if isinstance(made, dict) else {"estimate": made}
    if name == GAINS:
        return {"estimate": effects.gains(_as(behind, "effect", GAINS))}
    own = ANCOVA if name == ANCOVA else DIFFERENCE
    return {"estimate": effects.effect(_as(behind, "effect", own))}


def _as(behind: Behind, quantity: str, estimator: str) -> Behind:
    """Take the row for one of another quantity and estimator."""
    row = behind.row.copy()
    row["quantity"], row["estimator"], row["variant"] = quantity, estimator, ""
    return Behind(behind.study, behind.tables, row)


def _school_means(behind: Behind, *, by_school: bool) -> float:
    """Average clusters' means of schools' changes; of two sides subtract, strata swept out."""
    forms = behind.forms
    if by_school:
        forms = forms.assign(cluster=forms["school"])
    at = ["cluster", "school", "group"] if behind.row["contrast"] else ["cluster", "school"]
    cells = forms.pivot_table(index=at, columns="wave", values="value")
    before, after = (cells[behind.row[wave]] for wave in ("wave_from", "wave_to"))
    if behind.rounds_differ:
        means = [one.dropna().groupby("cluster").mean().mean() for one in (after, before)]
        return float(means[0] - means[1])
    changes = (after - before).dropna().rename("change").reset_index()
    if not behind.row["contrast"]:
        return float(changes.groupby("cluster")["change"].mean().mean())
    changes["stratum"] = _strata(behind, changes["school"])
    units = changes.groupby(["cluster", "group", "stratum"], as_index=False)["change"].mean()
    side = (units["group"] == PROGRAMME).to_numpy(dtype=float)
    layers = pd.get_dummies(units["stratum"]).to_numpy(dtype=float)
    design = np.column_stack([side, layers])
    return float(np.linalg.lstsq(design, units["change"].to_numpy(), rcond=None)[0][0])


def _strata(behind: Behind, school: pd.Series[str]) -> pd.Series[str]:
    roster = behind.tables.schools.drop_duplicates("school_id").set_index("school_id")
    if not behind.study.randomised_by or STRATUM not in roster:
        return pd.Series("", index=school.index)
    return school.map(roster[STRATUM]).fillna("")
