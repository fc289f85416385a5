"""What people scored on a topic: on the items of an outcome that are about one thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import draw_wave
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.estimands import PERCENT as ENDS_OF_PERCENT
from impact_eval.findings.outcomes.estimands import weighted_mean
from impact_eval.surveys.score import score_answers
from impact_eval.vocabulary import OtherUnit

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.study.outcome import Outcome

PERCENT: Final[OtherUnit] = "percent"
POINTS: Final[OtherUnit] = "points"
OF_TOPICS: Final = ("topic_mean", "topic_change", "topic_effect", "topic_difference")


@dataclass(frozen=True, slots=True)
class Topics:
    """All topics of an outcome of an audience: the scores of each have the audience's shape.

    `address` names neither quantity nor waves nor topic, which is an address's variant.
    """

    people: AudienceData
    outcome: Outcome
    scores: Mapping[str, Floats]
    address: Address

    @property
    def unit(self) -> str:
        """Unit of a change: percentage points of a topic's points, or that of the ratings."""
        return POINTS if self.outcome.kind == "index" else self.outcome.unit


def topics_of(data: StudyData) -> Iterator[Topics]:
    """Yield every outcome of two topics or more that anybody has a score on, phase by phase."""
    for phase, people, outcome in data.measured():
        found = data.study.topics_of(people.audience.id, outcome.id)
        if found:
            yield Topics(
                people,
                outcome,
                {topic: topic_scores(data.study, outcome, topic, people.items) for topic in found},
                Address(
                    study_id=data.study.id,
                    quantity="topic_mean",
                    outcome=outcome.id,
                    audience=people.audience.id,
                    phase=phase,
                ),
            )


def topic_means(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for every wave the share of each topic's points that people got, or the mean rating.

    None where schools are compared: both sides together are nobody's mean.
    """
    del done
    for of in () if data.has_arms else topics_of(data):
        for topic, values in of.scores.items():
            for wave in data.study.waves:
                rows = draw_wave(of.people, values, phase=of.address.phase, wave=wave.id)
                if rows.size:
                    yield Finding(
                        address=replace(
                            of.address,
                            wave_from=wave.id,
                            wave_to=wave.id,
                            estimator="mean",
                            variant=topic,
                        ),
                        estimate=weighted_mean(
                            data, of.people, values, rows, ends=_range(data, of, wave.id)
                        ),
                        unit=PERCENT if of.outcome.kind == "index" else of.outcome.unit,
                    )


def _range(data: StudyData, of: Topics, wave: str) -> tuple[float, float]:
    if of.outcome.kind == "index":
        return ENDS_OF_PERCENT
    return data.study.outcome_range(of.people.audience.id, of.outcome.id, wave)


def topic_scores(study: Study, outcome: Outcome, topic: str, answers: Mapping[str, Any]) -> Floats:
    """Score forms on the items of one topic of an outcome.

    Parameters
    ----------
    study
        Declares the items.
    outcome
        An index or a scale.
    topic
        One of `study.topics_of`.
    answers
        For each item its answers, shape (n,), scored to numbers; NaN is missing.

    Returns
    -------
    numpy.ndarray
        Shape (n,): of an index the percentage of the topic's points, of a scale the mean rating;
        NaN with fewer answers than needed.

    Notes
    -----
    Scored like the outcome, by the same weights and with the same part of the items answered: where
    an outcome needs 10 of its 12, a topic of 4 items needs 4 and one of 2 needs 2 (rounded up).
    Whether there is a score on the whole outcome plays no part, so that a topic of one item is that
    item.
    """
    items = study.items_of(outcome.audience, outcome.id)
    own = items[(items["topic"] == topic) & items["item_id"].isin(list(answers))]
    given = np.column_stack([np.asarray(answers[str(one)], np.float64) for one in own["item_id"]])
    needed = ceil((outcome.minimum_answered or len(items)) * len(own) / len(items))
    weights = own["weight"].to_numpy(dtype=float)
    like = outcome.model_copy(update={"minimum_answered": needed})
    scores, _ = score_answers(given, like, weights=weights)
    return scores * 100 / weights.sum() if outcome.kind == "index" else scores
