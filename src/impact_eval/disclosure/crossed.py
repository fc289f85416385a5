"""Which further schools must be hidden where additions cross: provinces and sides, held together.

In every addition by itself two hidden schools keep each other; one that stands in two additions can
still follow from both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from impact_eval.disclosure.additive import Family, Table
from impact_eval.disclosure.complementary import HiddenGroups, complete, next_partner
from impact_eval.disclosure.groups import Group

Floats = npt.NDArray[np.float64]

_SLACK = 1e-9


def hide_partners(
    tables: Sequence[Table], hidden: Collection[Group], *, threshold: int
) -> set[Group]:
    """Add to the hidden groups until no additions, taken together, give one of them back.

    Parameters
    ----------
    tables
        Counts that add up.
    hidden
        Groups that are hidden already.
    threshold
        The smallest number of people that may be shown.

    Returns
    -------
    set of Group
        `hidden`, the partners by `hide_partners_in_each`, and those without which a school would
        follow from several additions, or a sum of fewer people than the threshold from additions
        one of which lies inside another.

    Notes
    -----
    The additions are linear equations in the hidden counts. One of them is known if it is the same
    in every solution: where its row of a basis of the null space is zero. Its partner is the
    smallest shown group in one of its additions; where all are hidden, a sum is hidden instead.
    """
    crossing = [table for table in tables if _crosses(table)]
    result = HiddenGroups(tables, hidden)
    complete(result, tables, threshold=threshold)
    changed = True
    while changed:
        changed = False
        for table in crossing:
            while result.has_changed(table, "across"):
                partner = _partner_across(table, result.groups, threshold)
                if partner is not None:
                    result.hide(partner)
                    complete(result, tables, threshold=threshold)
                    changed = True
    return result.groups


def _crosses(table: Table) -> bool:
    """Whether a unit stands in more than one addition."""
    of_units = [child for family in table.families for child in family.children if child.unit_id]
    return len(set(of_units)) < len(of_units)


def _partner_across(table: Table, hidden: set[Group], threshold: int) -> Group | None:
    """Choose the next group to hide; None if no additions together give anything back."""
    of_units = [family for family in table.families if family.children[0].unit_id]
    known = [family for family in of_units if family.parent not in hidden]
    for rest, families in _differences(known, hidden):
        if partner := next_partner(table, Family(None, rest), hidden, threshold):
            return partner
        if _is_told(table, rest, hidden, threshold):
            return _smallest(table, [family.parent for family in families])
    for groups in _solved(table, of_units, hidden, threshold):
        own = [family for family in of_units if set(groups) & set(family.children)]
        inside = [child for family in own for child in family.children if child not in hidden]
        shared = [child for child in inside if inside.count(child) == len(own)]
        sums = [family.parent for family in own if family.parent not in hidden]
        others = [family.parent for family in known if hidden.intersection(family.children)]
        for able in (shared, inside, sums, others):
            if partner := _smallest(table, able):
                return partner
    return None


def _differences(
    known: Sequence[Family], hidden: set[Group]
) -> Iterator[tuple[tuple[Group, ...], Sequence[Family]]]:
    """Yield the children of a sum beside those of others whose hidden ones are among its hidden."""
    gone = [hidden.intersection(family.children) for family in known]
    order = sorted(range(len(known)), key=lambda i: len(gone[i]))
    for family, own in zip(known, gone, strict=True):
        rest, left, inside = set(family.children), own, []
        for i in order:
            if gone[i] and gone[i] < left and known[i].parent is not None:
                rest, left = rest - set(known[i].children), left - gone[i]
                inside.append(known[i])
        if inside:
            yield tuple(sorted(rest)), inside


def _is_told(
    table: Table, rest: Sequence[Group], hidden: Collection[Group], threshold: int
) -> bool:
    """Whether the hidden among some groups are one, or few people, where their sum is known."""
    gone = [group for group in rest if group in hidden]
    sizes = [sum(sizes) for sizes in zip(*(table.counts[group] for group in gone), strict=True)]
    return len(gone) == 1 or any(size < threshold for size in sizes)


def _solved(
    table: Table, families: Sequence[Family], hidden: Collection[Group], threshold: int
) -> Iterator[tuple[Group, ...]]:
    """Yield hidden units, alone or a few of them with few people, whose sum every solution has."""
    equations: list[dict[Group, float]] = []
    for family in families:
        equation = {child: 1.0 for child in family.children if child in hidden}
        if family.parent is not None and family.parent in hidden:
            equation[family.parent] = -1.0
        equations.append(equation)
    unknown = sorted({group for equation in equations for group in equation})
    if not unknown:
        return
    place = {group: i for i, group in enumerate(unknown)}
    matrix = np.zeros((len(equations), len(unknown)))
    for row, equation in enumerate(equations):
        for group, weight in equation.items():
            matrix[row, place[group]] = weight
    _, values, basis = np.linalg.svd(matrix, full_matrices=False)
    told = basis[values > _SLACK]
    free = np.eye(len(unknown)) - told.T @ told  # onto what differs from solution to solution
    units = [group for group in unknown if group.unit_id]
    known = (np.abs(free) <= _SLACK).all(axis=1)
    yield from ((group,) for group in units if known[place[group]])
    sizes = np.array([sum(table.counts[group]) for group in unknown])
    few = [place[group] for group in units if sizes[place[group]] < threshold]
    for some in _cancelling(free[few], sizes[few], threshold):
        yield tuple(unknown[few[one]] for one in some)


def _cancelling(free: Floats, sizes: Floats, threshold: int) -> Iterator[tuple[int, ...]]:
    """Yield pairs, then triples, of few people together whose rows cancel.

    What cancels also cancels seen from one direction: only that is compared pair by pair.
    """
    direction = np.random.default_rng(0).normal(size=free.shape[1])
    slack = _SLACK * float(np.abs(direction).sum())
    seen = free @ direction
    first, second = np.triu_indices(len(free), 1)
    small = sizes[first] + sizes[second] < threshold
    first, second = first[small], second[small]
    both, people = seen[first] + seen[second], sizes[first] + sizes[second]
    found: list[tuple[int, ...]] = [
        (first[i], second[i]) for i in np.flatnonzero(np.abs(both) <= slack)
    ]
    for third in range(2, len(free)):
        near = (np.abs(both + seen[third]) <= slack) & (people + sizes[third] < threshold)
        found += [(first[i], second[i], third) for i in np.flatnonzero(near & (second < third))]
    for some in sorted(found, key=lambda one: (len(one), one)):
        if (np.abs(free[list(some)].sum(axis=0)) <= _SLACK).all():
            yield some


def _smallest(table: Table, groups: Sequence[Group | None]) -> Group | None:
    able = [group for group in groups if group is not None and sum(table.counts[group]) > 0]
    return min(able, key=lambda group: (sum(table.counts[group]), group), default=None)
