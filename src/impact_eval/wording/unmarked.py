"""Digits that no mark ties to a finding, a declared number or a plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from impact_eval.disclosure import Released
from impact_eval.errors import Fault
from impact_eval.facts import StudyFacts
from impact_eval.wording.numbers import percent
from impact_eval.wording.once import once
from impact_eval.wording.page_text import PageText, legible
from impact_eval.wording.plan import deviation_words
from impact_eval.wording.strings import text, texts

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
ALLOWED = (
    r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?: ?UTC|Z)?)?",
    rf"\b\d{{1,2}} (?:{MONTHS})(?: \d{{4}})?\b",
    r"\bCR2\b",
    r"\b(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b",
    r"\b[0-9a-f]{12}(?:[0-9a-f]{52})?\b",
    r"\bv?\d+\.\d+(?:\.\w+)+\b",
)
LEVEL_OF = "(?:interval|prediction interval|of schools like these are expected)"
_FIELD = re.compile(r"\{[a-z_]*\}")
_SHORTEST = 8
_DIGIT = re.compile(r"\d")
_WITH_DIGIT = re.compile(r"[^\s\ue000\ue001]*\d[^\s\ue000\ue001]*")


def unmarked_number_faults(
    page_text: PageText, released: Released, *, page: str, own: Iterable[str] = ()
) -> list[Fault]:
    """Find text with digits that nothing carries: prose, cells of tables, alternative texts.

    Dates, the level of the study's intervals, hashes and versions are no results; and what the
    study declares as a label, a finding gives as its reason or method, or one of our own texts says
    of every study alike, may hold any digits. `own` are further such texts.
    """
    known, own = _known(released), frozenset(own)
    allowed = _allowed(released.facts.conf_level)
    deviations = frozenset(deviation_texts(released.facts))
    faults = []
    for line in dict.fromkeys(block.text for block in page_text.blocks):
        if line in deviations:
            continue
        if not _DIGIT.search(line):
            continue
        found = _unexplained(line, known, own, allowed)
        if found:
            faults.append(
                Fault(
                    page,
                    f"{legible(line)[:80]!r}",
                    "a number must stand in a <data> element",
                    f"{found.group(0)!r}",
                    "Make it with `impact_eval.wording.numbers`, or say it without a number.",
                )
            )
    return faults


def _unexplained(
    line: str, known: frozenset[str], own: frozenset[str], allowed: re.Pattern[str]
) -> re.Match[str] | None:
    """Find the first digits that no known text holds: those of the study first, then a page's."""
    for words in (known, own, known | own):
        left = _any_of(words).sub(" ", line)
        found = _WITH_DIGIT.search(allowed.sub(" ", left))
        if not found:
            break
    return found


@once
def _known(released: Released) -> frozenset[str]:
    return frozenset(word for word in _labels(released) if _DIGIT.search(word))


@lru_cache(maxsize=4)
def _allowed(level: float) -> re.Pattern[str]:
    """Compile what is no result: numbers of items of a checklist, the level of intervals."""
    topics = [value for key, value in texts().items() if key.startswith("classing.items.")]
    numbered = rf"^\d{{1,2}}[a-z]?(?= (?:{'|'.join(map(re.escape, topics))})$)"
    of_level = rf"\b{re.escape(percent(level))}(?= {LEVEL_OF})"
    return re.compile("|".join([*ALLOWED, numbered, of_level]))


@lru_cache(maxsize=16)
def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    """Compile texts with digits, each as a whole, longest first."""
    with_digits = {" ".join(word.split()) for word in words if _DIGIT.search(word)}
    both = with_digits | {word[:1].upper() + word[1:] for word in with_digits}
    listed = "|".join(re.escape(one) for one in sorted(both, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)" if listed else r"(?!)")


def deviation_texts(facts: StudyFacts) -> Iterator[str]:
    """Each cell of the table of what was changed after the plan had been locked."""
    for deviation in facts.lock.deviations if facts.lock else ():
        for words in deviation_words(facts, deviation):
            yield " ".join(words.split())
            yield " ".join(f"{words[:1].upper()}{words[1:]}".split())


def _labels(released: Released) -> Iterator[str]:
    """Texts that may hold digits."""
    yield from _declared_texts(released.facts)
    for column in ("reason", "method"):
        yield from released.frame[column].unique()
    for value in texts().values():
        parts = [part.strip() for part in _FIELD.split(value)]
        yield from (part for part in parts if len(parts) == 1 or len(part) >= _SHORTEST)


def _declared_texts(facts: StudyFacts) -> Iterator[str]:
    """Every label of a study."""
    yield from (facts.title, facts.programme, facts.about, facts.study_id, facts.randomised_by)
    yield from (facts.crossover, *facts.arms.values(), *facts.cohorts, *facts.pages.values())
    for labels in (facts.phases, facts.waves, facts.audiences):
        yield from labels.values()
    for levels in facts.subgroups.values():
        yield from levels.values()
    for outcome in facts.outcomes.values():
        yield from (outcome.label, outcome.unit, outcome.mastery_label, outcome.secular_source)
        for wave, (low, high) in outcome.ranges.items():
            yield text("tables.own_range", low=f"{low:g}", high=f"{high:g}", wave=facts.waves[wave])
    yield from facts.items.values()
    yield from (pair.label for pair in facts.pairs.values())
    for asked in (*facts.exposures.values(), *facts.doses.values()):
        yield asked.label
    for school in facts.schools.values():
        yield from (str(value) for value in school.values())
