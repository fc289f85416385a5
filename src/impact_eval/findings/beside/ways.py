"""Other ways of computing a planned change: which there are, and what each is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from impact_eval.study.plan import OtherEstimator, Specifications
from impact_eval.vocabulary import Estimand

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.study.outcome import Outcome
    from impact_eval.study.structure import Audience

PLANNED: Final = "planned"
BY_THEMSELVES: Final = ("mixed_model", "adjusted_gain", "weighted", "imputed")
OF_SCHOOLS: Final = ("school_means", "mixed_model")  # schools are their sample


@dataclass(frozen=True, slots=True)
class Way:
    """One choice for each factor of `[plan.specifications]`; `planned` is what the plan does."""

    answers: str = PLANNED
    scoring: str = PLANNED
    exclusions: str = PLANNED
    sample: str = PLANNED
    weights: str = PLANNED
    cluster: str = PLANNED
    waiting: str = PLANNED
    estimators: str = PLANNED

    @property
    def variant(self) -> str:
        """Name the choices that are not the plan's, in the order of the factors.

        Examples
        --------
        >>> Way().variant, Way(answers="complete", sample="linked").variant
        ('planned', 'answers:complete,sample:linked')
        """
        named = [f"{factor}:{getattr(self, factor)}" for factor in FACTORS]
        return ",".join(one for one in named if not one.endswith(f":{PLANNED}")) or PLANNED


FACTORS: Final = tuple(field.name for field in fields(Way))


def way_of(variant: str) -> Way:
    """Read a way back from its variant.

    Examples
    --------
    >>> way_of("scoring:top_box").scoring
    'top_box'
    """
    named = variant.split(",") if variant != PLANNED else []
    return replace(Way(), **{one.partition(":")[0]: one.partition(":")[2] for one in named})


def ways_of(study: Study, audience: Audience, outcome: Outcome, *, estimand: Estimand) -> list[Way]:
    """Cross the alternatives that the plan declares, or a small set of our own if it has none.

    Parameters
    ----------
    study
        The study with its plan.
    audience, outcome, estimand
        Of the planned change.

    Returns
    -------
    list of Way
        The plan's own way first. Left out is what does not apply: keys of rating scales on a test,
        estimators that take schools as their sample where these are held fixed,
        schools as clusters where the schools are held fixed or begin at different dates, weights
        for a gain that is adjusted to everybody, whose schools count by all who were asked, schools
        that waited to the end where none pass from waiting to having begun.
    """
    declared = study.plan.specifications or undeclared(study, audience)
    own: list[tuple[str, ...]] = []
    for factor in FACTORS:
        staggered = study.design == "staggered"
        fixed = factor == "cluster" and (estimand == "participants" or staggered)
        fixed |= factor == "waiting" and not staggered
        alternatives = [one for one in getattr(declared, factor) if _applies(factor, one, outcome)]
        if factor == "estimators" and estimand == "participants":
            alternatives = [one for one in alternatives if one not in OF_SCHOOLS]
        own.append((PLANNED,) if fixed else (PLANNED, *alternatives))
    return [way for way in _crossed(own) if _is_sensible(way)]


def undeclared(study: Study, audience: Audience) -> Specifications:
    """Choose the set that is run where the plan declares none; what it shows is exploratory."""
    linked = audience.link != "none" and study.design != "cross_sections"
    return Specifications(
        answers=("complete",),
        sample=("linked",) if linked else (),
        weights=("school",) if study.plan.weights != "school" else ("respondent",),
        waiting=("to_the_end",) if study.design == "staggered" else (),
        estimators=_other_estimators(study),
    )


def _other_estimators(study: Study) -> tuple[OtherEstimator, ...]:
    """Choose the estimators that need nothing but the two surveys, and not the plan's own."""
    if study.design == "staggered":
        return ()
    if not study.arms:
        return ("school_means",)
    return ("school_means", "difference_in_differences" if study.randomised_by else "ancova")


def _is_sensible(way: Way) -> bool:
    """Whether choices can be made together.

    An estimator says itself who counts for how much, so that it is crossed with scores and clusters
    alone; one that stands beside the planned result already stands by itself.
    """
    if way.sample == "adjusted_gain" and way.weights != PLANNED:
        return False
    if way.estimators == PLANNED:
        return True
    if way.estimators in BY_THEMSELVES:
        return way == Way(estimators=way.estimators)
    return way.sample == way.weights == PLANNED


def _crossed(own: list[tuple[str, ...]]) -> Iterator[Way]:
    for choices in product(*own):
        yield Way(*choices)


def _applies(factor: str, alternative: str, outcome: Outcome) -> bool:
    """Whether an alternative means anything for an outcome of this kind."""
    if factor in ("answers", "scoring") and outcome.kind == "ready_made":
        return False
    kinds = {"missing_wrong": "index", "top_box": "scale"}
    return alternative not in kinds or outcome.kind == kinds[alternative]
