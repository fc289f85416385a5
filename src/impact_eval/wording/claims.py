"""A change in sentences: what was measured, what may be said of it, for whom. No cause is named."""

from __future__ import annotations

from math import isfinite

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import OutcomeFacts
from impact_eval.wording.cautions import TOO_FEW, caution_sentence
from impact_eval.wording.find import beside
from impact_eval.wording.natural import (
    change_interval,
    change_size,
    levels,
    outcome_of,
    short_unit,
)
from impact_eval.wording.numbers import declared, marked
from impact_eval.wording.strings import DEFAULT, fitting_sentence, has_text, sentence, text

SPACE = Markup(" ")
ENOUGH_CLUSTERS = 4


def claim(released: Released, change: Finding, *, language: str = DEFAULT) -> Markup:
    """Say a change of a mean in sentences that its design and its evidence carry.

    Parameters
    ----------
    released
        Where the two means that belong to the change are looked up.
    change
        A finding of the quantity `change`.
    language
        ISO 639-1 code.

    Returns
    -------
    Markup
        What was measured ("was higher right after the workshop than before"), the verdict against
        the declared smallest change and the change to expect anyway, whether the programme hoped
        for it, and for whom it holds. A suppressed or refused change is said to be one, with the
        reason. Every number is marked with its finding.

    Notes
    -----
    The direction is that of the number, the verdict that of the interval; a fall is said in the
    words of a rise. A neutral outcome gets neither direction nor verdict.
    """
    if change.suppressed:
        return fitting_sentence(
            "claims.hidden", {"subject": subject(released, change)}, language=language
        )
    if change.reason or not change.known:
        parts = [_refusal(released, change, language)]
    else:
        parts = [
            _fact(released, change, language),
            _linked(change, language),
            _verdict(released, change, language),
            _hope(released, change, language),
            for_whom(released, change, language),
            _design(released, language),
        ]
    return SPACE.join(part for part in parts if part)


def subject(released: Released, finding: Finding, *, language: str = DEFAULT) -> Markup:
    """Name what a finding is about: "The mean score of students for knowledge of ..."."""
    facts = released.facts
    outcome = outcome_of(released, finding)
    values: dict[str, object] = {
        "audience": audience_words(released, finding, language=language),
        "outcome": outcome.label if outcome else finding.outcome,
    }
    if finding.subgroup:
        name, _, level = finding.subgroup.partition(":")
        values["subgroup"] = facts.subgroups.get(name, {}).get(level, level)
        return sentence("subject.subgroup", values, language=language)
    if finding.level == "programme":
        return sentence("subject.programme", values, language=language)
    values["unit"] = facts.schools.get(finding.unit_id, {}).get("name", finding.unit_id)
    return sentence(f"subject.{finding.level}", values, language=language)


def audience_words(released: Released, finding: Finding, *, language: str = DEFAULT) -> str:
    """Name a finding's audience, with its phase where the study has several."""
    facts = released.facts
    audience = facts.audiences.get(finding.audience, finding.audience)
    if len(facts.phases) < 2 or finding.phase not in facts.phases:
        return audience
    phase = facts.phases[finding.phase]
    return text("subject.phase", language=language, audience=audience, phase=phase)


def direction_of(change: Finding) -> str:
    """Return `higher`, `lower` or `unclear`: the sign, if the interval leaves no other."""
    if isfinite(change.conf_low) and change.conf_low <= 0 <= change.conf_high:
        return "unclear"
    if change.estimate == 0:
        return "unclear"
    return "higher" if change.estimate > 0 else "lower"


def has_verdict(change: Finding) -> bool:
    """Whether a change has a verdict, and enough clusters to bear it."""
    return bool(change.verdict) and not speaks_from_too_few(change)


def speaks_from_too_few(change: Finding) -> bool:
    """Whether a change would speak for other schools from fewer than four clusters."""
    few = not change.n_clusters >= ENOUGH_CLUSTERS
    return change.estimand == "schools_like_these" and few


def _refusal(released: Released, change: Finding, language: str) -> Markup:
    """Say why there is no change to report."""
    values: dict[str, object] = {"subject": subject(released, change, language=language)}
    if TOO_FEW not in change.caution_ids:
        values["reason"] = change.reason
        return sentence("claims.refused", values, language=language)
    values["caution"] = caution_sentence(released, change, TOO_FEW, language=language)
    return sentence("claims.refused_few_clusters", values, language=language)


def _fact(released: Released, change: Finding, language: str) -> Markup:
    """Say the two means and which is higher."""
    waves = released.facts.waves
    values: dict[str, object] = {
        "subject": subject(released, change, language=language),
        "wave_from": waves.get(change.wave_from, change.wave_from),
        "wave_to": waves.get(change.wave_to, change.wave_to),
    }
    outcome = outcome_of(released, change)
    neutral = outcome is not None and outcome.direction == "neutral"
    kind = "neutral" if neutral else direction_of(change)
    before = beside(released, change, "mean", wave=change.wave_from)
    after = beside(released, change, "mean", wave=change.wave_to)
    if before is None or after is None or not (before.known and after.known):
        return sentence(f"facts.{kind}_alone", values, language=language)
    said = levels(released, before, after, language=language)
    if (after.estimate - before.estimate) * change.estimate < 0 and not neutral:
        alone = sentence(f"facts.{kind}_alone", values, language=language)
        other_way = sentence("facts.other_way", {"levels": said}, language=language)
        return alone + SPACE + other_way
    return sentence(f"facts.{kind}", {**values, "levels": said}, language=language)


def _verdict(released: Released, change: Finding, language: str) -> Markup:
    """Hold the change against what matters and what may change anyway, as far as declared."""
    outcome = outcome_of(released, change)
    values: dict[str, object] = {
        "change": change_size(released, change, language=language),
        "interval": change_interval(released, change, language=language),
    }
    neutral = outcome is not None and outcome.direction == "neutral"
    if outcome is None or neutral or not has_verdict(change):
        key = "neutral" if neutral else "none"
        return fitting_sentence(f"claims.{key}", values, language=language)
    key = change.verdict
    if key == "cannot_tell" and "linked_disagrees" in change.caution_ids:
        return fitting_sentence("claims.cannot_tell_linked", values, language=language)
    values |= _yardsticks(released, change, outcome, language)
    values["noun"] = text(f"nouns.{direction_of(change)}", language=language)
    words = fitting_sentence(_by_design(f"claims.{key}", released), values, language=language)
    if change.role == "exploratory":
        words += SPACE + sentence("claims.exploratory", {}, language=language)
    return words


def _yardsticks(
    released: Released, change: Finding, outcome: OutcomeFacts, language: str
) -> dict[str, object]:
    """Return the declared smallest change and the change to expect anyway, marked."""
    here = f"{change.audience}/{change.outcome}"
    numbers = {
        "smallest": (f"{here}/smallest_effect", outcome.smallest_effect),
        "secular_low": (f"{here}/secular_low", outcome.secular and outcome.secular[0]),
        "secular_high": (f"{here}/secular_high", outcome.secular and outcome.secular[1]),
    }
    said: dict[str, object] = {
        name: declared(key, value, language=language)
        for name, (key, value) in numbers.items()
        if value is not None
    }
    said["unit"] = short_unit(released, change, language=language)
    return said


def _linked(change: Finding, language: str) -> Markup:
    """Say that a gain is of linked people alone."""
    if change.estimator != "adjusted_gain":
        return Markup()
    return sentence("facts.linked", {}, language=language)


def _hope(released: Released, change: Finding, language: str) -> Markup:
    """Say whether a clear change is what the programme hoped for, where that is not plain."""
    outcome = outcome_of(released, change)
    direction = direction_of(change)
    no_hope = outcome is None or outcome.direction == "neutral" or direction == "unclear"
    if no_hope or outcome is None or released.facts.design == "no_programme":
        return Markup()
    if direction != outcome.direction:
        return fitting_sentence(f"hopes.against_{outcome.direction}", {}, language=language)
    return (
        fitting_sentence("hopes.lower", {}, language=language)
        if outcome.direction == "lower"
        else Markup()
    )


def for_whom(released: Released, change: Finding, language: str) -> Markup:
    """Say whom a change speaks for."""
    facts = released.facts
    if change.level == "school" or not change.estimand:
        return Markup()
    _, sites = facts.site_nouns.get(change.audience, ("", ""))
    key = _by_design(f"estimands.{change.estimand}", released)
    if speaks_from_too_few(change):
        key = "estimands.few_clusters"
    values: dict[str, object] = {"sites": sites}
    if change.estimand == "schools_like_these":
        one, several = facts.cluster_nouns.get(change.audience, ("", ""))
        values["n_clusters"] = marked(change.finding_id, change.n_clusters, language=language)
        values["clusters"] = one if change.n_clusters == 1 else several
    return fitting_sentence(key, values, language=language)


def _design(released: Released, language: str) -> Markup:
    """Say what the design takes away from every change; nothing for one group, said elsewhere."""
    key = f"designs.beside_{released.facts.design}"
    return sentence(key, {}, language=language) if has_text(key, language=language) else Markup()


def _by_design(key: str, released: Released) -> str:
    """Return the key of a design's own text where there is one."""
    own = f"{key}_{released.facts.design}"
    return own if has_text(own) else key
