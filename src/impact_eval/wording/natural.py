"""A finding's numbers in the unit in which people think of them: "8.4 of 12"."""

from __future__ import annotations

from math import isfinite

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import OutcomeFacts
from impact_eval.wording.decimals import decimals_of
from impact_eval.wording.numbers import Form, declared, interval, marked, percent
from impact_eval.wording.strings import DEFAULT, sentence, text


def outcome_of(released: Released, finding: Finding) -> OutcomeFacts | None:
    """Return the facts of a finding's outcome, if it has one."""
    return released.facts.outcomes.get((finding.audience, finding.outcome))


def levels(
    released: Released, before: Finding, after: Finding, *, language: str = DEFAULT
) -> Markup:
    """Say two means: the later one first, with the scale they are on.

    "8.4 of 12 after 7.1" for a count of right answers, "3.42 after 3.10, on a scale from 1 to 5"
    for ratings, "61.2 after 58.0 (points)" for ready-made scores.
    """
    outcome = outcome_of(released, after)
    values: dict[str, object] = {
        "after": number(released, after, language=language),
        "before": number(released, before, language=language),
    }
    if outcome is None:
        return sentence("levels.plain", values, language=language)
    here = f"{after.audience}/{after.outcome}"
    if outcome.kind in {"index", "scale"}:
        values["maximum"] = declared(f"{here}/maximum", outcome.maximum, language=language)
    if outcome.kind == "scale":
        values["minimum"] = declared(f"{here}/minimum", outcome.minimum, language=language)
    if outcome.kind == "ready_made":
        values["unit"] = outcome.unit
    return sentence(f"levels.{outcome.kind}", values, language=language)


def number(
    released: Released,
    finding: Finding,
    *,
    column: str = "estimate",
    form: Form = "plain",
    language: str = DEFAULT,
) -> Markup:
    """Write one number of a finding, marked and rounded as its unit asks."""
    decimals = decimals_of(released.facts, finding)
    value = getattr(finding, column)
    return marked(finding.finding_id, value, decimals=decimals, form=form, language=language)


def change_size(released: Released, change: Finding, *, language: str = DEFAULT) -> Markup:
    """Say a change with its sign and its unit: "+1.3 questions right"."""
    values = {
        "change": number(released, change, form="signed", language=language),
        "unit": short_unit(released, change, language=language),
    }
    return sentence("levels.size", values, language=language)


def change_interval(
    released: Released,
    change: Finding,
    *,
    ends: tuple[str, str] = ("low", "high"),
    form: Form = "signed",
    language: str = DEFAULT,
) -> Markup:
    """Say the interval on which a change's verdict rests, with its level; empty if there is none.

    Where the change belongs to a family of several outcomes this is the simultaneous interval, and
    the text says so.
    """
    prefix = "simultaneous" if change.widened else "conf"
    if not isfinite(getattr(change, f"{prefix}_low")):
        return Markup()
    low, high = (
        number(released, change, column=f"{prefix}_{end}", form=form, language=language)
        for end in ends
    )
    if change.widened:
        values = {"level": percent(change.conf_level), "low": low, "high": high}
        return sentence("numbers.simultaneous_interval", values, language=language)
    return interval(low, high, change.conf_level, language=language)


def short_unit(released: Released, finding: Finding, *, language: str = DEFAULT) -> str:
    """Return the noun of a difference: the unit up to its first comma; points on a scale."""
    if finding.unit == "points":
        return text("units.percentage_points", language=language)
    outcome = outcome_of(released, finding)
    if outcome is None or outcome.kind == "scale":
        return text("units.scale_points", language=language)
    return outcome.unit.partition(",")[0]
