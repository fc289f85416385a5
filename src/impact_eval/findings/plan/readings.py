"""How intervals alone read: the verdict of many estimates at once, before other checks."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from scipy import special

from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.data.study_data import Codes, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.plan.families import Membership
from impact_eval.findings.plan.judge_effects import NO_SECULAR
from impact_eval.findings.plan.verdicts import Limits, decide
from impact_eval.vocabulary import Verdict

LEAST_DF = 4.0 - 1e-9


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What the planned change is held against: in its unit, and in how large a family."""

    smallest: float
    secular: tuple[float, float]
    conf_level: float
    n_comparisons: int

    def widths(self, std_error: Floats, df: Floats) -> tuple[Floats, Floats]:
        """Half the widths of the family's intervals, and of those of two one-sided tests."""
        alpha = (1 - self.conf_level) / self.n_comparisons
        wide = special.stdtrit(df, 1 - alpha / 2) * std_error
        narrow = special.stdtrit(df, 1 - alpha) * std_error
        return np.asarray(wide), np.asarray(narrow)

    def limits(self, estimate: float, std_error: float, df: float) -> Limits:
        """Intervals of one estimate beside what they are held against."""
        wide, narrow = self.widths(np.array([std_error]), np.array([df]))
        return Limits(
            low=estimate - float(wide[0]),
            high=estimate + float(wide[0]),
            narrow_low=estimate - float(narrow[0]),
            narrow_high=estimate + float(narrow[0]),
            smallest=self.smallest,
            secular=self.secular,
        )


def yardstick_of(data: StudyData, member: Membership) -> Yardstick | None:
    """Look up what a planned change is held against; None where the plan declares too little.

    An effect is held against the smallest effect alone: what changes anyway is on both sides.
    """
    facts = data.facts.outcome(member.address.audience, member.address.outcome)
    secular = NO_SECULAR if member.address.quantity == "effect" else facts.secular
    none = data.study.design == "no_programme" or facts.direction == "neutral"
    if none or facts.smallest_effect is None or secular is None:
        return None
    return Yardstick(facts.smallest_effect, secular, data.conf_level, member.n_comparisons)


def readings(
    yardstick: Yardstick, estimate: Floats, std_error: Floats, df: Floats, clusters: Codes
) -> list[Verdict]:
    """Say how each interval reads by itself.

    Parameters
    ----------
    yardstick
        From `yardstick_of`.
    estimate, std_error, df, clusters
        Shape (m,), of one outcome and contrast.

    Returns
    -------
    list of Verdict
        `cannot_tell` where there is no interval, or fewer than 4 clusters or degrees of freedom.
        What else can withdraw a verdict (the linked, sides that do not compare) is not looked at.
    """
    enough = (clusters >= ENOUGH_TO_GENERALISE) & (df >= LEAST_DF) & np.isfinite(std_error)
    return [
        decide(yardstick.limits(float(value), float(error), float(own))) if able else "cannot_tell"
        for value, error, own, able in zip(estimate, std_error, df, enough, strict=True)
    ]


def reading_of(yardstick: Yardstick, finding: Finding) -> Verdict:
    """How the interval of one finding reads by itself."""
    estimate = finding.estimate
    if not isfinite(estimate.std_error):
        return "cannot_tell"
    return readings(
        yardstick,
        np.array([estimate.estimate]),
        np.array([estimate.std_error]),
        np.array([estimate.df]),
        np.array([estimate.n_clusters]),
    )[0]
