"""Questions about exposure: who was asked, in which wave and on which side, and what they said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from impact_eval.findings.data.arms import AND, side_masks
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats, StudyData

YES, NO, DONT_KNOW = "yes", "no", "dont_know"
MORE, LEAST = "more", "least"


@dataclass(frozen=True, slots=True)
class Question:
    """What everybody of an audience in a phase said of their exposure, on a side if there are two.

    `said` holds `high`, `low`, `dont_know` or nothing; `amount` is 1 for yes and 0 for no, or how
    far a number lies above the least that can be said, NaN for who does not know or was not asked.
    `keep` marks the submissions that are looked at.
    """

    id: str
    item: str
    phase: str
    people: AudienceData
    high: str
    low: str
    said: NDArray[np.str_]
    amount: Floats
    keep: NDArray[np.bool_]
    side: str = ""

    @property
    def of_number(self) -> bool:
        """Whether people said how much, and not yes or no."""
        return self.high == MORE

    def subgroup(self, words: str) -> str:
        """Name who said some words, on the side that is looked at."""
        return f"{self.id}:{words}{AND if self.side else ''}{self.side}"

    def asked(self, wave: str) -> Codes:
        """List the submissions of a wave that said anything."""
        rows = self.people.rows[self.phase, wave]
        return np.asarray(rows[(self.said[rows] != "") & self.keep[rows]])


def questions(data: StudyData) -> Iterator[Question]:
    """Yield every question about exposure, or dose, of each phase, audience and side."""
    for whole in whole_questions(data):
        if not data.has_arms:
            yield whole
        yield from sides_of_question(data, whole)


def whole_questions(data: StudyData) -> Iterator[Question]:
    """Yield every question of each phase and audience, of both sides together where there are two.

    Those that nobody was asked are left out.
    """
    for phase, people in data.surveyed():
        everybody = np.ones(people.submission_id.size, bool)
        for one in (*_yes_or_no(data, phase, people), *_numbers(data, phase, people)):
            yield Question(*one, keep=everybody)


def sides_of_question(data: StudyData, whole: Question) -> Iterator[Question]:
    """Yield a question on each of two sides; nothing where there is one group.

    In a staggered roll-out at each group of schools that had their workshop before one survey.
    """
    for side, keep in side_masks(data, whole.people):
        yield Question(
            *(whole.id, whole.item, whole.phase, whole.people, whole.high, whole.low),
            *(whole.said, whole.amount, keep, side),
        )


_Said = tuple[str, str, str, AudienceData, str, str, NDArray[np.str_], Floats]
_AMOUNTS: Final = {YES: 1.0, NO: 0.0}


def _yes_or_no(data: StudyData, phase: str, people: AudienceData) -> Iterator[_Said]:
    answers = data.tables.submissions.set_index("submission_id")
    for one in data.study.exposures:
        if one.audience == people.audience.id and one.id in answers:
            words = answers[one.id].reindex(people.submission_id).fillna("").to_numpy(dtype=str)
            words = np.where(np.isin(words, (YES, NO, DONT_KNOW)), words, "")
            amount = np.array([_AMOUNTS.get(str(word), np.nan) for word in words], dtype=np.float64)
            yield one.id, one.item, phase, people, YES, NO, words, amount


def _numbers(data: StudyData, phase: str, people: AudienceData) -> Iterator[_Said]:
    items = data.study.items_of
    for one in data.study.doses:
        if one.audience == people.audience.id and one.item in people.items:
            given = people.items[one.item]
            row = items(one.audience).set_index("item_id").loc[one.item]
            least = float(str(row["minimum"])) if str(row["minimum"]) else np.nan
            if not np.isfinite(least) and np.isfinite(given).any():
                least = float(np.nanmin(given))
            amount = given - least
            words = np.where(np.isnan(amount), "", np.where(amount > 0, MORE, LEAST))
            yield one.id, one.item, phase, people, MORE, LEAST, words, amount
