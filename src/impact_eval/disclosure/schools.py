"""Groups of schools beside the provinces: a side, schools that began together, a kind of school."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import reduce

from impact_eval.disclosure.groups import Group
from impact_eval.disclosure.kinds import AND
from impact_eval.facts import StudyFacts
from impact_eval.vocabulary import Level

ARM, WORKSHOP_WAVE, NEVER = "arm", "workshop_wave", "never"


def groups_of_schools(whole: Group, facts: StudyFacts) -> Iterator[tuple[Level, Collection[str]]]:
    """Yield the units of which a subgroup is the sum, where it is made of whole schools.

    Parameters
    ----------
    whole
        Any group.
    facts
        The schools' sides and workshops, and the levels of subgroups that divide schools.

    Yields
    ------
    tuple
        `school` and the schools; `province` and the provinces, where none of them has another
        school. Nothing for a group of another kind, such as girls.
    """
    if whole.level != "programme" or not whole.subgroup:
        return
    parts = [_schools_of(part, facts) for part in whole.subgroup.split(AND)]
    own = reduce(lambda one, other: one & other, parts)
    yield "school", own
    of_phase = {
        school: cells.get("province", "")
        for school, cells in facts.schools.items()
        if whole.phase in ("", cells.get("phase", ""))
    }
    provinces = {of_phase[school] for school in own if school in of_phase}
    inside = {school for school, province in of_phase.items() if province in provinces}
    if inside <= own and "" not in provinces:
        yield "province", provinces


def _schools_of(part: str, facts: StudyFacts) -> frozenset[str]:
    """Schools of one part of a subgroup; none where it divides people."""
    name, _, level = part.partition(":")
    if name in facts.school_levels:
        return frozenset(facts.school_levels[name].get(level, ()))
    if name == ARM:
        return frozenset(
            school
            for school, cells in facts.schools.items()
            if facts.side_of_arm.get(cells.get(ARM, "")) == level
        )
    if name == WORKSHOP_WAVE:
        return frozenset(
            school
            for school, cells in facts.schools.items()
            if (cells.get(WORKSHOP_WAVE, "") or NEVER) == level
        )
    return frozenset()
