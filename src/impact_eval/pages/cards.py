"""Cards: one for each main outcome, the two means in large print and what may be said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import OutcomeFacts
from impact_eval.pages.figure import when, who_of
from impact_eval.tables import capital
from impact_eval.vocabulary import Quantity
from impact_eval.wording import Summary, numbers, side_of, text, verdict_words
from impact_eval.wording.rounding import adds_up
from impact_eval.wording.strings import sentence

_CARD = Markup(
    '<article class="card"><h3>{head}</h3><p class="when">{when}</p>{pair}'
    "{verdict}<p>{said}</p>{people}{cautions}</article>"
)
_VERDICT = Markup('<p class="verdict">{}</p>')
_SIDE = Markup('<p class="when">{}</p>')
_PAIR = Markup('<dl class="pair">{}</dl>')
_UNIT = Markup('<p class="unit">{}</p>')
_NOTE = Markup('<p class="note">{}</p>')
_MEAN = Markup("<div><dt>{}</dt><dd>{}</dd>{}</div>")
_OWN_UNIT = Markup('<dd class="unit">{}</dd>')


def cards(released: Released, summaries: Sequence[Summary]) -> str:
    """Return a card for each summary; what is to be kept in mind with all of them is said once.

    Parameters
    ----------
    released
        Where the two means of each change are looked up.
    summaries
        From `impact_eval.wording.summary_of`.

    Returns
    -------
    str
        HTML.
    """
    shared = [
        caution
        for caution in (summaries[0].cautions if len(summaries) > 1 else ())
        if all(caution in one.cautions for one in summaries)
    ]
    made = Markup("").join(_card(released, one, leave_out=shared) for one in summaries)
    exact = all(_adds_up(released, one) for one in summaries)
    rounded = Markup("") if exact else _NOTE.format(text("tables.rounding_note"))
    return str(Markup('<div class="cards">{}</div>{}{}').format(made, _list(shared), rounded))


def _card(released: Released, summary: Summary, *, leave_out: Sequence[Markup]) -> Markup:
    change = summary.change
    facts = released.facts
    people = _NOTE.format(Markup(" ").join(summary.people))
    return _CARD.format(
        head=text(
            "pages.card_head",
            who=capital(who_of(released, change)),
            outcome=facts.outcome(change.audience, change.outcome).label,
        ),
        when=capital(when(released, change)),
        pair=_pairs(released, change),
        verdict=_VERDICT.format(capital(verdict_words(change, facts))) if change.verdict else "",
        said=Markup(" ").join(words for words in (summary.claim, summary.mastery) if words),
        people=people if summary.people else "",
        cautions=_list([one for one in summary.cautions if one not in leave_out]),
    )


def _pairs(released: Released, change: Finding) -> Markup:
    """Return the means of both waves, of an effect for each side under its name."""
    if change.quantity != "effect":
        return _pair(released, change)
    if released.facts.cohorts:
        return _difference(released, change)
    return Markup("").join(
        _SIDE.format(capital(name)) + _pair(released, side_of(change, side))
        for side, name in released.facts.arms.items()
    )


def _difference(released: Released, effect: Finding) -> Markup:
    """Return the difference alone where schools pass from one side to the other."""
    if effect.suppressed or effect.reason or not effect.known:
        return Markup("")
    known = released.facts.outcome(effect.audience, effect.outcome)
    shown = numbers.marked(
        effect.finding_id, effect.estimate, decimals=known.decimals, form="signed"
    )
    name = text("pages.from_waiting", waiting=released.facts.arms["comparison"])
    return _PAIR.format(_MEAN.format(name, shown, Markup(""))) + _UNIT.format(known.unit)


def _pair(released: Released, change: Finding) -> Markup:
    """Return the means of both waves, with the unit they are in."""
    facts = released.facts
    means = _in_waves(released, change, "mean")
    waves = (change.wave_from, change.wave_to)
    if change.suppressed or not all(wave in means and means[wave].known for wave in waves):
        return Markup("")
    known = facts.outcome(change.audience, change.outcome)
    shown = Markup("").join(
        _MEAN.format(
            facts.waves[wave],
            numbers.marked(means[wave].finding_id, means[wave].estimate, decimals=known.decimals),
            _own_range(known, wave),
        )
        for wave in waves
    )
    return _PAIR.format(shown) + (Markup("") if known.ranges else _UNIT.format(known.unit))


def _in_waves(released: Released, change: Finding, quantity: Quantity) -> dict[str, Finding]:
    """Look up a quantity in each wave, of the people of a change."""
    rows = released.where(
        quantity=quantity,
        audience=change.audience,
        outcome=change.outcome,
        phase=change.phase,
        level=change.level,  # type: ignore[arg-type]
        unit_id=change.unit_id,
        subgroup=change.subgroup,
    ).findings()
    return {row.wave_from: row for row in rows}


def _adds_up(released: Released, summary: Summary) -> bool:
    """Say whether the means and shares of a card and their changes add up as they are shown."""
    change = summary.change
    outcome = released.facts.outcome(change.audience, change.outcome)
    if change.quantity != "change":
        return True
    reached = released.where(
        quantity="mastery_change",
        audience=change.audience,
        outcome=change.outcome,
        phase=change.phase,
        level=change.level,  # type: ignore[arg-type]
        unit_id=change.unit_id,
        subgroup=change.subgroup,
        wave_from=change.wave_from,
        wave_to=change.wave_to,
    ).findings()
    shown: list[tuple[Finding, Quantity, int]] = [(change, "mean", outcome.decimals)]
    shown += [(one, "mastery_share", 0) for one in reached if summary.mastery]
    return all(
        _pair_adds_up(one, _in_waves(released, one, quantity), decimals)
        for one, quantity, decimals in shown
    )


def _pair_adds_up(change: Finding, ends: Mapping[str, Finding], decimals: int) -> bool:
    known = [ends[wave] for wave in (change.wave_from, change.wave_to) if wave in ends]
    if any(one.suppressed or not one.known for one in (change, *known)) or len(known) < 2:
        return True
    before, after = (one.estimate for one in known)
    return adds_up(before, after, change.estimate, decimals=decimals)


def _own_range(known: OutcomeFacts, wave: str) -> Markup:
    """Return the unit and the range of a wave that has a scale of its own, under its mean."""
    if wave not in known.ranges:
        return Markup("")
    low, high = (
        numbers.declared(f"{known.audience}/{known.outcome}/{wave}/{end}", value)
        for end, value in zip(("minimum", "maximum"), known.ranges[wave], strict=True)
    )
    words = sentence("pages.own_range", {"unit": known.unit, "low": low, "high": high})
    return _OWN_UNIT.format(words)


def _list(cautions: Sequence[Markup]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(one) for one in cautions)
    return Markup('<ul class="note">{}</ul>').format(items) if cautions else Markup("")
