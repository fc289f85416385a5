"""Weighted and imputed effects of two sides a second time: plain sums, and the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.estimators.missing import imputed_effect
from impact_eval.findings.data.arms import ANCOVA, COMPARISON, PROGRAMME, estimator_of
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.scores import school_weight
from impact_eval.study.arms import STRATUM

SEED: Final = 1


def weighted(behind: Behind, people: pd.DataFrame, sides: Mapping[str, pd.DataFrame]) -> float:
    """Subtract the sides' weighted mean gains, or fit later scores by weighted least squares."""
    again = pd.concat(sides.values(), ignore_index=True)
    people = people[people["school"].isin(again["school"])]
    own = _own_weight(behind, people)
    again["weight"] = again["weight"] * again["school"].map(own)
    if estimator_of(behind.study) == ANCOVA:
        return _adjusted(behind, people, again)
    if behind.row["estimand"] != "participants":
        total = (again["gain"] * again["weight"]).groupby(again["side"]).sum()
        means = total / again.groupby("side")["weight"].sum()
        return float(means[PROGRAMME] - means[COMPARISON])
    inside = again.assign(part=again["gain"] * again["weight"]).groupby("school")
    schools = pd.DataFrame(
        {
            "gain": inside["part"].sum() / inside["weight"].sum(),
            "number": people.groupby("school").size() * own,
            "side": people.groupby("school")["side"].first(),
        }
    )
    total = (schools["gain"] * schools["number"]).groupby(schools["side"]).sum()
    means = total / schools.groupby("side")["number"].sum()
    return float(means[PROGRAMME] - means[COMPARISON])


def imputed(behind: Behind, people: pd.DataFrame, known: Sequence[str]) -> dict[str, float]:
    """Take the estimate and the missing information of the same draws."""
    held = behind.row["estimand"] == "participants"
    weight = people["school"].map(_own_weight(behind, people))
    found = imputed_effect(
        people["pre"],
        people["post"],
        (people["side"] == PROGRAMME).astype(int),
        people["workshop" if held else "cluster"],
        school=people["school"],
        group=people["workshop" if held else "school"],
        seed=SEED,
        adjusted=estimator_of(behind.study) == ANCOVA,
        stratum=_stratum(behind, people),
        covariates=people[list(known)],
        weights=weight,
        hold_schools=held,
    )
    return {"estimate": found.estimate.estimate, "missing": found.missing_information}


def _adjusted(behind: Behind, people: pd.DataFrame, again: pd.DataFrame) -> float:
    level = again["school"].map(people.groupby("school")["pre"].mean())
    columns = {
        "side": (again["side"] == PROGRAMME).astype(float),
        "level": level,
        "own": again["pre"] - level,
    }
    strata = pd.get_dummies(_stratum(behind, again), prefix="stratum", dtype=float)
    design = pd.DataFrame(columns).join(strata)
    root = np.sqrt(again["weight"].to_numpy())
    fitted = np.linalg.lstsq(
        design.to_numpy() * root[:, None], again["post"].to_numpy() * root, rcond=None
    )
    return float(fitted[0][0])


def _stratum(behind: Behind, people: pd.DataFrame) -> pd.Series[str]:
    """Name the stratum of each one's school; the same for all where there are none."""
    roster = behind.tables.schools
    if STRATUM not in roster or not behind.study.randomised_by:
        return pd.Series("", index=people.index)
    return people["school"].map(roster.set_index("school_id")[STRATUM]).fillna("")


def _own_weight(behind: Behind, people: pd.DataFrame) -> pd.Series[float]:
    """Weigh each school's people as the plan says; 1 where respondents decide."""
    sizes = people.groupby("school").size().astype(float)
    by_school = school_weight(behind, sizes)
    return sizes / sizes if by_school is None else by_school / sizes
