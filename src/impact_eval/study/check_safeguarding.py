"""Rules of the safeguarding questions: a key that works, and no scores."""

from __future__ import annotations

from impact_eval.study.csv_table import suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables


def check_safeguarding(draft: Draft, items: ItemTables | None) -> None:
    """Note recipients that are no public keys, and safeguarding questions that are scored."""
    scored, kept = _scored_items(items), _kept_texts(draft, items)
    for place, safeguarding in draft.safeguarding:
        if not _is_public_key(safeguarding.recipient):
            rule = "must be the public key of the safeguarding lead (age1...)"
            remedy = "The lead makes one with: impact-eval safeguarding key PATH"
            draft.fault(f"{place}.recipient", rule, "something else", remedy)
        audiences = draft.ids("audiences")
        if safeguarding.audience is not None and safeguarding.audience not in audiences:
            found = f'"{safeguarding.audience}"'
            remedy = suggestion(safeguarding.audience, audiences)
            draft.fault(f"{place}.audience", "must be a declared audience", found, remedy)
        for column in safeguarding.columns:
            if column in scored:
                rule = "a safeguarding question is no item of an outcome"
                remedy = "Take it out of the outcome: its answers enter no table."
                draft.fault(f"{place}.columns", rule, f'"{column}"', remedy)
            if column.rpartition("/")[2] in kept:
                rule = "a safeguarding question is not kept as text"
                remedy = "Empty its cell `keep`: its answers go to the safeguarding lead alone."
                draft.fault(f"{place}.columns", rule, f'"{column}"', remedy)


def _kept_texts(draft: Draft, items: ItemTables | None) -> set[str]:
    """Items that are kept as text, with every heading that their column may have."""
    if items is None:
        return set()
    cells = zip(items.column("item_id"), items.column("label"), items.column("keep"), strict=True)
    names: set[str] = set()
    for item, label, keep in cells:
        if keep:
            names |= {item, label}
            for _, source in draft.sources:
                for wave in draft.ids("waves"):
                    heading = source.item_column(item, wave) or item
                    names |= {heading, heading.rpartition("/")[2]}
    return names


def _scored_items(items: ItemTables | None) -> set[str]:
    if items is None:
        return set()
    ids, outcomes = items.column("item_id"), items.column("outcome")
    return {item for item, outcome in zip(ids, outcomes, strict=True) if outcome}


def _is_public_key(text: str) -> bool:
    from pyrage import RecipientError, x25519  # noqa: PLC0415  (few studies need it)

    try:
        x25519.Recipient.from_str(text)
    except RecipientError:
        return False
    return True
