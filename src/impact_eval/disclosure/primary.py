"""Which groups are too small to be shown, before anything is said about what adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from impact_eval.disclosure.additive import Table
from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.groups import Group
from impact_eval.disclosure.kinds import AND
from impact_eval.disclosure.schools import ARM, WORKSHOP_WAVE
from impact_eval.facts import StudyFacts

FEWEST_HIDDEN_SCHOOLS = 4
ENOUGH_SCHOOLS = 10


def small_groups(tables: Iterable[Table], *, threshold: int) -> set[Group]:
    """Find groups with a count under the threshold; for a share, with any part under it.

    Notes
    -----
    That nobody is in a group tells nothing about anybody and is shown. That nobody, or everybody,
    gave an answer tells something about each of them, so for a share 0 counts as small.
    """
    small = set()
    for table in tables:
        for group, parts in table.counts.items():
            lowest = 0.0 if group.kind == "share" else 1.0
            if any(lowest <= part < threshold for part in parts):
                small.add(group)
    return small


def provinces_of_one_school(groups: Iterable[Group], facts: StudyFacts) -> set[Group]:
    """Find provinces that are a single school, for audiences that are not reported by school."""
    found: Counter[tuple[str, str]] = Counter()
    for school in facts.schools.values():
        province, phase = school.get("province", ""), school.get("phase", "")
        found[province, ""] += 1
        if phase:
            found[province, phase] += 1
    known_phases = {phase for _, phase in found}
    return {
        group
        for group in groups
        if group.level == "province"
        and facts.report_level.get(group.audience) == "province"
        and found[group.unit_id, group.phase if group.phase in known_phases else ""] == 1
    }


def levels_of_one_school(groups: Iterable[Group], facts: StudyFacts) -> set[Group]:
    """Find subgroups of schools that hold a single school: what is said of them is said of it.

    On a side a subgroup is also found if any arm of the study, or any group of schools that begins
    at the same time, holds a single school of it.
    """
    found: set[Group] = set()
    for group in groups:
        of, _, side = group.subgroup.partition(AND)
        name, _, level = of.partition(":")
        schools = facts.school_levels.get(name, {}).get(level)
        if schools is not None:
            known = [facts.schools[school] for school in schools]
            mine = [one for one in known if group.phase in ("", one.get("phase", ""))]
            arms = Counter((one.get(ARM, ""), one.get(WORKSHOP_WAVE, "")) for one in mine)
            if len(mine) == 1 or (side and 1 in arms.values()):
                found.add(group)
    return found


def few_hidden_schools(
    tables: Sequence[Table], hidden: Collection[Group]
) -> Iterator[tuple[tuple[str, str, str], list[Group]]]:
    """Yield where 1 to 3 schools are hidden, and the next schools to hide, smallest first.

    The programme's mean change, the mean over schools and their spread are three equations: with
    fewer than four unknowns a hidden school's change could be worked out from them. Where there are
    too few schools to hide more, the list is empty and the results between schools must go.
    """
    sizes: dict[tuple[str, str, str], dict[Group, float]] = {}
    for table in tables:
        for group, parts in table.counts.items():
            if group.kind == "people" and group.level == "school" and parts[0] > 0:
                key = (group.audience, group.phase, group.wave_from)
                known = sizes.setdefault(key, {})
                known[group] = min(parts[0], known.get(group, parts[0]))
    for key, schools in sizes.items():
        missing = FEWEST_HIDDEN_SCHOOLS - sum(group in hidden for group in schools)
        if not 0 < missing < FEWEST_HIDDEN_SCHOOLS:
            continue
        shown = sorted((size, group) for group, size in schools.items() if group not in hidden)
        enough = len(shown) >= ENOUGH_SCHOOLS
        yield key, [group for _, group in shown[:missing]] if enough else []


def few_hidden_of_side(row: Finding, hidden: Collection[Group], facts: StudyFacts) -> bool:
    """Whether 1 to 3 schools of the side that a row is about are hidden in one of its waves.

    Each side has a mean change, a mean over its schools and their spread of its own.
    """
    side = row.subgroup.partition(":")[2]
    if side not in facts.arms:
        return False
    of_side = {
        school
        for school, cells in facts.schools.items()
        if facts.side_of_arm.get(cells.get("arm", "")) == side
    }
    gone = {
        (group.wave_from, group.unit_id)
        for group in hidden
        if (group.kind, group.level, group.audience, group.phase)
        == ("people", "school", row.audience, row.phase)
        and group.unit_id in of_side
    }
    numbers = Counter(wave for wave, _ in gone)
    return any(0 < numbers[wave] < FEWEST_HIDDEN_SCHOOLS for wave in (row.wave_from, row.wave_to))
