"""Single items of two sides: by how much more the share moved where the programme was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.data.arms import CONTRAST, estimator_of
from impact_eval.findings.data.samples import draw_sample
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.items import CountedItem, cautions_of, counted_items
from impact_eval.findings.sides.effects import compare_sides
from impact_eval.findings.sides.roll_outs import roll_out_effect
from impact_eval.vocabulary import Estimand


def item_effects(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield by how many percentage points more an item's share moved.

    Notes
    -----
    A linear probability model by the estimator of the design. Exploratory, whatever the plan names.
    """
    del done
    for item in counted_items(data) if data.has_arms else ():
        for first, later in data.contrasts:
            found = _effect(data, item, first, later)
            if found is not None:
                yield found


def _effect(data: StudyData, item: CountedItem, first: str, later: str) -> Finding | None:
    at = replace(
        item.address,
        quantity="item_change",
        wave_from=first,
        wave_to=later,
        contrast=CONTRAST,
        estimator=estimator_of(data.study),
    )
    sample = draw_sample(item.people, item.values, phase=at.phase, contrast=contrast_of(at))
    if sample.n_pre == 0 or sample.n_post == 0:
        return None
    enough = data.by_lot or data.staggered or np.unique(sample.cluster).size >= ENOUGH_TO_GENERALISE
    estimand: Estimand = "schools_like_these" if enough else "participants"
    at = replace(at, estimand=estimand)
    found = (
        roll_out_effect(data, item.people, at, values=item.values)
        if data.staggered
        else compare_sides(data, item.people, sample, at)[0]
    )
    return finding_of(
        at,
        replace(found, method=f"{item.counts}; {found.method}"),
        sample,
        unit="points",
        cautions=cautions_of(item),
    )
