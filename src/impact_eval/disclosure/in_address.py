"""What an address names in one word: two sides, two phases, one or more levels of a subgroup."""

from __future__ import annotations

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.kinds import ALL_OTHERS, AND, CONTRAST, OF_EXPOSURE, SIDES
from impact_eval.facts import StudyFacts


def sides_in(finding: Finding, facts: StudyFacts) -> tuple[str, ...]:
    """Return the two sides of an effect as subgroups; nothing for another finding.

    Of a staggered roll-out all groups of schools: each is in the comparison of another, and those
    that have begun are some of them.
    """
    begun = bool(facts.cohorts) and finding.subgroup in SIDES
    if finding.contrast != CONTRAST and not begun:
        return ()
    return tuple(f"workshop_wave:{cohort}" for cohort in facts.cohorts) or SIDES


def cells_in(finding: Finding, facts: StudyFacts) -> tuple[str, ...]:
    """Return the levels of a subgroup on a side that a gap, or its change, is made of.

    The gap `sex:female-male+arm:programme` is of two of them, and what compares the sides is of
    those of both, or of every group of schools of a staggered roll-out; nothing for another
    finding.
    """
    levels, _, side = finding.subgroup.partition(AND)
    by_side = finding.quantity == "subgroup_difference"
    sides = (side,) if side else sides_in(finding, facts) if by_side else ()
    return tuple(f"{level}{AND}{side}" for side in sides for level in subgroups_in(levels, facts))


def subgroup_in(finding: Finding) -> str:
    """Return the subgroup; of what people said of their exposure the side alone.

    The rest is decided on in `exposures`.
    """
    if finding.quantity in OF_EXPOSURE:
        return finding.subgroup.partition(AND)[2]
    return finding.subgroup


def subgroups_in(subgroup: str, facts: StudyFacts) -> tuple[str, ...]:
    """Split `sex:female-male` into its two subgroups; nothing if it is no difference.

    What is said of one level against all others, or of all of them, needs every level.
    """
    name, _, rest = subgroup.partition(":")
    known = tuple(facts.subgroups.get(name, {}))
    levels = known if rest.endswith(ALL_OTHERS) else parts_in(rest, list(known))
    return tuple(f"{name}:{level}" for level in levels)


def parts_in(contrast: str, names: list[str]) -> tuple[str, ...]:
    """Find the two names that `first-second` joins, if two do (names may hold hyphens)."""
    pairs = ((a, b) for a in names for b in names if f"{a}-{b}" == contrast)
    return next(pairs, ())
