"""What a plan for a next phase says in words."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from markupsafe import Markup

from impact_eval.facts import OutcomeFacts
from impact_eval.wording import numbers
from impact_eval.wording.strings import fitting_sentence

Planned = tuple[str, float]
_MANY_TIMES = 2


def planning_sentences(
    outcome: OutcomeFacts, planned: Mapping[str, Planned], *, sites: str, two_arms: bool
) -> list[Markup]:
    """Say how many schools and people are enough for one outcome, and what waiting schools add.

    Parameters
    ----------
    outcome
        The outcome, with its smallest change that matters.
    planned
        Numbers of the plan with their addresses: `all`, `people`, `power`, `schools_needed`,
        `people_needed`, `detectable`, `addition`, `waiting`; nan where there is none.
    sites
        What the places are called, in the plural.
    two_arms
        Whether to speak of a waiting list.

    Returns
    -------
    list of Markup
        Sentences.
    """
    fine = max(outcome.decimals, 2)
    whole = {"all", "people", "power", "schools_needed", "people_needed"}
    shown = {
        name: numbers.planned(address, value, decimals=0 if name in whole else fine)
        for name, (address, value) in planned.items()
        if isfinite(value)
    }
    values: dict[str, object] = {**shown, "sites": sites, "unit": _unit(outcome)}
    keys = ["found_by_all"]
    if "detectable" not in shown:
        return [fitting_sentence("planning.too_few", values)]
    if outcome.smallest_effect is not None:
        key = f"{outcome.audience}/{outcome.outcome}/smallest_effect"
        values["smallest"] = numbers.declared(key, outcome.smallest_effect)
        enough = "schools_needed" in shown
        within = enough and planned["schools_needed"][1] <= planned["all"][1]
        keys = ["schools_enough" if within else "schools_not_enough"]
        keys.append(_people_key(planned) if "people_needed" in shown else "people_not_enough")
    if two_arms and "waiting" in shown:
        keys.append("waiting")
    if two_arms and "addition" in shown:
        keys.append("addition")
    return [fitting_sentence(f"planning.{key}", values) for key in keys]


def _people_key(planned: Mapping[str, Planned]) -> str:
    """Tell numbers of people that a place may have from those that it may not."""
    many = planned["people_needed"][1] > _MANY_TIMES * planned["people"][1]
    return "people_many" if many else "people_enough"


def _unit(outcome: OutcomeFacts) -> str:
    """Return the unit as prose has it, without its range."""
    return outcome.unit.partition(",")[0]
