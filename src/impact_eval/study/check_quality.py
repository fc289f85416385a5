"""Rules of the cut-offs for doubtful forms."""

from __future__ import annotations

from impact_eval.study.csv_table import suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables

_NUMBERS = ("note", "rating", "frequency")


def check_quality(draft: Draft, items: ItemTables | None) -> None:
    """Note questions that are none, or whose answers are no numbers; bounds that are no range."""
    rows = [cells for _, cells in items.rows] if items else []
    types = {(cells["audience"], cells["item_id"]): cells["type"] for cells in rows}
    for place, rule in draft.quality_numbers:
        if rule.audience not in draft.ids("audiences"):
            found, remedy = f'"{rule.audience}"', suggestion(rule.audience, draft.ids("audiences"))
            draft.fault(f"{place}.audience", "must be a declared audience", found, remedy)
        elif items is None or items.sound:
            kind = types.get((rule.audience, rule.item), "")
            if not kind:
                known = [item for audience, item in types if audience == rule.audience]
                words = f"must be an item of {rule.audience}"
                draft.fault(f"{place}.item", words, f'"{rule.item}"', suggestion(rule.item, known))
            elif kind not in _NUMBERS:
                remedy = "Name a question that is answered with a number."
                draft.fault(f"{place}.item", "must be a number", f"type {kind}", remedy)
        if None not in (rule.minimum, rule.maximum) and rule.minimum >= rule.maximum:  # type: ignore[operator]
            found = f"{rule.minimum:g} and {rule.maximum:g}"
            remedy = "Correct one of them."
            draft.fault(f"{place}.minimum", "must be below the maximum", found, remedy)
