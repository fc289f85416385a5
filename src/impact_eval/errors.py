"""The exceptions of impact_eval, sorted by who must act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ImpactEvalError(Exception):
    """Anything the package reports on purpose; shown to people without a traceback."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in an input: where it stands, the rule, what was found, what to do.

    `found` describes the value ("text where a number is expected"); for survey data it never quotes
    it, because messages end up in saved notebooks and logs.

    >>> str(Fault("study.toml", "plan.primary", "at most 3 per audience", "4", "Move one down."))
    'study.toml, plan.primary: at most 3 per audience; found 4. Move one down.'
    """

    file: str
    place: str
    rule: str
    found: str
    remedy: str

    def __str__(self) -> str:
        place = f", {self.place}" if self.place else ""
        found = f"; found {self.found}" if self.found else ""
        return f"{self.file}{place}: {self.rule}{found}. {self.remedy}"


class FaultsError(ImpactEvalError):
    """Several mistakes in one input, all reported at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        head = "1 mistake" if count == 1 else f"{count} mistakes"
        super().__init__("\n".join([f"{head} found:", *(f"  - {fault}" for fault in self.faults)]))


class StudyError(FaultsError):
    """The evaluator must correct study.toml, the roster, the attendance, the codebook or a form."""


class SurveyFileError(FaultsError):
    """The evaluator must correct or export again a survey file; the other files go on."""


class UnknownNameError(ImpactEvalError):
    """The caller named a study, school, report, outcome or parameter that does not exist."""


class NotPreparedError(ImpactEvalError):
    """The caller must run a step first; the message names the command."""


class ReportError(ImpactEvalError):
    """A notebook failed or broke a rule; nothing of it was published."""
