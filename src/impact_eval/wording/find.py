"""The finding that belongs beside another one."""

from __future__ import annotations

from impact_eval.disclosure import Finding, Released
from impact_eval.vocabulary import Quantity


def beside(
    released: Released,
    finding: Finding,
    quantity: Quantity,
    *,
    wave: str = "",
    outcome: str | None = None,
) -> Finding | None:
    """Return the finding of a quantity at the same place, or None if there is not exactly one.

    Parameters
    ----------
    released, finding
        The place: audience, phase, level, unit and subgroup.
    quantity
        Of the finding wanted.
    wave
        Its wave; without one, the two waves of `finding`.
    outcome
        Its outcome if another than that of `finding`; `""` for counts of people.
    """
    wanted = {
        "outcome": finding.outcome if outcome is None else outcome,
        "item_id": finding.item_id,
        "audience": finding.audience,
        "phase": finding.phase,
        "level": finding.level,
        "unit_id": finding.unit_id,
        "subgroup": finding.subgroup,
        "variant": "",
    }
    if quantity not in {"attended", "claimed"}:
        wanted |= {"wave_from": wave or finding.wave_from, "wave_to": wave or finding.wave_to}
    if quantity == "mastery_change":
        wanted["estimand"] = finding.estimand
    found = [
        one
        for one in released.findings(quantity=quantity)
        if all(getattr(one, column) == value for column, value in wanted.items())
    ]
    return found[0] if len(found) == 1 else None
