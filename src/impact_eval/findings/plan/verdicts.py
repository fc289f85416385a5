"""What may be said of a change: held against the change that matters and the one to expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

from impact_eval.estimators.equivalence import equivalence_interval
from impact_eval.estimators.estimate import Estimate
from impact_eval.facts import OutcomeFacts
from impact_eval.findings.address import Address
from impact_eval.findings.finding import Finding
from impact_eval.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a change is held against, and the intervals that are held, in the outcome's unit.

    `low` and `high` end the interval of the family; `narrow_low` and `narrow_high` the interval of
    two one-sided tests. `smallest` is the smallest change that matters, `secular` the range of
    change that is plausible without any programme.
    """

    low: float
    high: float
    narrow_low: float
    narrow_high: float
    smallest: float
    secular: tuple[float, float]


def decide(limits: Limits) -> Verdict:
    """Say what an interval shows of a change, beyond what may change without any programme.

    Parameters
    ----------
    limits
        Intervals, smallest change that matters and secular range, in one unit.

    Returns
    -------
    Verdict
        About the change of scores, not about who or what caused it, and blind to whether a rise
        is hoped for.

    Examples
    --------
    >>> limits = Limits(low=1.4, high=2.0, narrow_low=1.5, narrow_high=1.9, smallest=0.5,
    ...                 secular=(0.25, 0.65))
    >>> decide(limits)
    'rise_beyond'
    """
    expected_low, expected_high = limits.secular
    if limits.low - expected_high > limits.smallest:
        return "rise_beyond"
    if limits.high - expected_low < -limits.smallest:
        return "fall_beyond"
    above = limits.narrow_low - expected_high >= -limits.smallest
    if above and limits.narrow_high - expected_low <= limits.smallest:
        return "within"
    if limits.low - expected_high > 0:
        return "rise_size_open"
    if limits.high - expected_low < 0:
        return "fall_size_open"
    return "cannot_tell"


def give_verdict(
    finding: Finding,
    facts: OutcomeFacts,
    *,
    n_comparisons: int,
    later_wave: bool,
    done: Mapping[str, Finding],
) -> Finding:
    """Add the verdict of a programme's stacked change, or the caution why there is none.

    Parameters
    ----------
    finding
        A stacked change with its simultaneous interval, if it has a family.
    facts
        Of its outcome.
    n_comparisons
        Comparisons of its family, 1 without one.
    later_wave
        Whether the later wave took place on another day than the programme, so that people may
        have left in between.
    done
        All findings, among them the linked gain beside this one.

    Returns
    -------
    Finding
        With `verdict` and cautions.
    """
    if finding.estimate.reason or not isfinite(finding.estimate.std_error):
        return finding
    missing = _undeclared(facts)
    if missing or facts.smallest_effect is None or facts.secular is None:
        return _caution(finding, *missing)
    low, high = _family_interval(finding)
    narrow = _one_sided(finding.estimate, n_comparisons)
    verdict = decide(
        Limits(
            low=low,
            high=high,
            narrow_low=narrow.conf_low,
            narrow_high=narrow.conf_high,
            smallest=facts.smallest_effect,
            secular=facts.secular,
        )
    )
    judged = replace(finding, verdict=verdict)
    return _check_linked(judged, facts.smallest_effect / 2, done) if later_wave else judged


def linked_beside(address: Address) -> Address:
    """Find the adjusted linked gain that stands beside a stacked change."""
    return replace(address, estimator="adjusted_gain")


def _undeclared(facts: OutcomeFacts) -> list[str]:
    """Cautions that say why an outcome has no verdict."""
    if facts.direction == "neutral":
        return ["neutral"]
    missing = ["no_smallest_effect"] if facts.smallest_effect is None else []
    return [*missing, "no_secular"] if facts.secular is None else missing


def _check_linked(finding: Finding, tolerance: float, done: Mapping[str, Finding]) -> Finding:
    """Withdraw a verdict that the linked respondents' gains do not bear out."""
    beside = done.get(linked_beside(finding.address).finding_id)
    if beside is None or not isfinite(beside.estimate.estimate):
        return _caution(finding, "no_linked_check")
    if abs(beside.estimate.estimate - finding.estimate.estimate) > tolerance:
        return _caution(replace(finding, verdict="cannot_tell"), "linked_disagrees")
    return finding


def _family_interval(finding: Finding) -> tuple[float, float]:
    if finding.family:
        return finding.simultaneous_low, finding.simultaneous_high
    return finding.estimate.conf_low, finding.estimate.conf_high


def _one_sided(estimate: Estimate, n_comparisons: int) -> Estimate:
    return equivalence_interval(
        estimate, alpha=1 - estimate.conf_level, n_comparisons=n_comparisons
    )


def _caution(finding: Finding, *cautions: str) -> Finding:
    return replace(finding, cautions=(*finding.cautions, *cautions))
