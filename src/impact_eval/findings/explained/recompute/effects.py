"""Effects, baselines and losses of two sides a second time, from the forms and plainly."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pandas as pd

from impact_eval.findings.data.arms import ANCOVA, COMPARISON, LINKED_ONLY, PROGRAMME, estimator_of
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.scores import (
    adjusted_gain,
    first_level,
    school_weight,
    stacked,
)
from impact_eval.findings.explained.recompute.scores import subgroup_difference as of_one_group
from impact_eval.study.arms import STRATUM


def effect(behind: Behind) -> float:
    """Subtract the sides' changes, or fit the later scores by least squares with dummies."""
    if behind.row["estimator"] == ANCOVA:
        return _ancova(behind, behind.wave("wave_from"), behind.wave("wave_to"))
    return stacked(_side(behind, PROGRAMME)) - stacked(_side(behind, COMPARISON))


def of_design(behind: Behind) -> float:
    """Compute the effect by the estimator of the design, beside which another test stands."""
    row = behind.row.copy()
    row["estimator"], row["variant"] = estimator_of(behind.study), ""
    return effect(replace(behind, row=row))


def gains(behind: Behind) -> float:
    """Subtract the sides' adjusted gains of linked people."""
    return adjusted_gain(_side(behind, PROGRAMME)) - adjusted_gain(_side(behind, COMPARISON))


def subgroup_difference(behind: Behind) -> float:
    """Compare groups' changes, or where there are sides the groups' effects."""
    one_group = not behind.row["contrast"]
    return of_one_group(behind) if one_group else _effect_difference(behind)


def _effect_difference(behind: Behind) -> float:
    """Compute the effect in the first group's forms and in the others', and subtract."""
    row = behind.row.copy()
    row["contrast"] = ""
    by_level = replace(behind, row=row)
    level = by_level.forms.set_index("submission_id")["group"]
    first = first_level(by_level)
    forms = behind.forms[behind.forms["submission_id"].isin(level.index)]
    mine = forms["submission_id"].map(level) == first
    return _effect_of(behind, forms[mine]) - _effect_of(behind, forms[~mine])


def _effect_of(behind: Behind, forms: pd.DataFrame) -> float:
    """Compute the effect from some of the forms alone."""
    pre, post = (forms[forms["wave"] == behind.row[wave]] for wave in ("wave_from", "wave_to"))
    if behind.row["estimator"] == ANCOVA:
        return _ancova(behind, pre, post)
    cells = pd.DataFrame(
        {
            "before": pre.groupby("school")["value"].mean(),
            "after": post.groupby("school")["value"].mean(),
            "n0": pre.groupby("school").size(),
            "n1": post.groupby("school").size(),
            "side": forms.groupby("school")["group"].first(),
        }
    ).dropna()
    respondents = cells["n0"] * cells["n1"] / (cells["n0"] + cells["n1"])
    weight = school_weight(behind, respondents)
    weight = respondents if weight is None else weight.loc[cells.index]
    weighted = weight * (cells["after"] - cells["before"])
    means = weighted.groupby(cells["side"]).sum() / weight.groupby(cells["side"]).sum()
    return float(means[PROGRAMME] - means[COMPARISON])


def permuted(behind: Behind) -> float:
    """Fit the side beside strata to the school means after, less what those before predict.

    Schools weigh as in the plan, and clusters by their schools.
    """
    cells = behind.forms.pivot_table(index="school", columns="wave", values="value").dropna()
    before, after = cells[behind.row["wave_from"]], cells[behind.row["wave_to"]]
    apart = before - before.mean()
    number = after - float((apart * after).sum() / (apart**2).sum()) * apart
    side = behind.forms.groupby("school")["group"].first().loc[cells.index] == PROGRAMME
    roster = behind.tables.schools.drop_duplicates("school_id").set_index("school_id")
    stratum = pd.Series("", index=cells.index)
    if STRATUM in roster and (roster[STRATUM].fillna("") != "").any():
        stratum = roster[STRATUM].fillna("").loc[cells.index]
    dummies = pd.get_dummies(stratum).to_numpy(dtype=float)
    respondents = behind.wave("wave_to").groupby("school").size().loc[cells.index].astype(float)
    weight = school_weight(behind, respondents)
    weight = respondents if weight is None else weight.loc[cells.index]
    root = np.sqrt(weight.to_numpy(dtype=float))
    design = np.column_stack([side.to_numpy(dtype=float), dummies]) * root[:, None]
    return float(np.linalg.lstsq(design, number.to_numpy() * root, rcond=None)[0][0])


def standardised_effect(behind: Behind) -> float:
    """Divide the effect by the later scores' deviation within sides, corrected for clusters."""
    cluster = "workshop" if behind.row["estimand"] == "participants" else "cluster"
    return effect(behind) * hedges_factor(behind.wave("wave_to"), cluster)


def baseline(behind: Behind) -> float:
    """Divide the sides' distance before by the deviation within sides, corrected for clusters."""
    before = behind.wave("wave_from")
    means = before.groupby("group")["value"].mean()
    return float(means[PROGRAMME] - means[COMPARISON]) * hedges_factor(before, "cluster")


def attrition_difference(behind: Behind) -> float:
    """Subtract the shares of people lost in schools that somebody answered in later."""
    later = behind.wave("wave_to")
    before = behind.wave("wave_from")
    before = before[before["school"].isin(later["school"])]
    lost = 100 * ~before["person"].isin(later["person"][later["person"] != ""])
    shares = lost.groupby(before["group"]).mean()
    return float(shares[PROGRAMME] - shares[COMPARISON])


def left(behind: Behind) -> float:
    """Divide the changes to the later and to the first wave, by least squares with dummies."""
    between = behind.row.copy()
    between["wave_to"] = behind.row["variant"]
    first = replace(behind, row=between).wave("wave_to")
    forms = pd.concat([behind.wave("wave_from"), first, behind.wave("wave_to")])
    waves = forms.groupby("school")["wave"].transform("nunique")
    forms = forms[waves == len(("before", "after", "later"))]
    after = (forms["wave"] == behind.row["variant"]).to_numpy(dtype=float)
    later = (forms["wave"] == behind.row["wave_to"]).to_numpy(dtype=float)
    side = (forms["group"] == PROGRAMME).to_numpy(dtype=float)
    columns = [after * side, later * side] if side.any() else []
    school = pd.get_dummies(forms["school"]).to_numpy(dtype=float)
    design = np.column_stack([*columns, after, later, school])
    fitted = np.linalg.lstsq(design, forms["value"].to_numpy(), rcond=None)[0]
    return float(100 * fitted[1] / fitted[0])


def _side(behind: Behind, side: str) -> Behind:
    """Keep the forms of one side, as a subgroup's."""
    row = behind.row.copy()
    row["subgroup"], row["contrast"] = f"arm:{side}", ""
    return replace(behind, row=row)


def _ancova(behind: Behind, pre: pd.DataFrame, post: pd.DataFrame) -> float:
    """Regress the later scores on side, school's mean before, own distance from it, strata."""
    sizes = post.groupby("school")["value"].size()
    design = adjusting(behind, pre, post)
    by_school = school_weight(behind, sizes.astype(float))
    later = post.loc[design.index]
    weight = np.ones(len(later))
    if by_school is not None and behind.study.randomised_by:
        weight = np.sqrt(later["school"].map(by_school / sizes).to_numpy(dtype=float))
    fitted = np.linalg.lstsq(
        design.to_numpy() * weight[:, None], later["value"].to_numpy() * weight, rcond=None
    )
    return float(fitted[0][0])


def adjusting(behind: Behind, pre: pd.DataFrame, post: pd.DataFrame) -> pd.DataFrame:
    """Lay out the side and what an effect is adjusted for, later forms by columns."""
    own = pre[pre["person"] != ""].set_index("person")["value"]
    mine = post["person"].map(own).where(post["person"] != "")
    if behind.row["variant"] == LINKED_ONLY:
        post, mine = post[mine.notna()], mine[mine.notna()]
        pre = pre[pre["person"].isin(post["person"])]
    level = post["school"].map(pre.groupby("school")["value"].mean())
    columns = {
        "side": (post["group"] == PROGRAMME).astype(float),
        "one": 1.0,
        "level": level.fillna(0.0),
        "no_level": level.isna().astype(float),
        "own": (mine - level).fillna(0.0),
        "missing": mine.isna().astype(float),
    }
    design = pd.DataFrame(columns, index=post.index)
    roster = behind.tables.schools
    if behind.study.randomised_by and STRATUM in roster:
        stratum = post["school"].map(roster.set_index("school_id")[STRATUM])
        design = design.join(pd.get_dummies(stratum, prefix="stratum", dtype=float))
    return design


def hedges_factor(forms: pd.DataFrame, cluster: str) -> float:
    """Hedges' small-sample and cluster factors over the deviation within sides."""
    by_side = forms.groupby("group")["value"]
    n, sizes = len(forms), forms.groupby(["group", cluster])["value"].size()
    squares = float(((forms["value"] - by_side.transform("mean")) ** 2).sum())
    size = n / len(sizes)
    r = min(1.0, max(0.0, _icc(forms, cluster, squares)))
    inside = 2 * (size - 1) * r
    rest = n - 2 * size
    h = (n - 2 - inside) ** 2 / (
        (n - 2) * (1 - r) ** 2 + size * rest * r**2 + 2 * rest * r * (1 - r)
    )
    return (1 - 3 / (4 * h - 1)) * sqrt(1 - inside / (n - 2)) / sqrt(squares / (n - 2))


def _icc(forms: pd.DataFrame, cluster: str, squares: float) -> float:
    """Share of the variance within sides that lies between clusters, from mean squares."""
    groups = forms.groupby(["group", cluster])["value"]
    sizes, n = groups.size(), len(forms)
    within = float(((forms["value"] - groups.transform("mean")) ** 2).sum())
    between = (squares - within) / (len(sizes) - 2)
    per_side = sizes.groupby(level="group").agg(lambda own: float((own**2).sum() / own.sum()))
    size = (n - float(per_side.sum())) / (len(sizes) - 2)
    within /= n - len(sizes)
    return (between - within) / (between + (size - 1) * within)
