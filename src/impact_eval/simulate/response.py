"""How a trait becomes answers: item response functions, their moments, and drawing from them.

A quiz item is answered rightly with probability g + (1 - g) logistic(slope * trait - cut), where g
is what guessing gives. A rating is at or above its j-th step with probability
logistic(slope * trait + shift - cut[j]), where `shift` is the person's leaning to agree, which acts
on the answer as written and so in the opposite direction on reversed items.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from impact_eval.simulate.model import AnswerForm

Floats = NDArray[np.float64]

_STEP = 1.35  # distance of neighbouring cuts of a rating, in logits
_GUESSING: dict[AnswerForm, float] = {"quiz": 0.25, "recall": 0.04}
_NOT_APPLICABLE: dict[AnswerForm, float] = {"frequency": 0.15}
# what straightliners tick on five steps: agreement mostly, or "never" to a list of risks
_STRAIGHTLINES: dict[AnswerForm, tuple[float, ...]] = {
    "rating": (0.05, 0.10, 0.25, 0.30, 0.30),
    "frequency": (0.70, 0.12, 0.08, 0.05, 0.05),
}
_CHANCE: dict[AnswerForm, float] = {"quiz": 0.25, "recall": 0.1, "yes_no": 0.5}


@dataclass(frozen=True)
class ItemBlock:
    """Items of one outcome with their parameters; arrays have shape (items,) or (items, cuts)."""

    item_ids: tuple[str, ...]
    form: AnswerForm
    low: int
    high: int
    reverse: NDArray[np.bool_]
    slopes: Floats
    cuts: Floats
    leaning_sd: float

    @property
    def guessing(self) -> float:
        """Chance of a right answer without knowing it."""
        return _GUESSING.get(self.form, 0.0)

    @property
    def not_applicable(self) -> float:
        """Chance that the question does not apply and the lowest step is ticked."""
        return _NOT_APPLICABLE.get(self.form, 0.0)

    @property
    def random_chance(self) -> float:
        """Chance that a random answer to a quiz item is right (or another choice, yes)."""
        return _CHANCE.get(self.form, 0.0)

    @property
    def straightline_weights(self) -> Floats:
        """Chances of each step to be the one that straightliners tick."""
        return np.array(_STRAIGHTLINES[self.form])

    @property
    def is_count(self) -> bool:
        """Whether the score counts right answers (else it is the mean of ratings)."""
        return self.form in ("quiz", "recall", "yes_no")

    @property
    def unit(self) -> float:
        """What a sum over items is multiplied with to give the score."""
        return 1.0 if self.is_count else 1.0 / len(self.item_ids)

    def with_slope(self, slope: float) -> ItemBlock:
        """Let the same items tell people apart as well as `slope` says."""
        spread = np.linspace(0.75, 1.25, len(self.item_ids))
        sign = np.where(self.reverse, -1.0, 1.0)
        return replace(self, slopes=slope * spread * sign)


def make_block(
    *,
    item_ids: tuple[str, ...],
    form: AnswerForm,
    low: int,
    high: int,
    reverse: NDArray[np.bool_],
    acquiescence: float,
) -> ItemBlock:
    """Items with spread difficulties; `acquiescence` is in steps of the rating scale."""
    count = len(item_ids)
    # easy and hard items alternate, so that difficulty and slope are not confounded
    order = np.argsort(np.arange(count) * 0.618 % 1.0, kind="stable")
    if form in ("quiz", "recall", "yes_no"):
        width = 0.6 if form == "recall" else 1.4
        cuts = np.linspace(-width, width, count)[order][:, None]
    else:
        width = 0.5
        steps = _STEP * (np.arange(high - low) - (high - low - 1) / 2)
        cuts = np.linspace(-width, width, count)[order][:, None] + steps[None, :]
    return ItemBlock(
        item_ids=item_ids,
        form=form,
        low=low,
        high=high,
        reverse=reverse,
        slopes=np.ones(count),
        cuts=cuts,
        leaning_sd=acquiescence * _STEP if form == "rating" else 0.0,
    )


def draw_answers(
    block: ItemBlock, trait: Floats, leaning: Floats, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Answers as written, shape (people, items): 1 or 0 for a quiz, else the step ticked."""
    shape = (trait.size, len(block.item_ids))
    shift = block.leaning_sd * leaning[:, None]
    position = trait[:, None] * block.slopes[None, :] + shift + rng.logistic(size=shape)
    answers = np.full(shape, block.low, dtype=np.int8)
    for cut in block.cuts.T:
        answers += position > cut[None, :]
    if block.guessing:
        answers[rng.random(shape) < block.guessing] = 1
    if block.not_applicable:
        answers[(rng.random(shape) < block.not_applicable) & ~block.reverse[None, :]] = block.low
    return answers


def draw_careless(
    block: ItemBlock,
    straight: NDArray[np.bool_],
    random: NDArray[np.bool_],
    leaning_to: Floats,
    rng: np.random.Generator,
) -> NDArray[np.int8]:
    """Answers of straightliners and random responders, shape (people, items); others get -1.

    `leaning_to`, uniform from 0 to 1 for each form, is where a straightliner ticks in every list.
    """
    shape = (straight.size, len(block.item_ids))
    answers = np.full(shape, -1, dtype=np.int8)
    if block.is_count:
        answers[random] = (rng.random(shape) < block.random_chance)[random]
        return answers
    answers[random] = rng.integers(block.low, block.high + 1, size=shape, dtype=np.int8)[random]
    steps = np.arange(block.low, block.high + 1, dtype=np.int8)
    ticked = steps[np.searchsorted(np.cumsum(block.straightline_weights[:-1]), leaning_to)]
    answers[straight] = ticked[straight, None]
    return answers


def score_answers(block: ItemBlock, answers: NDArray[np.int8]) -> Floats:
    """Scores in the outcome's unit: the number right, or the mean after reversal."""
    turned = np.where(block.reverse[None, :], block.low + block.high - answers, answers)
    return np.asarray(turned.sum(axis=1) * block.unit, dtype=np.float64)
