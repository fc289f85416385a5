"""A proportional odds model beside each planned effect of randomised schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite

import numpy as np

from impact_eval.estimators.clustered_odds import OddsOfHigher, refuse_odds
from impact_eval.estimators.designs.adjusted_odds import adjusted_odds
from impact_eval.findings.data.arms import sides_of
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import row_weights
from impact_eval.findings.outcomes.ratings import ODDS, PROPORTIONALITY
from impact_eval.findings.plan.families import memberships

ROLL_OUT = "no model of odds: a roll-out compares groups of schools wave by wave"


def ordinal_effects(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the log odds of a higher later score beside each planned effect after a lot.

    Parameters
    ----------
    data
        The study.
    done
        All findings, judged.

    Yields
    ------
    Finding
        In log odds, of the same later forms and with the same covariates as the effect, and as
        variant the check of proportionality; or the reason, such as scores of many values. Never
        with a verdict, since the plan names a difference of scores.
    """
    for finding_id, member in memberships(data.study).items() if data.by_lot else ():
        main, at = done.get(finding_id), member.address
        if main is None or not isfinite(main.estimate.estimate):
            continue
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        here = replace(at, quantity="effect_odds_ratio", estimator=ODDS)
        found = _estimated(data, people, sample)
        for variant, estimate in (("", found.log_odds), (PROPORTIONALITY, found.proportionality)):
            yield finding_of(
                replace(here, variant=variant), estimate, sample, unit="", parent_id=finding_id
            )


def _estimated(data: StudyData, people: AudienceData, sample: Sample) -> OddsOfHigher:
    if data.staggered:
        n_clusters = np.unique(sample.cluster).size
        return refuse_odds(sample.score.size, n_clusters, data.conf_level, ROLL_OUT)
    of = sides_of(data, people)
    return adjusted_odds(
        sample.score,
        sample.wave,
        of.programme[sample.position],
        sample.school,
        respondent=None if people.audience.link == "none" else sample.respondent,
        stratum=None if of.stratum is None else of.stratum[sample.position],
        cluster=sample.cluster,
        weights=row_weights(data, people, sample),
        conf_level=data.conf_level,
    )
