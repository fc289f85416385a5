"""Numbers of single ratings a second time: pair by pair, and by a general optimiser."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize

from impact_eval.findings.data.arms import COMPARISON, PROGRAMME, subgroup_of
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.effects import adjusting
from impact_eval.findings.explained.recompute.scores import school_weight
from impact_eval.findings.outcomes.ratings import LINKED, PROPORTIONALITY


def superiority(behind: Behind) -> float:
    """Compare each later answer with each earlier one, or people with themselves; or two sides."""
    if behind.row["contrast"]:
        return superiority(_on_side(behind, PROGRAMME)) - superiority(_on_side(behind, COMPARISON))
    if behind.row["estimator"] == LINKED:
        return _of_linked(behind)
    pre, post = behind.wave("wave_from"), behind.wave("wave_to")
    if behind.rounds_differ:
        return 100 * _higher(pre["value"], post["value"])
    own = {
        school: _higher(pre.loc[pre["school"] == school, "value"], later["value"])
        for school, later in post.groupby("school")
        if (pre["school"] == school).any()
    }
    shares = pd.Series(own)
    weight = _weights(behind).loc[shares.index]
    return 100 * float((shares * weight).sum() / weight.sum())


def _on_side(behind: Behind, side: str) -> Behind:
    row = behind.row.copy()
    row["contrast"], row["subgroup"] = "", subgroup_of(side)
    return Behind(behind.study, behind.tables, row)


def odds(behind: Behind) -> float:
    """Fit the log odds ratio of the wave, or the range of those of all cuts."""
    pre, post = behind.wave("wave_from"), behind.wave("wave_to")
    forms = pd.concat([pre, post])
    later = np.repeat([0.0, 1.0], [len(pre), len(post)])
    weight = np.ones(len(forms))
    if not behind.rounds_differ:
        by_school = _weights(behind)
        known = forms["school"].isin(by_school.index).to_numpy()
        forms, later = forms[known], later[known]
        rows = forms.assign(later=later).groupby(["school", "later"])["value"].transform("size")
        weight = (forms["school"].map(by_school) / rows).to_numpy()
    level = np.unique(forms["value"], return_inverse=True)[1]
    columns = later[:, None]
    if behind.row["contrast"]:
        side = (forms["group"] == PROGRAMME).to_numpy(dtype=float)
        columns = np.column_stack([later * side, later, side])
    return _asked(behind, level, columns, weight)


def odds_of_effect(behind: Behind) -> float:
    """Fit the log odds ratio of the side beside all that the effect is adjusted for."""
    pre, post = behind.wave("wave_from"), behind.wave("wave_to")
    design = adjusting(behind, pre, post).drop(columns="one")
    strata = [name for name in design.columns if str(name).startswith("stratum")]
    design = design.drop(columns=strata[:1])
    columns = design.loc[:, np.ptp(design.to_numpy(), axis=0) > 0].to_numpy(dtype=float)
    sizes = post.groupby("school")["value"].size()
    by_school = school_weight(behind, sizes.astype(float))
    weight = np.ones(len(post))
    if by_school is not None:
        weight[:] = post["school"].map(by_school / sizes)
    level = np.unique(post["value"], return_inverse=True)[1]
    return _asked(behind, level, columns, weight)


def _asked(behind: Behind, level: np.ndarray, columns: np.ndarray, weight: np.ndarray) -> float:
    """Give the log odds ratio of the first column, or of the cuts the largest less the smallest."""
    if behind.row["variant"] != PROPORTIONALITY:
        return _slope(level, columns, weight)
    cuts = [
        _slope((level >= cut).astype(int), columns, weight) for cut in range(1, level.max() + 1)
    ]
    return max(cuts) - min(cuts)


def _of_linked(behind: Behind) -> float:
    linked = behind.linked()
    share = (linked["post"] > linked["pre"]) + 0.5 * (linked["post"] == linked["pre"])
    by_school = share.groupby(linked["school"]).agg(["mean", "size"])
    weight = school_weight(behind, by_school["size"].astype(float))
    weight = by_school["size"] if weight is None else weight.loc[by_school.index]
    return 100 * float((by_school["mean"] * weight).sum() / weight.sum())


def _higher(pre: pd.Series[float], post: pd.Series[float]) -> float:
    """Share of all pairs in which the later answer is higher, ties as halves."""
    apart = np.subtract.outer(post.to_numpy(), pre.to_numpy())
    return float(((apart > 0) + 0.5 * (apart == 0)).mean())


def _weights(behind: Behind) -> pd.Series[float]:
    """Weights of the schools that have both waves."""
    sizes = pd.DataFrame(
        {which: behind.wave(which)["school"].value_counts() for which in ("wave_from", "wave_to")}
    ).dropna()
    n0, n1 = sizes["wave_from"], sizes["wave_to"]
    respondents: pd.Series[float] = n0 * n1 / (n0 + n1)
    weight = school_weight(behind, respondents)
    return respondents if weight is None else weight.loc[sizes.index]


def _slope(level: np.ndarray, columns: np.ndarray, weight: np.ndarray) -> float:
    """First log odds ratio at which the gradient of a proportional odds model is zero."""
    patterns, place = np.unique(columns, axis=0, return_inverse=True)
    table = np.array(
        [
            np.bincount(level, weight * (place.reshape(-1) == one), level.max() + 1)
            for one in range(len(patterns))
        ]
    )
    table = table / table.sum()
    levels = table.shape[1] - 1
    below = np.cumsum(table.sum(axis=0))[:-1]

    def gradient(at: np.ndarray) -> np.ndarray:
        cut = 1 / (1 + np.exp((patterns @ at[levels:])[:, None] - at[:levels]))
        ends = np.column_stack([np.zeros(len(cut)), cut, np.ones(len(cut))])
        ratio = table / np.diff(ends, axis=1)
        by_cut = cut * (1 - cut) * (ratio[:, :-1] - ratio[:, 1:])
        return np.append(by_cut.sum(axis=0), -by_cut.sum(axis=1) @ patterns)

    start = np.append(np.log(below / (1 - below)), np.zeros(patterns.shape[1]))
    return float(optimize.root(gradient, start, options={"xtol": 1e-14}).x[levels])
