"""With how many decimals a released number is shown, in prose and tables alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from impact_eval.disclosure import Finding
from impact_eval.facts import StudyFacts
from impact_eval.vocabulary import OtherUnit, Quantity

_COEFFICIENTS: Final[tuple[Quantity, ...]] = (
    "alpha",
    "omega",
    "icc_score",
    "icc_gain",
    "correlation",
    "item_total",
    "discrimination",
    "false_link_share",
    "pair_kappa",
    "item_odds_ratio",
    "effect_odds_ratio",
    "share_odds_ratio",
)
BY_QUANTITY: Final[Mapping[str, int]] = {
    **dict.fromkeys(_COEFFICIENTS, 2),
    "dose_slope": 2,
    "exposure_slope": 2,
    "dif_wave": 3,
    "item_superiority": 1,  # so that a limit beside 50 is not shown as 50
}
BY_UNIT: Final[Mapping[str, int]] = {
    **dict.fromkeys(get_args(OtherUnit), 0),
    "SD": 2,
}


def decimals_of(facts: StudyFacts, finding: Finding) -> int:
    """Return how many decimals a finding's numbers are shown with.

    Parameters
    ----------
    facts
        Of the study, which declares how finely an outcome's unit is shown.
    finding
        A released finding.

    Returns
    -------
    int
        By quantity, else by unit, else as the outcome declares; a median of days that is no whole
        number has one.
    """
    if finding.quantity in BY_QUANTITY:
        return BY_QUANTITY[finding.quantity]
    if finding.unit == "days":
        return 0 if finding.estimate == round(finding.estimate) else 1
    if finding.unit in BY_UNIT:
        return BY_UNIT[finding.unit]
    known = facts.outcomes.get((finding.audience, finding.outcome))
    return known.decimals if known else 2
