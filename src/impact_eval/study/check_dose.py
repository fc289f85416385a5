"""Rules of exposures and doses: who met the programme, and how much of it somebody had."""

from __future__ import annotations

from impact_eval.study.csv_table import suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables

NUMBERS = ("rating", "frequency", "note")
ASKED_YES_OR_NO = ("choice",)


def check_dose(draft: Draft, items: ItemTables | None) -> None:
    """Note exposures and doses of nobody, or of items that cannot say what they should."""
    taken = {*draft.ids("subgroups")}
    if items is not None:
        taken |= set(items.column("item_id"))
    for place, exposure in draft.exposures:
        if exposure.id in taken:
            rule = "must be no item and no subgroup"
            draft.fault(f"{place}.id", rule, f'"{exposure.id}"', "Rename it.")
        rule = "is a choice, whose right answer means yes"
        _check_item(
            draft, place, exposure.audience, exposure.item, items, types=ASKED_YES_OR_NO, rule=rule
        )
    for place, dose in draft.doses:
        rule = "is answered with a number: a rating, a frequency or a note"
        _check_item(draft, place, dose.audience, dose.item, items, types=NUMBERS, rule=rule)


def _check_item(
    draft: Draft,
    place: str,
    audience: str,
    item: str,
    items: ItemTables | None,
    *,
    types: tuple[str, ...],
    rule: str,
) -> None:
    audiences = draft.ids("audiences")
    if audience not in audiences:
        remedy = suggestion(audience, audiences)
        draft.fault(f"{place}.audience", "must be a declared audience", f'"{audience}"', remedy)
        return
    if items is None or not items.sound:
        return
    own = {cells["item_id"]: cells for _, cells in items.rows if cells["audience"] == audience}
    if item not in own:
        remedy = suggestion(item, tuple(own))
        draft.fault(f"{place}.item", f"must be an item of {audience}", f'"{item}"', remedy)
    elif own[item]["type"] not in types:
        found = f"type {own[item]['type']}"
        draft.fault(f"{place}.item", rule, found, "Name another item.")
