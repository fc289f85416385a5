"""Shares as odds a second time, and standardised effects of a lot: equations solved plainly."""

from __future__ import annotations

from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special

from impact_eval.estimators.designs.unequal_clusters_g import total_variance_g
from impact_eval.findings.data.arms import PROGRAMME
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.effects import adjusting

Floats = NDArray[np.float64]

LOGIT_SD = 1.65
LARGEST_RATIO = 1e4
MOST_TURNS = 60
FARTHEST = 30.0


def odds_of_share(behind: Behind) -> float:
    """Solve the equations of the coefficients and that of the answers' likeness in turn."""
    forms, columns = _laid_out(behind)
    reached = (forms["value"] > 50).to_numpy(dtype=float)
    cluster = pd.factorize(forms["cluster"])[0].astype(np.intp)
    size = np.bincount(cluster)
    alike = 0.0

    def residuals(at: Floats) -> tuple[Floats, Floats]:
        # a step of the search may go where a share is 0 or 1 in floating point
        share = special.expit(np.clip(columns @ at, -FARTHEST, FARTHEST))
        root = np.sqrt(share * (1 - share))
        return root, (reached - share) / root

    def equations(at: Floats) -> Floats:
        root, residual = residuals(at)
        total = np.bincount(cluster, residual)
        taken = (alike * total / (1 + (size - 1) * alike))[cluster]
        return np.asarray((columns * root[:, None]).T @ (residual - taken), dtype=np.float64)

    at = np.zeros(columns.shape[1])
    at[0] = special.logit(reached.mean())
    for _ in range(MOST_TURNS):
        before = at
        at = optimize.root(equations, at, options={"xtol": 1e-13}).x
        _, residual = residuals(at)
        total = np.bincount(cluster, residual)
        pairs = (size * (size - 1)).sum()
        together = float(total @ total - residual @ residual) / pairs
        alike = max(0.0, together / float(np.mean(residual**2)))
        if np.abs(at - before).max() < 1e-11:
            break
    return float(at[1])


def cox(behind: Behind) -> float:
    """Difference of the sides' log odds over 1.65: of the changes, or later and adjusted."""
    if behind.study.randomised_by:
        forms, columns = _laid_out(behind)
        side, rest = columns[:, 1], columns[:, 2:] - columns[:, 2:].mean(axis=0)
        design = np.column_stack([side, 1 - side, rest])
        fitted = np.linalg.lstsq(design, forms["value"].to_numpy() / 100, rcond=None)[0]
        odds = special.logit(fitted[:2])
        return float(odds[0] - odds[1]) / LOGIT_SD
    share = behind.forms.pivot_table(index="group", columns="wave", values="value") / 100
    odds = np.log(share / (1 - share))
    moved = odds[behind.row["wave_to"]] - odds[behind.row["wave_from"]]
    others = moved.drop(PROGRAMME)
    return float(moved[PROGRAMME] - others.iloc[0]) / LOGIT_SD


def mcnemar(behind: Behind) -> dict[str, float]:
    """Count the linked whose answer changed either way, and the ways a coin could do so."""
    linked = behind.linked()
    up = int((linked["post"] > linked["pre"]).sum())
    down = int((linked["post"] < linked["pre"]).sum())
    ways = sum(comb(up + down, k) for k in range(min(up, down) + 1))
    return {
        "estimate": 100 * (up - down) / len(linked),
        "p_value": min(1.0, 2 * ways / 2 ** (up + down)),
    }


def risen(behind: Behind) -> float:
    """Count the linked people whose later score is the higher one."""
    linked = behind.linked()
    return 100 * float((linked["post"] > linked["pre"]).mean())


def size_of_lot(behind: Behind) -> float:
    """Solve the likelihood equations of a random intercept, and divide by the root of its parts."""
    forms, columns = _laid_out(behind)
    score = forms["value"].to_numpy()
    cluster = pd.factorize(forms["cluster"])[0].astype(np.intp)
    fitted = _parts(score, columns, cluster)
    of = fitted
    if behind.row["variant"] == "g_unconditional":
        of = _parts(score, np.ones((len(forms), 1)), cluster)
    counted = forms.groupby(["group", "cluster"]).size()
    mine = counted.index.get_level_values("group") == PROGRAMME
    total = of[1] + of[2]
    sides = counted[mine].to_numpy(), counted[~mine].to_numpy()
    return total_variance_g(float(fitted[0][1]), total, of[1] / total, *sides).estimate


def _laid_out(behind: Behind) -> tuple[pd.DataFrame, Floats]:
    """Forms with a constant, the column that is asked for, and those beside it."""
    forms = behind.forms
    later = (forms["wave"] == behind.row["wave_to"]).to_numpy(dtype=float)
    if not behind.row["contrast"]:
        waves = forms.assign(later=later).groupby("school")["later"].transform("nunique")
        kept = np.ones(len(forms), bool) if behind.rounds_differ else (waves == 2).to_numpy()
        return forms[kept], np.column_stack([np.ones(kept.sum()), later[kept]])
    if not behind.study.randomised_by:
        side = (forms["group"] == PROGRAMME).to_numpy(dtype=float)
        return forms, np.column_stack([np.ones(len(forms)), later * side, later, side])
    design = adjusting(behind, behind.wave("wave_from"), behind.wave("wave_to"))
    strata = [name for name in design.columns if str(name).startswith("stratum")]
    design = design.drop(columns=["one", *strata[:1]])
    columns = design.loc[:, np.ptp(design.to_numpy(), axis=0) > 0].to_numpy(dtype=float)
    return behind.wave("wave_to").loc[design.index], np.column_stack(
        [np.ones(len(design)), columns]
    )


def _parts(
    score: Floats, columns: Floats, cluster: NDArray[np.intp]
) -> tuple[Floats, float, float]:
    """Coefficients, variance between and variance within: the root of the score equation."""
    size = np.bincount(cluster).astype(float)
    table = np.column_stack([columns, score])
    sums = np.column_stack([np.bincount(cluster, column) for column in table.T])

    def solved(ratio: float) -> tuple[Floats, float, float]:
        """Coefficients, variance within, and what is left of the equation of the ratio."""
        inverse = table - ((ratio / (1 + size * ratio))[:, None] * sums)[cluster]
        crossed = columns.T @ inverse
        fixed = np.linalg.solve(crossed[:, :-1], crossed[:, -1])
        residual = inverse[:, -1] - inverse[:, :-1] @ fixed
        within = float(score @ residual) / (len(score) - columns.shape[1])
        own = np.column_stack([np.bincount(cluster, column) for column in inverse[:, :-1].T])
        trace = (size / (1 + size * ratio)).sum()
        trace -= np.trace(np.linalg.solve(crossed[:, :-1], own.T @ own))
        left = (np.bincount(cluster, residual) ** 2).sum() / within - trace
        return np.asarray(fixed, dtype=np.float64), within, float(left)

    if solved(0.0)[2] <= 0:
        fixed, within, _ = solved(0.0)
        return fixed, 0.0, within
    ratio = optimize.brentq(lambda one: solved(one)[2], 0.0, LARGEST_RATIO, xtol=1e-14, rtol=1e-14)
    fixed, within, _ = solved(ratio)
    return fixed, ratio * within, within
