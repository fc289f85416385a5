"""Whether more of one side's people say that they met the programme, and differ by it more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.share_difference import share_difference
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import CONTRAST, sides_of
from impact_eval.findings.data.samples import draw_wave
from impact_eval.findings.data.study_data import Codes, Floats, StudyData
from impact_eval.findings.delivery.exposures import holds_question
from impact_eval.findings.delivery.questions import Question, whole_questions
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.estimands import NO_ATTENDANCE, form_weights
from impact_eval.findings.participation.people import place

FEWEST: Final = 2
FEW: Final = "a side has a single cluster, or nobody there said so"


def side_exposures(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each question and wave by how much the sides' shares, and differences, differ.

    Notes
    -----
    A share on the other side tells how far the programme, or the memory of another one, reached
    beyond its own schools. Neither number is an effect. Nothing of a staggered roll-out, whose
    groups of schools each have their own numbers.
    """
    del done
    fixed = data.has_arms and not data.staggered
    for question in whole_questions(data) if fixed else ():
        side = sides_of(data, question.people).programme
        for wave in data.study.waves:
            rows = question.asked(wave.id)
            rows = rows[side[rows] >= 0]
            if rows.size == 0:
                continue
            address = place("exposure_share", data, question.phase, question.people)
            at = replace(
                address, wave_from=wave.id, wave_to=wave.id, estimator="mean", contrast=CONTRAST
            )
            said = question.said[rows] == question.high
            yield Finding(
                address=replace(
                    at, subgroup=question.subgroup(question.high), item_id=question.item
                ),
                estimate=_of_shares(data, question, said, side[rows], rows),
                unit="points",
            )
            yield from _of_gaps(data, question, side, at)


def _of_shares(
    data: StudyData, question: Question, said: np.ndarray, side: Codes, rows: Codes
) -> Estimate:
    cluster = question.people.cluster.codes[rows]
    found = share_difference(said, side, cluster, conf_level=data.conf_level)
    nouns = question.people.audience.cluster_nouns[1]
    return replace(found, method=f"{found.method}, CR2 by {nouns}")


def _of_gaps(data: StudyData, question: Question, side: Codes, at: Address) -> Iterator[Finding]:
    """Yield for each outcome the difference of yes and no with the programme less that without."""
    people, high = question.people, question.high
    words = (high, question.low)
    for outcome in data.study.outcomes_of(people.audience.id):
        values = people.scores[outcome.id]
        rows = draw_wave(
            people,
            values,
            phase=question.phase,
            wave=at.wave_from,
            keep=np.isin(question.said, words) & (side >= 0),
        )
        if rows.size == 0 or holds_question(data, outcome, question):
            continue
        here = replace(
            at,
            quantity="exposure_gap",
            outcome=outcome.id,
            subgroup=question.subgroup("-".join(words)),
        )
        yes = question.said[rows] == high
        estimate = _of_cells(data, question, values[rows], yes, side[rows], rows)
        yield Finding(address=here, estimate=estimate, unit=outcome.unit)


def _of_cells(
    data: StudyData, question: Question, scores: Floats, yes: np.ndarray, side: Codes, rows: Codes
) -> Estimate:
    """Fit the four means, each with schools counting as the plan says, and take the interaction."""
    people = question.people
    cluster, nouns = people.cluster.codes[rows], people.audience.cluster_nouns[1]
    weigh = data.study.plan.weights
    method = f"difference of the two sides' differences, CR2 by {nouns}, weights: {weigh}"
    cells = [one & (side == code) for one in (yes, ~yes) for code in (1, 0)]
    refused = _refused(data, cluster, cells, method)
    if refused is not None:
        return refused
    weights = np.empty(rows.size)
    for cell in cells:
        weights[cell] = form_weights(data, people, people.school.codes[rows[cell]])
        weights[cell] /= weights[cell].mean()
    if np.isnan(weights).any():
        return _refuse(data, cluster, method)(NO_ATTENDANCE)
    return fit_cr2(
        scores,
        np.column_stack([yes * side, yes, side, np.ones(rows.size)]),
        cluster,
        coefficient=0,
        weights=None if weigh == "respondent" else weights,
        conf_level=data.conf_level,
        method=method,
    )


def _refused(
    data: StudyData, cluster: Codes, groups: list[np.ndarray] | tuple[np.ndarray, ...], method: str
) -> Estimate | None:
    """Refuse where a group of people lies in one cluster, or is nobody."""
    if min(np.unique(cluster[group]).size for group in groups) < FEWEST:
        return _refuse(data, cluster, method)(FEW)
    return None


def _refuse(data: StudyData, cluster: Codes, method: str) -> partial[Estimate]:
    return partial(
        not_estimable,
        n=cluster.size,
        n_clusters=np.unique(cluster).size,
        method=method,
        conf_level=data.conf_level,
    )
