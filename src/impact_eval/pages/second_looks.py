"""Sections that look a second time: shares as odds, and the spread of schools."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from impact_eval.disclosure import Released
from impact_eval.figures import ReportFigure, add_key, finish, school_funnel
from impact_eval.pages.display import Pieces
from impact_eval.pages.figure import mark, outcome_of, who_of
from impact_eval.pages.folding import Labelled, fold
from impact_eval.pages.nothing import section
from impact_eval.pages.places import leading_outcomes
from impact_eval.tables import (
    OF_SHARES,
    by_group,
    by_ids,
    capital,
    schools_table,
    share_odds_table,
    spread_table,
    together,
    wave_pairs,
)
from impact_eval.wording import text

FEWEST_IN_A_FUNNEL = 10


def share_odds(released: Released) -> Pieces:
    """Return tables of the planned outcomes' shares as odds.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table for each audience, phase and pair of surveys; or a sentence that says that there is
        none.
    """
    return fold(_of_shares(together(released)), empty="share_odds")


def school_spread(released: Released) -> Pieces:
    """Return the spread of schools by two estimators, and funnels of the leading outcomes.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables and figures, or a sentence that says that no spread was estimated.
    """
    shown = together(released)
    tables = [
        spread_table(shown, wave_from=before, wave_to=after) for before, after in wave_pairs(shown)
    ]
    return section([*tables, *_funnels(released)], empty="school_spread")


def _of_shares(released: Released) -> Iterator[Labelled]:
    rows = by_group(released, released.where(quantity=OF_SHARES).findings())
    for audience, phase in dict.fromkeys((row.audience, row.phase) for row in rows):
        for before, after in wave_pairs(released):
            table = share_odds_table(
                released, audience=audience, phase=phase, wave_from=before, wave_to=after
            )
            if table is not None:
                yield table.caption, table


def _funnels(released: Released) -> Iterator[ReportFigure]:
    """Yield a funnel for each leading outcome and phase with enough schools, first later wave."""
    later = next((after for _, after in wave_pairs(released)), None)
    for audience, outcome in leading_outcomes(released) if later is not None else ():
        for phase in released.facts.phases:
            here = released.where(
                audience=audience, outcome=outcome, phase=phase, wave_to=later or ""
            )
            of = here.where(quantity="change", level="school", estimator="stacked", subgroup="")
            usable = [one.finding_id for one in of.findings() if one.known and one.std_error > 0]
            means = [
                one
                for one in here.where(quantity="schools_mean_change").findings()
                if one.known and not one.parent_id
            ]
            if means and len(usable) >= FEWEST_IN_A_FUNNEL:
                yield _funnel(released, by_ids(of, usable), means[0].estimate)


def _funnel(released: Released, shown: Released, mean: float) -> ReportFigure:
    facts, first = released.facts, shown.findings()[0]
    ax = school_funnel(shown, mean=mean)
    add_key(ax.figure)  # type: ignore[arg-type]
    words = {
        "outcome": outcome_of(released, first),
        "who": who_of(released, first),
        "wave": facts.waves[first.wave_to],
        "site": facts.site_nouns[first.audience][0],
    }
    table = schools_table(shown)
    return finish(
        ax.figure,  # type: ignore[arg-type]
        name=text("figures.funnel_name", **words),
        alt=text("figures.funnel_alt", **words),
        caption=escape(capital(text("figures.funnel_caption", **words))),
        data_html=table.body if table else "",
        mark=mark(released),
    )
