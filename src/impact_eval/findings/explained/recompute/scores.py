"""Means, changes and measurement a second time, from the forms and by their plain formulas."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from impact_eval.estimators.effect_sizes import hedges_correction
from impact_eval.findings.data.arms import AND
from impact_eval.findings.explained.behind import Behind

MOST_PATTERNS = 12


def mean(behind: Behind) -> float:
    """Average the later wave's values, with schools counting as the plan says."""
    forms = behind.wave("wave_to")
    by_school = forms.groupby("school")["value"].agg(["mean", "size"])
    weight = school_weight(behind, by_school["size"].astype(float))
    if behind.row["level"] == "school" or weight is None:
        return float(forms["value"].mean())
    return float((by_school["mean"] * weight).sum() / weight.sum())


def stacked(behind: Behind) -> float:
    """Average the schools' changes, or subtract means where the rounds drew other schools."""
    if behind.rounds_differ:
        return float(behind.wave("wave_to")["value"].mean() - _pre(behind).mean())
    parts = _parts(behind)
    return float(parts["part"].sum() / parts["weight"].sum())


def sign_flip(behind: Behind) -> dict[str, float]:
    """Average the schools' changes and, with few clusters, go through the signs one by one."""
    numbers = {"estimate": stacked(behind)}
    home = behind.forms.groupby("school")["cluster"].first()
    parts = _parts(behind)["part"].groupby(home).sum().to_numpy()
    if parts.size <= MOST_PATTERNS:
        own = abs(parts.sum()) * (1 - 1e-9)
        patterns = list(product((-1, 1), repeat=parts.size))
        extreme = sum(abs(float(parts @ np.array(signs))) >= own for signs in patterns)
        numbers["p_value"] = extreme / len(patterns)
    return numbers


def adjusted_gain(behind: Behind) -> float:
    """Average the linked gains, moved along their slope to all who answered before."""
    linked = behind.linked()
    linked = linked.assign(gain=linked["post"] - linked["pre"])
    own = linked.groupby("school")[["pre", "gain"]].mean()
    inside = linked[["pre", "gain"]] - own.loc[linked["school"]].to_numpy()
    slope = (inside["pre"] * inside["gain"]).sum() / (inside["pre"] ** 2).sum()
    everybody = _pre(behind).groupby(behind.wave("wave_from")["school"]).agg(["mean", "size"])
    everybody = everybody.loc[own.index]
    fitted = own["gain"] + slope * (everybody["mean"] - own["pre"])
    return float((fitted * everybody["size"]).sum() / everybody["size"].sum())


def interaction(behind: Behind, first: pd.Series[bool]) -> float:
    """Fit school effects, wave and group by ordinary least squares with dummies."""
    forms = behind.forms
    wave = (forms["wave"] == behind.row["wave_to"]).to_numpy(dtype=float)
    group = first.to_numpy(dtype=float)
    both = forms.assign(t=wave).groupby("school")["t"].transform("nunique") == 2
    kept = np.ones(len(forms), bool) if behind.rounds_differ else both.to_numpy()
    school = np.ones((len(forms), 1))
    if not behind.rounds_differ:
        school = pd.get_dummies(forms["school"]).to_numpy(dtype=float)
    design = np.column_stack([wave * group, wave, group, school])
    solution = np.linalg.lstsq(design[kept], forms["value"].to_numpy()[kept], rcond=None)[0]
    return float(solution[0])


def subgroup_difference(behind: Behind) -> float:
    """Compare the change of the subgroup's first level with the others'; of all, the ends."""
    forms, first = behind.forms, first_level(behind)
    if behind.row["estimator"] != "joint":
        return interaction(behind, forms["group"] == first)
    later = (forms["wave"] == behind.row["wave_to"]).to_numpy(dtype=float)
    both = forms.assign(t=later).groupby("school")["t"].transform("nunique") == 2
    kept = np.ones(len(forms), bool) if behind.rounds_differ else both.to_numpy()
    levels = pd.get_dummies(forms["group"]).to_numpy(dtype=float)
    school = pd.get_dummies(forms["school"]).to_numpy(dtype=float)
    parts = [levels * later[:, None], levels, *(() if behind.rounds_differ else (school,))]
    design = np.column_stack(parts)
    solution = np.linalg.lstsq(design[kept], forms["value"].to_numpy()[kept], rcond=None)[0]
    return float(np.ptp(solution[: levels.shape[1]]))


def gap(behind: Behind) -> float:
    """Subtract the two groups' means, with schools counting as the plan says."""
    first = behind.forms["group"] == first_level(behind)
    means = []
    for side in (first, ~first):
        by_school = behind.forms[side].groupby("school")["value"].agg(["mean", "size"])
        weight = school_weight(behind, by_school["size"].astype(float))
        weight = by_school["size"] if weight is None else weight
        means.append(float((by_school["mean"] * weight).sum() / weight.sum()))
    return means[0] - means[1]


def first_level(behind: Behind) -> str:
    """Level that stands first in the address."""
    name, _, levels = str(behind.row["subgroup"]).partition(AND)[0].partition(":")
    known = next(one.levels for one in behind.study.subgroups if one.id == name)
    return next((level for level in known if levels.startswith(f"{level}-")), "")


def phase_difference(behind: Behind) -> float:
    """Compare the change of the earlier phase with the later one's, or their clusters' changes."""
    earliest = next(p for p in behind.study.phase_ids if (behind.forms["phase"] == p).any())
    if behind.row["estimator"] == "interaction":
        return interaction(behind, behind.forms["phase"] == earliest)
    home = behind.forms.groupby("cluster")["phase"].first()
    if behind.row["estimator"] == "permutation":
        parts = _parts(behind).join(behind.forms.groupby("school")["cluster"].first())
        sums = parts.groupby("cluster")[["part", "weight"]].sum()
        changes = sums["part"] / sums["weight"]
        first = home.loc[changes.index] == earliest
        return float(changes[first].mean() - changes[~first].mean())
    means = behind.forms.pivot_table(index="cluster", columns="wave", values="value").dropna()
    changes = means[behind.row["wave_to"]] - means[behind.row["wave_from"]]
    sides = [changes[(home.loc[changes.index] == earliest) == side] for side in (True, False)]
    squares = sum(float(((side - side.mean()) ** 2).sum()) for side in sides)
    df = len(changes) - 2
    spread = np.sqrt(squares / df * sum(1 / len(side) for side in sides))
    quantile = stats.t.ppf((1 + behind.study.plan.conf_level) / 2, df)
    return float(quantile * spread)


def effect_size(behind: Behind) -> float:
    """Divide the change by a standard deviation, with Hedges' factor."""
    pre, post = _pre(behind), behind.wave("wave_to")["value"]
    if behind.row["variant"] == "d_pre":
        spread, df = float(pre.std()), len(pre) - 1
    else:
        spread, df = float(np.sqrt((pre.var() + post.var()) / 2)), len(pre) + len(post) - 2
    return hedges_correction(df) * stacked(behind) / spread


def alpha(behind: Behind) -> float:
    """Compute k / (k - 1) times one less the items' share of the sum's variance."""
    row = behind.row
    items = behind.study.items_of(row["audience"], row["outcome"])["item_id"].tolist()
    forms = behind.tables.submissions
    kept = (forms["audience"] == row["audience"]) & (forms["wave"] == row["wave_to"])
    if row["phase"] and len(behind.study.phases) > 1:
        kept &= forms["phase"] == row["phase"]
    answers = forms.loc[kept, items].dropna()
    k = len(items)
    return float(k / (k - 1) * (1 - answers.var().sum() / answers.sum(axis=1).var()))


def icc_score(behind: Behind) -> float:
    """Compute the share of variance between places from mean squares."""
    return _icc(behind, behind.wave("wave_to"), "value")


def icc_gain(behind: Behind) -> float:
    """Compute the share of the gains' variance between places from mean squares."""
    linked = behind.linked()
    return _icc(behind, linked.assign(gain=linked["post"] - linked["pre"]), "gain")


def score_sd(behind: Behind) -> float:
    """Take the standard deviation of a wave's scores."""
    return float(behind.wave("wave_to")["value"].std())


def correlation(behind: Behind) -> float:
    """Correlate the linked people's scores before and after."""
    linked = behind.linked()
    return float(linked["pre"].corr(linked["post"]))


def linked_unlinked(behind: Behind) -> float:
    """Subtract the unlinked people's mean before, in pooled standard deviations."""
    pre = behind.wave("wave_from")
    later = _everybody_later(behind)
    linked = (pre["person"] != "") & pre["person"].isin(later)
    parts = [pre.loc[linked, "value"], pre.loc[~linked, "value"]]
    squares = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    df = len(pre) - 2
    difference = float(parts[0].mean() - parts[1].mean())
    return hedges_correction(df) * difference / float(np.sqrt(squares / df))


def _everybody_later(behind: Behind) -> pd.Series[str]:
    """Codes of the later wave's forms, with or without a score of this outcome."""
    everybody = behind.row.copy()
    everybody["outcome"] = ""
    later = replace(behind, row=everybody).wave("wave_to")["person"]
    codes: pd.Series[str] = later[later != ""]
    return codes


def _icc(behind: Behind, people: pd.DataFrame, column: str) -> float:
    variant = str(behind.row["variant"])
    if variant == "workshop":
        people = people[~people["workshop"].str.endswith("|")]
    place = people[variant if variant in ("school", "workshop") else "cluster"]
    groups = people.groupby(place)[column]
    sizes, means = groups.size(), groups.mean()
    n, count = len(people), len(sizes)
    between = float((sizes * (means - people[column].mean()) ** 2).sum()) / (count - 1)
    within = float(((people[column] - groups.transform("mean")) ** 2).sum()) / (n - count)
    size = (n - float((sizes**2).sum()) / n) / (count - 1)
    return (between - within) / (between + (size - 1) * within)


def _pre(behind: Behind) -> pd.Series[float]:
    return behind.wave("wave_from")["value"]


def _cells(behind: Behind) -> pd.DataFrame:
    """Means and numbers of both waves of each school that has both."""
    parts = [
        behind.wave(which)
        .groupby("school")["value"]
        .agg(["mean", "size"])
        .set_axis([name, f"n_{name}"], axis=1)
        for which, name in (("wave_from", "pre"), ("wave_to", "post"))
    ]
    return parts[0].join(parts[1], how="inner")


def _parts(behind: Behind) -> pd.DataFrame:
    """Weights of schools, and their changes times these."""
    cells = _cells(behind)
    n0, n1 = cells["n_pre"], cells["n_post"]
    weight = school_weight(behind, n0 * n1 / (n0 + n1))
    weight = n0 * n1 / (n0 + n1) if weight is None else weight
    return pd.DataFrame({"weight": weight, "part": (cells["post"] - cells["pre"]) * weight})


def school_weight(behind: Behind, by_school: pd.Series[float]) -> pd.Series[float] | None:
    """Weights of schools other than by their respondents; None where those decide."""
    weights = behind.study.plan.weights
    if weights == "respondent":
        return None
    if weights == "school":
        return pd.Series(1.0, index=by_school.index)
    workshops = behind.tables.workshops
    own = workshops[workshops["audience"] == behind.row["audience"]]
    numbers: pd.Series[float] = own.groupby("school_id")["attended"].sum()
    return numbers.reindex(by_school.index)
