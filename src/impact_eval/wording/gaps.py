"""What may be said of a gap between two groups: narrower, wider, or that the data cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Literal

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.wording.claims import audience_words
from impact_eval.wording.decimals import decimals_of
from impact_eval.wording.numbers import interval, marked
from impact_eval.wording.strings import DEFAULT, sentence, text

Gap = Literal["narrower", "wider", "turned", "apart", "cannot_tell"]
ALL_OTHERS = "*"


def gap_word(change: Finding, before: Finding | None, after: Finding | None) -> Gap | Literal[""]:
    """Say what became of a gap, from the interval of its change and where it stood before.

    Parameters
    ----------
    change
        By how much more the first group changed.
    before, after
        The gaps; None, or without a number, where they are not known.

    Returns
    -------
    str
        Empty where the change has no number. A gap that was not clear before cannot have become
        narrower or wider: the groups then changed differently.
    """
    if not change.known or change.suppressed or change.reason:
        return ""
    if not (change.conf_low > 0 or change.conf_high < 0):
        return "cannot_tell"
    clear = before is not None and isfinite(before.conf_low) and not before.suppressed
    if not clear or before is None or after is None or not after.known:
        return "apart"
    if before.conf_low <= 0 <= before.conf_high:
        return "apart"
    if before.estimate * change.estimate > 0:
        return "wider"
    return "narrower" if before.estimate * after.estimate >= 0 else "turned"


def side_gap_word(
    change: Finding, before: Finding | None
) -> Literal["behind", "ahead", "apart", "cannot_tell", ""]:
    """Say for whom the two sides differed by more, from the interval of that difference.

    Parameters
    ----------
    change
        By how much more the sides differ in the first group than in the second.
    before
        The gap on the programme's side before; None, or without a number, if it is not known.

    Returns
    -------
    str
        `behind` or `ahead`: the group that was so at the programme's schools before gained more
        there; `apart` where there was no clear gap; empty where the difference has no number.
    """
    if not change.known or change.suppressed or change.reason:
        return ""
    if not (change.conf_low > 0 or change.conf_high < 0):
        return "cannot_tell"
    if before is None or before.suppressed or not isfinite(before.conf_low):
        return "apart"
    if before.conf_low <= 0 <= before.conf_high:
        return "apart"
    return "behind" if before.estimate * change.estimate < 0 else "ahead"


def gap_sentences(
    released: Released,
    change: Finding,
    before: Finding,
    after: Finding,
    *,
    language: str = DEFAULT,
) -> Markup:
    """Say a gap before, after, and whether it changed, in plain words with their numbers."""
    facts = released.facts
    first, second = group_labels(released, change, language=language)
    decimals = decimals_of(facts, change)
    low, high = (
        marked(change.finding_id, value, decimals=decimals, language=language)
        for value in (change.conf_low, change.conf_high)
    )
    said = sentence(
        "gaps.said",
        {
            "who": capital(audience_words(released, change, language=language)),
            "outcome": facts.outcome(change.audience, change.outcome).label,
            "levels_before": _standing(released, before, first, second, language),
            "levels_after": _standing(released, after, first, second, language),
            "wave_from": facts.waves[change.wave_from],
            "wave_to": facts.waves[change.wave_to],
        },
        language=language,
    )
    numbers = {
        "change": marked(
            change.finding_id, change.estimate, decimals=decimals, form="size", language=language
        ),
        "interval": interval(low, high, facts.conf_level, language=language),
    }
    word = gap_word(change, before, after)
    return said + " " + sentence(f"gaps.said_{word}", numbers, language=language)


def open_gaps(released: Released, changes: Sequence[Finding], *, language: str = DEFAULT) -> Markup:
    """Name in one sentence the outcomes of whose gaps the data cannot tell whether they changed."""
    outcomes: dict[str, list[str]] = {}
    for change in changes:
        who = capital(audience_words(released, change, language=language))
        label = released.facts.outcome(change.audience, change.outcome).label
        outcomes.setdefault(who, []).append(label)
    listed = "; ".join(
        text("gaps.listed", language=language, who=who, outcomes=", ".join(dict.fromkeys(labels)))
        for who, labels in outcomes.items()
    )
    return sentence("gaps.said_open", {"listed": listed}, language=language)


def group_labels(
    released: Released, finding: Finding, *, language: str = DEFAULT
) -> tuple[str, str]:
    """Labels of the two groups that a gap is between; the second may be all others."""
    name, _, rest = finding.subgroup.partition(":")
    levels = released.facts.subgroups.get(name, {})
    others = {**levels, ALL_OTHERS: text("tables.gap_others", language=language)}
    for first, label in levels.items():
        for second, other in others.items():
            if rest == f"{first}-{second}":
                return label, other
    return rest, ""


def capital(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]


def _standing(released: Released, gap: Finding, first: str, second: str, language: str) -> Markup:
    """Say which group stands above the other, and by how much."""
    decimals = decimals_of(released.facts, gap)
    shown = round(gap.estimate, decimals)
    key = "level" if shown == 0 else "ahead" if shown > 0 else "behind"
    values: dict[str, object] = {"first": first, "second": second}
    if key != "level":
        values["gap_size"] = marked(
            gap.finding_id, gap.estimate, decimals=decimals, form="size", language=language
        )
        values["unit"] = text("units.scale_points", language=language)
    return sentence(f"gaps.{key}", values, language=language)
