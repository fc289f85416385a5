"""A consent that a form needs: who gave it, when, and for what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from impact_eval.study.part import Identifier, Part, Text


class Consent(Part):
    """A column whose accepted answers are one consent; all rules of a source are needed.

    With `withdraws` the column is asked later: an empty cell says nothing, and any other answer
    than the accepted ones withdraws all forms of the person.
    """

    column: Text
    accepted: tuple[Text, ...] = Field(min_length=1)
    who: Literal["respondent", "parent", "school"] = "respondent"
    when: Literal["before", "during", "after"] = "before"
    purpose: Identifier = "survey"
    withdraws: bool = False

    @property
    def id(self) -> str:
        """What counts call it: `parent_survey_before`."""
        return f"{self.who}_{self.purpose}_{self.when}"
