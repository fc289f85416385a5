"""What may be said of one rating: in how many of a hundred pairs a later answer is higher."""

from __future__ import annotations

from math import isfinite
from typing import Literal

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.wording.decimals import decimals_of
from impact_eval.wording.numbers import interval, marked
from impact_eval.wording.strings import DEFAULT, sentence, text

Moved = Literal["higher", "lower", "cannot_tell"]
NO_CHANGE = 50.0
LINKED = "linked_superiority"
ROUNDS = "cross_sections"


def moved_word(superiority: Finding) -> Moved | Literal[""]:
    """Say by its interval whether later answers were higher, lower, or that nobody can tell.

    Parameters
    ----------
    superiority
        A released `item_superiority`, in percent of pairs; 50 is no change.

    Returns
    -------
    str
        Empty where there is no number, a reason not to claim it, or too few degrees of freedom to
        lean on its interval.
    """
    if not superiority.known or superiority.suppressed or superiority.reason:
        return ""
    if "low_df" in superiority.caution_ids or not isfinite(superiority.conf_low):
        return ""
    if superiority.conf_low > NO_CHANGE:
        return "higher"
    return "lower" if superiority.conf_high < NO_CHANGE else "cannot_tell"


def moved_sentence(released: Released, superiority: Finding, *, language: str = DEFAULT) -> Markup:
    """Say of one item in how many of a hundred pairs the later answer was higher.

    Parameters
    ----------
    released
        Released findings; their facts have the item's label.
    superiority
        A finding of them for which `moved_word` has a word.
    """
    facts = released.facts
    decimals = decimals_of(facts, superiority)
    number, low, high = (
        marked(superiority.finding_id, value, decimals=decimals, language=language)
        for value in (superiority.estimate, superiority.conf_low, superiority.conf_high)
    )
    whose = "rounds" if facts.design == ROUNDS else "places"
    if superiority.estimator == LINKED:
        whose = "linked"
    pairs = text(
        f"ratings.of_{whose}",
        language=language,
        **({"site": facts.site_nouns[superiority.audience][0]} if whose == "places" else {}),
    )
    return sentence(
        f"ratings.said_{moved_word(superiority)}",
        {
            "item": facts.items[superiority.audience, superiority.item_id],
            "pairs": pairs,
            "number": number,
            "interval": interval(low, high, facts.conf_level, language=language),
        },
        language=language,
    )
