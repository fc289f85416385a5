"""Who says that they met the programme, and how they and the others answered in each wave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.bounded_mean import within_ends
from impact_eval.estimators.changes import wave_mean
from impact_eval.estimators.estimate import describe, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import draw_wave
from impact_eval.findings.data.study_data import AudienceData, Codes, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.gaps import gap_of_groups
from impact_eval.findings.outcomes.estimands import PERCENT, weighted_mean
from impact_eval.findings.participation.people import place

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome
    from impact_eval.study.structure import Exposure

YES, NO, DONT_KNOW = "yes", "no", "dont_know"
SAID: Final = (YES, NO, DONT_KNOW)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Everybody's answer to a question about exposure in one phase and wave."""

    exposure: Exposure
    people: AudienceData
    said: NDArray[np.str_]
    rows: Codes
    address: Address


def exposures(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the shares of yes and don't know, means of each outcome by answer, and yes less no.

    Notes
    -----
    People chose themselves whom they met and what they remember, so the difference of two groups is
    no effect, in no wave. Intervals are by the declared clusters, from 4 of them on.
    """
    del done
    for asked in _each(data):
        yield from _shares(data, asked)
        for outcome in data.study.outcomes_of(asked.people.audience.id):
            own = data.study.items_of(outcome.audience, outcome.id)["item_id"]
            if asked.exposure.item in set(own):
                yield _circular(asked, outcome)
            else:
                yield from _means(data, asked, outcome.id, outcome.unit)


def _each(data: StudyData) -> Iterator[_Asked]:
    """Yield each exposure, phase and wave in which anybody was asked."""
    answers = data.tables.submissions.set_index("submission_id")
    for phase, people in () if data.has_arms else data.surveyed():
        for exposure in data.study.exposures:
            if exposure.audience != people.audience.id or exposure.id not in answers:
                continue
            said = answers[exposure.id].reindex(people.submission_id).fillna("")
            words = said.to_numpy(dtype=str)
            for wave in data.study.waves:
                rows = people.rows[phase, wave.id]
                rows = rows[np.isin(words[rows], SAID)]
                if rows.size:
                    address = place("exposure_share", data, phase, people)
                    address = replace(address, wave_from=wave.id, wave_to=wave.id)
                    yield _Asked(exposure, people, words, rows, replace(address, estimator="mean"))


def _shares(data: StudyData, asked: _Asked) -> Iterator[Finding]:
    """Yield the percent of people who said yes, and who did not know; the rest said no."""
    cluster = asked.people.cluster.codes[asked.rows]
    n_clusters = np.unique(cluster).size
    method = "percent of who said yes, no or don't know, CR2"
    for word in (YES, DONT_KNOW):
        percent = np.where(asked.said[asked.rows] == word, 100.0, 0.0)
        share = describe(
            float(percent.mean()), n=percent.size, n_clusters=n_clusters, method=method
        )
        if n_clusters >= ENOUGH_TO_GENERALISE:
            fitted = wave_mean(percent, cluster, conf_level=data.conf_level)
            if not fitted.reason:
                share = replace(within_ends(fitted, *PERCENT), method=method)
        at = replace(_at(asked, word), item_id=asked.exposure.item)
        yield Finding(address=at, estimate=share, unit="percent")


def _means(data: StudyData, asked: _Asked, outcome: str, unit: str) -> Iterator[Finding]:
    """Yield the means of an outcome by what people said, and the difference of yes and no."""
    values = asked.people.scores[outcome]
    wave, phase = asked.address.wave_from, asked.address.phase
    here = {
        word: draw_wave(asked.people, values, phase=phase, wave=wave, keep=asked.said == word)
        for word in SAID
    }
    for word, rows in here.items():
        if rows.size:
            at = replace(_at(asked, word), quantity="exposed_mean", outcome=outcome)
            ends = data.study.outcome_range(asked.people.audience.id, outcome, wave)
            mean = weighted_mean(data, asked.people, values, rows, ends=ends)
            yield Finding(address=at, estimate=mean, unit=unit)
    both = np.concatenate([here[YES], here[NO]])
    if here[YES].size and here[NO].size:
        gap = gap_of_groups(data, asked.people, values, both, asked.said == YES)
        few = gap.n_clusters < ENOUGH_TO_GENERALISE and not gap.reason
        at = replace(_at(asked, f"{YES}-{NO}"), quantity="exposure_gap", outcome=outcome)
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
    at = replace(_at(asked, f"{YES}-{NO}"), quantity="exposure_gap", outcome=outcome.id)
    return Finding(address=at, estimate=refused, unit=outcome.unit)


def _at(asked: _Asked, words: str) -> Address:
    return replace(asked.address, subgroup=f"{asked.exposure.id}:{words}")
