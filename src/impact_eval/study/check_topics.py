"""Rules of topics: what the items of the codebook and the forms are about."""

from __future__ import annotations

from impact_eval.study.codebook import split_list
from impact_eval.study.csv_table import suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables

_UNDECLARED = "Declare it in study.toml: [[topics]] with its id and a label."


def check_topics(draft: Draft, items: ItemTables | None) -> None:
    """Note topics of items that nobody declares, and declared ones that no item has."""
    declared = draft.ids("topics")
    rows = items.rows if items is not None else []
    named: set[str] = set()
    for row, cells in rows:
        topics = split_list(cells.get("topic", ""))
        named.update(topics)
        unknown = [one for one in topics if one not in declared]
        if items is not None and unknown:
            rule = "must be a declared topic, or empty"
            remedy = suggestion(unknown[0], declared) if declared else _UNDECLARED
            items.cell_fault(row, "topic", rule, f'"{unknown[0]}"', remedy)
    if items is not None and not items.sound:
        return
    for place, topic in draft.topics:
        if topic.id not in named:
            rule, found = "a topic is that of an item", f'no item of "{topic.id}"'
            remedy = f'Write "{topic.id}" into the column topic of its items, or remove it.'
            draft.fault(f"{place}.id", rule, found, remedy)
