"""Topics a second time, from the answers to their items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from impact_eval.findings.data.arms import estimator_of
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute import effects, scores
from impact_eval.vocabulary import Quantity

_SCORE = (
    "of an index 100 x points of the topic's items answered / their highest points, of a scale the"
    " mean rating"
)


def changed(behind: Behind) -> float:
    """Compute a topic's change, or the sides' difference in it."""
    if not behind.row["contrast"]:
        return scores.stacked(behind)
    row = behind.row.copy()
    row["estimator"] = estimator_of(behind.study)  # which all topics together and Holm's p hide
    return effects.effect(replace(behind, row=row))


def apart(behind: Behind) -> float:
    """Compute every topic's change alone, and subtract the smallest from the largest."""
    row = behind.row
    found = []
    for topic in behind.study.topics_of(row["audience"], row["outcome"]):
        own = row.copy()
        own["variant"] = topic
        found.append(changed(replace(behind, row=own)))
    return float(np.ptp(found))


TOPIC_FORMULAS: Final[Mapping[Quantity, tuple[str, Callable[[Behind], float]]]] = {
    "topic_mean": (f"sum of scores / people; {_SCORE}", scores.mean),
    "topic_change": (
        f"mean over schools of (mean after - mean before), weighted as the method says; {_SCORE}",
        changed,
    ),
    "topic_effect": (f"as the effect on the outcome; {_SCORE}", changed),
    "topic_difference": (
        (
            "largest of the topics' changes, or effects, - the smallest; p is that of all being"
            " equal, in one model with a coefficient for each"
        ),
        apart,
    ),
}
HOLM_OF_TOPICS: Final[tuple[str, Callable[[Behind], float]]] = (
    "the topic's change, or effect; p allows for the other topics of the outcome by Holm's method",
    changed,
)
