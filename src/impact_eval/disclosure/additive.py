"""Tables of counts that add up: a programme is its provinces, a province or side its schools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.groups import Group, counts_of
from impact_eval.disclosure.kinds import AND
from impact_eval.disclosure.schools import groups_of_schools
from impact_eval.facts import StudyFacts

Parts = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Children that add up to their parent; without a parent their sum counts as known."""

    parent: Group | None
    children: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Counts that one column of findings prints, and the families in which they add up."""

    counts: Mapping[Group, Parts]
    families: tuple[Family, ...]


def additive_tables(findings: Iterable[Finding], facts: StudyFacts) -> list[Table]:
    """Sort every printed count into the tables whose cells add up.

    Parameters
    ----------
    findings
        All that may be printed, wherever: an addition does not stop at the edge of a page.
    facts
        The schools' provinces, and the order of everything.

    Returns
    -------
    list of Table
        One per quantity, outcome, item, waves, way of computing and column.
    """
    columns: dict[tuple[str, ...], dict[Group, Parts]] = defaultdict(dict)
    for finding in findings:
        for group, column, parts in counts_of(finding):
            if any(part != part for part in parts):  # noqa: PLR0124 (NaN: nothing is printed)
                continue
            key = (
                *(group.kind, finding.quantity, finding.outcome, finding.item_id),
                *(group.wave_from, group.wave_to, finding.wave_from, finding.wave_to),
                *(finding.estimator, finding.variant, column),
            )
            known = columns[key].get(group)
            columns[key][group] = parts if known is None else min(known, parts)
    return [Table(counts, tuple(_families(counts, facts))) for counts in columns.values()]


def _families(counts: Mapping[Group, Parts], facts: StudyFacts) -> list[Family]:
    """Every addition that holds among the groups of one table."""
    by_parent: dict[tuple[str, Group], list[Group]] = defaultdict(list)
    for group in counts:
        for kind, parent in _parents(group, counts, facts):
            by_parent[kind, parent].append(group)
    for whole in counts:
        for level, units in groups_of_schools(whole, facts):
            of_it = {replace(whole, level=level, unit_id=unit, subgroup="") for unit in units}
            if children := [group for group in of_it if group in counts]:
                by_parent[level, whole] = children
    return [
        Family(parent if parent in counts else None, tuple(sorted(children)))
        for (_, parent), children in by_parent.items()
    ]


def _parents(
    group: Group, counts: Mapping[Group, Parts], facts: StudyFacts
) -> list[tuple[str, Group]]:
    """List what a group is a part of, and by which division."""
    if group.level != "programme":
        return [("unit", _unit_parent(group, counts, facts))]
    parents = []
    first, _, side = group.subgroup.partition(AND)
    if side:
        parents.append((side, replace(group, subgroup=first)))
        parents.append((first.partition(":")[0], replace(group, subgroup=side)))
    elif group.subgroup:
        division = group.subgroup.partition(":")[0]
        parents.append((division, replace(group, subgroup="")))
    wholes = {"phase": replace(group, phase=""), "audience": replace(group, audience="")}
    for division, whole in wholes.items():
        if whole != group and whole in counts:
            parents.append((division, whole))
    return parents


def _unit_parent(group: Group, counts: Mapping[Group, Parts], facts: StudyFacts) -> Group:
    """Return a school's province where the table has it, else the programme."""
    province = facts.schools.get(group.unit_id, {}).get("province", "")
    if group.level == "school" and province:
        parent = replace(group, level="province", unit_id=province)
        if parent in counts:
            return parent
    return replace(group, level="programme", unit_id="")
