"""What the figures of all sections share: their mark, level and labels."""

from __future__ import annotations

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import capital
from impact_eval.wording import numbers, text


def mark(released: Released) -> str:
    """Return the words that figures of simulated data carry; else empty."""
    return text("reports.simulated") if released.facts.simulated else ""


def level(released: Released) -> str:
    """Return the level of the intervals as a percentage."""
    return numbers.percent(released.facts.conf_level)


def row_label(released: Released, row: Finding) -> str:
    """Phase and later wave, as far as they tell rows apart."""
    facts = released.facts
    wave = facts.waves[row.wave_to]
    if facts.cohorts:
        wave = text("pages.overall", after=wave)
    if len(facts.phases) < 2 or row.phase not in facts.phases:
        return capital(wave)
    return text("figures.phase_and_wave", phase=facts.phases[row.phase], wave=wave)


def when(released: Released, row: Finding) -> str:
    """Return the later wave; of a staggered roll-out from which to which survey it goes."""
    waves = released.facts.waves
    if not released.facts.cohorts:
        return waves[row.wave_to]
    return text("pages.between", before=waves[row.wave_from], after=waves[row.wave_to])


def outcome_of(released: Released, row: Finding) -> str:
    """Return the label of a row's outcome."""
    return released.facts.outcome(row.audience, row.outcome).label


def who_of(released: Released, row: Finding) -> str:
    """Audience, and phase where the study has several."""
    facts = released.facts
    audience = facts.audiences[row.audience]
    if len(facts.phases) < 2 or row.phase not in facts.phases:
        return audience
    return text("tables.group", audience=audience, phase=facts.phases[row.phase])


def said(released: Released, row: Finding, *, label: str = "") -> Markup:
    """One row as an alt text says it: its label, its number and its interval, marked."""
    label = label or row_label(released, row)
    if not row.known:
        shown = text("figures.hidden" if row.suppressed else "figures.not_estimated")
        return Markup("{}: {}").format(label, shown)
    decimals = released.facts.outcome(row.audience, row.outcome).decimals
    value, low, high = (
        numbers.marked(row.finding_id, number, decimals=decimals)
        for number in (row.estimate, row.conf_low, row.conf_high)
    )
    around = numbers.interval(low, high, row.conf_level)
    return Markup("{}: {} {}").format(label, value, around)
