"""Single items of two sides: by how much more the share moved where the programme was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import Final

import numpy as np

from impact_eval.estimators.estimate import from_resampling
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.holm import holm
from impact_eval.findings.data.arms import CONTRAST, estimator_of
from impact_eval.findings.data.samples import draw_sample
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.items import CountedItem, cautions_of, counted_items
from impact_eval.findings.sides.effects import compare_sides
from impact_eval.vocabulary import Estimand

HOLM: Final = "holm"


def item_effects(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield by how many percentage points more an item's share moved, and Holm's p beside it.

    Notes
    -----
    A linear probability model by the estimator of the design. Exploratory, whatever the plan names;
    Holm's p allows for the other items of the same outcome in the same two waves. Of a staggered
    roll-out there are none, because its schools pass from side to side.
    """
    del done
    families: dict[tuple[str, ...], list[Finding]] = {}
    with_sides = data.has_arms and not data.staggered
    for item in counted_items(data) if with_sides else ():
        for first, later in data.contrasts:
            found = _effect(data, item, first, later)
            if found is not None:
                yield found
                at = found.address
                key = (at.audience, at.outcome, at.phase, at.wave_from, at.wave_to, at.estimand)
                families.setdefault(key, []).append(found)
    for family in families.values():
        yield from _allowed_for(family)


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
    enough = data.by_lot or np.unique(sample.cluster).size >= ENOUGH_TO_GENERALISE
    estimand: Estimand = "schools_like_these" if enough else "participants"
    at = replace(at, estimand=estimand)
    found = compare_sides(data, item.people, sample, at)[0]
    return finding_of(
        at,
        replace(found, method=f"{item.counts}; {found.method}"),
        sample,
        unit="points",
        cautions=cautions_of(item),
    )


def _allowed_for(family: Sequence[Finding]) -> Iterator[Finding]:
    """Yield Holm's p of each item with a number, where an outcome has several."""
    own = [one for one in family if isfinite(one.estimate.p_value)]
    if len(family) < len(("one", "another")) or not family[0].address.outcome:
        return
    adjusted = holm([one.estimate.p_value for one in own], len(family))
    for one, p in zip(own, adjusted, strict=True):
        estimate = from_resampling(
            one.estimate.estimate,
            p,
            (nan, nan),
            n=one.estimate.n,
            n_clusters=one.estimate.n_clusters,
            method=f"Holm's p of the {len(family)} items of the outcome",
            conf_level=one.estimate.conf_level,
        )
        at = replace(one.address, estimator=HOLM)
        yield replace(one, address=at, estimate=estimate, parent_id=one.finding_id, cautions=())
