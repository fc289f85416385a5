"""What the words over a column, or before a row, name: a text of ours, a label of the study."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.disclosure.kinds import ALL_OTHERS, AND
from impact_eval.facts import StudyFacts
from impact_eval.wording.columns import HEADINGS, LABELLED, PLANNED
from impact_eval.wording.may_stand import Allowed
from impact_eval.wording.once import once
from impact_eval.wording.page_text import BREAK, MARK
from impact_eval.wording.strings import texts

_SLOT: Final = re.compile(r"\{([a-z_]*)\}")
_KIND_OF_SLOT: Final = {"side": "arm", "wave": "wave", "group": "level"}
_BETWEEN_TWO: Final = frozenset(
    {"icc_gain", "attrition", "linked_share", "false_link_share", "effect_of_group"}
)
_DIVISION: Final = "group:"
_PIECES: Final = re.compile(f"[,:] |{BREAK}")
_OF_BOTH: Final = ("pair_", "topic_difference")  # say something of two audiences, or of no outcome


@dataclass(frozen=True, slots=True)
class Heading:
    """One way to read a heading: what may stand under it, and what it names."""

    key: str
    allowed: tuple[Allowed, ...]
    facts: StudyFacts
    named: tuple[tuple[str, str], ...] = ()

    def names(self, finding: Finding) -> bool:
        """Whether a finding is of the wave, side, phase, audience or group that is named."""
        return all(_is_at(finding, kind, key, self.facts) for kind, key in self.named)


def headings_of(released: Released, text: str) -> tuple[Heading, ...]:
    """Return every way to read a heading; none if nobody knows it."""
    known = _known(released)
    words = _plain(text)
    if words not in known:
        known[words] = tuple(_read(words, released.facts))
    return known[words]


def said_of_rows(released: Released, text: str, finding: Finding) -> bool:
    """Whether a finding is of the people, place, survey, outcome and item that a row names."""
    if finding.quantity.startswith(_OF_BOTH):
        return True
    waves = {finding.wave_from, finding.wave_to, _wave_of(finding)} - {""}
    groups = dict(_groups_in(finding.subgroup))
    own = {
        "audience": finding.audience,
        "phase": finding.phase,
        "outcome": finding.outcome,
        "item": finding.item_id,
        "school": finding.unit_id if finding.level == "school" else "",
        "province": finding.unit_id if finding.level == "province" else "",
        "topic": finding.variant if finding.quantity.startswith("topic_") else "",
    }
    labels = _row_labels(released)
    for piece in _PIECES.split(text):
        for kind, keys in labels.get(piece.strip().lower(), {}).items():
            if kind == "wave":
                if waves and not waves & keys and not _is_before(finding, keys, released.facts):
                    return False
            elif kind.startswith(_DIVISION):
                found = groups.get(kind.removeprefix(_DIVISION), frozenset())
                if found and not found & keys:
                    return False
            elif own[kind] and own[kind] not in keys:
                return False
    return True


def _is_before(finding: Finding, keys: set[str], facts: StudyFacts) -> bool:
    """Whether a finding is of one survey before those that a row names: its change ends there."""
    waves = list(facts.waves)
    one_time = finding.wave_from == finding.wave_to
    return one_time and waves.index(finding.wave_to) < min(waves.index(key) for key in keys)


def _groups_in(subgroup: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what `sex:female-male+arm:programme` names, by division; nothing of all levels."""
    for part in filter(None, subgroup.split(AND)):
        name, _, rest = part.partition(":")
        if not rest.endswith(ALL_OTHERS):
            yield name, frozenset({rest, *rest.split("-")})


@once
def _known(released: Released) -> dict[str, tuple[Heading, ...]]:
    return {}


@once
def _row_labels(released: Released) -> dict[str, dict[str, set[str]]]:
    """Return what a row may be called, with the keys that bear the label, by kind."""
    facts = released.facts
    found: dict[str, dict[str, set[str]]] = {}
    for kind, key, label in (
        *(("audience", key, label) for key, label in facts.audiences.items()),
        *(("phase", key, label) for key, label in facts.phases.items()),
        *(("outcome", key[1], one.label) for key, one in facts.outcomes.items()),
        *(("item", key[1], label) for key, label in facts.items.items()),
        *(("school", key, one.get("name", "")) for key, one in facts.schools.items()),
        *(("province", one, one) for one in _provinces(facts)),
        *(("topic", key, label) for key, label in facts.topics.items()),
        *(("wave", key, label) for key, label in facts.waves.items()),
        *((f"{_DIVISION}arm", key, label) for key, label in facts.arms.items()),
        *(
            (f"{_DIVISION}{name}", key, label)
            for name, levels in facts.subgroups.items()
            for key, label in levels.items()
        ),
    ):
        found.setdefault(label.lower(), {}).setdefault(kind, set()).add(key)
    return found


def _provinces(facts: StudyFacts) -> tuple[str, ...]:
    named = dict.fromkeys(one.get("province", "") for one in facts.schools.values())
    return tuple(name for name in named if name)


def _plain(text: str) -> str:
    return " ".join(text.replace(BREAK, " ").split()).lower()


def _read(words: str, facts: StudyFacts) -> Iterator[Heading]:
    for kind, key in _named(words, facts):
        yield Heading(kind, LABELLED[kind], facts, ((kind, key),))
    for key, pattern in _patterns():
        found = pattern.fullmatch(words)
        if found is None:
            continue
        named: list[tuple[str, str]] = []
        for slot, filled in found.groupdict().items():
            if wanted := _KIND_OF_SLOT.get(slot):
                named += [one for one in _named(filled, facts) if one[0] == wanted][:1] or [
                    ("", "")
                ]
        if ("", "") not in named:
            yield Heading(key, HEADINGS.get(key, ()), facts, tuple(named))


def _named(words: str, facts: StudyFacts) -> Iterator[tuple[str, str]]:
    """Yield what a label is a label of."""
    labels: Mapping[str, Mapping[str, str]] = {
        "wave": facts.waves,
        "phase": facts.phases,
        "audience": facts.audiences,
        "arm": facts.arms,
        "sites": {key: plural for key, (_, plural) in facts.site_nouns.items()},
    }
    for kind, known in labels.items():
        yield from ((kind, key) for key, label in known.items() if label.lower() == words)
    if words == texts()["tables.sites"].lower():
        yield "sites", ""
    for name, levels in facts.subgroups.items():
        for level, label in levels.items():
            if label.lower() == words:
                yield "level", f"{name}:{level}"


def _is_at(finding: Finding, kind: str, key: str, facts: StudyFacts) -> bool:
    if kind == "wave":
        one_time = finding.wave_from == finding.wave_to or finding.quantity in _BETWEEN_TWO
        return one_time and _wave_of(finding) == key
    if kind == "arm":
        return f"arm:{key}" in finding.subgroup
    if kind == "level":
        return key in finding.subgroup
    if kind == "phase":
        return finding.phase == key
    if kind == "audience" and finding.quantity == "pair_mean":
        pair = facts.pairs[finding.variant]
        own = pair.item if pair.audience == key else pair.child_item
        return finding.item_id == own
    return kind != "audience" or finding.audience == key


def _wave_of(finding: Finding) -> str:
    """Return the wave of a finding; of a group of a roll-out the one that its variant names."""
    if finding.quantity == "effect_of_group":
        return finding.variant.partition(":")[2]
    return finding.wave_to


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile the headings of ours, a slot standing for anything, a mark too."""
    return tuple((key, _pattern(texts()[key])) for key in {**HEADINGS, **PLANNED} if key in texts())


def _pattern(template: str) -> re.Pattern[str]:
    pieces = _SLOT.split(template.lower())
    seen: set[str] = set()
    words = ""
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            words += re.escape(piece)
        else:
            words += f"(?P<{piece}>.+|{MARK})" if piece not in seen else "(?:.+)"
            seen.add(piece)
    return re.compile(words)
