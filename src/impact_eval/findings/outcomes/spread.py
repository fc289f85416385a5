"""How scores spread and hang together, which is what the next phase is planned with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from impact_eval.estimators.score_spread import score_correlation, score_sd
from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import draw_sample, draw_wave
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import comparisons, finding_of, scales_differ


def score_sds(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the standard deviation of every outcome in every wave."""
    del done
    for phase, people, outcome in data.measured():
        values = people.scores[outcome.id]
        for wave in data.study.waves:
            rows = draw_wave(people, values, phase=phase, wave=wave.id)
            if rows.size:
                yield Finding(
                    address=Address(
                        study_id=data.study.id,
                        quantity="score_sd",
                        outcome=outcome.id,
                        audience=people.audience.id,
                        phase=phase,
                        wave_from=wave.id,
                        wave_to=wave.id,
                        estimator="sd",
                    ),
                    estimate=score_sd(
                        values[rows], people.cluster.codes[rows], conf_level=data.conf_level
                    ),
                    unit=outcome.unit,
                )


def correlations(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the correlation of the linked people's scores, for every contrast of one scale."""
    del done
    for people, outcome, address in comparisons(data):
        linkable = people.audience.link != "none" and not data.rounds_differ
        contrast = address.wave_from, address.wave_to
        if not linkable or scales_differ(outcome, contrast):
            continue
        values = people.scores[outcome.id]
        sample = draw_sample(people, values, phase=address.phase, contrast=contrast)
        if not sample.score.size:
            continue
        linked = sample.linked
        yield finding_of(
            replace(address, quantity="correlation", estimator="pearson"),
            score_correlation(linked.pre, linked.post, linked.cluster, conf_level=data.conf_level),
            sample,
            unit="",
        )
