"""Omega, single items and items in two waves a second time, from the forms and plainly."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize

from impact_eval.findings.explained.behind import Behind

_EM_STEPS = 100_000


def omega(behind: Behind) -> float:
    """Fit one factor by the EM algorithm and compare what it explains with the rest."""
    answers = _answers(behind, "wave_to").dropna()
    sd = answers.std().to_numpy()
    r = answers.corr().to_numpy()
    loading = np.sqrt(np.abs(r).mean(axis=1))
    unique = 1 - loading**2 / 2
    for _ in range(_EM_STEPS):
        implied = np.outer(loading, loading) + np.diag(unique)
        score = np.linalg.solve(implied, loading)
        spread = 1 - score @ loading + score @ r @ score
        better = r @ score / spread
        unique = 1 - better * (r @ score)
        moved = np.abs(better - loading).max()
        loading = better
        if moved < 1e-15:
            break
    common = (loading * sd).sum() ** 2
    return float(common / (common + (unique * sd**2).sum()))


def item_total(behind: Behind) -> float:
    """Correlate an item with the sum of the others."""
    answers = _answers(behind, "wave_to").dropna()
    item = answers[behind.row["item_id"]]
    return float(item.corr(answers.sum(axis=1) - item))


def difficulty(behind: Behind) -> float:
    """Average an item, in percent of its range."""
    answers = _answers(behind, "wave_to")[behind.row["item_id"]].dropna()
    low, high = _range(behind)
    return float(100 * (answers.mean() - low) / (high - low))


def discrimination(behind: Behind) -> float:
    """Subtract the mean of the lowest 27 % from that of the highest."""
    answers = _answers(behind, "wave_to").dropna()
    total, item = answers.sum(axis=1), answers[behind.row["item_id"]]
    size = 0.27 * len(answers)
    means = []
    for ordered in (total, -total):
        reached, added = 0.0, 0.0
        for _, group in item.groupby(-ordered):
            taken = min(len(group), size - reached)
            added += taken * float(group.mean())
            reached += taken
            if reached >= size:
                break
        means.append(added / size)
    low, high = _range(behind)
    return (means[0] - means[1]) / (high - low)


def wave_dif(behind: Behind) -> float:
    """Gain in Nagelkerke's R2 by wave, by its interaction with the total, or by both."""
    waves = [_answers(behind, which).dropna() for which in ("wave_from", "wave_to")]
    answers = pd.concat(waves)
    later = np.repeat([0.0, 1.0], [len(wave) for wave in waves])
    total = answers.sum(axis=1).to_numpy()
    total = (total - total.mean()) / total.std()
    item = np.unique(answers[behind.row["item_id"]], return_inverse=True)[1]
    design = np.column_stack([total, later, total * later])
    steps = {"": (1, 3), "uniform": (1, 2), "nonuniform": (2, 3)}[behind.row["variant"]]
    none, fewer, more = (_likelihood(item, design[:, :q]) for q in (0, *steps))
    n = len(item)
    most = 1 - np.exp(2 * none / n)
    return float((np.exp(2 * (none - fewer) / n) - np.exp(2 * (none - more) / n)) / most)


def _likelihood(item: np.ndarray, design: np.ndarray) -> float:
    """Largest log-likelihood of a proportional odds model, by a general optimiser."""
    shares = np.bincount(item) / len(item)
    first = np.log(np.cumsum(shares)[:-1] / (1 - np.cumsum(shares)[:-1]))
    start = np.concatenate([first[:1], np.log(np.diff(first)), np.zeros(design.shape[1])])
    cuts = len(first)

    def cost(at: np.ndarray) -> float:
        edges = at[0] + np.concatenate([[0.0], np.cumsum(np.exp(at[1:cuts]))])
        distance = np.concatenate([[-np.inf], edges, [np.inf]])
        fitted = design @ at[cuts:]
        high, low = (1 / (1 + np.exp(fitted - distance[item + up])) for up in (1, 0))
        return float(-np.log(np.maximum(high - low, 1e-300)).sum())

    return -float(optimize.minimize(cost, start, method="BFGS", options={"gtol": 1e-4}).fun)


def _answers(behind: Behind, which: str) -> pd.DataFrame:
    """Answers to all items of the outcome in one wave, gaps among them."""
    row = behind.row
    items = behind.study.items_of(row["audience"], row["outcome"])["item_id"].tolist()
    forms = behind.tables.submissions
    kept = (forms["audience"] == row["audience"]) & (forms["wave"] == row[which])
    if row["phase"] and len(behind.study.phases) > 1:
        kept &= forms["phase"] == row["phase"]
    answers: pd.DataFrame = forms.loc[kept, items]
    return answers


def _range(behind: Behind) -> tuple[float, float]:
    """Lowest and highest answer to one item of the outcome."""
    row = behind.row
    if behind.study.outcome(row["audience"], row["outcome"]).kind == "index":
        return 0.0, 1.0
    return behind.study.outcome_range(row["audience"], row["outcome"])
