"""A consent that a form needs: who gave it, when, and for what."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from pydantic import Field

from impact_eval.study.part import Identifier, Part, Text

SURVEY: Final = "survey"
Covered: TypeAlias = Literal["survey", "texts", "linking"]


class Consent(Part):
    """A column whose accepted answers are one consent, and what is not done without it.

    `covers` is `survey`, the whole form; or `texts`, to keep what people wrote in their own words,
    `linking`, to recognise them in other waves and beside their children, or both of them. With
    `withdraws` the column is asked later: an empty cell says nothing, and any other answer than the
    accepted ones withdraws all forms of the person.
    """

    column: Text
    accepted: tuple[Text, ...] = Field(min_length=1)
    who: Literal["respondent", "parent", "school"] = "respondent"
    when: Literal["before", "during", "after"] = "before"
    purpose: Identifier = SURVEY
    covers: tuple[Covered, ...] = Field(default=(SURVEY,), min_length=1)
    withdraws: bool = False

    @property
    def id(self) -> str:
        """What counts call it: `parent_survey_before`."""
        return f"{self.who}_{self.purpose}_{self.when}"

    @property
    def of_form(self) -> bool:
        """Whether nothing of a form is used without it."""
        return SURVEY in self.covers

    @property
    def limit(self) -> str:
        """What counts call its want if it does not cover the form: `..._without_texts`.

        >>> rule = Consent(column="q", accepted=("yes",), purpose="quoting", covers=("texts",))
        >>> rule.limit
        'respondent_quoting_before_without_texts'
        """
        return "_".join((self.id, "without", *sorted(self.covers)))
