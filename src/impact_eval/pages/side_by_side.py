"""Sections that set phases side by side."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import isfinite

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.figures import ReportFigure, add_key, finish, placement
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.figure import level, mark, outcome_of
from impact_eval.pages.nothing import for_each_pair, section
from impact_eval.pages.places import leading_outcomes
from impact_eval.tables import capital, phase_table, placement_table, schools_table, wave_pairs
from impact_eval.wording import few_schools, text


def phases(released: Released) -> Pieces:
    """Tables with the change of each phase in a column.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Where a phase has too few clusters for a test, what it can and cannot say; then tables, or
        a sentence that says that the study has one phase.
    """
    said = _few_schools(released)
    tables = for_each_pair(released, phase_table, empty="phases")
    return Pieces((said, *tables.pieces)) if said is not None else tables


def _few_schools(released: Released) -> Html | None:
    """Say what a phase of too few clusters can and cannot say, for the outcomes put first."""
    leading, pairs = leading_outcomes(released), wave_pairs(released)[:1]
    paragraphs: list[Markup] = []
    for before, after in pairs:
        halves = released.where(
            quantity="phase_difference", variant="half_width", wave_from=before, wave_to=after
        ).findings()
        for contrast in dict.fromkeys(half.contrast for half in halves):
            mine = {
                (half.audience, half.outcome): half
                for half in halves
                if half.contrast == contrast and half.known
            }
            small = _small_phase(released, contrast)
            if small is not None:
                first = [mine[key] for key in leading if key in mine]
                phase, other = small
                paragraphs += few_schools(released, phase, first, other=other)
    if not paragraphs:
        return None
    return Html(text("pages.few_schools"), str(Markup("").join(paragraphs)))


def _small_phase(released: Released, contrast: str) -> tuple[Finding, str] | None:
    """Find a change of the phase with fewer clusters, and the label of the other phase."""
    phases = released.facts.phases
    pair = [name for name in phases if name in contrast.split("-")]
    changes = {
        row.phase: row
        for row in released.where(
            quantity="change",
            level="programme",
            estimand="schools_like_these",
            estimator="stacked",
            subgroup="",
            variant="",
        ).findings()
        if row.phase in pair and isfinite(row.n_clusters)
    }
    if len(pair) != 2 or len(changes) != 2:
        return None
    few, many = sorted(pair, key=lambda phase: changes[phase].n_clusters)
    return changes[few], phases[many]


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
