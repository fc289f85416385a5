"""Sections for the appendix: the design's class, a checklist, the way through the study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, TypeVar, get_args

from impact_eval.classing import (
    AttritionClass,
    DesignFacts,
    Likeness,
    checklist_of,
    class_design,
    design_facts,
    report_facts,
)
from impact_eval.disclosure import Released
from impact_eval.figures import Box, PathFigure
from impact_eval.pages.display import Pieces
from impact_eval.pages.figure import mark
from impact_eval.pages.folding import fold
from impact_eval.pages.nothing import section
from impact_eval.study.arms import ARM
from impact_eval.tables import (
    FlowStep,
    capital,
    checklist_table,
    classing_table,
    flow_table,
    flows,
    site_noun,
)
from impact_eval.vocabulary import Quantity
from impact_eval.wording import text

Class = TypeVar("Class", bound=str)

# From the most favourable to the least.
_LIKENESS: Final[tuple[Likeness, ...]] = get_args(Likeness)
_ATTRITION: Final[tuple[AttritionClass, ...]] = get_args(AttritionClass)


def classed(released: Released, *, design: DesignFacts | None = None) -> Pieces:
    """Say how the study's design would be classed, by which rule, and what would bring it higher.

    Parameters
    ----------
    released
        From `released_findings`.
    design
        Facts that neither the study nor its findings hold; by default what the study declares, with
        the least favourable attrition and likeness of the sides among its findings.

    Returns
    -------
    Pieces
        A table with a row for each scale; a sentence where no programme took place. Ratings that
        reviewers award are not computed.
    """
    known = design or _as_shown(released)
    named = known.design != "no_programme"
    return section(
        [classing_table(released, class_design(known)) if named else None], empty="classed"
    )


def checklist(released: Released, *, design: DesignFacts | None = None) -> Pieces:
    """Say what of the reporting checklist for the study's design this report covers, and where.

    Parameters
    ----------
    released
        From `released_findings`.
    design
        As for `classed`.

    Returns
    -------
    Pieces
        CONSORT for cluster trials if schools were randomised, else TREND; a sentence where no
        programme took place.
    """
    known = design or _as_shown(released)
    shown = [row for row in released.findings() if row.known or row.conf_high == row.conf_high]
    changes = [row for row in shown if row.quantity in ("change", "effect")]
    report = report_facts(
        released.facts,
        known,
        quantities={row.quantity for row in shown},
        roles={row.role for row in changes},
        by_group={row.quantity for row in shown if f"{ARM}:" in row.subgroup},
    )
    filled = checklist_of(known, report)
    return section([checklist_table(released, filled) if filled else None], empty="checklist")


def flow(released: Released) -> Pieces:
    """Show how schools and people went through the study, drawn and as a table.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A drawing for each audience and phase, one open and the others folded, and a table of all;
        or a sentence that says that nobody was counted.
    """
    table = flow_table(released)
    if table is None:
        return section([], empty="flow")
    return Pieces((*fold(_paths(released), empty="flow").pieces, table))


def _paths(released: Released) -> Iterator[tuple[str, PathFigure]]:
    """Yield a drawing for each audience and phase, with its label."""
    sites = capital(site_noun(released))
    for one in flows(released):
        figure = PathFigure(
            name=text("figures.path_name", who=one.who),
            caption=text("figures.path_caption", who=one.who),
            boxes=tuple(Box(step.label, _counts(step, sites)) for step in one.steps),
            mark=mark(released),
        )
        yield text("pages.flow", who=one.who), figure


def _counts(step: FlowStep, sites: str) -> tuple[str, ...]:
    named = ((escape(sites), step.sites), (text("tables.flow_people"), step.people))
    return tuple(
        text("figures.path_count", kind=kind, number=number) for kind, number in named if number
    )


def _as_shown(released: Released) -> DesignFacts:
    """Facts of a design as declared, with what its findings show of the two sides."""
    if not released.facts.arms:
        return design_facts(released.facts)
    likeness = _least_favourable(released, ("baseline_difference",), "baseline", _LIKENESS)
    lost: tuple[Quantity, ...] = ("attrition_difference", "effect")  # few lost may be hidden there
    attrition = _least_favourable(released, lost, "attrition", _ATTRITION)
    return design_facts(released.facts, adjusted=True, likeness=likeness, attrition=attrition)


def _least_favourable(
    released: Released, quantities: Sequence[Quantity], caution: str, classes: Sequence[Class]
) -> Class:
    """Worst class that any finding of these carries as a caution; the last without one."""
    found = [
        one
        for row in released.where(quantity=tuple(quantities)).findings()
        for one in classes
        if f"{caution}_{one}" in row.cautions.split(";")
    ]
    return max(found, key=classes.index, default=classes[-1])
