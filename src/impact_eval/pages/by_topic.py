"""The section about topics: what items are about, across the questions of an outcome."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.figures import ReportFigure, add_key, finish, topic_shares
from impact_eval.pages.display import Pieces
from impact_eval.pages.figure import level, mark, outcome_of, who_of
from impact_eval.pages.folding import fold
from impact_eval.pages.nothing import sentence
from impact_eval.tables import ReportTable, capital, together, topic_table, wave_pairs
from impact_eval.wording import text

FEWEST_DRAWN = 2


def topics(released: Released) -> Pieces:
    """Return a figure of each quiz's topics, then a table for each audience and pair of surveys.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Figures and tables, or a sentence that says that no topics are declared, or compared. Of
        later pairs of surveys paper shows the names of the tables.
    """
    shown = together(released)
    if not released.facts.topic_items:
        return Pieces((sentence("topics_undeclared"),))
    of_pairs = list(_tables(shown))
    made = [(table.caption, table) for tables in of_pairs for table in tables]
    later = {table.caption for tables in of_pairs for table in tables[1:]}
    return Pieces((*_figures(shown), *fold(made, empty="topics", not_printed=later).pieces))


def _tables(released: Released) -> Iterator[list[ReportTable]]:
    """Yield the tables of each audience and phase, one for each pair of waves."""
    facts = released.facts
    for audience in facts.audiences:
        for phase in dict.fromkeys([*facts.phases, ""]):
            made = (
                topic_table(
                    released, audience=audience, phase=phase, wave_from=before, wave_to=after
                )
                for before, after in wave_pairs(released)
            )
            yield [table for table in made if table is not None]


def _figures(released: Released) -> Iterator[ReportFigure]:
    """Yield a figure for each quiz of each phase, for the first pair of waves that it has."""
    facts = released.facts
    means = released.where(quantity="topic_mean", level="programme", subgroup="")
    for (audience, outcome), known in facts.outcomes.items():
        for phase in dict.fromkeys([*facts.phases, ""]) if known.kind == "index" else ():
            of = means.where(audience=audience, outcome=outcome, phase=phase)
            for before, after in wave_pairs(released):
                pair = of.where(wave_from=before), of.where(wave_from=after)
                if len(_drawn(*pair)) >= FEWEST_DRAWN:
                    yield _figure(released, *pair)
                    break


def _drawn(before: Released, after: Released) -> list[Finding]:
    """Return the topics that have a number in both waves, as they were before."""
    later = {row.variant for row in after.findings() if row.known}
    return [row for row in before.findings() if row.known and row.variant in later]


def _figure(released: Released, before: Released, after: Released) -> ReportFigure:
    facts = released.facts
    first, then = _drawn(before, after)[0], after.findings()[0]
    ax = topic_shares(before, after)
    add_key(ax.figure)  # type: ignore[arg-type]
    who, outcome = who_of(released, first), outcome_of(released, first)
    waves = {"before": facts.waves[first.wave_from], "after": facts.waves[then.wave_from]}
    return finish(
        ax.figure,  # type: ignore[arg-type]
        name=text("figures.topics_name", who=who, outcome=outcome),
        alt=text("figures.topics_alt", who=who, outcome=outcome, **waves),
        caption=escape(
            text(
                "figures.topics_caption",
                who=capital(who),
                outcome=outcome,
                level=level(released),
                **waves,
            )
        ),
        mark=mark(released),
    )
