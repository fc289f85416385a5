"""What a phase of very few clusters can and cannot say, in words for a funder."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.wording.decimals import decimals_of
from impact_eval.wording.natural import outcome_of
from impact_eval.wording.numbers import declared, marked
from impact_eval.wording.strings import DEFAULT, sentence


def few_schools(
    released: Released,
    change: Finding,
    half_widths: Sequence[Finding],
    *,
    other: str,
    language: str = DEFAULT,
) -> tuple[Markup, ...]:
    """Say what a small phase shows, and how large a difference any test of it could tell.

    Parameters
    ----------
    released
        For labels and what the plan declares.
    change
        A change of the small phase, with its number of clusters.
    half_widths
        Of the outcomes that the plan puts first, against the other phase.
    other
        The label of the large phase.
    language
        ISO 639-1 code.

    Returns
    -------
    tuple of Markup
        A paragraph, a list with a sentence for each outcome, and what follows from it.
    """
    facts = released.facts
    sites = facts.site_nouns[change.audience][1]
    values: dict[str, object] = {
        "phase": facts.phases[change.phase],
        "other": other,
        "n_clusters": marked(change.finding_id, change.n_clusters, language=language),
        "clusters": facts.cluster_nouns[change.audience][1],
        "sites": sites,
    }
    listed = Markup("").join(
        Markup("<li>{}</li>").format(_half_width(released, one, language)) for one in half_widths
    )
    return (
        Markup("<p>{}</p>").format(sentence("few.pilot", values, language=language)),
        Markup("<ul>{}</ul>").format(listed) if half_widths else Markup(),
        Markup("<p>{}</p>").format(sentence("few.so", {"sites": sites}, language=language)),
    )


def _half_width(released: Released, half: Finding, language: str) -> Markup:
    known = outcome_of(released, half)
    audience = released.facts.audiences[half.audience]
    decimals = decimals_of(released.facts, half)
    values: dict[str, object] = {
        "who": audience[:1].upper() + audience[1:],
        "outcome": known.label if known else half.outcome,
        "half_width": marked(half.finding_id, half.estimate, decimals=decimals, language=language),
    }
    if known is None or known.smallest_effect is None:
        return sentence("few.half_width_alone", values, language=language)
    key = f"{half.audience}/{half.outcome}/smallest_effect"
    values["smallest"] = declared(key, known.smallest_effect, language=language)
    return sentence("few.half_width", values, language=language)
