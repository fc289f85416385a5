"""What a page may be made of: the texts of ours, and those that its study declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache

from impact_eval.disclosure import Released
from impact_eval.errors import Fault
from impact_eval.wording.effects import raised_sentences
from impact_eval.wording.grammar import Grammar
from impact_eval.wording.once import once
from impact_eval.wording.page_text import PageText, legible, read_page
from impact_eval.wording.strings import texts
from impact_eval.wording.unmarked import deviation_texts

NEVER_ALONE = ("forbidden.", "denials.", "effects.raised.")
_SHORT_UNIT = re.compile(r", | \(")


def strange_sentence_faults(
    page_text: PageText, released: Released, *, page: str, own: Iterable[str] = ()
) -> list[Fault]:
    """Find the blocks of a page that are not made of known texts alone.

    Known are the texts of `en.toml` with their slots filled by known texts, labels and numbers;
    whatever the study declares; reasons and methods of findings; the sentences that effects have
    earned; and `own`, texts that come with the page: a notebook's prose, names of files.
    """
    grammar = grammar_of(released, own=own)
    faults = []
    for line in dict.fromkeys(block.text for block in page_text.blocks):
        strange = grammar.first_strange(line)
        if strange:
            faults.append(
                Fault(
                    page,
                    f"{legible(line)[:80]!r}",
                    "a sentence must come from a text of ours or one that the study declares",
                    f"{strange[:80]!r}",
                    "Add the text to en.toml and fill it with `impact_eval.wording`.",
                )
            )
    return faults


def grammar_of(released: Released, *, own: Iterable[str] = ()) -> Grammar:
    """Return what pages of a study may be made of; the same object for the same texts."""
    return _with_own(_grammar(_known(released)), frozenset(own))


@lru_cache(maxsize=16)
def _with_own(grammar: Grammar, own: frozenset[str]) -> Grammar:
    return grammar.with_labels(own)


@lru_cache(maxsize=4)
def _grammar(labels: frozenset[str]) -> Grammar:
    return _of_ours().with_labels(labels)


@cache
def _of_ours() -> Grammar:
    templates = (value for key, value in texts().items() if not key.startswith(NEVER_ALONE))
    return Grammar(templates, ())


@once
def _known(released: Released) -> frozenset[str]:
    return frozenset(_labels(released))


def _labels(released: Released) -> Iterator[str]:
    """Texts that a study declares, that its findings give, and that its effects have earned."""
    yield from _strings(released.facts)
    for outcome in released.facts.outcomes.values():
        yield _SHORT_UNIT.split(outcome.unit)[0]
    yield from deviation_texts(released.facts)
    if released.facts.locked_hash:
        yield released.facts.locked_hash
    for column in ("reason", "method"):
        yield from released.frame[column].unique()
    for column in ("unit_id", "variant", "subgroup"):
        for value in released.frame[column].unique():
            yield value.rpartition(":")[2].replace("_", " ")
    for said in raised_sentences(released):
        yield from (block.text for block in read_page(said).blocks)


def _strings(value: object) -> Iterator[str]:
    """Every text in nested facts, keys too."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from _strings(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _strings(key)
            yield from _strings(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _strings(one)
