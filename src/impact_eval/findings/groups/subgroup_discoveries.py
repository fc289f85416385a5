"""P-values by the false discovery rate beside differences of groups that no plan names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from impact_eval.findings.beside.discoveries import of_family
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.gaps import JOINT


def subgroup_discoveries(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield beside each difference of groups that no plan names its p with the others allowed for.

    Parameters
    ----------
    data
        The study.
    done
        All findings, judged: what is exploratory is known only then.

    Yields
    ------
    Finding
        One for each exploratory difference of an audience and phase between two waves, over all
        outcomes and subgroups of the same estimand. The tests of several levels at once are no part
        of it.
    """
    del data
    families: dict[tuple[str, ...], list[Finding]] = {}
    for finding in done.values():
        at = finding.address
        if at.quantity != "subgroup_difference" or finding.role != "exploratory":
            continue
        if at.estimator != JOINT and not finding.parent_id:
            key = (at.audience, at.phase, at.wave_from, at.wave_to, at.estimand)
            families.setdefault(key, []).append(finding)
    for family in families.values():
        yield from of_family(family, "differences of groups that no plan names")
