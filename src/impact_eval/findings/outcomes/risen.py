"""How many of the linked people scored higher later than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from impact_eval.estimators.bounded_mean import within_ends
from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, describe
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import PERCENT

RISEN: Final = "risen_share"


def risen_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield beside each change of the programme the percentage of the linked whose score rose.

    Notes
    -----
    Of linked people alone, a person counting once; the interval is by the declared clusters, from 4
    of them on, between the ends of a share. Scores move by chance too: where nothing changed, about
    as many rise as fall.
    """
    for main in list(done.values()):
        at = main.address
        wanted = at.quantity == "change" and at.level == "programme" and not at.subgroup
        if not wanted or at.variant or at.estimator != "stacked" or at.contrast:
            continue
        if main.estimate.reason or at.estimand != "schools_like_these":
            continue
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        if sample.n_linked:
            here = replace(at, quantity=RISEN, estimator="mean")
            share = _share(sample, conf_level=data.conf_level)
            yield finding_of(here, share, sample, unit="percent", parent_id=main.finding_id)


def _share(sample: Sample, *, conf_level: float) -> Estimate:
    linked = sample.linked
    rose = 100.0 * (linked.post > linked.pre)
    n_clusters = np.unique(linked.cluster).size
    method = "linked people whose later score is higher"
    bare = describe(float(rose.mean()), n=rose.size, n_clusters=n_clusters, method=method)
    if n_clusters < ENOUGH_TO_GENERALISE:
        return bare
    fitted = fit_cr2(
        rose, np.ones(rose.size), linked.cluster, conf_level=conf_level, method=f"{method}, CR2"
    )
    return bare if fitted.reason else within_ends(fitted, *PERCENT)
