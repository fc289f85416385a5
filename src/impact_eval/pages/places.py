"""Sections about provinces and schools."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape
from math import isfinite

from impact_eval.disclosure import Released
from impact_eval.errors import UnknownNameError
from impact_eval.figures import ReportFigure, add_key, finish, school_changes
from impact_eval.pages.display import Pieces
from impact_eval.pages.figure import level, mark, outcome_of, who_of
from impact_eval.pages.folding import fold_pairs
from impact_eval.pages.nothing import section
from impact_eval.tables import (
    best,
    by_group,
    by_ids,
    capital,
    province_table,
    school_table,
    schools_table,
    wave_pairs,
)
from impact_eval.vocabulary import Quantity
from impact_eval.wording import text

FEW_SCHOOLS = 4  # a phase of fewer stands on the page of phases side by side
_BETWEEN: tuple[Quantity, ...] = ("prediction_interval", "schools_mean_change")


def provinces(released: Released) -> Pieces:
    """Tables of the leading outcomes' changes by province, in the roster's order.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables, or a sentence that says that there is nothing by province.
    """
    leading = leading_outcomes(released)
    make = partial(province_table, outcomes=leading)
    return fold_pairs(released, make, empty="provinces")


def schools(released: Released) -> Pieces:
    """Figures of the changes of all schools: one for each primary outcome, the first later wave.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Figures, or a sentence that says that no schools are compared.
    """
    return section(_figures(released, highlight=""), empty="schools")


def school(released: Released, *, school_id: str) -> Pieces:
    """Return a table of one school: before, after and change of every outcome that may be shown.

    Parameters
    ----------
    released
        From `released_findings`.
    school_id
        A school of the roster.

    Returns
    -------
    Pieces
        A table, or a sentence that says that too few people answered.

    Raises
    ------
    UnknownNameError
        If the study has no such school; the message lists those that it has.
    """
    known_school(released, school_id)
    return section([school_table(released, school_id=school_id)], empty="school")


def school_figures(released: Released, *, school_id: str) -> Pieces:
    """Figures that pick one school out among the schools of its phase.

    Parameters
    ----------
    released
        From `released_findings`.
    school_id
        A school of the roster.

    Returns
    -------
    Pieces
        Figures, or a sentence that says that the school's numbers may not be shown.

    Raises
    ------
    UnknownNameError
        If the study has no such school; the message lists those that it has.
    """
    known_school(released, school_id)
    return section(_figures(released, highlight=school_id), empty="school")


def known_school(released: Released, school_id: str) -> None:
    """Raise UnknownNameError unless the study's roster has the school."""
    known = released.facts.schools
    if school_id not in known:
        raise UnknownNameError(
            f"`school_id` must be one of {', '.join(known)}; found {school_id!r}"
        )


def _figures(released: Released, *, highlight: str) -> Iterator[ReportFigure | None]:
    """Yield one figure for each outcome that leads its audience, and phase with enough schools."""
    rows = released.where(quantity="change", level="school", estimator="stacked", subgroup="")
    phases = list(released.facts.phases)
    if highlight:
        phases = [released.facts.schools[highlight].get("phase", "")]
    later = next((after for _, after in wave_pairs(released)), None)
    if later is None or not len(rows):
        return
    for audience, outcome in leading_outcomes(released):
        for phase in phases:
            of = rows.where(audience=audience, outcome=outcome, phase=phase, wave_to=later)
            shown = [row.finding_id for row in of.findings() if row.known]
            chosen = [row.unit_id for row in of.findings() if row.known]
            few = len(phases) > 1 and len(shown) < FEW_SCHOOLS
            if shown and not few and (not highlight or highlight in chosen):
                yield _figure(released, by_ids(of, shown), hidden=len(of) - len(shown),
                              highlight=highlight)  # fmt: skip


def leading_outcomes(released: Released) -> list[tuple[str, str]]:
    """Outcomes of primary role, and the first of an audience that has none."""
    changes = released.where(quantity=("change", "effect"), level="programme")
    chosen = best(changes.findings(), key=lambda row: (row.audience, row.outcome))
    chosen = by_group(released, chosen)
    leading = []
    for audience in released.facts.audiences:
        mine = [row for row in chosen if row.audience == audience]
        primary = [row for row in mine if row.role == "primary"]
        kept = [row for row in mine if row.plan_status != "changed_since_lock"]
        leading += [(row.audience, row.outcome) for row in primary or kept[:1]]
    return leading


def _figure(
    released: Released, shown: Released, *, hidden: int, highlight: str
) -> ReportFigure | None:
    first = shown.findings()[0]
    facts = released.facts
    between = released.where(
        quantity=_BETWEEN,
        audience=first.audience,
        outcome=first.outcome,
        phase=first.phase,
        wave_to=first.wave_to,
    )
    ax = school_changes(shown, between=between, highlight=highlight)
    figure = ax.figure
    add_key(figure)  # type: ignore[arg-type]
    outcome, who = outcome_of(released, first), who_of(released, first)
    wave, site = facts.waves[first.wave_to], facts.site_nouns[first.audience][0]
    caption = capital(
        text(
            "figures.schools_caption",
            level=level(released),
            outcome=outcome,
            who=who,
            wave=wave,
            site=site,
        )
    )
    if any(isfinite(row.conf_low) for row in between.where(quantity=_BETWEEN[0]).findings()):
        caption += " " + text("figures.prediction_note")
    if hidden:
        caption += " " + text("figures.schools_hidden")
    sides = {} if facts.cohorts else dict(facts.arms)
    if sides:
        caption += " " + text("figures.schools_sides_note", **sides)
    table = schools_table(shown)
    key = "schools_sides_alt" if sides else "schools_alt"
    return finish(
        figure,  # type: ignore[arg-type]
        name=text("figures.schools_name", outcome=outcome, who=who, wave=wave, site=site),
        alt=text(f"figures.{key}", outcome=outcome, who=who, wave=wave, site=site, **sides),
        caption=escape(caption),
        data_html=table.body if table else "",
        mark=mark(released),
    )
