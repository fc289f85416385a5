"""The address of a finding: which number it is, whatever its value turns out to be."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256
from operator import attrgetter

from impact_eval.vocabulary import Estimand, Level, Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a finding belongs; fields as in `table_columns.ADDRESS`, empty if not used."""

    study_id: str
    quantity: Quantity
    outcome: str = ""
    item_id: str = ""
    audience: str = ""
    phase: str = ""
    level: Level = "programme"
    unit_id: str = ""
    subgroup: str = ""
    wave_from: str = ""
    wave_to: str = ""
    contrast: str = ""
    estimand: Estimand | str = ""
    estimator: str = ""
    variant: str = ""

    def parts(self) -> tuple[str, ...]:
        """List the fields' values in order."""
        parts: tuple[str, ...] = _PARTS(self)
        return parts

    @property
    def finding_id(self) -> str:
        """`f` and ten hexadecimal digits that depend on the address alone.

        Examples
        --------
        >>> Address(study_id="demo", quantity="change", outcome="knowledge").finding_id
        'fe91b392cf6'
        """
        return "f" + sha256("|".join(self.parts()).encode()).hexdigest()[:10]


_PARTS = attrgetter(*(field.name for field in fields(Address)))
