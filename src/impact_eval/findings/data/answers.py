"""The answers to all items of one outcome in one wave, as estimators of measurement want them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats, StudyData

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers of shape (n, k) to the items of an outcome; `rows` are their places.

    `in_parts` tells items that can be partly right.
    """

    people: AudienceData
    outcome: Outcome
    items: tuple[str, ...]
    in_parts: tuple[bool, ...]
    minimum: float
    maximum: float
    rows: Codes
    answers: Floats
    address: Address

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Who answered every item, shape (n,)."""
        return np.asarray(np.isfinite(self.answers).all(axis=1))


def answers_of_waves(data: StudyData) -> Iterator[Answers]:
    """Yield every index and scale in every phase and wave with somebody who answered all of it."""
    for phase, people, outcome in data.measured():
        codebook = data.study.items_of(people.audience.id, outcome.id)
        codebook = codebook[codebook["item_id"].isin(list(people.items))]
        if outcome.kind == "ready_made" or codebook.empty:
            continue
        items = tuple(codebook["item_id"].astype(str))
        scale = outcome.kind == "scale"
        for wave in data.study.waves:
            rows = people.rows[phase, wave.id]
            found = Answers(
                people=people,
                outcome=outcome,
                items=items,
                in_parts=tuple(codebook["scoring"] == "share"),
                minimum=float(codebook["minimum"].min()) if scale else 0.0,
                maximum=float(codebook["maximum"].max()) if scale else 1.0,
                rows=rows,
                answers=np.column_stack([people.items[item][rows] for item in items]),
                address=Address(
                    study_id=data.study.id,
                    quantity="alpha",
                    outcome=outcome.id,
                    audience=people.audience.id,
                    phase=phase,
                    wave_from=wave.id,
                    wave_to=wave.id,
                ),
            )
            if found.complete.any():
                yield found


def scales(data: StudyData) -> Iterator[Answers]:
    """Yield those of scales alone."""
    return (found for found in answers_of_waves(data) if found.outcome.kind == "scale")
