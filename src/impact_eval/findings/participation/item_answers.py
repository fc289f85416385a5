"""How many gave no answer to a single item: "don't know", refused, or nothing that can be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import pandas as pd

from impact_eval.estimators.estimate import describe
from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import ALL_PHASES, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.table_columns import ANSWER_KINDS
from impact_eval.vocabulary import Quantity

_Place: TypeAlias = tuple[str, str, str, str]

KINDS: Final[Mapping[Quantity, tuple[str, ...]]] = {
    "dont_know_share": ("dont_know",),
    "refused_share": ("refused",),
    "unanswered_share": ("blank", "rejected", "missing_code"),
}
_METHODS: Final[Mapping[Quantity, str]] = {
    "dont_know_share": 'used forms with "don\'t know", of all on which the item was asked',
    "refused_share": "used forms on which an answer was refused, of all on which it was asked",
    "unanswered_share": "used forms without a usable answer, of all on which it was asked",
}


def dont_know_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the percentage that chose "don't know", for items on which anybody did, by wave."""
    del done
    return _shares(data, "dont_know_share")


def refused_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the percentage that refused an answer, for items on which anybody did, by wave."""
    del done
    return _shares(data, "refused_share")


def unanswered_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the percentage whose cell is blank, breaks its rule, or holds an unnamed code."""
    del done
    return _shares(data, "unanswered_share")


def _shares(data: StudyData, quantity: Quantity) -> Iterator[Finding]:
    """Yield the shares of the kinds of answer that a quantity counts."""
    kinds = KINDS[quantity]
    places = _counts_by_place(data.tables.item_counts, data.study.phase_ids)
    occurs = {
        (audience, item)
        for (audience, _, _, item), counts in places.items()
        if any(counts[kind] for kind in kinds)
    }
    for phase, people in data.surveyed():
        audience = people.audience.id
        items = data.study.items_of(audience)
        for item, outcome in zip(items["item_id"], items["outcome"], strict=True):
            if quantity != "unanswered_share" and (audience, item) not in occurs:
                continue
            for wave in data.study.waves:
                counts = places.get((audience, phase, wave.id, item), {})
                asked = sum(counts.values())
                if asked:
                    share = 100 * sum(counts[kind] for kind in kinds) / asked
                    yield Finding(
                        address=Address(
                            study_id=data.study.id,
                            quantity=quantity,
                            outcome=str(outcome),
                            item_id=str(item),
                            audience=audience,
                            phase=phase,
                            wave_from=wave.id,
                            wave_to=wave.id,
                            estimator="count",
                        ),
                        estimate=describe(share, n=asked, n_clusters=0, method=_METHODS[quantity]),
                        unit="percent",
                    )


def _counts_by_place(counts: pd.DataFrame, phases: Sequence[str]) -> dict[_Place, dict[str, int]]:
    """Answers by kind for each audience, phase, wave and item, and for all phases together."""
    whole = counts.assign(phase=ALL_PHASES)
    if len(phases) == 1:
        counts = counts.assign(phase=phases[0])
    sums = pd.concat([counts, whole]).groupby(["audience", "phase", "wave", "item_id"])
    table = sums[list(ANSWER_KINDS)].sum()
    return {
        (str(place[0]), str(place[1]), str(place[2]), str(place[3])): {
            kind: int(number) for kind, number in zip(ANSWER_KINDS, row, strict=True)
        }
        for place, row in zip(table.index, table.to_numpy(), strict=True)
    }
