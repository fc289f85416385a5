"""What a finding rests on and gives away, by its quantity and its way of computing."""

from __future__ import annotations

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.kinds import (
    ESTIMATORS_OF_LINKED,
    LINKED_ONLY,
    LOSSES,
    OF_LINKED,
    OF_LINKED_ALONE,
    SHARE_RIGHT,
    SHARES,
)


def is_share(finding: Finding) -> bool:
    """Whether a finding says how many of its people, out of all, reached something."""
    return finding.quantity in SHARES or finding.estimator == SHARE_RIGHT


def is_of_linked(finding: Finding) -> bool:
    """Whether a finding rests on linked respondents alone."""
    return (
        finding.quantity in OF_LINKED
        or finding.estimator in OF_LINKED_ALONE
        or finding.variant == LINKED_ONLY
        or (finding.quantity == "specification" and _way_of_linked(finding.variant))
    )


def _way_of_linked(variant: str) -> bool:
    """Whether a way of computing leaves out, or looks at the fate of, those not met twice."""
    own = [one.partition(":") for one in variant.split(",")]
    return any(
        factor == "sample" or (factor == "estimators" and choice in ESTIMATORS_OF_LINKED)
        for factor, _, choice in own
    )


def tells_of_loss(finding: Finding) -> bool:
    """Whether a finding says nearly, or divided by another, how many people were lost."""
    if finding.quantity == "effective_sample":
        return True
    return finding.quantity == "tipping_point" and finding.variant in LOSSES
