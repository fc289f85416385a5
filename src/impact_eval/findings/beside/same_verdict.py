"""Whether what the lost could make of a change would leave its verdict as it is."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Final

from impact_eval.estimators.equivalence import equivalence_interval, simultaneous
from impact_eval.estimators.estimate import Estimate
from impact_eval.facts import OutcomeFacts
from impact_eval.findings.address import Address
from impact_eval.findings.beside.with_lost import INTERVAL, NOT_PLANNED
from impact_eval.findings.data.arms import CONTRAST, estimator_of
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.plan.verdicts import Limits, decide
from impact_eval.vocabulary import Verdict

SAME, OTHER = "verdict_stands", "verdict_would_differ"
WITH_LOST: Final = ("change_with_lost", "effect_with_lost")


def with_same_verdict(
    data: StudyData, finding: Finding, main: Finding, *, n_comparisons: int
) -> Finding:
    """Add whether a change would have another verdict by this estimate than it has.

    Parameters
    ----------
    data
        The study.
    finding
        Of the quantities `WITH_LOST`.
    main
        The planned change or effect, judged.
    n_comparisons
        Comparisons of its family.

    Returns
    -------
    Finding
        With the caution `verdict_stands` or `verdict_would_differ`; with neither where the change
        has no verdict, or one that does not come from its interval. Bounds are held by the interval
        of Imbens and Manski, at its own level.
    """
    facts = data.facts.outcome(finding.address.audience, finding.address.outcome)
    own = _decide(finding.estimate, facts, n_comparisons, main.address)
    plain = _decide(main.estimate, facts, n_comparisons, main.address)
    if not main.verdict or not own or plain != main.verdict:
        return finding
    return replace(finding, cautions=(*finding.cautions, SAME if own == plain else OTHER))


def main_address(data: StudyData, at: Address) -> Address:
    """Find the planned change, or effect, that the lost could change."""
    if at.contrast == CONTRAST:
        own = estimator_of(data.study)
        return replace(at, quantity="effect", estimator=own, variant="")
    return replace(at, quantity="change", estimator="stacked", variant="")


def is_judged(finding: Finding) -> bool:
    """Whether an estimate can be held against the verdict: bounds only by their interval."""
    at, estimate = finding.address, finding.estimate
    if at.quantity not in WITH_LOST or finding.plan_status != NOT_PLANNED:
        return False
    return isfinite(estimate.std_error) or at.variant.endswith(INTERVAL)


def _decide(estimate: Estimate, facts: OutcomeFacts, n_comparisons: int, main: Address) -> Verdict:
    """Give the verdict of an interval; empty where there is none."""
    secular = (0.0, 0.0) if main.contrast == CONTRAST else facts.secular
    if facts.smallest_effect is None or secular is None or not isfinite(estimate.conf_low):
        return ""
    wide, narrow = estimate, estimate
    if isfinite(estimate.std_error):
        wide = simultaneous(estimate, n_comparisons)
        level = 1 - estimate.conf_level
        narrow = equivalence_interval(estimate, alpha=level, n_comparisons=n_comparisons)
    return decide(
        Limits(
            low=wide.conf_low,
            high=wide.conf_high,
            narrow_low=narrow.conf_low,
            narrow_high=narrow.conf_high,
            smallest=facts.smallest_effect,
            secular=secular,
        )
    )
