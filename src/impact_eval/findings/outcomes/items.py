"""Single items in percent and percentage points: exploratory, and at programme level only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import fixed_sides
from impact_eval.findings.data.samples import draw_sample, draw_wave
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import PERCENT, stacked_change, weighted_mean
from impact_eval.study.codebook import RIGHT_OR_WRONG
from impact_eval.vocabulary import Estimand

SHOWN = (*RIGHT_OR_WRONG, "rating", "frequency")


@dataclass(frozen=True, slots=True)
class CountedItem:
    """An item of an audience as percentages: 100 for who counts, 0 for who does not."""

    people: AudienceData
    values: Floats
    counts: str
    reversed: bool
    address: Address


def item_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for every wave the percentage that answered rightly, agreed, or ever did it.

    Where schools are compared of each side, because both together are nobody's share; in a
    staggered roll-out of none.
    """
    del done
    for item in counted_items(data):
        for subgroup, keep in _asked(data, item.people):
            for wave in data.study.waves:
                at = item.address
                rows = draw_wave(item.people, item.values, phase=at.phase, wave=wave.id, keep=keep)
                if rows.size == 0:
                    continue
                share = weighted_mean(data, item.people, item.values, rows, ends=PERCENT)
                yield Finding(
                    address=replace(
                        at,
                        quantity="item_share",
                        subgroup=subgroup,
                        wave_from=wave.id,
                        wave_to=wave.id,
                        estimator="mean",
                    ),
                    estimate=replace(share, method=f"{item.counts}; {share.method}"),
                    unit="percent",
                    cautions=cautions_of(item),
                )


def _asked(data: StudyData, people: AudienceData) -> Iterator[tuple[str, NDArray[np.bool_] | None]]:
    """Yield everybody, or where schools are compared each side; with the subgroup's name."""
    if data.has_arms:
        yield from fixed_sides(data, people)
    else:
        yield "", None


def item_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield every item's change in percentage points, under the widest estimand that holds.

    None where schools are compared: `item_effects` says how much further one side moved.
    """
    del done
    for item in counted_items(data):
        for first, later in () if data.has_arms else data.contrasts:
            here = replace(
                item.address,
                quantity="item_change",
                wave_from=first,
                wave_to=later,
                estimator="stacked",
            )
            sample = draw_sample(
                item.people, item.values, phase=here.phase, contrast=contrast_of(here)
            )
            if sample.n_pre == 0 or sample.n_post == 0:
                continue
            enough = np.unique(sample.cluster).size >= ENOUGH_TO_GENERALISE
            estimand: Estimand = "schools_like_these" if enough else "participants"
            change = stacked_change(data, item.people, sample, estimand=estimand)
            yield finding_of(
                replace(here, estimand=estimand),
                replace(change, method=f"{item.counts}; {change.method}"),
                sample,
                unit="points",
                cautions=cautions_of(item),
            )


def percentages(values: Floats, *, kind: str, minimum: float, maximum: float) -> tuple[Floats, str]:
    """Turn an item's numbers into 100 and 0, and say what counts.

    Parameters
    ----------
    values
        Shape (n,): 0 or 1 for a choice, else minimum to maximum after reversal; NaN is missing.
    kind
        The codebook's type: `choice`, `multiple`, `rating` or `frequency`.
    minimum, maximum
        Ends of the scale; not used for a choice.

    Returns
    -------
    tuple
        100, 0 or NaN, shape (n,), and words for the methods table.

    Examples
    --------
    >>> percentages(np.array([1.0, 4.0, 5.0]), kind="rating", minimum=1, maximum=5)
    (array([  0., 100., 100.]), 'the two highest answers')
    """
    if kind in RIGHT_OR_WRONG:
        counted, words = values >= 1, "the right answer"
    elif kind == "frequency":
        counted, words = values > minimum, "any answer but the lowest"
    else:
        counted, words = values >= maximum - 1, "the two highest answers"
    return np.where(np.isfinite(values), 100.0 * counted, np.nan), words


def counted_items(data: StudyData) -> Iterator[CountedItem]:
    """Yield every item that counts rather than measures, with its percentages."""
    for phase, people in data.surveyed():
        codebook = data.study.items_of(people.audience.id)
        for row in codebook.itertuples():
            item_id = str(row.item_id)
            if item_id not in people.items or row.type not in SHOWN:
                continue
            values, counts = percentages(
                people.items[item_id],
                kind=str(row.type),
                minimum=float(str(row.minimum)),
                maximum=float(str(row.maximum)),
            )
            yield CountedItem(
                people,
                values,
                counts,
                bool(row.reverse),
                Address(
                    study_id=data.study.id,
                    quantity="item_share",
                    outcome=str(row.outcome),
                    item_id=item_id,
                    audience=people.audience.id,
                    phase=phase,
                ),
            )


def cautions_of(item: CountedItem) -> tuple[str, ...]:
    """Name what a reader should know of an item's share."""
    return ("reversed_item",) if item.reversed else ()
