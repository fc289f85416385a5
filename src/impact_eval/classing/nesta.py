"""Nesta's Standards of Evidence: the highest level that a design leaves open."""

from __future__ import annotations

from functools import partial

from impact_eval.classing.design import DesignFacts
from impact_eval.classing.label import Label, Raise

_label = partial(Label, "nesta")


def nesta(design: DesignFacts) -> Label:
    """Say which level a design can reach at most; whether it does is for reviewers.

    Parameters
    ----------
    design
        The facts that the rules ask for.

    Returns
    -------
    Label
        At most 1 without data on change, at most 2 for one group before and after, at most 3 with a
        group without the programme that is known to be comparable. 4 and 5 ask for independent
        replications and for ways to deliver the programme elsewhere, which no single study shows.

    References
    ----------
    Puttick and Ludlow (2013), *Standards of Evidence: An Approach that Balances the Need for
    Evidence with Innovation*, Nesta.

    Examples
    --------
    >>> nesta(DesignFacts(design="one_group", asked_before=True)).grade
    'at_most_2'
    """
    if design.design == "no_programme":
        return _label("not_classed", "no_programme", ("a_programme",))
    if not design.compared:
        if not design.asked_before:
            return _label("at_most_1", "asked_once", ("ask_before_and_after", "comparison"))
        return _label("at_most_2", "before_after", ("comparison",))
    if design.chance_kept or design.shown_alike:
        return _label("at_most_3", "comparable", ("replicate",))
    steps: tuple[Raise, ...] = (
        "show_alike" if design.likeness == "unknown" else "comparable_groups",
        "low_attrition" if design.assignment == "randomised" else "randomise",
    )
    grade = "at_most_2" if design.asked_before else "at_most_1"
    return _label(grade, "not_comparable", steps)
