"""Digits in prose that no mark ties to a finding or a declared number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from impact_eval.disclosure import Released
from impact_eval.errors import Fault
from impact_eval.facts import StudyFacts
from impact_eval.wording.page_text import PageText
from impact_eval.wording.strings import texts

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
ALLOWED = (
    r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?: ?UTC|Z)?)?",
    rf"\b\d{{1,2}} (?:{MONTHS})(?: \d{{4}})?\b",
    r"\b(?:19|20)\d{2}\b",
    r"\b\d{2}(?:\.\d+)? %(?= (?:interval|prediction interval|of schools))",
    r"\bCR2\b",
    r"\bp < 0\.001\b",
    r"\b(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b",
    r"\b[0-9a-f]{12}(?:[0-9a-f]{52})?\b",
    r"\bv?\d+\.\d+(?:\.\w+)+\b",
)


def unmarked_number_faults(page_text: PageText, released: Released, *, page: str) -> list[Fault]:
    """Find paragraphs, list items, headings and captions with digits that nothing carries.

    Dates, years, the level of an interval, hashes and versions are no results; and what the study
    declares as a label, or a finding gives as its reason or method, may hold any digits.
    """
    labels = re.compile("|".join(re.escape(label) for label in _labels(released)) or r"(?!)")
    allowed = re.compile("|".join(ALLOWED))
    faults = []
    for line in page_text.prose:
        left = allowed.sub(" ", labels.sub(" ", line))
        found = re.search(r"\S*\d\S*", left)
        if found:
            faults.append(
                Fault(
                    page,
                    f"{line[:80]!r}",
                    "a number in prose must stand in a <data> element",
                    f"{found.group(0)!r}",
                    "Make it with `impact_eval.wording.numbers`, or say it without a number.",
                )
            )
    return faults


def _labels(released: Released) -> list[str]:
    """Texts with digits that may stand in prose, longest first."""
    words = [*_declared_texts(released.facts), *released.frame["reason"].unique()]
    words += [*released.frame["method"].unique(), *_own_texts()]
    with_digits = {" ".join(word.split()) for word in words if re.search(r"\d", word)}
    both = with_digits | {word[:1].upper() + word[1:] for word in with_digits}
    return sorted(both, key=len, reverse=True)


def _own_texts() -> Iterator[str]:
    """Texts of ours that hold digits and no field: said of every study alike."""
    yield from (value for value in texts().values() if "{" not in value)


def _declared_texts(facts: StudyFacts) -> Iterator[str]:
    """Every label of a study."""
    yield from (facts.title, facts.programme, facts.about, facts.study_id)
    for labels in (facts.phases, facts.waves, facts.audiences):
        yield from labels.values()
    for levels in facts.subgroups.values():
        yield from levels.values()
    for outcome in facts.outcomes.values():
        yield from (outcome.label, outcome.unit, outcome.mastery_label, outcome.secular_source)
    yield from facts.items.values()
    yield from (pair.label for pair in facts.pairs.values())
    for asked in (*facts.exposures.values(), *facts.doses.values()):
        yield asked.label
    for school in facts.schools.values():
        yield from (str(value) for value in school.values())
