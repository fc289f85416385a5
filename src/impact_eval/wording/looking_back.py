"""What may be said of answers about the time before: which way they differ, and never why."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.wording.claims import audience_words
from impact_eval.wording.decimals import decimals_of
from impact_eval.wording.gaps import capital
from impact_eval.wording.natural import short_unit
from impact_eval.wording.numbers import Form, interval, marked
from impact_eval.wording.strings import DEFAULT, fitting_sentence, sentence, text

Shifted = Literal["lower", "higher", "cannot_tell"]


def shifted_word(shift: Finding) -> Shifted | Literal[""]:
    """Say by its interval whether people who looked back rated themselves lower or higher.

    Parameters
    ----------
    shift
        A released `response_shift`.

    Returns
    -------
    str
        Empty where there is no number, a reason not to claim it, or too few degrees of freedom.
    """
    if not shift.known or shift.suppressed or shift.reason or "low_df" in shift.caution_ids:
        return ""
    if shift.conf_high < 0:
        return "lower"
    return "higher" if shift.conf_low > 0 else "cannot_tell"


def shift_sentence(released: Released, shift: Finding, *, language: str = DEFAULT) -> Markup:
    """Say of one outcome how people who looked back rated themselves; `shifted_word` has a word."""
    word = shifted_word(shift)
    who = capital(audience_words(released, shift, language=language))
    side = released.facts.arms.get(shift.subgroup.partition(":")[2])
    values = {
        "who": text("looking_back.side", language=language, label=who, side=side) if side else who,
        "outcome": released.facts.outcome(shift.audience, shift.outcome).label,
        **_numbers(released, shift, "signed" if word == "cannot_tell" else "size", language),
    }
    return sentence(f"looking_back.said_{word}", values, language=language)


def measured_shift(released: Released, shift: Finding, *, language: str = DEFAULT) -> Markup:
    """Say beside what a shift would have to be what this study measured of it; else nothing."""
    word = shifted_word(shift)
    if not word:
        return Markup()
    key = "measured_open" if word == "cannot_tell" else "measured"
    values: dict[str, object] = _numbers(
        released, shift, "signed" if word == "cannot_tell" else "size", language
    )
    if word != "cannot_tell":
        values["direction"] = text(f"looking_back.{word}", language=language)
    return fitting_sentence(f"looking_back.{key}", values, language=language)


def _numbers(released: Released, shift: Finding, form: Form, language: str) -> dict[str, object]:
    """Write a shift with its interval; as sizes where the words say which way it goes."""
    decimals = decimals_of(released.facts, shift)
    ends = (shift.conf_low, shift.conf_high)
    number, low, high = (
        marked(shift.finding_id, value, decimals=decimals, form=form, language=language)
        for value in (shift.estimate, *(sorted(ends, key=abs) if form == "size" else ends))
    )
    return {
        "number": number,
        "unit": short_unit(released, shift, language=language),
        "interval": interval(low, high, released.facts.conf_level, language=language),
    }
