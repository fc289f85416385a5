"""Who is in a number: surveyed of attended of claimed, and how long after the workshop."""

from __future__ import annotations

from math import isfinite

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.wording.claims import audience_words
from impact_eval.wording.find import beside
from impact_eval.wording.numbers import marked
from impact_eval.wording.strings import DEFAULT, fitting_sentence, sentence


def people_sentences(
    released: Released, change: Finding, *, language: str = DEFAULT
) -> tuple[Markup, ...]:
    """Say who stands behind a change: people in both its waves, and days after the workshop.

    Parameters
    ----------
    released
        Where the counts at the same place are looked up.
    change
        Its audience, phase, unit and waves are the place.
    language
        ISO 639-1 code.

    Returns
    -------
    tuple of Markup
        "x surveyed of y attended of z claimed" for each wave; then the days between workshop and
        survey, where workshops are dated. A number that is not released is said not to be shown.
    """
    waves = dict.fromkeys((change.wave_from, change.wave_to))
    said = [_surveyed(released, change, wave, language) for wave in waves]
    said.append(_days(released, change, language))
    return tuple(words for words in said if words)


def _surveyed(released: Released, change: Finding, wave: str, language: str) -> Markup:
    """Say how many were surveyed in a wave, of how many."""
    surveyed = beside(released, change, "surveyed", wave=wave, outcome="")
    if surveyed is None:
        return Markup()
    facts = released.facts
    values: dict[str, object] = {
        "surveyed": _count(surveyed, language),
        "audience": audience_words(released, change, language=language),
        "wave": facts.waves.get(wave, wave),
    }
    if surveyed.suppressed or not surveyed.known:
        return fitting_sentence("people.surveyed_hidden", values, language=language)
    arms = bool(facts.arms)
    attended = None if arms else beside(released, change, "attended", outcome="")
    claimed = None if arms else beside(released, change, "claimed", outcome="")
    for name, count in (("attended", attended), ("claimed", claimed)):
        if count is not None:
            values[name] = _count(count, language)
    if attended is not None:
        unclaimed = "attended" if change.level == "programme" else "here"
        key = "full" if claimed is not None else unclaimed
    else:
        key = "claimed" if claimed is not None else "alone"
    words = sentence(f"people.{key}", values, language=language)
    return words[:1].upper() + words[1:]


def _count(count: Finding, language: str) -> Markup:
    """Write a count, or that it is not shown."""
    if count.suppressed or not count.known:
        return sentence("people.hidden", {}, language=language)
    return marked(count.finding_id, count.estimate, language=language)


def _days(released: Released, change: Finding, language: str) -> Markup:
    """Say how many days after the workshop the later wave was surveyed."""
    days = beside(released, change, "days_after_workshop", wave=change.wave_to, outcome="")
    if days is None or not days.known or days.suppressed:
        return Markup()
    low, high = days.conf_low, days.conf_high
    if not isfinite(low):
        low = high = days.estimate
    start = "" if released.facts.has_workshops else "campaign_"
    values = {
        name: marked(
            days.finding_id, value, decimals=_decimals(value), form="size", language=language
        )
        for name, value in (("median", days.estimate), ("low", low), ("high", high))
    }
    if days.estimate < 0:
        values["low"], values["high"] = values["high"], values["low"]
        return sentence(f"days.{start}before", values, language=language)
    if not start and low == high:
        key = "same_day" if high == 0 else "after_all"
        return fitting_sentence(f"days.{key}", values, language=language)
    if low < 0:
        values["low"] = marked(days.finding_id, low, language=language)
    if not start and days.estimate == 0:
        return fitting_sentence("days.mostly_same_day", values, language=language)
    return sentence(f"days.{start}after", values, language=language)


def _decimals(days: float) -> int:
    """Give half days their half."""
    return 0 if days == round(days) else 1
