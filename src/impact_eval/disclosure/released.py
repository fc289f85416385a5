"""`Released`: findings that may be shown. Tables, figures and wording accept nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from impact_eval.disclosure.finding import Finding
from impact_eval.errors import UnknownNameError
from impact_eval.facts import StudyFacts
from impact_eval.table_columns import RELEASED
from impact_eval.vocabulary import QUANTITIES, Level, Quantity

LEVELS = ("programme", "province", "school")
Names = str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Released:
    """Findings that passed `release`, with the study's declared facts.

    `frame` has the columns `RELEASED`. A suppressed row keeps its address and loses every number;
    `suppressed` says why: `small`, `complementary`, `coded_low` (the true upper bound stands in
    `conf_high`) or `coded_high` (the true lower bound stands in `conf_low`). Which of the first two
    it was is never printed: it would help to undo the suppression.
    """

    frame: pd.DataFrame
    facts: StudyFacts
    _read: dict[str, tuple[Finding, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __len__(self) -> int:
        return len(self.frame)

    def where(  # noqa: PLR0913
        self,
        *,
        quantity: Quantity | Sequence[Quantity] | None = None,
        outcome: Names = None,
        item_id: Names = None,
        audience: Names = None,
        phase: Names = None,
        level: Level | Sequence[Level] | None = None,
        unit_id: Names = None,
        subgroup: Names = None,
        wave_from: Names = None,
        wave_to: Names = None,
        contrast: Names = None,
        estimand: Names = None,
        estimator: Names = None,
        variant: Names = None,
        role: Names = None,
        family: Names = None,
        parent_id: Names = None,
    ) -> Released:
        """Keep the rows whose columns hold one of the given values.

        Parameters
        ----------
        quantity, outcome, ..., parent_id
            A value or several; None keeps all. `""` keeps the rows where the column is empty, so
            `subgroup=""` is everybody and `variant=""` the main way of computing.

        Returns
        -------
        Released
            The same columns, fewer rows, the same order; possibly none.

        Raises
        ------
        UnknownNameError
            If a quantity, level, audience, phase, wave or outcome is not one that exists; the
            message lists those that do.
        """
        wanted: dict[str, Names] = {
            "quantity": quantity,
            "outcome": outcome,
            "item_id": item_id,
            "audience": audience,
            "phase": phase,
            "level": level,
            "unit_id": unit_id,
            "subgroup": subgroup,
            "wave_from": wave_from,
            "wave_to": wave_to,
            "contrast": contrast,
            "estimand": estimand,
            "estimator": estimator,
            "variant": variant,
            "role": role,
            "family": family,
            "parent_id": parent_id,
        }
        keep = pd.Series(data=True, index=self.frame.index)
        for column, names in wanted.items():
            if names is None:
                continue
            values = [names] if isinstance(names, str) else list(names)
            self._check(column, values)
            keep &= self.frame[column].isin(values)
        return Released(self.frame.loc[keep].reset_index(drop=True), self.facts)

    def findings(self, *, quantity: Quantity | None = None) -> tuple[Finding, ...]:
        """Give every row, or those of one quantity, as a `Finding`, in the order of the frame."""
        key = quantity or ""
        if key not in self._read:
            frame = self.frame if quantity is None else self.frame[self.frame["quantity"] == key]
            columns = [frame[column].tolist() for column in RELEASED]
            self._read[key] = tuple(
                Finding(**dict(zip(RELEASED, row, strict=True)))
                for row in zip(*columns, strict=True)
            )
        return self._read[key]

    def finding(self, finding_id: str) -> Finding:
        """Return the row of one id; UnknownNameError if it was not released."""
        rows = Released(self.frame.loc[self.frame["finding_id"] == finding_id], self.facts)
        if len(rows) != 1:
            raise UnknownNameError(f"no released finding has the id {finding_id!r}")
        return rows.findings()[0]

    def _check(self, column: str, values: Sequence[str]) -> None:
        """Raise if a value of a closed or declared list is not on it."""
        facts = self.facts
        known: dict[str, Sequence[str]] = {
            "quantity": QUANTITIES,
            "level": LEVELS,
            "audience": list(facts.audiences),
            "phase": list(facts.phases),
            "wave_from": list(facts.waves),
            "wave_to": list(facts.waves),
            "outcome": sorted({outcome for _, outcome in facts.outcomes}),
        }
        if column not in known:
            return
        unknown = [value for value in values if value and value not in known[column]]
        if unknown:
            raise UnknownNameError(
                f"`{column}` must be one of {', '.join(known[column])}; found {', '.join(unknown)}"
            )
