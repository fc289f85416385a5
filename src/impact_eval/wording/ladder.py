"""The ladder: which words a design does not carry, whatever the numbers are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from impact_eval.errors import Fault
from impact_eval.facts import StudyFacts
from impact_eval.vocabulary import Design
from impact_eval.wording.page_text import PageText
from impact_eval.wording.strings import DEFAULT, fields, texts

_WORD: Final = re.compile(r"[^\W\d_]{3}")  # no forbidden words are shorter
ALONE: Final = frozenset({"one_group", "cross_sections", "no_programme"})
CONDITIONAL: Final = ("planning.claims_",)


def forbidden_word_faults(
    page_text: PageText, facts: StudyFacts, *, page: str, earned: Sequence[str] = ()
) -> list[Fault]:
    """Find the words of a page that its design does not carry.

    Labels that the study declares (outcomes, items, schools) may hold any word, and so may our own
    denials ("does not show what caused it"); both are taken out before reading. So are the
    sentences that findings have `earned`, word for word: "raised" stands in them and nowhere else.
    """
    faults = []
    taken_out = (*earned, *_labels(facts))
    for line in dict.fromkeys(line for line in page_text.lines if _WORD.search(line)):
        for word in _words_above(line, facts.design, facts.by_lot, taken_out):
            faults.append(
                Fault(
                    page,
                    f"{line[:80]!r}",
                    f"a study of the design `{facts.design}` does not carry this word",
                    f"{word!r}",
                    "Say what was measured: was higher, was lower, was about the same.",
                )
            )
    return faults


def forbidden_words(
    line: str,
    design: Design,
    *,
    by_lot: bool | None = None,
    ignore: Iterable[str] = (),
    language: str = DEFAULT,
) -> Iterator[str]:
    """Yield the words of a text that are above the rung of a design.

    `by_lot`: whether a lot assigned the schools; without it, only in a randomised design.

    Examples
    --------
    >>> list(forbidden_words("Knowledge improved.", "one_group"))
    ['improved']
    >>> list(forbidden_words("Knowledge was higher after the workshop.", "one_group"))
    []
    """
    labels = _any_of(tuple(ignore))
    left = labels.sub(" ", line) if labels else line
    for denial in _denials(language):
        left = denial.sub(" ", left)
    lot = design == "randomised" if by_lot is None else by_lot
    if not _any_pattern(design, lot, language).search(left):
        return
    for pattern in _patterns(design, lot, language):
        yield from (found.group(0) for found in pattern.finditer(left))


@lru_cache(maxsize=50_000)
def _words_above(
    line: str, design: Design, by_lot: bool, taken_out: tuple[str, ...]
) -> tuple[str, ...]:
    """Keep the words above the design of a line that stands on many pages."""
    return tuple(forbidden_words(line, design, by_lot=by_lot, ignore=taken_out))


def _labels(facts: StudyFacts) -> list[str]:
    """Labels that stand for what was asked or who was asked, longest first."""
    labels = [
        *(outcome.label for outcome in facts.outcomes.values()),
        *(outcome.mastery_label for outcome in facts.outcomes.values()),
        *(outcome.unit for outcome in facts.outcomes.values()),
        *(outcome.secular_source for outcome in facts.outcomes.values()),
        *facts.items.values(),
        *(school.get("name", "") for school in facts.schools.values()),
        *(one.reason.rstrip(".") for one in (facts.lock.deviations if facts.lock else ())),
    ]
    return sorted({label for label in labels if len(label) > 3}, key=len, reverse=True)


@lru_cache(maxsize=8)
def _any_of(labels: tuple[str, ...]) -> re.Pattern[str] | None:
    """Compile a pattern that finds any of the labels, the first that fits at a place."""
    found = "|".join(re.escape(label) for label in labels)
    return re.compile(found, re.IGNORECASE) if labels else None


@cache
def _patterns(design: Design, by_lot: bool, language: str) -> tuple[re.Pattern[str], ...]:
    """Compile the forbidden words of a design: of every design, of designs like it, and its own."""
    lists: Mapping[str, str] = texts(language)
    names = ["all", *(["no_comparison"] if design in ALONE else [])]
    names += [*([] if by_lot else ["chosen"]), design]
    keys = [key for key in (f"forbidden.{name}" for name in names) if key in lists]
    words = [line.strip() for key in keys for line in lists[key].splitlines() if line.strip()]
    return tuple(re.compile(rf"\b(?:{word})\b", re.IGNORECASE) for word in words)


@cache
def _any_pattern(design: Design, by_lot: bool, language: str) -> re.Pattern[str]:
    """All forbidden words of a design in one pattern: a line that it misses has none of them."""
    return re.compile(
        "|".join(one.pattern for one in _patterns(design, by_lot, language)), re.IGNORECASE
    )


@cache
def _denials(language: str) -> tuple[re.Pattern[str], ...]:
    """Our own sentences that deny a claim in its own words, or say what a design would carry."""
    known = texts(language)
    return tuple(
        re.compile(_as_pattern(template), re.IGNORECASE)
        for key, template in known.items()
        if key.startswith(("denials.", *CONDITIONAL))
    )


def _as_pattern(template: str) -> str:
    """Turn a text into a pattern in which a field stands for anything within a sentence."""
    parts = re.split(r"\{[a-z_]+\}", " ".join(template.split()))
    gap = "[^.]*?" if fields(template) else ""
    return gap.join(re.escape(part) for part in parts)
