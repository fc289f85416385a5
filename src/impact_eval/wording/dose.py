"""What may be said of a slope of changes on a dose: that they went together, or nothing."""

from __future__ import annotations

from typing import Literal

from impact_eval.disclosure import Finding

Word = Literal["higher", "lower", "cannot_tell", ""]


def dose_word(slope: Finding) -> Word:
    """Say from its interval whether changes went with a dose.

    Parameters
    ----------
    slope
        A released `dose_slope`.

    Returns
    -------
    str
        Empty where the slope has no interval. Never more than that the two went together, whatever
        the outcome: it is no verdict.
    """
    if not slope.known or slope.suppressed or slope.reason:
        return ""
    if slope.conf_low > 0:
        return "higher"
    return "lower" if slope.conf_high < 0 else "cannot_tell"
