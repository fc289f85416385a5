"""The decision over all reports at once: which groups of people are shown nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from impact_eval.disclosure.additive import Table, additive_tables
from impact_eval.disclosure.coding import codable_shares
from impact_eval.disclosure.complementary import USED
from impact_eval.disclosure.crossed import hide_partners
from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.gaps import telling_unanswered, thin_answers
from impact_eval.disclosure.groups import Group
from impact_eval.disclosure.primary import (
    few_hidden_schools,
    levels_of_one_school,
    provinces_of_one_school,
    small_groups,
)
from impact_eval.disclosure.slices import thin_slices
from impact_eval.facts import StudyFacts

COUNTED_WHOLE = frozenset(
    {
        "people",
        "attended",
        "invited",
        "enrolled",
        "answers",
        "rows",
        "disclosed",
        "consents",
        "withdrawals",
    }
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden.

    `small` are the groups under the threshold, `groups` these and their partners, `codable` the
    hidden shares of which a bound may be told, `between_schools` the audience, phase and wave where
    so few schools are hidden that results between schools would give them back.
    """

    small: frozenset[Group]
    groups: frozenset[Group]
    codable: frozenset[Group]
    between_schools: frozenset[tuple[str, str, str]]


def decide_hidden(findings: Iterable[Finding], facts: StudyFacts) -> Hidden:
    """Decide on people and other whole counts first, then on what is counted among them."""
    threshold = facts.threshold
    rows = list(findings)
    tables = additive_tables(rows, facts)
    whole = [table for table in tables if _kind(table) in COUNTED_WHOLE]
    among = [table for table in tables if _kind(table) not in COUNTED_WHOLE]
    all_groups = {group for table in tables for group in table.counts}

    small = small_groups(whole, threshold=threshold) | provinces_of_one_school(all_groups, facts)
    small |= levels_of_one_school(all_groups, facts)
    groups = hide_partners(whole, small, threshold=threshold)
    groups = hide_partners(whole, groups | _reasons_of_fates(whole, groups), threshold=threshold)
    more = {group for _, wanted in few_hidden_schools(whole, groups) for group in wanted}
    groups = hide_partners(whole, groups | more, threshold=threshold)
    between = frozenset(key for key, _ in few_hidden_schools(whole, groups))

    inherited = {group for group in all_groups if _people_are_hidden(group, groups)}
    thin = thin_answers(rows, facts)
    small_parts = small_groups(among, threshold=threshold) | thin_slices(rows, facts)
    groups = hide_partners(among, groups | inherited | small_parts | thin, threshold=threshold)
    telling = telling_unanswered(rows, facts, groups)
    groups = hide_partners(among, groups | telling, threshold=threshold)
    codable = codable_shares(among, groups, threshold=threshold) - inherited - thin - telling
    return Hidden(frozenset(small | small_parts), frozenset(groups), frozenset(codable), between)


def _kind(table: Table) -> str:
    return next(iter(table.counts)).kind


def _people_are_hidden(group: Group, hidden: Collection[Group]) -> bool:
    """Whether the people among whom a group is counted are hidden themselves."""
    if group.kind in COUNTED_WHOLE:
        return False
    people = replace(group, kind="people", wave_to="", outcome="", item_id="", mark="")
    waves = [wave for wave in (group.wave_from, group.wave_to) if wave]
    return any(replace(people, wave_from=wave) in hidden for wave in waves)


def _reasons_of_fates(tables: Sequence[Table], hidden: Collection[Group]) -> set[Group]:
    """Reasons of rows where fates are hidden: a fate is the sum of its reasons."""
    rows = {group for table in tables for group in table.counts if group.kind == "rows"}
    affected = {
        (group.audience, group.phase)
        for group in rows
        if group in hidden and group.subgroup.startswith("fate:") and group.subgroup != USED
    }
    return {
        group
        for group in rows
        if group.subgroup.startswith("reason:") and (group.audience, group.phase) in affected
    }
