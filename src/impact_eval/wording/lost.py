"""What the lost could make of a result, in sentences: the worst, the best, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Final

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.vocabulary import Quantity
from impact_eval.wording.claims import audience_words
from impact_eval.wording.natural import number, short_unit
from impact_eval.wording.numbers import interval
from impact_eval.wording.strings import DEFAULT, fitting_sentence, sentence, text

WITH_LOST: Final[tuple[Quantity, ...]] = ("change_with_lost", "effect_with_lost")
BOUNDS = ("worst_case", "lee")
BY_NAME = ("retention_weights", "imputation")
INTERVAL = "interval"
STANDS, DIFFERS = "verdict_stands", "verdict_would_differ"


def lost_verdict_sentences(
    released: Released, audience: str, *, language: str = DEFAULT
) -> tuple[Markup, ...]:
    """Say whether anything here would change what is said of an audience's planned results.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience
        Its id.
    language
        ISO 639-1 code.

    Returns
    -------
    tuple of Markup
        One or two sentences; none where no planned result of the audience could be looked at.
    """
    rows = [
        row
        for row in released.where(quantity=WITH_LOST, audience=audience).findings()
        if not row.suppressed
    ]
    judged = [row for row in rows if {STANDS, DIFFERS} & set(row.caution_ids)]
    if not rows:
        return ()
    values: dict[str, object] = {"audience": released.facts.audiences[audience]}
    other = [row for row in judged if DIFFERS in row.caution_ids]
    by_bounds = [row for row in other if row.estimator in BOUNDS]
    by_estimates = [row for row in other if row.estimator not in BOUNDS]
    if not judged:
        keys = ["no_verdict"]
    elif not other:
        keys = ["stands_effect" if released.facts.arms else "stands"]
    else:
        estimated = any(row.estimator not in BOUNDS for row in judged)
        keys = ["differ" if by_estimates else "estimates_stand"] if estimated else []
        keys += ["bounds_open"] if by_bounds else []
        values["list"] = _listed(released, by_estimates, language)
        values["open_list"] = _listed(released, by_bounds, language)
    reasons = {row.reason for row in rows if row.estimator in BY_NAME and row.reason}
    if len(reasons) == 1 and not any(row.known for row in rows if row.estimator in BY_NAME):
        values["reason"] = reasons.pop()
        keys.append("refused")
    return tuple(fitting_sentence(f"lost.{key}", values, language=language) for key in keys)


def bounds_sentence(released: Released, bounds: Finding, *, language: str = DEFAULT) -> Markup:
    """Say a result at worst and at best, with the interval around both.

    Parameters
    ----------
    released
        Where the interval and the number of the lost are looked up.
    bounds
        Of `WITH_LOST`, with the bounds as its limits.
    language
        ISO 639-1 code.

    Returns
    -------
    Markup
        Empty where the bounds are not shown, where nobody was lost, or where none may have been.
    """
    wide, lost = interval_of(released, bounds), _lost(released, bounds)
    if bounds.suppressed or not isfinite(bounds.conf_low) or bounds.variant == "fewest":
        return Markup()
    if lost is None or lost.suppressed or not lost.known or not lost.estimate:
        return Markup()
    outcome = released.facts.outcome(bounds.audience, bounds.outcome)
    values: dict[str, object] = {
        "outcome": outcome.label,
        "who": audience_words(released, bounds, language=language),
        "wave": released.facts.waves[bounds.wave_to],
        "lost": number(released, lost, language=language),
        "unit": short_unit(released, bounds, language=language),
        "interval": "",
    }
    key = _key(bounds, roll_out=bool(released.facts.cohorts))
    values |= {
        end: number(released, bounds, column=f"conf_{end}", form="signed", language=language)
        for end in ("low", "high")
    }
    if wide is not None and isfinite(wide.conf_low):
        low, high = (
            number(released, wide, column=f"conf_{end}", form="signed", language=language)
            for end in ("low", "high")
        )
        values["interval"] = interval(low, high, wide.conf_level, language=language)
    words = fitting_sentence(f"lost.{key}", values, language=language)
    return Markup(str(words).replace(" .", "."))  # noqa: S704 (our own text)


def interval_of(released: Released, bounds: Finding) -> Finding | None:
    """Find the interval that belongs to bounds."""
    wanted = "_".join(part for part in (bounds.variant, INTERVAL) if part)
    return _like(released.findings(quantity=bounds.quantity), bounds, wanted)  # type: ignore[arg-type]


def _lost(released: Released, bounds: Finding) -> Finding | None:
    rows = released.findings(quantity="lost")
    return next((row for row in rows if row.finding_id == bounds.parent_id), None)


def _like(rows: Iterable[Finding], like: Finding, variant: str) -> Finding | None:
    same = ("outcome", "audience", "phase", "wave_from", "wave_to", "estimand", "estimator")
    return next(
        (
            row
            for row in rows
            if row.variant == variant
            and all(getattr(row, name) == getattr(like, name) for name in same)
        ),
        None,
    )


def _key(bounds: Finding, *, roll_out: bool) -> str:
    if bounds.estimator == "lee":
        return "bounds_lee"
    if bounds.quantity == "effect_with_lost":
        return "bounds_roll_out" if roll_out else "bounds_effect"
    return "bounds_most" if bounds.variant else "bounds"


def _listed(released: Released, rows: Sequence[Finding], language: str) -> Markup:
    """Name the results, each once."""
    facts = released.facts
    items = [
        sentence(
            "lost.item",
            {
                "outcome": facts.outcome(row.audience, row.outcome).label,
                "who": audience_words(released, row, language=language),
                "wave": facts.waves[row.wave_to],
            },
            language=language,
        )
        for row in rows
    ]
    return Markup(text("lost.separator", language=language)).join(dict.fromkeys(items))  # noqa: S704
