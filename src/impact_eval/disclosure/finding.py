"""One released finding as a typed value, with the columns `RELEASED` as its fields."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Final

_SAME: Final = 1e-9  # two ways of computing one number differ by less


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of a released frame; numbers are `nan` and texts are empty where there is none."""

    finding_id: str
    study_id: str
    quantity: str
    outcome: str
    item_id: str
    audience: str
    phase: str
    level: str
    unit_id: str
    subgroup: str
    wave_from: str
    wave_to: str
    contrast: str
    estimand: str
    estimator: str
    variant: str
    estimate: float
    std_error: float
    df: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: float
    n_clusters: float
    method: str
    reason: str
    unit: str
    n_pre: float
    n_post: float
    n_linked: float
    simultaneous_low: float
    simultaneous_high: float
    role: str
    family: str
    plan_status: str
    verdict: str
    headline_ok: bool
    cautions: str
    parent_id: str
    suppressed: str

    @property
    def known(self) -> bool:
        """Whether there is a number to show."""
        return isfinite(self.estimate)

    @property
    def widened(self) -> bool:
        """Whether the other members of its family make its simultaneous interval a wider one."""
        if not isfinite(self.simultaneous_low):
            return False
        same_low = abs(self.simultaneous_low - self.conf_low) <= _SAME
        return not (same_low and abs(self.simultaneous_high - self.conf_high) <= _SAME)

    @property
    def caution_ids(self) -> tuple[str, ...]:
        """The ids in `cautions`, in their order."""
        return tuple(part for part in self.cautions.split(";") if part)
