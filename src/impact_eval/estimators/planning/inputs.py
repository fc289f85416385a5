"""What a plan starts from: how scores vary, and how many schools and people are asked."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import check_option

PlannedWeights = Literal["respondent", "school"]
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How scores and their changes vary between people, schools and the teams who serve schools.

    Parameters
    ----------
    sd
        Standard deviation of a survey's scores, positive; its unit is that of every result.
    icc_score, icc_gain
        Share of the scores' variance, and of the gains' variance, that lies between schools: 0 to
        1. An estimate below 0 is given as 0.
    correlation
        Of one person's scores in the two surveys, -1 to below 1.
    icc_team
        Share of the gains' variance that lies between the teams that serve several schools each,
        0 to 1; it is part of `icc_gain`. 0 where a school is a cluster of its own.

    Notes
    -----
    The variance of a gain is 2 sd^2 (1 - r) if both surveys vary alike. What of it lies within
    schools fixes the covariance of two scores of one person within a school,
    (1 - icc_score) sd^2 - (1 - icc_gain) sd^2 (1 - r), and what lies between schools fixes the
    correlation of the schools' true means, 1 - icc_gain (1 - r) / icc_score.

    Examples
    --------
    >>> quiz = Spread(sd=2.5, icc_score=0.10, icc_gain=0.05, correlation=0.5)
    >>> f"{quiz.r2_people:.2f} of people's variance, {quiz.r2_schools:.2f} of schools'"
    "0.22 of people's variance, 0.56 of schools'"
    """

    sd: float = 1.0
    icc_score: float
    icc_gain: float
    correlation: float
    icc_team: float = 0.0

    def __post_init__(self) -> None:
        if not (isfinite(self.sd) and self.sd > 0):
            raise EstimatorCallError("`sd` must be positive")
        for name in ("icc_score", "icc_gain", "icc_team"):
            check_share(getattr(self, name), name)
        if not -1 <= self.correlation < 1:
            raise EstimatorCallError("`correlation` must be from -1 to below 1")

    @property
    def gain_variance(self) -> float:
        """Variance of one person's gain, between and within schools."""
        return 2 * self.sd**2 * (1 - self.correlation)

    @property
    def change_between(self) -> float:
        """Variance of the schools' true changes."""
        return self.icc_gain * self.gain_variance

    @property
    def gain_within(self) -> float:
        """Variance of gains within a school."""
        return (1 - self.icc_gain) * self.gain_variance

    @property
    def score_between(self) -> float:
        """Variance of the schools' true means in one survey."""
        return self.icc_score * self.sd**2

    @property
    def score_within(self) -> float:
        """Variance of scores within a school."""
        return self.sd**2 - self.score_between

    @property
    def covariance_within(self) -> float:
        """Covariance, within a school, of one person's two scores."""
        covariance = self.score_within - self.gain_within / 2
        return max(covariance, -self.score_within)

    @property
    def r2_people(self) -> float:
        """Share of the variance within schools that a person's own earlier score accounts for."""
        if self.score_within == 0:
            return 0.0
        return max(0.0, self.covariance_within / self.score_within) ** 2

    @property
    def r2_schools(self) -> float:
        """Share of the variance between schools that a school's earlier mean accounts for."""
        if self.score_between == 0:
            return 0.0
        return max(0.0, 1 - self.change_between / (2 * self.score_between)) ** 2

    @property
    def team_share(self) -> float:
        """Share of the variance between schools that lies between teams."""
        if self.icc_team == 0:
            return 0.0
        return min(1.0, self.icc_team / self.icc_gain) if self.icc_gain else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How many schools and people are to be asked, and what becomes of them.

    Parameters
    ----------
    schools
        Schools surveyed, in all arms together, at least 1.
    people
        People asked in each school in the first survey, on average, positive.
    lost
        Share of them who do not answer the later survey, 0 to below 1.
    linked
        Share of those who answer both who can be linked, above 0 to 1. Only estimates that need a
        person's own earlier score lose by it.
    size_cv
        Standard deviation of the number of people in a school over its mean, 0 or more.
    treated
        Share of the schools that have the programme, in designs with two arms.
    teams
        Teams that serve the schools, if they and not the schools are the clusters.
    programme_schools
        Schools in the programme, if the question is about these and no others: see `precision_of`.
    steps
        Dates at which schools begin, in a staggered roll-out; as many begin at each as can be, and
        those of the last date are a comparison until then.
    groups
        In place of `steps`: the share of the schools that begins at each date, in the order of the
        dates, each above 0 and together at most 1. What is left of 1 begins after the last survey
        or never.
    lost_again
        For `follow_up`: share of those who answered the later survey who do not answer one more.
    strata_of
        Clusters in each stratum within which a lot is drawn between two arms, at least 2: 2 for
        matched pairs. None: one lot of all. Only randomised designs of two arms make use of it.
    strata_r2
        With `strata_of`: share of the variance between clusters of what is compared (of what the
        score before leaves of it, where a design uses that) that lies between strata, 0 to below 1.
    weights
        Whether in the estimate every respondent counts the same, or every school; see
        `precision_of`.
    """

    schools: int
    people: float
    lost: float = 0.0
    linked: float = 1.0
    size_cv: float = 0.0
    treated: float = 0.5
    teams: int | None = None
    programme_schools: int | None = None
    steps: int = 4
    groups: tuple[float, ...] = ()
    lost_again: float = 0.0
    strata_of: int | None = None
    strata_r2: float = 0.0
    weights: PlannedWeights = "respondent"

    def __post_init__(self) -> None:
        if self.schools < 1 or not self.people > 0:
            raise EstimatorCallError("`schools` must be at least 1 and `people` positive")
        if not 0 <= self.lost < 1 or not 0 < self.linked <= 1 or not self.size_cv >= 0:
            raise EstimatorCallError(
                "`lost` must be from 0 to below 1, `linked` from above 0 to 1, `size_cv` 0 or more"
            )
        if not 0 < self.treated < 1:
            raise EstimatorCallError("`treated` must be between 0 and 1")
        if self.teams is not None and self.teams < 1:
            raise EstimatorCallError("`teams` must be at least 1")
        if self.steps < 2:
            raise EstimatorCallError("`steps` must be at least 2")
        if self.programme_schools is not None and self.programme_schools < self.schools:
            raise EstimatorCallError("`programme_schools` must not be fewer than `schools`")
        if not 0 <= self.lost_again < 1:
            raise EstimatorCallError("`lost_again` must be from 0 to below 1")
        if any(not one > 0 for one in self.groups) or sum(self.groups) > 1 + _ROUNDING:
            raise EstimatorCallError("`groups` must be above 0 and together at most 1")
        self._check_strata()
        check_option(self.weights, "weights", ("respondent", "school"))

    def _check_strata(self) -> None:
        if self.strata_of is not None and self.strata_of < 2:
            raise EstimatorCallError("`strata_of` must be at least 2")
        if not 0 <= self.strata_r2 < 1 or (self.strata_r2 and self.strata_of is None):
            raise EstimatorCallError("`strata_r2` must be from 0 to below 1, and needs `strata_of`")

    @property
    def people_later(self) -> float:
        """People in each school who answer the later survey."""
        return self.people * (1 - self.lost)

    @property
    def people_last(self) -> float:
        """People in each school who answer one survey more, of those who answered the later one."""
        return self.people_later * (1 - self.lost_again)

    @property
    def strata(self) -> int:
        """Strata within which the lot is drawn, 1 without."""
        return 1 if self.strata_of is None else max(self.clusters // self.strata_of, 1)

    @property
    def clusters(self) -> int:
        """Schools, or the teams that serve them if these are fewer."""
        return self.schools if self.teams is None else min(self.teams, self.schools)


def check_share(value: float, name: str) -> None:
    """Raise unless a number is from 0 to 1."""
    if not 0 <= value <= 1:
        raise EstimatorCallError(f"`{name}` must be from 0 to 1; got {value!r}")
