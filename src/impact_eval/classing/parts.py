"""What a report holds, told from the quantities that were released."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from impact_eval.classing.checklist import Part, ReportFacts
from impact_eval.classing.design import DesignFacts
from impact_eval.facts import StudyFacts
from impact_eval.vocabulary import Quantity, Role

# A part is there if any of its quantities is.
SHOWN_BY: Final[Mapping[Part, tuple[Quantity, ...]]] = {
    "analysed": ("analysed",),
    "changes": ("change", "effect"),
    "days": ("days_after_workshop",),
    "disclosures": ("disclosures",),
    "icc": ("icc_score", "icc_gain"),
    "leavers": ("linked_unlinked_difference",),
    "losses": ("attrition",),
    "mastery": ("mastery_share",),
    "means": ("mean",),
    "reliability": ("alpha", "omega"),
    "rows": ("rows",),
    "subgroups": ("subgroup_difference",),
    "surveyed": ("surveyed",),
}


def report_facts(
    facts: StudyFacts,
    design: DesignFacts,
    *,
    quantities: Collection[str],
    roles: Collection[Role | str],
    by_group: Collection[str] = (),
) -> ReportFacts:
    """Tell what a study's report holds.

    Parameters
    ----------
    facts
        Its pages, and its lock.
    design
        Whether it has a comparison group.
    quantities
        Those of which a number was released.
    roles
        Those that released changes have in the plan.
    by_group
        Those of which a number was released for each group of a comparison.

    Returns
    -------
    ReportFacts
        "planned" is a part if a change is primary or secondary, "lock" if the plan was locked.

    Examples
    --------
    >>> sorted(part for part, shown_by in SHOWN_BY.items() if "alpha" in shown_by)
    ['reliability']
    """
    parts = _shown(quantities)
    if {"primary", "secondary"} & set(roles):
        parts.add("planned")
    if facts.lock is not None:
        parts.add("lock")
    return ReportFacts(
        pages=frozenset(facts.pages),
        parts=frozenset(parts),
        compared=design.compared,
        by_group=frozenset(_shown(by_group)),
    )


def _shown(quantities: Collection[str]) -> set[Part]:
    return {part for part, by in SHOWN_BY.items() if any(one in quantities for one in by)}
