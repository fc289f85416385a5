"""Going behind one number: what it is, from whom, by which formula, and the same once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from impact_eval.errors import UnknownNameError
from impact_eval.findings.address import Address
from impact_eval.findings.beside.exclusions import variant_tables
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.formulas import FORMULAS
from impact_eval.findings.explained.recompute.formulas_beside import (
    ADJUSTED_GAIN,
    DATES_AGAIN,
    FAMILY,
    GAINS_OF_SIDES,
    ITEM_OF_SIDES,
    OF_SCHOOL,
    PERMUTATION,
    ROLL_OUT,
    SIGN_FLIP,
    TEST_OF_ROLL_OUT,
    TEST_OF_SIDES,
    WILD,
    G,
    Recompute,
)
from impact_eval.findings.explained.recompute.formulas_of_shares import (
    DISCOVERED,
    G_OF_LOT,
    MCNEMAR,
)
from impact_eval.findings.explained.recompute.topics import HOLM_OF_TOPICS
from impact_eval.findings.explained.sources import Source, source_of
from impact_eval.findings.store import stored_findings, stored_without_exclusions
from impact_eval.findings.without_exclusions import beside
from impact_eval.surveys import load_tables
from impact_eval.surveys.quality.exclusions import with_excluded
from impact_eval.table_columns import ADDRESS

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables

Numbers = Mapping[str, float]
_TESTS: Final = ("wild_bootstrap", "romano_wolf", "holm")
_OF_SHARES: Final = {"benjamini_hochberg": DISCOVERED, "mcnemar": MCNEMAR}

NUMBERS: Final = ("estimate", "std_error", "df", "p_value", "conf_low", "conf_high")
COUNTS: Final = ("n", "n_clusters", "n_pre", "n_post", "n_linked")


@dataclass(frozen=True)
class Explanation:
    """What lies behind one finding.

    Attributes
    ----------
    finding_id
        Its id.
    address
        Parts of the address that are not empty.
    method
        What was computed, in the words of the methods table.
    formula
        The same as a formula in words.
    counts
        People, clusters, and people before, after and linked, as far as they apply.
    numbers
        The finding's numbers.
    recomputed
        Those of them that were computed a second time from the processed tables; empty for what
        cannot be estimated.
    reason
        Why it cannot be estimated, or is not claimed; else empty.
    source
        Where the method is written down, what it was held against, and which tests do so.
    """

    finding_id: str
    address: Mapping[str, str]
    method: str
    formula: str
    counts: Mapping[str, int]
    numbers: Numbers
    recomputed: Numbers
    reason: str
    source: Source

    @property
    def once(self) -> tuple[str, ...]:
        """Names of the numbers that were not computed a second time."""
        return tuple(name for name in self.numbers if name not in self.recomputed)


def explain(study: Study, finding_id: str) -> Explanation:
    """Go behind one number of a study: method, counts, formula, and the number recomputed.

    Parameters
    ----------
    study
        Prepared.
    finding_id
        As it stands beside the number in a report.

    Returns
    -------
    Explanation
        For the evaluator: nothing in it is suppressed.

    Raises
    ------
    UnknownNameError
        If the study has no such finding.

    Notes
    -----
    A number without the exclusions of the plan is computed again from the tables with those forms.
    """
    findings = stored_findings(study).findings
    found = findings[findings["finding_id"] == finding_id]
    if found.empty:
        others = stored_without_exclusions(study)
        for _, row in others[others["beside_id"] == finding_id].iterrows():
            return explain_beside(study, load_tables(study), row)
        raise UnknownNameError(
            f'{study.id} has no finding "{finding_id}". Take an id from a report of this study, or'
            " from the column finding_id of stored_findings(study).findings."
        )
    return explain_row(study, load_tables(study), found.iloc[0])


def explain_row(study: Study, tables: SurveyTables, row: pd.Series[Any]) -> Explanation:
    """Explain a row of the findings table from the tables given."""
    quantity = str(row["quantity"])
    formula, recompute = _of_sides(study, row) or _of_school(row) or _formula(study, row)
    if quantity in ("change", "effect"):
        tables = variant_tables(study, tables, str(row["variant"]))
    known = {name: float(row[name]) for name in NUMBERS if isfinite(row[name])}
    again = recompute(Behind(study, tables, row)) if known else {}
    return Explanation(
        finding_id=str(row["finding_id"]),
        address={name: str(row[name]) for name in ADDRESS if row[name]},
        method=str(row["method"]),
        formula=formula,
        counts={name: int(row[name]) for name in COUNTS if isfinite(row[name])},
        numbers=known,
        recomputed=again if isinstance(again, Mapping) else {"estimate": again},
        reason=str(row["reason"]),
        source=source_of(
            quantity,
            str(row["estimator"]),
            variant=str(row["variant"]),
            level=str(row["level"]),
            staggered=study.design == "staggered",
        ),
    )


def explain_beside(study: Study, tables: SurveyTables, row: pd.Series[Any]) -> Explanation:
    """Explain a row of the findings without exclusions from the tables given."""
    explained = explain_row(study, with_excluded(tables, study), row)
    address = Address(**{name: row[name] for name in ADDRESS})
    own = {name: str(value) for name, value in asdict(beside(address)).items() if value}
    return replace(explained, finding_id=str(row["beside_id"]), address=own)


def _formula(study: Study, row: pd.Series[Any]) -> tuple[str, Recompute]:
    """Choose the formula of a number by its quantity and its estimator."""
    quantity, estimator = str(row["quantity"]), str(row["estimator"])
    if estimator in _OF_SHARES:
        return _OF_SHARES[estimator]
    if estimator in ("adjusted_gain", "sign_flip"):
        return ADJUSTED_GAIN if estimator == "adjusted_gain" else SIGN_FLIP
    if study.design == "staggered" and quantity in ROLL_OUT:
        return ROLL_OUT[quantity]
    if estimator in _TESTS:
        beside_changes = FAMILY if quantity == "change" else HOLM_OF_TOPICS
        return WILD if estimator == "wild_bootstrap" else beside_changes
    if quantity == "effect_size" and row["contrast"]:
        return G if row["variant"] == "g" else G_OF_LOT
    return FORMULAS[quantity]  # type: ignore[index]


def _of_school(row: pd.Series[Any]) -> tuple[str, Recompute] | None:
    """Choose that of a single school's change; None for others."""
    one = row["level"] == "school" and row["quantity"] in ("change", "mastery_change")
    return OF_SCHOOL if one else None


def _of_sides(study: Study, row: pd.Series[Any]) -> tuple[str, Recompute] | None:
    """Choose that of what stands beside an effect, or of an item of two sides; None for others."""
    if row["estimator"] in _OF_SHARES:
        return None
    if row["quantity"] == "item_change" and row["contrast"]:
        return None if study.design == "staggered" else ITEM_OF_SIDES
    if row["quantity"] != "effect":
        return None
    if row["variant"] == "permutation":
        return DATES_AGAIN if study.design == "staggered" else PERMUTATION
    if row["variant"] in _TESTS:
        return TEST_OF_SIDES if study.design != "staggered" else TEST_OF_ROLL_OUT
    return GAINS_OF_SIDES if row["estimator"] == "adjusted_gain" else None
