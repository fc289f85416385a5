"""The Maryland Scientific Methods Scale in the form that What Works Growth uses."""

from __future__ import annotations

from functools import partial

from impact_eval.classing.design import DesignFacts
from impact_eval.classing.label import Label, Raise

_label = partial(Label, "maryland")


def maryland(design: DesignFacts) -> Label:
    """Class a design from 1 to 5, or not at all.

    Parameters
    ----------
    design
        The facts that the rules ask for.

    Returns
    -------
    Label
        1: before and after, or with and without, and nothing adjusted for. 2: the same, adjusted.
        3: before and after in two groups that are shown to be alike. 5: randomised, few lost, alike
        before, the programme kept to its own group. 4 is for what is as good as random (a cut-off,
        an instrument), which no design of ours is.

    Notes
    -----
    A randomised study that does not show all that 5 asks for is classed as if its groups had been
    chosen: the scale lets reviewers lower it by less.

    References
    ----------
    What Works Centre for Local Economic Growth, *Guide to scoring evidence using the Maryland
    Scientific Methods Scale* (2016). Farrington, Gottfredson, Sherman and Welsh (2002), in
    *Evidence-Based Crime Prevention*, 13-21.

    Examples
    --------
    >>> maryland(DesignFacts(design="one_group", asked_before=True)).grade
    'level_1'
    """
    if design.design == "no_programme":
        return _label("not_classed", "no_programme", ("a_programme",))
    if not design.compared:
        return _one_group(design)
    if design.assignment == "chosen":
        return _chosen(design, before=())
    missing = _missing_of_randomised(design)
    if not missing:
        return _label("level_5", "randomised_kept")
    return _chosen(design, before=missing)


def _one_group(design: DesignFacts) -> Label:
    higher: tuple[Raise, ...] = ("comparison", "randomise")
    if not design.asked_before:
        return _label("below", "asked_once", ("ask_before", *higher))
    if design.adjusted:
        return _label("level_2", "before_after_adjusted", higher)
    return _label("level_1", "before_after", ("adjust_for_the_time", *higher))


def _chosen(design: DesignFacts, *, before: tuple[Raise, ...]) -> Label:
    """Class two groups by what is shown of them; `before` is what a randomised study lacks."""
    last: tuple[Raise, ...] = before or ("randomise",)
    suffix = "_not_kept" if before else ""
    if design.asked_before and design.shown_alike:
        return _label("level_3", f"difference_in_differences{suffix}", last)
    step: Raise = "show_alike" if design.likeness == "unknown" else "comparable_groups"
    lacks: tuple[tuple[Raise, bool], ...] = (
        ("ask_before", not design.asked_before),
        (step, not design.shown_alike and step not in last),
    )
    steps = tuple(one for one, missing in lacks if missing)
    if design.adjusted:
        return _label("level_2", f"compared_adjusted{suffix}", (*steps, *last))
    return _label("level_1", f"compared{suffix}", ("adjust", *steps, *last))


def _missing_of_randomised(design: DesignFacts) -> tuple[Raise, ...]:
    """List what level 5 asks for and the study does not show."""
    lacks: tuple[tuple[Raise, bool], ...] = (
        ("low_attrition", design.attrition != "low"),
        ("show_alike", design.likeness == "unknown"),
        ("comparable_groups", design.likeness == "not_alike"),
        ("no_spillover", design.spillover != "none"),
    )
    return tuple(step for step, missing in lacks if missing)
