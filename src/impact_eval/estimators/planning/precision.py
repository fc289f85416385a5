"""The standard error and degrees of freedom that a design will have."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import Literal, get_args

from impact_eval.estimators.inputs import check_option
from impact_eval.estimators.planning.inputs import Sample, Spread
from impact_eval.estimators.planning.staggered import group_sizes, staggered_weights

PlannedDesign = Literal[
    "one_group",
    "one_group_linked",
    "same_schools",
    "other_schools",
    "comparison",
    "randomised",
    "randomised_pretest",
    "waiting_list",
    "staggered",
    "follow_up",
]
TWO_ARMS = frozenset({"comparison", "randomised", "randomised_pretest", "waiting_list"})
BY_LOT = frozenset({"randomised", "randomised_pretest", "waiting_list"})
WITH_COVARIATE = frozenset({"randomised_pretest", "waiting_list"})


@dataclass(frozen=True, slots=True)
class Precision:
    """What a design will give: standard error and degrees of freedom, or why it gives none.

    `std_error` is in the unit of the spread's `sd`.
    """

    std_error: float
    df: float
    n_clusters: int
    reason: str = ""


def precision_of(spread: Spread, sample: Sample, *, design: PlannedDesign) -> Precision:
    """Compute the standard error and degrees of freedom that a planned design will have.

    Parameters
    ----------
    spread
        How scores vary.
    sample
        Schools and people.
    design
        `one_group`: the same people before and after, all answers counted, linked or not.
        `one_group_linked`: the same, by the gains of linked people, adjusted to all who were asked
        before. `same_schools`: before and
        after in the same schools, other people. `other_schools`: other schools and other people
        each time, `schools` of them each time. `comparison`: as `one_group`, minus the change of
        comparison schools. `randomised`: schools by lot, compared after. `randomised_pretest`: the
        same, adjusted for the score before, the person's own and the school's mean.
        `waiting_list`: as `randomised_pretest`, compared before the waiting schools begin.
        `staggered`: schools begin at different dates by lot, other people of every school are asked
        before the first date and after each, and `staggered_effect` compares those that have begun
        with those that still wait. `follow_up`: one group asked a third time, the change since the
        second.

    Returns
    -------
    Precision
        With a reason and no numbers for a design with fewer than 2 clusters (in each arm).

    Raises
    ------
    EstimatorCallError
        If there is no such design.

    Notes
    -----
    With B the variance of what is compared between schools, W its variance within a school and s
    the share of B that lies between T teams, one arm of G schools has the variance
    B (1 + cv^2) (s / T + (1 - s) / G) + W / G. The factor 1 + cv^2 is that of estimates in which
    every respondent counts the same; where every school does, it stands at W instead. W is for one
    group (1/n + 1/m) v - 2 c / n with n people before and m after, v and c their variance and
    covariance within schools; for the l linked of n, v (1 - (c/v)^2) / l + v (1 - c/v)^2 / n, that
    of `adjusted_gain`. Degrees of freedom are those of CR2 with clusters whose effective number is
    G / (1 + cv^2) (G where every school counts the same): that number minus 1, and Welch and
    Satterthwaite's for two arms; 1 fewer with the schools' mean as a covariate.

    A lot within strata takes the share `strata_r2` out of B and costs a degree of freedom for every
    stratum but one; matched pairs leave half the clusters minus 1.

    A staggered roll-out weighs the schools' means by `staggered_weights`, which has its degrees of
    freedom too; B and W are then those of a school's mean in one survey, and a team's schools begin
    together.

    With `programme_schools` = N, B is multiplied by 1 - G / N: how well the mean of *these* N
    schools will be known. The tests of this package by schools do not use that factor, for they
    answer for schools like these; with all N surveyed nothing of B is left, and workshops, not
    schools, are then the clusters.

    References
    ----------
    Dong and Maynard (2013), Journal of Research on Educational Effectiveness 6(1), 24-67, designs
    CRA2; Eldridge, Ashby and Kerry (2006), International Journal of Epidemiology 35(5), 1292-1300,
    on unequal sizes; Hooper and others (2016), Statistics in Medicine 35(26), 4718-4728, on
    repeated samples of the same clusters.

    Examples
    --------
    >>> quiz = Spread(icc_score=0.10, icc_gain=0.05, correlation=0.5)
    >>> p = precision_of(quiz, Sample(schools=40, people=25), design="one_group")
    >>> f"{p.std_error:.3f} SD, {p.df:.0f} df"
    '0.047 SD, 39 df'
    >>> p = precision_of(quiz, Sample(schools=40, people=25), design="waiting_list")
    >>> f"{p.std_error:.3f} SD, {p.df:.0f} df"
    '0.085 SD, 37 df'
    """
    check_option(design, "design", get_args(PlannedDesign))
    between, within = _variances(spread, sample, design)
    unequal = 1 + sample.size_cv**2
    if sample.weights == "school":
        within *= unequal
    else:
        between *= unequal
    if sample.programme_schools is not None:
        between *= 1 - sample.schools / sample.programme_schools
    in_strata = design in BY_LOT and sample.strata_of is not None
    if in_strata:
        between *= 1 - sample.strata_r2
    share = spread.team_share if sample.teams is not None else 0.0
    if design == "staggered":
        return _staggered(between, within, share, sample)
    arms = _arms(sample, design)
    if min(clusters for _, clusters in arms) < 2:
        where = " in each arm" if len(arms) > 1 else ""
        return Precision(nan, nan, sample.clusters, f"it needs at least 2 clusters{where}")
    parts = [between * (share / t + (1 - share) / g) + within / g for g, t in arms]
    used = (design in WITH_COVARIATE) + (sample.strata - 1 if in_strata else 0)
    df = _satterthwaite([t / _uneven(sample) for _, t in arms]) - used
    if df <= 0:
        return Precision(nan, nan, sample.clusters, "no degrees of freedom are left")
    return Precision(sqrt(sum(parts)), df, sum(t for _, t in arms))


def _variances(spread: Spread, sample: Sample, design: PlannedDesign) -> tuple[float, float]:
    """Return the variance between schools of what is compared, and that within one school."""
    n, m = sample.people, sample.people_later
    other_people = spread.score_within * (1 / n + 1 / m)
    left = spread.score_within * (1 - spread.r2_people * sample.linked) / m
    known: dict[PlannedDesign, tuple[float, float]] = {
        "one_group": (spread.change_between, other_people - 2 * spread.covariance_within / n),
        "one_group_linked": (spread.change_between, _linked_gain(spread, n, m * sample.linked)),
        "same_schools": (spread.change_between, other_people),
        "other_schools": (spread.score_between, other_people / 2),
        "randomised": (spread.score_between, spread.score_within / m),
        "randomised_pretest": (spread.score_between * (1 - spread.r2_schools), left),
        "staggered": (spread.change_between / 2, spread.score_within / n),
    }
    known["comparison"] = known["one_group"]
    known["waiting_list"] = known["randomised_pretest"]
    once_more = spread.score_within * (1 / m + 1 / sample.people_last)
    known["follow_up"] = (spread.change_between, once_more - 2 * spread.covariance_within / m)
    return known[design]


def _linked_gain(spread: Spread, n: float, linked: float) -> float:
    """Variance within a school of the linked's gains, adjusted to the n people asked before."""
    v = spread.score_within
    slope = spread.covariance_within / v if v else 0.0
    return v * (1 - slope**2) / linked + v * (1 - slope) ** 2 / n


def _arms(sample: Sample, design: PlannedDesign) -> list[tuple[int, int]]:
    """List schools and clusters of each arm, or of each round of other schools."""
    if design == "other_schools":
        return [(sample.schools, sample.clusters)] * 2
    if design not in TWO_ARMS:
        return [(sample.schools, sample.clusters)]
    arms = []
    for whole in (sample.schools, sample.clusters):
        treated = min(max(round(whole * sample.treated), 1), max(whole - 1, 1))
        arms.append((treated, whole - treated))
    return list(zip(*arms, strict=True))


def _uneven(sample: Sample) -> float:
    """How many schools of unequal size count as one."""
    return 1.0 if sample.weights == "school" else 1 + sample.size_cv**2


def _satterthwaite(effective: list[float]) -> float:
    """Degrees of freedom of a mean, or a difference of means, whose clusters vary alike."""
    if min(effective) <= 1:
        return 0.0
    above = sum(1 / g for g in effective) ** 2
    return above / sum(1 / (g**2 * (g - 1)) for g in effective)


def _staggered(between: float, within: float, share: float, sample: Sample) -> Precision:
    """Weigh what the clusters' means vary by in one survey by what the estimate makes of them."""
    t = sample.clusters
    told = staggered_weights(*group_sizes(t, sample.steps, sample.groups))
    df = told.df / _uneven(sample)
    if told.reason or df < 1:
        return Precision(nan, nan, t, told.reason or "too few degrees of freedom are left")
    one_survey = between * (share + (1 - share) * t / sample.schools) + within * t / sample.schools
    return Precision(sqrt(one_survey * told.squares), df, t)
