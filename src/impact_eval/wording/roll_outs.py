"""Schools that begin at different dates: what their groups and times are called, and the leads."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import StudyFacts
from impact_eval.wording.natural import change_interval, change_size
from impact_eval.wording.numbers import p_value
from impact_eval.wording.strings import DEFAULT, fitting_sentence, sentence, text

NEVER = "never"
_MOST_ORDINALS = 12
_CLOSE = 0.1  # nearer to the usual limits two decimals would hide the side


def cohort_label(facts: StudyFacts, cohort: str, *, language: str = DEFAULT) -> str:
    """Name the schools that had their workshop before one survey, or had none."""
    if cohort == NEVER:
        return text("roll_outs.never", language=language)
    return text("roll_outs.cohort", language=language, wave=facts.waves[cohort])


def since_of(finding: Finding) -> int:
    """Return how many surveys after the first after the workshop a finding is about."""
    return int(finding.variant.removeprefix("since:"))


def time_label(since: int, *, language: str = DEFAULT) -> str:
    """Name a survey by its place before or after the workshop.

    Examples
    --------
    >>> time_label(0), time_label(-1)
    ('first survey after the workshop', 'last survey before the workshop')
    """
    if since == -1:
        return text("roll_outs.before_last", language=language)
    side, place = ("after", since + 1) if since >= 0 else ("before", -since)
    ordinal = text(f"roll_outs.ordinals.{min(place, _MOST_ORDINALS)}", language=language)
    return text(f"roll_outs.{side}", language=language, ordinal=ordinal)


def short_time(since: int, *, language: str = DEFAULT) -> str:
    """Name the same in short, for an axis: "2 before"."""
    side, place = ("after", since + 1) if since >= 0 else ("before", -since)
    return text(f"roll_outs.short_{side}", language=language, place=str(place))


def trends_of(released: Released, effect: Finding) -> Finding | None:
    """Find the joint test of the time before the workshops that belongs to an effect."""
    tests = released.where(quantity="equal_trends").findings()
    return next((one for one in tests if one.parent_id == effect.finding_id), None)


def trends_sentence(released: Released, effect: Finding, *, language: str = DEFAULT) -> Markup:
    """Say whether the groups already moved apart, and what not to find it is worth.

    Parameters
    ----------
    released
        Where the joint test is looked up.
    effect
        Of a staggered roll-out.
    language
        ISO 639-1 code.

    Returns
    -------
    Markup
        Empty if there is no such test to speak of.
    """
    test = trends_of(released, effect)
    if test is None or test.suppressed:
        return Markup()
    if test.reason or not test.known:
        return sentence("roll_outs.trends_unknown", {}, language=language)
    values: dict[str, object] = {
        "difference": change_size(released, test, language=language),
        "interval": change_interval(released, test, language=language),
        "p": p_words(test, language=language),
    }
    key = "apart" if test.p_value < 1 - released.facts.conf_level else "alike"
    return fitting_sentence(f"roll_outs.trends_{key}", values, language=language)


def p_words(finding: Finding, *, language: str = DEFAULT) -> Markup:
    """Say a p-value; a very small one as its bound."""
    decimals = 2 if finding.p_value >= _CLOSE else 3
    return p_value(finding.finding_id, finding.p_value, decimals=decimals, language=language)


def group_of(finding: Finding, cohort: str) -> Finding:
    """Return the place of one group of schools, to look up what stands beside it."""
    return replace(finding, subgroup=f"workshop_wave:{cohort}", variant="")
