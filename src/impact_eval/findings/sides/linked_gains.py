"""The difference of linked people's gains beside a difference in differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from impact_eval.estimators.designs import adjusted_gain_difference
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import sides_of
from impact_eval.findings.data.samples import Sample
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.outcomes.estimands import clusters_of

FEWEST_LINKED = 2


def linked_gain_difference(
    data: StudyData, people: AudienceData, sample: Sample, at: Address
) -> Estimate:
    """Estimate how much more linked people gained with the programme, adjusted to all asked.

    Parameters
    ----------
    data, people
        The study and the audience.
    sample
        Scores of two waves.
    at
        Of the effect.
    """
    held = at.estimand == "participants"
    method = "linked gains of each side adjusted to all its pre respondents, CR2 by "
    method += "workshops" if held else people.audience.cluster_nouns[1]
    side_of = np.full(len(people.school.labels), -1)
    side_of[people.school.codes] = sides_of(data, people).programme
    linked, before = sample.linked, sample.wave == 0
    side, side_all = side_of[linked.school], side_of[sample.school[before]]
    own = linked.workshop if held else linked.cluster
    clusters = [np.unique(own[side == one]).size for one in (1, 0)]
    if min(clusters) < FEWEST_LINKED:
        return not_estimable(
            "too few people of one side are linked between the two waves",
            n=linked.pre.size,
            n_clusters=sum(clusters),
            method=method,
            conf_level=data.conf_level,
        )
    kept, kept_all = side >= 0, side_all >= 0
    found = adjusted_gain_difference(
        linked.pre[kept],
        linked.post[kept],
        side[kept],
        own[kept],
        pre_all=sample.score[before][kept_all],
        pre_all_programme=side_all[kept_all],
        pre_all_cluster=clusters_of(sample, at.estimand)[before][kept_all],  # type: ignore[arg-type]
        school=linked.school[kept],
        pre_all_school=sample.school[before][kept_all],
        conf_level=data.conf_level,
    )
    return replace(found, method=method)
