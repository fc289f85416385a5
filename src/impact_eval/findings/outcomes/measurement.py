"""How well outcomes were measured: alpha and omega of scales, and variance between places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.estimate import not_estimable
from impact_eval.estimators.icc import icc
from impact_eval.estimators.reliability import cronbach_alpha, omega_total
from impact_eval.findings.address import Address
from impact_eval.findings.data.answers import scales
from impact_eval.findings.data.rounds import several_rounds
from impact_eval.findings.data.samples import draw_sample, draw_wave
from impact_eval.findings.data.study_data import AudienceData, Codes, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import comparisons, finding_of, scales_differ
from impact_eval.findings.outcomes.estimands import MOSTLY_KNOWN

LOW_ALPHA = 0.6
FEWEST_FOR_FACTOR = 3


def alphas(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield Cronbach's alpha of every scale in every wave; an index of right answers has none."""
    del done
    for scale in scales(data):
        estimate = cronbach_alpha(
            scale.answers[scale.complete],
            cluster=scale.people.cluster.codes[scale.rows][scale.complete],
            conf_level=data.conf_level,
        )
        yield Finding(
            address=replace(scale.address, quantity="alpha", estimator="cronbach"),
            estimate=estimate,
            unit="",
            cautions=("alpha_low",) if estimate.conf_high < LOW_ALPHA else (),
        )


def omegas(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield omega total of every scale of at least 3 items in every wave."""
    del done
    for scale in scales(data):
        if len(scale.items) < FEWEST_FOR_FACTOR:
            continue
        estimate = omega_total(
            scale.answers[scale.complete],
            cluster=scale.people.cluster.codes[scale.rows][scale.complete],
            conf_level=data.conf_level,
        )
        address = replace(scale.address, quantity="omega", estimator="one_factor")
        yield Finding(address=address, estimate=estimate, unit="")


def score_iccs(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the share of each wave's variance that lies between places of each kind."""
    del done
    for phase, people, outcome in data.measured():
        values = people.scores[outcome.id]
        for wave in data.study.waves:
            rows = draw_wave(people, values, phase=phase, wave=wave.id)
            for variant, codes, known in groupings(people, rows) if rows.size else ():
                yield Finding(
                    address=Address(
                        study_id=data.study.id,
                        quantity="icc_score",
                        outcome=outcome.id,
                        audience=people.audience.id,
                        phase=phase,
                        wave_from=wave.id,
                        wave_to=wave.id,
                        estimator="anova",
                        variant=variant,
                    ),
                    estimate=icc(values[rows][known], codes, conf_level=data.conf_level),
                    unit="",
                    cautions=several_rounds(data, people, phase),
                )


def gain_iccs(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the share of the linked gains' variance between schools, and between clusters."""
    del done
    for people, outcome, address in comparisons(data):
        linkable = people.audience.link != "none" and not data.rounds_differ
        contrast = address.wave_from, address.wave_to
        if not linkable or scales_differ(outcome, contrast):
            continue
        values = people.scores[outcome.id]
        sample = draw_sample(people, values, phase=address.phase, contrast=contrast)
        first, later = people.pairs[address.phase, *contrast]
        gain = values[later] - values[first]
        first, gain = first[np.isfinite(gain)], gain[np.isfinite(gain)]
        for variant, codes, known in groupings(people, first) if sample.score.size else ():
            estimate = (
                icc(gain[known], codes, conf_level=data.conf_level)
                if gain.size
                else not_estimable("nobody is linked", n=0, n_clusters=0, method="ICC of the gain")
            )
            yield finding_of(
                replace(address, quantity="icc_gain", estimator="anova", variant=variant),
                estimate,
                sample,
                unit="",
            )


def groupings(people: AudienceData, rows: Codes) -> list[tuple[str, Codes, NDArray[np.bool_]]]:
    """Return the places of some rows by name, each with whose place is known.

    Schools; the clusters, where another column is declared; and workshops, where most are known.
    """
    everybody = np.ones(rows.size, dtype=np.bool_)
    places = [("school", people.school.codes[rows], everybody)]
    if people.audience.cluster != "school_id":
        places.append((people.audience.cluster, people.cluster.codes[rows], everybody))
    known = people.workshop_known[rows]
    if rows.size and known.mean() >= MOSTLY_KNOWN:
        places.append(("workshop", people.workshop.codes[rows][known], known))
    return places
