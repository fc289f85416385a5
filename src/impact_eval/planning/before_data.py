"""A study of which nothing is known yet but what it declares."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from impact_eval.disclosure import Released
from impact_eval.facts import StudyFacts
from impact_eval.planning.starting_points import (
    StartingPoint,
    published_points,
    starting_points,
)
from impact_eval.table_columns import RELEASED


@dataclass(frozen=True, slots=True)
class BeforeData(Released):
    """In place of what was released where there are no survey files yet: no finding at all.

    `leading` are the audiences and outcomes that a plan is about: those of the primary families.
    """

    leading: tuple[tuple[str, str], ...] = ()


def before_data(facts: StudyFacts, *, primary: tuple[tuple[str, str], ...]) -> BeforeData:
    """Return a study without data, which are then not simulated either.

    Parameters
    ----------
    facts
        Of the study.
    primary
        Audiences and outcomes of the plan's primary families; an audience without one leads with
        the first outcome for which a smallest change that matters is declared, or with its first.
    """
    leading = []
    for audience in facts.audiences:
        own = [one for one in facts.outcomes.values() if one.audience == audience]
        known = [one for one in own if (audience, one.outcome) in primary]
        first = [one for one in own if one.smallest_effect] or own
        leading += [(audience, one.outcome) for one in known or first[:1]]
    nothing = pd.DataFrame(columns=list(RELEASED))
    return BeforeData(nothing, replace(facts, simulated=False), tuple(leading))


def plan_points(released: Released) -> tuple[StartingPoint, ...]:
    """Return what a plan starts from: the findings, or before there are data what others found."""
    if isinstance(released, BeforeData):
        return published_points(released.facts)
    return starting_points(released)
