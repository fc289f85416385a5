"""Rules of pairs: a question that parents and their children were both asked."""

from __future__ import annotations

from impact_eval.study.codebook import to_number
from impact_eval.study.csv_table import suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables

RATED = ("rating", "frequency")


def check_pairs(draft: Draft, items: ItemTables | None) -> None:
    """Note pairs of items that nobody declares, or whose answers cannot be compared."""
    children = {one.id: one.child_audience for _, one in draft.audiences}
    for place, pair in draft.pairs:
        child = children.get(pair.audience)
        if child is None:
            known = tuple(one for one, of in children.items() if of is not None)
            rule, found = "must be an audience with a child_audience", f'"{pair.audience}"'
            draft.fault(f"{place}.audience", rule, found, suggestion(pair.audience, known))
        elif items is not None and items.sound:
            ranges = [
                _range(draft, f"{place}.{key}", audience, item, items)
                for key, audience, item in (
                    ("item", pair.audience, pair.item),
                    ("child_item", child, pair.child_item),
                )
            ]
            if None not in ranges and ranges[0] != ranges[1]:
                rule, remedy = "both questions have the same answers", "Pair other questions."
                draft.fault(f"{place}.child_item", rule, "another range", remedy)


def _range(
    draft: Draft, place: str, audience: str, item: str, items: ItemTables
) -> tuple[float, float] | None:
    """Range of a rated item; None after a fault."""
    own = {cells["item_id"]: cells for _, cells in items.rows if cells["audience"] == audience}
    if item not in own:
        rule = f"must be an item of {audience}"
        draft.fault(place, rule, f'"{item}"', suggestion(item, tuple(own)))
        return None
    cells = own[item]
    if cells["type"] not in RATED:
        rule, remedy = "both questions are ratings or frequencies", "Pair other questions."
        draft.fault(place, rule, f"type {cells['type']}", remedy)
        return None
    return to_number(cells.get("minimum", "")), to_number(cells.get("maximum", ""))
