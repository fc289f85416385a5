"""P-values by the false discovery rate, beside what no plan names; here of an outcome's items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Final

from impact_eval.estimators.false_discovery import benjamini_hochberg
from impact_eval.findings.beside.family_tests import beside, with_p
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding

DISCOVERY: Final = "benjamini_hochberg"
_SEVERAL: Final = 2


def item_discoveries(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield beside each item's change its p with the other items of the outcome allowed for.

    Notes
    -----
    The family are all items of an outcome, audience and phase between two waves, by Benjamini and
    Hochberg: items say where to look next, and a share of false leads that is known is worth more
    there than the promise of none. Items of no outcome have no family.
    """
    del data
    families: dict[tuple[str, ...], list[Finding]] = {}
    for finding in done.values():
        at = finding.address
        if at.quantity == "item_change" and at.outcome and not finding.parent_id:
            key = (at.audience, at.outcome, at.phase, at.wave_from, at.wave_to)
            families.setdefault(key, []).append(finding)
    for family in families.values():
        yield from of_family(family, "items of the outcome")


def of_family(family: Sequence[Finding], named: str) -> Iterator[Finding]:
    """Yield Benjamini and Hochberg's p beside each tested one of a family of several."""
    if len(family) < _SEVERAL:
        return
    tested = [one for one in family if isfinite(one.estimate.p_value)]
    adjusted = benjamini_hochberg([one.estimate.p_value for one in tested], len(family))
    method = f"p by the false discovery rate, of the {len(family)} {named}"
    for one, p in zip(tested, adjusted, strict=True):
        yield beside(one, DISCOVERY, with_p(one, p, method))
