"""Sections on what would change a result: biases, one school left out, other ways of computing."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.figures import ReportFigure, finish, in_order, specification_curve
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.figure import mark, outcome_of, who_of
from impact_eval.pages.folding import fold, fold_pairs
from impact_eval.pages.nothing import if_changed, section
from impact_eval.tables import capital, robustness_table, together, ways_table
from impact_eval.wording import (
    main_changes,
    numbers,
    robustness_sentences,
    sentence,
    text,
)

FEWEST_WAYS = 2


def what_would_change(released: Released) -> Pieces:
    """Say of each main outcome what would undo it, and what would not.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A list for each main outcome, folded; or a sentence that says that nothing was computed.
    """
    whole = released.where(level="programme")
    return fold(_lists(whole), empty=if_changed(whole, "robustness"))


def robustness(released: Released) -> Pieces:
    """Return tables of what would undo each planned result.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table for each audience and pair of waves, or a sentence.
    """
    return fold_pairs(together(released), robustness_table, empty="robustness")


def specification_curves(released: Released) -> Pieces:
    """Draw each main outcome in every way of computing it, with the numbers under it.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A figure for each main outcome that was computed in several ways; or a sentence.
    """
    whole = released.where(level="programme")
    made = (_curve(whole, change) for change in main_changes(whole))
    return section(made, empty="specification_curves")


def _lists(whole: Released) -> Iterator[tuple[str, Html]]:
    for change in main_changes(whole):
        said = robustness_sentences(whole, change)
        if said:
            head = text(
                "pages.robustness_head",
                who=capital(who_of(whole, change)),
                wave=whole.facts.waves[change.wave_to],
                outcome=outcome_of(whole, change),
            )
            items = Markup("").join(Markup("<li>{}</li>").format(_led(one)) for one in said)
            name = text("robustness.name")
            yield head, Html(name, str(Markup("<ul>{}</ul>").format(items)))


def _led(words: Markup) -> Markup:
    """Set what a sentence is about, up to its first colon, in bold."""
    lead, colon, rest = words.partition(": ")
    if not colon or "." in lead:
        return words
    return Markup("<strong>{}.</strong> {}").format(lead, rest[:1].upper() + rest[1:])


def _curve(whole: Released, change: Finding) -> ReportFigure | None:
    every = whole.where(quantity="specification", parent_id=change.finding_id).findings()
    ways = in_order([way for way in every if not way.suppressed])
    if len(ways) < FEWEST_WAYS:
        return None
    words = {"outcome": outcome_of(whole, change), "who": who_of(whole, change)}
    known = whole.facts.outcome(change.audience, change.outcome)
    low, high, main = (
        numbers.marked(one.finding_id, one.estimate, decimals=max(2, known.decimals), form="signed")
        for one in (ways[0], ways[-1], change)
    )
    said = robustness_sentences(whole, change)
    agree = said[-1] if said else Markup("")
    amounts = {"low": low, "high": high, "main": main, "agree": agree}
    alt = sentence(_of_sides(whole, "curve_alt"), {**words, **amounts})
    table = ways_table(whole, ways)
    return finish(
        specification_curve(whole, ways),
        name=text("robustness.curve_name", **words),
        alt=alt,
        caption=escape(_caption(whole, change, ways)),
        data_html=table.body if table else "",
        mark=mark(whole),
    )


def _of_sides(whole: Released, name: str) -> str:
    """Name the words about a change, or those about an effect where sides are compared."""
    return f"robustness.{name}_effect" if whole.facts.arms else f"robustness.{name}"


def _caption(whole: Released, change: Finding, ways: list[Finding]) -> str:
    said = [
        text(
            _of_sides(whole, "curve_caption"),
            who=capital(who_of(whole, change)),
            outcome=outcome_of(whole, change),
            wave=whole.facts.waves[change.wave_to],
        )
    ]
    if ways[0].role == "exploratory":
        said.append(text("robustness.curve_exploratory"))
    known = whole.facts.outcome(change.audience, change.outcome)
    if known.secular is not None and not whole.facts.arms:
        said.append(text("robustness.curve_band"))
    return " ".join(said)
