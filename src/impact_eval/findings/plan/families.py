"""Families of the plan: which changes they hold, and the intervals that hold together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING

from impact_eval.estimators.equivalence import simultaneous
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import ANCOVA, CONTRAST, DIFFERENCE, GAINS, estimator_of
from impact_eval.findings.data.study_data import ALL_PHASES
from impact_eval.findings.finding import Finding

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.study.plan import Family


@dataclass(frozen=True, slots=True)
class Membership:
    """A family of the plan and how many comparisons it declares, whatever the data hold."""

    address: Address
    family: Family
    n_comparisons: int


def memberships(study: Study) -> Mapping[str, Membership]:
    """Give every change that the plan names, by finding id, with its family.

    A family without phases speaks of all phases together. A change named by two families belongs
    to the first.
    """
    members: dict[str, Membership] = {}
    for family in study.plan.families:
        named = named_by(study, family)
        for address in named:
            member = Membership(address, family, len(named))
            members.setdefault(address.finding_id, member)
    return members


def planned_change(address: Address) -> Address:
    """Find the stacked change, or the effect, that an address derives from or stands beside."""
    if address.contrast == CONTRAST:
        own = DIFFERENCE if address.variant in (ANCOVA, GAINS) else address.estimator
        return replace(address, quantity="effect", subgroup="", estimator=own, variant="")
    return replace(
        address, quantity="change", subgroup="", item_id="", estimator="stacked", variant=""
    )


def widen(finding: Finding, membership: Membership) -> Finding:
    """Add the Bonferroni interval, under which all changes of the family hold together."""
    named = replace(finding, family=membership.family.id, role=membership.family.role)
    if not isfinite(finding.estimate.std_error):
        return named
    wide = simultaneous(finding.estimate, membership.n_comparisons)
    return replace(named, simultaneous_low=wide.conf_low, simultaneous_high=wide.conf_high)


def named_by(study: Study, family: Family) -> list[Address]:
    """List the changes, or effects, that a family names, whatever the data hold."""
    only = study.phases[0].id if len(study.phases) == 1 else ALL_PHASES
    phases = (ALL_PHASES,) if study.design == "cross_sections" else family.phases
    return [
        Address(
            study_id=study.id,
            quantity="effect" if study.arms else "change",
            outcome=outcome,
            audience=audience,
            phase=phase if len(study.phases) > 1 else only,
            wave_from=first,
            wave_to=later,
            estimand=family.estimand,
            contrast=CONTRAST if study.arms else "",
            estimator=estimator_of(study),
        )
        for audience, outcomes in family.outcomes.items()
        for outcome in outcomes
        for phase in phases or (only,)
        for first, later in family.contrasts
    ]
