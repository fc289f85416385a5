"""Which further groups must be hidden so that subtraction gives no small one back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from impact_eval.disclosure.additive import Family, Parts, Table
from impact_eval.disclosure.groups import Group

USED = "fate:used"


def hide_partners_in_each(
    tables: Sequence[Table], hidden: Collection[Group], *, threshold: int
) -> set[Group]:
    """Add to the hidden groups until no addition gives one of them back.

    Parameters
    ----------
    tables
        Counts that add up; a group may stand in many of them and is hidden in all or in none.
    hidden
        Groups that are hidden already, for their own size or with another count of theirs.
    threshold
        The smallest number of people that may be shown.

    Returns
    -------
    set of Group
        `hidden` and the partners. In every addition with a known sum either nothing is hidden, or
        at least two groups are whose hidden counts sum to the threshold or more in each part. So a
        hidden count can be anything from 0 to that sum, as far as a reader can tell: hold all but
        it and one partner fixed.

    Notes
    -----
    The partner is the smallest group that has anybody in it. A group that is hidden although it
    contains others drags one of these with it, else their sum would give it back.
    """
    result = HiddenGroups(tables, hidden)
    complete(result, tables, threshold=threshold)
    return result.groups


class HiddenGroups:
    """Groups hidden so far, and the tables in which any was hidden since they were looked at."""

    def __init__(self, tables: Sequence[Table], hidden: Collection[Group]) -> None:
        self.groups = set(hidden)
        self._tables_of: dict[Group, list[Table]] = defaultdict(list)
        for table in tables:
            for group in table.counts:
                self._tables_of[group].append(table)
        self._unseen: dict[str, set[int]] = defaultdict(lambda: set(map(id, tables)))

    def hide(self, group: Group) -> None:
        """Hide one group more."""
        self.groups.add(group)
        for unseen in self._unseen.values():
            unseen.update(map(id, self._tables_of[group]))

    def has_changed(self, table: Table, for_whom: str) -> bool:
        """Whether a group of a table was hidden since somebody asked last, or nobody asked yet."""
        unseen = self._unseen[for_whom]
        changed = id(table) in unseen
        unseen.discard(id(table))
        return changed


def complete(hidden: HiddenGroups, tables: Sequence[Table], *, threshold: int) -> None:
    """Hide partners in every addition by itself, as `hide_partners_in_each` says."""
    changed = True
    while changed:
        changed = False
        for table in tables:
            if not hidden.has_changed(table, "each"):
                continue
            for family in table.families:
                while (
                    partner := next_partner(table, family, hidden.groups, threshold)
                ) is not None:
                    hidden.hide(partner)
                    changed = True


def leaves(table: Table, groups: Sequence[Group], hidden: Collection[Group]) -> Iterator[Group]:
    """Yield the hidden groups at the bottom of hidden groups."""
    for group in groups:
        below = [
            child
            for family in table.families
            if family.parent == group
            for child in family.children
            if child in hidden
        ]
        if below:
            yield from leaves(table, below, hidden)
        else:
            yield group


def is_safe_alone(parts: Parts, threshold: int) -> bool:
    """Whether every part of a count is at least the threshold."""
    return min(parts) >= threshold


def next_partner(
    table: Table, family: Family, hidden: Collection[Group], threshold: int
) -> Group | None:
    """Choose the next group to hide in a family; None if it is safe or all are hidden."""
    counts = table.counts
    own = [child for child in family.children if child in hidden]
    shown = _smallest_first(table, [child for child in family.children if child not in hidden])
    if family.parent is not None and family.parent in hidden:
        return None if any(sum(counts[child]) > 0 for child in own) or not shown else shown[0]
    if not own:
        return None
    bottom = list(leaves(table, own, hidden))
    sums = [sum(counts[group][i] for group in bottom) for i in range(len(counts[own[0]]))]
    whole = _whole(table, family)
    wanting = [i for i, size in enumerate(sums) if size < threshold and whole[i] > 0]
    needs_absorber = own[0].kind == "share" and not any(
        is_safe_alone(counts[group], threshold) for group in bottom
    )
    if len(own) > 1 and not wanting and not needs_absorber:
        return None
    useful = [child for child in shown if all(counts[child][i] > 0 for i in wanting)]
    if needs_absorber:
        safe = [child for child in shown if is_safe_alone(counts[child], threshold)]
        if len(own) > 1 and not wanting and not safe:
            return None
        useful = safe or useful
    return next(iter([*useful, *shown, *_further(table, own, hidden, family.parent)]), None)


def _whole(table: Table, family: Family) -> Parts:
    """Return the parent's count, or the sum of the children."""
    if family.parent is not None:
        return table.counts[family.parent]
    columns = zip(*(table.counts[child] for child in family.children), strict=True)
    return tuple(sum(column) for column in columns)


def _further(
    table: Table, own: Sequence[Group], hidden: Collection[Group], parent: Group | None
) -> Iterator[Group]:
    """Yield what else can be hidden: groups inside the hidden ones, then the parent itself."""
    inside = [
        child
        for family in table.families
        if family.parent in own
        for child in family.children
        if child not in hidden
    ]
    yield from _smallest_first(table, inside)
    if parent is not None and parent not in hidden:
        yield parent


def _smallest_first(table: Table, groups: Sequence[Group]) -> list[Group]:
    """Those of the groups that can be hidden; used rows cannot: they are the surveyed, summed."""
    able = [group for group in groups if sum(table.counts[group]) > 0 and group.subgroup != USED]
    return sorted(able, key=lambda group: (sum(table.counts[group]), group))
