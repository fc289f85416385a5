"""Ways of computing in words: what each factor decides, and each choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from impact_eval.wording.strings import DEFAULT, text

FACTORS: Final = (
    *("answers", "scoring", "exclusions", "sample", "weights", "cluster", "waiting", "estimators"),
)
PLANNED: Final = "planned"


def choices_of(variant: str) -> Mapping[str, str]:
    """Read the choice of every factor from the variant of a finding.

    Examples
    --------
    >>> choices_of("answers:complete,weights:school")["weights"]
    'school'
    """
    named = dict(one.split(":", 1) for one in variant.split(",") if ":" in one)
    return {factor: named.get(factor, PLANNED) for factor in FACTORS}


def choice_words(factor: str, choice: str, *, language: str = DEFAULT) -> str:
    """Say one choice of a factor.

    Examples
    --------
    >>> choice_words("sample", "linked")
    'those met twice, alone'
    """
    return text(f"ways.{factor}.{choice}", language=language)


def way_words(variant: str, *, language: str = DEFAULT) -> str:
    """Say what a way does otherwise than the plan.

    Examples
    --------
    >>> way_words("planned"), way_words("answers:complete,sample:linked")
    ("the plan's own way", 'every question answered; those met twice, alone')
    """
    named = [
        choice_words(factor, choice, language=language)
        for factor, choice in choices_of(variant).items()
        if choice != PLANNED
    ]
    return "; ".join(named) or text("ways.planned", language=language)
