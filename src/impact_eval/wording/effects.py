"""An effect in sentences: both sides, the difference, and as much as the design carries."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.wording.claims import (
    SPACE,
    claim,
    direction_of,
    for_whom,
    has_verdict,
    subject,
)
from impact_eval.wording.find import beside
from impact_eval.wording.natural import (
    change_interval,
    change_size,
    levels,
    number,
    outcome_of,
    short_unit,
)
from impact_eval.wording.numbers import declared
from impact_eval.wording.roll_outs import trends_sentence
from impact_eval.wording.rungs import missing_for_raised, rung_of
from impact_eval.wording.strings import DEFAULT, fitting_sentence, sentence

SIDES = ("programme", "comparison")


def claim_of(released: Released, finding: Finding, *, language: str = DEFAULT) -> Markup:
    """Say a change or an effect in sentences that its design and its evidence carry."""
    say = effect_claim if finding.quantity == "effect" else claim
    return say(released, finding, language=language)


def effect_claim(released: Released, effect: Finding, *, language: str = DEFAULT) -> Markup:
    """Say what both sides scored, by how much they differ, and what may be made of it.

    Parameters
    ----------
    released
        Where the means of both sides are looked up.
    effect
        A finding of the quantity `effect`.
    language
        ISO 639-1 code.

    Returns
    -------
    Markup
        Both sides in natural units; the difference by the rung of `rung_of`; whether the programme
        hoped for it; for whom it holds.
    """
    values: dict[str, object] = {"subject": subject(released, effect, language=language)}
    if effect.suppressed:
        return fitting_sentence("effects.hidden", values, language=language)
    if effect.reason or not effect.known:
        values["reason"] = effect.reason
        parts = [
            _sides(released, effect, language),
            fitting_sentence("effects.refused", values, language=language),
        ]
    else:
        parts = [
            _sides(released, effect, language),
            difference_sentence(released, effect, language=language),
            _why_no_more(released, effect, language),
            _before(released, effect, language),
            _hope(released, effect, language),
            _for_whom(released, effect, language),
        ]
    return SPACE.join(part for part in parts if part)


def difference_sentence(released: Released, effect: Finding, *, language: str = DEFAULT) -> Markup:
    """Say the difference of the sides: the one sentence whose words the rung decides."""
    outcome, rung = outcome_of(released, effect), rung_of(effect, released.facts)
    values = _values(released, effect, language)
    if rung == "not_comparable":
        return fitting_sentence("effects.not_comparable", values, language=language)
    neutral = outcome is not None and outcome.direction == "neutral"
    if outcome is None or neutral or not has_verdict(effect):
        key = "neutral" if neutral else "none"
        words = fitting_sentence(f"effects.{key}", values, language=language)
        if effect.role == "exploratory":
            words += SPACE + sentence("effects.exploratory", {}, language=language)
        return words
    if effect.verdict == "cannot_tell" and "estimates_disagree" in effect.caution_ids:
        return fitting_sentence("effects.disagree", values, language=language)
    if effect.verdict == "cannot_tell" and "linked_gains_disagree" in effect.caution_ids:
        return fitting_sentence("effects.disagree_linked", values, language=language)
    key = f"{effect.audience}/{effect.outcome}/smallest_effect"
    if outcome.smallest_effect is not None:
        values["smallest"] = declared(key, outcome.smallest_effect, language=language)
    return fitting_sentence(f"effects.{rung}.{effect.verdict}", values, language=language)


def raised_sentences(released: Released) -> tuple[Markup, ...]:
    """Return the sentences of a study that may say that the programme did it."""
    effects = released.where(quantity="effect", variant="").findings()
    return tuple(
        difference_sentence(released, effect)
        for effect in effects
        if effect.known
        and not effect.suppressed
        and not effect.reason
        and rung_of(effect, released.facts) == "raised"
    )


def side_of(effect: Finding, side: str) -> Finding:
    """Return the place of one side: an effect with the side as its subgroup."""
    return replace(effect, subgroup=f"arm:{side}")


def _values(released: Released, effect: Finding, language: str) -> dict[str, object]:
    arms, programme = released.facts.arms, released.facts.programme
    unit = short_unit(released, effect, language=language)
    size = number(released, effect, form="size", language=language)
    return {
        "programme_side": arms["programme"],
        "comparison_side": arms["comparison"],
        "programme": programme[:1].upper() + programme[1:],
        "programme_within": programme,
        "difference": change_size(released, effect, language=language),
        "size": sentence("levels.size", {"change": size, "unit": unit}, language=language),
        "interval": change_interval(released, effect, language=language),
        "size_interval": _size_interval(released, effect, language),
        "unit": unit,
    }


def _size_interval(released: Released, effect: Finding, language: str) -> Markup:
    """Say the interval of a clear difference by its size, the smaller end first."""
    ends = ("low", "high") if effect.estimate > 0 else ("high", "low")
    return change_interval(released, effect, ends=ends, form="size", language=language)


def _for_whom(released: Released, effect: Finding, language: str) -> Markup:
    """Say whom an effect speaks for; nobody where the groups were not comparable."""
    if rung_of(effect, released.facts) == "not_comparable":
        return Markup()
    return for_whom(released, effect, language)


def _sides(released: Released, effect: Finding, language: str) -> Markup:
    """Say the means of both sides before and after, or after alone where the scales differ."""
    facts, outcome = released.facts, outcome_of(released, effect)
    if facts.cohorts:
        return _roll_out(released, effect, language)
    means = {
        (side, wave): beside(released, side_of(effect, side), "mean", wave=wave)
        for side in SIDES
        for wave in (effect.wave_from, effect.wave_to)
    }
    known = {place: mean for place, mean in means.items() if mean is not None and mean.known}
    if outcome is None or len(known) < len(means):
        return Markup()
    values: dict[str, object] = {
        "subject": subject(released, effect, language=language),
        "programme_side": facts.arms["programme"],
        "comparison_side": facts.arms["comparison"],
        "wave_to": facts.waves[effect.wave_to],
        "unit": outcome.unit,
    }
    for side in SIDES:
        before, after = known[side, effect.wave_from], known[side, effect.wave_to]
        values[f"{side}_mean"] = number(released, after, language=language)
        values[f"{side}_levels"] = levels(released, before, after, language=language)
    key = "sides_later" if outcome.ranges else "sides"
    return fitting_sentence(f"effects.{key}", values, language=language)


def _roll_out(released: Released, effect: Finding, language: str) -> Markup:
    """Say what is compared where every school passes from waiting to having begun."""
    values = {
        "subject": subject(released, effect, language=language),
        "programme_side": released.facts.arms["programme"],
        "comparison_side": released.facts.arms["comparison"],
    }
    return fitting_sentence("effects.sides_roll_out", values, language=language)


def _before(released: Released, effect: Finding, language: str) -> Markup:
    """Say of a staggered roll-out whether the groups already moved apart before."""
    if not released.facts.cohorts:
        return Markup()
    return trends_sentence(released, effect, language=language)


def _why_no_more(released: Released, effect: Finding, language: str) -> Markup:
    """Say why a lot does not carry the highest rung, where there is a verdict."""
    rung = rung_of(effect, released.facts)
    if rung != "lot" or not has_verdict(effect):
        return Markup()
    key = f"effects.reasons.{missing_for_raised(effect, released.facts)}"
    reason = sentence(key, {}, language=language)
    return sentence("effects.lot_but", {"reason": reason}, language=language)


def _hope(released: Released, effect: Finding, language: str) -> Markup:
    """Say whether a clear difference is what the programme hoped for, where that is not plain."""
    outcome, direction = outcome_of(released, effect), direction_of(effect)
    unclear = outcome is None or outcome.direction == "neutral" or direction == "unclear"
    if unclear or outcome is None or rung_of(effect, released.facts) == "not_comparable":
        return Markup()
    if direction != outcome.direction:
        return sentence(f"hopes.effect_against_{outcome.direction}", {}, language=language)
    return (
        sentence("hopes.effect_lower", {}, language=language) if direction == "lower" else Markup()
    )
