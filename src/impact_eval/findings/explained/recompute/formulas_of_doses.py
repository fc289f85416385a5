"""The formulas of delivery, dose and exposure in words, and what computes them a second time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute import dose, exposure
from impact_eval.vocabulary import Quantity

_SESSIONS: Final = "sum over workshops of which planned and held are known"

DOSE_FORMULAS: Final[Mapping[Quantity, tuple[str, Callable[[Behind], float]]]] = {
    "dose_slope": (
        (
            "coefficient of wave x sessions held by the school, beside schools and wave; of linked"
            " people the coefficient of the own dose less the school's mean (within), or of that"
            " mean (between), in a regression of gains on both"
        ),
        dose.dose_slope,
    ),
    "exposure_share": (
        "100 x people who said it / people who said yes, no or don't know",
        exposure.exposure_number,
    ),
    "exposed_mean": (
        "sum of scores of those who said it / their number",
        exposure.exposure_number,
    ),
    "exposure_gap": (
        "mean of those who said yes - mean of those who said no",
        exposure.exposure_number,
    ),
    "exposure_slope": (
        "coefficient of exposure (yes 1, no 0, or the number) beside the school's own level",
        exposure.exposure_slope,
    ),
    "exposure_change": (
        (
            "coefficient of wave in y = wave + wave x exposure + wave x does not know (and schools,"
            " where both surveys met them): those without exposure; with it, plus that of exposure"
        ),
        exposure.exposure_change,
    ),
    "workshops": ("number of rows of the attendance file", dose.delivered),
    "sessions_planned": (_SESSIONS, dose.delivered),
    "sessions_held": (_SESSIONS, dose.delivered),
    "sessions_share": ("100 x sessions held / sessions planned", dose.delivered),
    "people_per_workshop": ("people who attended / workshops", dose.delivered),
    "workshop_minutes": ("sum of minutes / workshops", dose.delivered),
}
