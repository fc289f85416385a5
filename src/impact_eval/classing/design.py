"""The facts of a design on which every scale's class rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from impact_eval.errors import ImpactEvalError, UnknownNameError
from impact_eval.facts import StudyFacts

KnownDesign = Literal[
    "no_programme",
    "one_group",
    "cross_sections",
    "comparison",
    "randomised",
    "waiting_list",
    "staggered",
]
Assignment = Literal["none", "chosen", "randomised"]
AttritionClass = Literal["low", "high", "unknown"]
Likeness = Literal["alike", "alike_if_adjusted", "not_alike", "unknown"]
Spillover = Literal["none", "some", "unknown"]
Share = Literal["none", "some", "all"]

# How schools came into their groups; the first is taken where nothing else is said.
ASSIGNMENTS: Final[Mapping[KnownDesign, tuple[Assignment, ...]]] = {
    "no_programme": ("none",),
    "one_group": ("none",),
    "cross_sections": ("none",),
    "comparison": ("chosen",),
    "randomised": ("randomised",),
    "waiting_list": ("chosen", "randomised"),
    "staggered": ("chosen", "randomised"),
}
_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "design": get_args(KnownDesign),
    "assignment": get_args(Assignment),
    "attrition": get_args(AttritionClass),
    "likeness": get_args(Likeness),
    "spillover": get_args(Spillover),
    "over_aligned": get_args(Share),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFacts:
    """What a scale's rules ask of a design.

    Parameters
    ----------
    design
        As a study declares it.
    assignment
        How schools came into the group with and the group without the programme: "chosen" by
        anybody or anything but chance, "randomised"; "none" without such groups.
    asked_before
        Whether the same outcome was measured before and after, in every group there is.
    adjusted
        Whether the analysis adjusts for measured differences between the groups; in one group, for
        what else changed in the time.
    attrition
        Class of the randomised groups' attrition, of schools and people together: the `level` of
        `estimators.designs.ClusterAttrition`.
    likeness
        Whether those analysed were alike before: the `likeness` of `estimators.designs.Balance`,
        with the thresholds 0.05 and 0.25 standard deviations.
    spillover
        Whether the programme reached the group without it.
    fewest_clusters
        Clusters in the smaller group; 0 if not known.
    over_aligned
        How many of the outcomes that the plan is about ask exactly what the programme teaches.

    Raises
    ------
    UnknownNameError
        If a word is not one of a field's; the message lists those that are.
    ImpactEvalError
        If the design does not go with the assignment.

    Examples
    --------
    >>> DesignFacts(design="one_group", asked_before=True).compared
    False
    """

    design: KnownDesign
    asked_before: bool
    assignment: Assignment = "none"
    adjusted: bool = False
    attrition: AttritionClass = "unknown"
    likeness: Likeness = "unknown"
    spillover: Spillover = "unknown"
    fewest_clusters: int = 0
    over_aligned: Share = "none"

    def __post_init__(self) -> None:
        for name, options in _OPTIONS.items():
            found = getattr(self, name)
            if found not in options:
                raise UnknownNameError(
                    f"`{name}` must be one of {', '.join(options)}; found {found!r}"
                )
        possible = ASSIGNMENTS[self.design]
        if self.assignment not in possible:
            raise ImpactEvalError(
                f"in the design `{self.design}` the assignment must be {' or '.join(possible)}; "
                f"found {self.assignment!r}"
            )

    @property
    def compared(self) -> bool:
        """Whether there is a group without the programme, if only for a time."""
        return self.assignment != "none"

    @property
    def shown_alike(self) -> bool:
        """Whether those analysed are known to have been within 0.25 standard deviations before."""
        return self.likeness in {"alike", "alike_if_adjusted"}

    @property
    def chance_kept(self) -> bool:
        """Whether the groups were randomised, and so few were lost that chance still made them."""
        return self.assignment == "randomised" and self.attrition == "low"


def _assigned(facts: StudyFacts) -> Assignment:
    """Say how the schools were assigned, as far as the study declares it."""
    return "randomised" if facts.by_lot else ASSIGNMENTS[facts.design][0]


def design_facts(
    facts: StudyFacts,
    *,
    assignment: Assignment | None = None,
    adjusted: bool = False,
    attrition: AttritionClass = "unknown",
    likeness: Likeness = "unknown",
    spillover: Spillover | None = None,
    fewest_clusters: int = 0,
) -> DesignFacts:
    """Take what a study declares as the facts of its design.

    Parameters
    ----------
    facts
        Of the study: its design, its waves and its outcomes.
    assignment, adjusted, attrition, likeness, spillover, fewest_clusters
        As in `DesignFacts`, as far as the estimators or the evaluator know; what is not given
        counts as not shown. Where the design leaves the assignment open, it counts as randomised
        if the study says that a lot assigned the schools, else as chosen.

    Returns
    -------
    DesignFacts
        Outcomes without a direction are not counted among those that may be over-aligned.

    Raises
    ------
    UnknownNameError, ImpactEvalError
        As for `DesignFacts`.
    """
    aligned = [one.over_aligned for one in facts.outcomes.values() if one.direction != "neutral"]
    share: Share = "none" if not any(aligned) else "all" if all(aligned) else "some"
    return DesignFacts(
        design=facts.design,
        asked_before=len(facts.waves) > 1,
        assignment=assignment or _assigned(facts),
        adjusted=adjusted,
        attrition=attrition,
        likeness=likeness,
        spillover=spillover or ("none" if facts.not_reached else "unknown"),
        fewest_clusters=fewest_clusters,
        over_aligned=share,
    )
