"""Which declarations a planned comparison rests on, and whether they are as they were locked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from impact_eval.study.locking.content import Content, Value
from impact_eval.study.plan import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A comparison that the plan names now, or one that derives from it.

    `family` is the id of its family, `subgroup` the id of the subgroup that it is about, and `mark`
    says whether it counts who reached the mastery mark. `specifications` says whether it is one of
    the other ways of computing it that the plan declares.
    """

    family: str
    audience: str
    outcome: str
    wave_from: str
    wave_to: str
    subgroup: str = ""
    mark: bool = False
    specifications: bool = False


def is_as_locked(then: Content, now: Content, comparison: Comparison) -> bool:
    """Whether everything that a comparison rests on is declared now as it was locked.

    Parameters
    ----------
    then, now : Content
        Of the lock, and of the study as it is.
    comparison : Comparison
        Named by a family of `now`.

    Returns
    -------
    bool
        False if the family, or the outcome, audience, waves, subgroup or estimation of the
        comparison, was changed. A family counts as a whole, because its intervals hold together;
        its id does not. Other outcomes, families and subgroups, and waves and phases that the
        comparison is not about, make no difference.
    """
    family = _family(now, comparison.family)
    if family not in [_family(then, one) for one in _family_ids(then)]:
        return False
    phases = family.get("phases")
    named = None if not isinstance(phases, list) else tuple(str(phase) for phase in phases)
    return _terms(then, comparison, named) == _terms(now, comparison, named)


def locked_families(content: Content) -> Iterator[Family]:
    """Yield the families that a lock holds, in the order of their ids; labels are not locked."""
    for family in _family_ids(content):
        entries = _family(content, family)
        outcomes = {
            key.partition(".")[2]: value
            for key, value in entries.items()
            if key.startswith("outcomes.")
        }
        known = {key: value for key, value in entries.items() if key in Family.model_fields}
        named = {"id": family, "label": family, "outcomes": outcomes}
        yield Family.model_validate({**known, **named})


def _family_ids(content: Content) -> list[str]:
    ids = (key.split(".")[1] for key in content if key.startswith("families."))
    return list(dict.fromkeys(ids))


def _family(content: Content, family: str) -> dict[str, Value]:
    prefix = f"families.{family}."
    return {
        key.removeprefix(prefix): value for key, value in content.items() if key.startswith(prefix)
    }


def _terms(
    content: Content, comparison: Comparison, phases: tuple[str, ...] | None
) -> dict[str, Value]:
    """Return what a comparison of these phases, or of all together, rests on."""
    found = {
        key: value
        for key, value in content.items()
        if _rests_on(comparison, phases, key.split("."))
    }
    if content.get("design") == "staggered":  # every survey between the two is in the comparison
        found["waves"] = content["waves"]
    return found


def _rests_on(comparison: Comparison, phases: tuple[str, ...] | None, key: list[str]) -> bool:
    """Whether a comparison rests on a key; on one of a section that is not known it does."""
    section, first = key[0], key[1] if len(key) > 1 else ""
    own = {
        "families": False,
        "outcomes": key[1:3] == [comparison.audience, comparison.outcome]
        and (key[3:] != ["mastery"] or comparison.mark),
        "audiences": first == comparison.audience,
        "waves": first in (comparison.wave_from, comparison.wave_to),
        "phases": phases is None or first in phases,
        "subgroups": bool(first) and first == comparison.subgroup,
        "plan": first not in ("contrasts", "subgroups")
        and (first != "specifications" or comparison.specifications),
    }
    return own.get(section, True)
