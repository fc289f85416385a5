"""The group design standards of the What Works Clearinghouse, handbook 5.0."""

from __future__ import annotations

from functools import partial

from impact_eval.classing.design import DesignFacts
from impact_eval.classing.label import Label, Raise

_label = partial(Label, "wwc")


def wwc(design: DesignFacts) -> Label:
    """Say how high a design could be rated at most.

    Parameters
    ----------
    design
        The facts that the rules ask for.

    Returns
    -------
    Label
        "not_eligible" without a comparison group; "no_outcome" if every outcome asks exactly what
        the programme teaches; "without_reservations" for randomised groups with low attrition;
        "with_reservations" for other groups that were alike before (up to 0.05 standard deviations,
        or up to 0.25 and adjusted for); else "does_not_meet".

    Notes
    -----
    The rating is the Clearinghouse's, for each outcome. Reliability of outcomes, people who joined
    schools later, and other parts of a programme in one group only are not judged here.

    References
    ----------
    What Works Clearinghouse (2022), *Procedures and Standards Handbook, Version 5.0*.

    Examples
    --------
    >>> wwc(DesignFacts(design="one_group", asked_before=True)).grade
    'not_eligible'
    """
    if design.design == "no_programme":
        return _label("not_classed", "no_programme", ("a_programme",))
    if not design.compared:
        return _label("not_eligible", "no_comparison", ("comparison", "randomise"))
    rest = _label("without_reservations", "randomised_low")
    if not design.chance_kept:
        rest = _by_likeness(design)
    then: tuple[Raise, ...] = rest.raised_by if rest.grade == "does_not_meet" else ()
    if design.fewest_clusters == 1:
        rest = _label("does_not_meet", "one_cluster", ("more_clusters", *then))
        then = rest.raised_by
    if design.over_aligned == "all":
        return _label("no_outcome", "over_aligned", ("broader_questions", *then))
    return rest


def _by_likeness(design: DesignFacts) -> Label:
    """Class groups that chance did not make, or that lost too many, by how alike they were."""
    higher: Raise = "low_attrition" if design.assignment == "randomised" else "randomise"
    if design.likeness == "alike":
        return _label("with_reservations", "alike", (higher,))
    if design.likeness == "alike_if_adjusted" and design.adjusted:
        return _label("with_reservations", "alike_adjusted", (higher,))
    if design.likeness == "alike_if_adjusted":
        return _label("does_not_meet", "to_be_adjusted", ("adjust", higher))
    if design.likeness == "not_alike":
        return _label("does_not_meet", "not_alike", ("comparable_groups", higher))
    return _label("does_not_meet", "not_shown_alike", ("show_alike", higher))
