"""Questions whose answers may tell of harm to a child, and who alone may read them."""

from __future__ import annotations

from pydantic import Field

from impact_eval.study.part import Identifier, Part, Text


class Safeguarding(Part):
    """Columns that are encrypted to a safeguarding lead and enter no table.

    Without `when` every answer that is not empty counts; with it these answers alone.
    """

    columns: tuple[Text, ...] = Field(min_length=1)
    recipient: Text
    audience: Identifier | None = None
    when: tuple[Text, ...] = ()
