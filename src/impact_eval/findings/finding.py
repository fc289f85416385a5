"""A finding: an estimate at an address, and the table of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan
from typing import Any

import pandas as pd

from impact_eval.errors import ImpactEvalError
from impact_eval.estimators.estimate import Estimate
from impact_eval.findings.address import Address
from impact_eval.table_columns import ADDRESS, ESTIMATE, FINDINGS
from impact_eval.vocabulary import Role, Verdict

INTEGERS = ("n", "n_clusters")
FLOATS = (
    "estimate",
    "std_error",
    "df",
    "statistic",
    "p_value",
    "conf_low",
    "conf_high",
    "conf_level",
    "n_pre",
    "n_post",
    "n_linked",
    "simultaneous_low",
    "simultaneous_high",
)
TEXTS = tuple(column for column in FINDINGS if column not in (*INTEGERS, *FLOATS, "headline_ok"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One estimate at one address, with its unit, its people and what the plan makes of it."""

    address: Address
    estimate: Estimate
    unit: str
    n_pre: float = nan
    n_post: float = nan
    n_linked: float = nan
    simultaneous_low: float = nan
    simultaneous_high: float = nan
    role: Role = "exploratory"
    family: str = ""
    plan_status: str = ""
    verdict: Verdict = ""
    headline_ok: bool = False
    cautions: tuple[str, ...] = ()
    parent_id: str = ""

    @property
    def finding_id(self) -> str:
        """The id of the address."""
        return self.address.finding_id

    def row(self) -> dict[str, Any]:
        """Write the finding as a row of the table, keys as in `table_columns.FINDINGS`."""
        return {
            "finding_id": self.finding_id,
            **dict(zip(ADDRESS, self.address.parts(), strict=True)),
            **{name: getattr(self.estimate, name) for name in ESTIMATE},
            **{name: getattr(self, name) for name in _OWN},
            "cautions": ";".join(dict.fromkeys(self.cautions)),
        }


_OWN = (
    "unit",
    "n_pre",
    "n_post",
    "n_linked",
    "simultaneous_low",
    "simultaneous_high",
    "role",
    "family",
    "plan_status",
    "verdict",
    "headline_ok",
    "parent_id",
)


def to_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Make the findings table, in the order given; an empty one has the same columns.

    Parameters
    ----------
    findings
        No two of them at one address.

    Returns
    -------
    DataFrame
        Columns exactly `table_columns.FINDINGS`. Text columns hold `""` where nothing applies,
        counts are integers or, where they may not apply, floats with NaN.

    Raises
    ------
    ImpactEvalError
        If two findings share an address.

    Examples
    --------
    >>> to_frame([]).shape
    (0, 41)
    """
    frame = pd.DataFrame([finding.row() for finding in findings], columns=list(FINDINGS))
    types = dict.fromkeys(TEXTS, "str") | dict.fromkeys(FLOATS, "float64")
    types |= dict.fromkeys(INTEGERS, "int64") | {"headline_ok": "bool"}
    frame = frame.astype(types)
    doubled = frame.loc[frame["finding_id"].duplicated(), "quantity"]
    if len(doubled):
        raise ImpactEvalError(f"two findings share an address: {sorted(set(doubled))}")
    return frame
