"""One line of what can still be put right: where, what, which rows, what to do."""

from __future__ import annotations

from enum import IntEnum, auto
from typing import Any, Final

import pandas as pd

CALLBACKS: Final = ("school_id", "workshop_id", "audience", "wave", "what", "forms", "rows", "todo")
MOST_ROWS: Final = 20


class Order(IntEnum):
    """How useful a line is: what is lost if nobody asks comes before what is only doubtful."""

    MISSING = auto()
    WITHDRAWN = auto()
    QUARANTINE = auto()
    UNLINKED = auto()
    DATES = auto()
    FLAGS = auto()
    DAYS = auto()
    GROUPS = auto()
    NOTED = auto()
    SINGLE = auto()


def callback_line(order: Order, what: str, todo: str, **found: Any) -> dict[str, Any]:  # noqa: ANN401
    """Make a line, blank where nothing is found."""
    blank: dict[str, Any] = dict.fromkeys(CALLBACKS, "") | {"forms": 0}
    return blank | found | {"order": order, "what": what, "todo": todo}


def named_rows(rows: pd.DataFrame) -> str:
    """Name files and row numbers, the first twenty of them."""
    parts = []
    for file, of in rows.head(MOST_ROWS).groupby("source_file"):
        parts.append(f"{file} {', '.join(str(row) for row in sorted(of['source_row']))}")
    more = len(rows) - MOST_ROWS
    return "; ".join(parts) + (f" and {more} more" if more > 0 else "")
