"""P-values by the false discovery rate beside differences of groups that no plan names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from impact_eval.findings.beside.discoveries import of_family
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.gaps import JOINT
from impact_eval.findings.plan.families import memberships
from impact_eval.findings.plan.plan_status import derives_from


def subgroup_discoveries(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield beside each difference of groups that no plan names its p with the others allowed for.

    Notes
    -----
    The family are all such differences of an audience and phase between two waves, over all
    outcomes and subgroups of the same estimand. The tests of several levels at once are no part of
    it.
    """
    named = memberships(data.study)
    families: dict[tuple[str, ...], list[Finding]] = {}
    for finding in done.values():
        at = finding.address
        if at.quantity != "subgroup_difference" or at.estimator == JOINT:
            continue
        if not derives_from(at, named, data.study.plan.subgroups):
            key = (at.audience, at.phase, at.wave_from, at.wave_to, at.estimand)
            families.setdefault(key, []).append(finding)
    for family in families.values():
        yield from of_family(family, "differences of groups that no plan names")
