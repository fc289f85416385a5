"""Who says that they met the programme, and how they and the others answered in each wave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.bounded_mean import within_ends
from impact_eval.estimators.changes import wave_mean
from impact_eval.estimators.estimate import describe, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import draw_wave
from impact_eval.findings.data.study_data import AudienceData, Codes, StudyData
from impact_eval.findings.delivery.questions import DONT_KNOW, Question, questions
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.gaps import gap_of_groups
from impact_eval.findings.outcomes.estimands import PERCENT, weighted_mean
from impact_eval.findings.participation.people import place

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who answered a question about exposure in one wave."""

    question: Question
    rows: Codes
    address: Address

    @property
    def people(self) -> AudienceData:
        return self.question.people


def exposures(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the shares of yes and don't know, means of each outcome by answer, and yes less no.

    Notes
    -----
    People chose themselves whom they met and what they remember, so the difference of two groups is
    no effect, in no wave. Intervals are by the declared clusters, from 4 of them on. Of a number
    such as how often they are those who said more than the least that can be said. Where two sides
    are compared each has its own.
    """
    del done
    for asked in _each(data):
        yield from _shares(data, asked)
        for outcome in data.study.outcomes_of(asked.people.audience.id):
            if holds_question(data, outcome, asked.question):
                yield _circular(asked, outcome)
            else:
                yield from _means(data, asked, outcome.id, outcome.unit)


def holds_question(data: StudyData, outcome: Outcome, question: Question) -> bool:
    """Whether the question about exposure is itself a part of an outcome."""
    return question.item in set(data.study.items_of(outcome.audience, outcome.id)["item_id"])


def _each(data: StudyData) -> Iterator[_Asked]:
    """Yield each question and wave in which anybody was asked."""
    for question in questions(data):
        for wave in data.study.waves:
            rows = question.asked(wave.id)
            if rows.size:
                address = place("exposure_share", data, question.phase, question.people)
                address = replace(address, wave_from=wave.id, wave_to=wave.id, estimator="mean")
                yield _Asked(question, rows, address)


def _shares(data: StudyData, asked: _Asked) -> Iterator[Finding]:
    """Yield the percent of people who said yes, and who did not know; the rest said no."""
    question = asked.question
    cluster = asked.people.cluster.codes[asked.rows]
    n_clusters = np.unique(cluster).size
    method = "percent of who said yes, no or don't know, CR2"
    if question.of_number:
        method = "percent of who said more than the least that can be said, CR2"
    for word in (question.high,) if question.of_number else (question.high, DONT_KNOW):
        percent = np.where(question.said[asked.rows] == word, 100.0, 0.0)
        share = describe(
            float(percent.mean()), n=percent.size, n_clusters=n_clusters, method=method
        )
        if n_clusters >= ENOUGH_TO_GENERALISE:
            fitted = wave_mean(percent, cluster, conf_level=data.conf_level)
            if not fitted.reason:
                share = replace(within_ends(fitted, *PERCENT), method=method)
        at = replace(_at(asked, word), item_id=question.item)
        yield Finding(address=at, estimate=share, unit="percent")


def _means(data: StudyData, asked: _Asked, outcome: str, unit: str) -> Iterator[Finding]:
    """Yield the means of an outcome by what people said, and the difference of yes and no."""
    question, values = asked.question, asked.people.scores[outcome]
    wave, high, low = asked.address.wave_from, question.high, question.low
    here = {
        word: draw_wave(
            asked.people,
            values,
            phase=question.phase,
            wave=wave,
            keep=(question.said == word) & question.keep,
        )
        for word in (high, low, DONT_KNOW)
    }
    for word, rows in here.items():
        if rows.size:
            at = replace(_at(asked, word), quantity="exposed_mean", outcome=outcome)
            ends = data.study.outcome_range(asked.people.audience.id, outcome, wave)
            mean = weighted_mean(data, asked.people, values, rows, ends=ends)
            yield Finding(address=at, estimate=mean, unit=unit)
    both = np.concatenate([here[high], here[low]])
    if here[high].size and here[low].size:
        gap = gap_of_groups(data, asked.people, values, both, question.said == high)
        few = gap.n_clusters < ENOUGH_TO_GENERALISE and not gap.reason
        at = replace(_at(asked, f"{high}-{low}"), quantity="exposure_gap", outcome=outcome)
        cautions = ("no_interval_few_clusters",) if few else ()
        yield Finding(address=at, estimate=gap, unit=unit, cautions=cautions)


def _circular(asked: _Asked, outcome: Outcome) -> Finding:
    """Say why an outcome that holds the question itself is not compared by its answers."""
    refused = not_estimable(
        f"{outcome.label}: this very question is a part of it",
        n=asked.rows.size,
        n_clusters=np.unique(asked.people.cluster.codes[asked.rows]).size,
        method="difference of two means",
    )
    question = asked.question
    words = f"{question.high}-{question.low}"
    at = replace(_at(asked, words), quantity="exposure_gap", outcome=outcome.id)
    return Finding(address=at, estimate=refused, unit=outcome.unit)


def _at(asked: _Asked, words: str) -> Address:
    return replace(asked.address, subgroup=asked.question.subgroup(words))
