"""Exposure as a dose without anybody's code: slopes within schools, changes with and without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.exposed_changes import exposed_changes, exposure_slope
from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import draw_sample, draw_wave
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.delivery.exposures import holds_question
from impact_eval.findings.delivery.questions import Question, questions
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of, scales_differ

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome

WITHIN: Final = "within_schools"


def exposure_dose(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how later scores go with exposure within schools, and changes with and without it.

    Parameters
    ----------
    data
        The study.
    done
        All findings so far; not looked at.

    Yields
    ------
    Finding
        `exposure_slope` in each wave in which the question was asked, and `exposure_change` from
        everybody of an earlier wave to those of the later one who say no, or the least, and to
        those who say yes; of a staggered roll-out the slopes alone, as it gives no change of a
        group of schools that could be read as an effect. Respondents count the same, whatever the
        plan weighs. Never planned and never with a verdict: people chose themselves what they met
        and what they remember.
    """
    del done
    for question in questions(data):
        for outcome in data.study.outcomes_of(question.people.audience.id):
            if outcome.id in question.people.scores and not holds_question(data, outcome, question):
                yield from _slopes(data, question, outcome)
                if not data.staggered:
                    yield from _changes(data, question, outcome)


def _slopes(data: StudyData, question: Question, outcome: Outcome) -> Iterator[Finding]:
    people, values = question.people, question.people.scores[outcome.id]
    nouns = people.audience.cluster_nouns[1]
    for wave in data.study.waves:
        rows = draw_wave(
            people,
            values,
            phase=question.phase,
            wave=wave.id,
            keep=np.isfinite(question.amount) & question.keep,
        )
        if rows.size == 0:
            continue
        slope = exposure_slope(
            values[rows],
            question.amount[rows],
            people.cluster.codes[rows],
            school=people.school.codes[rows],
            conf_level=data.conf_level,
        )
        at = replace(
            _address(data, question, outcome),
            quantity="exposure_slope",
            subgroup=question.subgroup(f"{question.high}-{question.low}"),
            wave_from=wave.id,
            wave_to=wave.id,
            estimator=WITHIN,
        )
        yield Finding(address=at, estimate=_by(slope, nouns), unit=outcome.unit)


def _changes(data: StudyData, question: Question, outcome: Outcome) -> Iterator[Finding]:
    people, values = question.people, question.people.scores[outcome.id]
    nouns = people.audience.cluster_nouns[1]
    for first, later in data.contrasts:
        at = replace(_address(data, question, outcome), wave_from=first, wave_to=later)
        sample = draw_sample(
            people, values, phase=question.phase, contrast=(first, later), keep=question.keep
        )
        said = np.isfinite(question.amount[sample.position]) & (sample.wave == 1)
        if scales_differ(outcome, contrast_of(at)) or not said.any() or not sample.n_pre:
            continue
        found = exposed_changes(
            sample.score,
            sample.wave,
            question.amount[sample.position],
            sample.cluster,
            school=None if data.rounds_differ else sample.school,
            conf_level=data.conf_level,
        )
        change = replace(at, quantity="change", estimator="stacked", subgroup=question.side)
        parts = {question.low: found.without}
        if not question.of_number:
            parts[question.high] = found.with_it
        for word, estimate in parts.items():
            here = replace(at, quantity="exposure_change", subgroup=question.subgroup(word))
            yield finding_of(
                here,
                _by(estimate, nouns),
                sample,
                unit=outcome.unit,
                parent_id=change.finding_id,
            )


def _address(data: StudyData, question: Question, outcome: Outcome) -> Address:
    return Address(
        study_id=data.study.id,
        quantity="exposure_change",
        outcome=outcome.id,
        audience=question.people.audience.id,
        phase=question.phase,
        estimand="schools_like_these",
        estimator="stacked",
    )


def _by(estimate: Estimate, nouns: str) -> Estimate:
    return replace(estimate, method=f"{estimate.method} by {nouns}, weights: respondent")
