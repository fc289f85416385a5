"""Sections that set phases side by side."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from impact_eval.disclosure import Released
from impact_eval.figures import ReportFigure, add_key, finish, placement
from impact_eval.pages.display import Pieces
from impact_eval.pages.figure import level, mark, outcome_of
from impact_eval.pages.nothing import for_each_pair, section
from impact_eval.pages.places import leading_outcomes
from impact_eval.tables import capital, phase_table, placement_table, schools_table
from impact_eval.wording import text


def phases(released: Released) -> Pieces:
    """Tables with the change of each phase in a column.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables, or a sentence that says that the study has one phase.
    """
    return for_each_pair(released, phase_table, empty="phases")


def placements(released: Released) -> Pieces:
    """Tables of where the schools of a small phase would fall among those of a large one.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables, or a sentence that says that no school was placed.
    """
    return for_each_pair(released, placement_table, empty="placements")


def placement_figures(released: Released) -> Pieces:
    """Figures of a small phase's schools over a large one's, for the leading outcomes.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Figures, or a sentence that says that no school was placed.
    """
    return section(_figures(released), empty="placements")


def _figures(released: Released) -> Iterator[ReportFigure]:
    """Yield a figure for each placed leading outcome and pair of waves, in the study's order."""
    placed = released.where(quantity="placement")
    by_school = released.where(quantity="change", level="school", estimator="stacked", subgroup="")
    keys = {(row.audience, row.outcome, row.phase, row.wave_to) for row in placed.findings()}
    for audience, outcome in leading_outcomes(released):
        for phase in released.facts.phases:
            for wave in released.facts.waves:
                if (audience, outcome, phase, wave) not in keys:
                    continue
                of = by_school.where(audience=audience, outcome=outcome, wave_to=wave)
                many = _largest(of)
                few = of.where(phase=phase)
                if many and many != phase and any(row.known for row in few.findings()):
                    yield _figure(released, few, of.where(phase=many))


def _largest(of: Released) -> str:
    """Id of the phase with the most schools whose change may be shown."""
    phases = [row.phase for row in of.findings() if row.known]
    return max(set(phases), key=lambda phase: (phases.count(phase), phase), default="")


def _figure(released: Released, few: Released, many: Released) -> ReportFigure:
    first = many.findings()[0]
    facts = released.facts
    between = released.where(
        quantity=("prediction_interval", "schools_mean_change"),
        audience=first.audience,
        outcome=first.outcome,
        phase=first.phase,
        wave_to=first.wave_to,
    )
    ax = placement(few, many, between=between)
    add_key(ax.figure)  # type: ignore[arg-type]
    what = {"outcome": outcome_of(released, first), "audience": facts.audiences[first.audience]}
    where = {
        "wave": facts.waves[first.wave_to],
        "few": facts.phases[few.findings()[0].phase],
        "many": facts.phases[first.phase],
    }
    table = schools_table(few)
    return finish(
        ax.figure,  # type: ignore[arg-type]
        name=text("figures.placement_name", **what),
        alt=text("figures.placement_alt", **what, **where),
        caption=escape(
            capital(text("figures.placement_caption", level=level(released), **what, **where))
        ),
        data_html=table.body if table else "",
        mark=mark(released),
    )
