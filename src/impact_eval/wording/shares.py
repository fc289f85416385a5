"""How many reached the mark set beforehand: the second thing a reader is told."""

from __future__ import annotations

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.wording.claims import speaks_from_too_few
from impact_eval.wording.find import beside
from impact_eval.wording.natural import change_interval, number, outcome_of
from impact_eval.wording.numbers import marked
from impact_eval.wording.strings import DEFAULT, sentence


def mastery_sentence(released: Released, change: Finding, *, language: str = DEFAULT) -> Markup:
    """Say the shares that reached the mark in the two waves of a change; empty without a mark.

    "45 % reached the mark (at least 9 of 12 right) right after the workshop, 21 % before the
    workshop." A share that is coded is said as its bound.
    """
    if change.quantity == "effect":
        return Markup()
    outcome = outcome_of(released, change)
    before = beside(released, change, "mastery_share", wave=change.wave_from)
    after = beside(released, change, "mastery_share", wave=change.wave_to)
    if outcome is None or before is None or after is None:
        return Markup()
    said = {
        "before": share(before, language=language),
        "after": share(after, language=language),
    }
    if not all(said.values()):
        return Markup()
    waves = released.facts.waves
    values = {
        **said,
        "mark": outcome.mastery_label,
        "wave_from": waves.get(change.wave_from, change.wave_from),
        "wave_to": waves.get(change.wave_to, change.wave_to),
    }
    words = sentence("shares.both", values, language=language)
    words = words[:1].upper() + words[1:]
    points = beside(released, change, "mastery_change")
    if points is None or not points.known or change.reason or speaks_from_too_few(points):
        return words
    size = {
        "change": number(released, points, form="signed", language=language),
        "interval": change_interval(released, points, language=language),
    }
    return words + Markup(" ") + sentence("shares.change", size, language=language)


def share(finding: Finding, *, language: str = DEFAULT) -> Markup:
    """Say a share in percent, or the bound it is coded to; empty if nothing of it is shown."""
    if finding.suppressed == "coded_low":
        bound = marked(finding.finding_id, finding.conf_high, form="at_most", language=language)
    elif finding.suppressed == "coded_high":
        bound = marked(finding.finding_id, finding.conf_low, form="at_least", language=language)
    elif finding.known and not finding.suppressed:
        bound = marked(finding.finding_id, finding.estimate, language=language)
    else:
        return Markup()
    key = finding.suppressed or "percent"
    return sentence(f"shares.{key}", {"number": bound}, language=language)
