"""Answers as they stand in a file: option names, steps, don't-know codes, gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.codes import Texts
from impact_eval.simulate.faults import DONT_KNOW_OF_WRONG, PAGE_SKIPPED, REFUSED
from impact_eval.simulate.response import Floats, ItemBlock

_OPTIONS = ("a", "b", "c", "d")
_DIGITS = np.array([str(step) for step in range(10)], dtype=object)
_URDU = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def write_cells(
    block: ItemBlock,
    items: pd.DataFrame,
    answers: NDArray[np.int8],
    dont_know: Texts,
    rng: np.random.Generator,
) -> Texts:
    """Answers of shape (forms, items) as text; `dont_know` is the code that each form uses."""
    if block.form == "quiz":
        return _options(items, answers, dont_know, rng)
    if block.form in ("recall", "yes_no"):
        return np.where(answers == 1, "yes", "no").astype(object)
    cells = _DIGITS[answers]
    refused = rng.random(answers.shape) < REFUSED
    cells[refused] = np.where(rng.random(int(refused.sum())) < 0.5, "98", "99")
    return np.asarray(cells, dtype=object)


def _options(
    items: pd.DataFrame, answers: NDArray[np.int8], dont_know: Texts, rng: np.random.Generator
) -> Texts:
    cells = np.empty(answers.shape, dtype=object)
    for column, key in enumerate(items["correct"]):
        others = np.array([option for option in _OPTIONS if option != key], dtype=object)
        cells[:, column] = others[rng.integers(0, others.size, size=len(answers))]
        unsure = rng.random(len(answers)) < DONT_KNOW_OF_WRONG
        cells[unsure, column] = dont_know[unsure]
        cells[answers[:, column] == 1, column] = key
    return cells


def leave_gaps(cells: Texts, rate: Floats, rng: np.random.Generator) -> None:
    """Empty single cells at each form's rate, and now and then the whole page; in place."""
    cells[rng.random(cells.shape) < rate[:, None]] = ""
    cells[rng.random(len(cells)) < PAGE_SKIPPED] = ""


def seven_steps(cells: Texts, here: NDArray[np.bool_], rng: np.random.Generator) -> None:
    """Ratings of one batch, collected with seven steps where five were meant; in place."""
    stretch = {"1": "1", "2": "2", "3": "4", "4": "6", "5": "7"}
    batch = cells[here]
    for step, wide in stretch.items():
        batch[cells[here] == step] = wide
    shaken = np.isin(batch, ["2", "4", "6"]) & (rng.random(batch.shape) < 0.25)
    batch[shaken] = "5"
    cells[here] = batch


def to_urdu(cells: Texts, here: NDArray[np.bool_]) -> None:
    """Write the digits of some forms as an Urdu keyboard does; in place."""
    turned = [[cell.translate(_URDU) for cell in row] for row in cells[here]]
    if turned:
        cells[here] = np.array(turned, dtype=object)
