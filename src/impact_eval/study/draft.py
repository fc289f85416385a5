"""study.toml read entry by entry, so that a mistake in one entry hides none in the others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from impact_eval.errors import Fault
from impact_eval.study.arms import Arm
from impact_eval.study.complaints import complaint, is_echo
from impact_eval.study.declaration import Declaration
from impact_eval.study.lines import line_of, place_lines
from impact_eval.study.outcome import Outcome
from impact_eval.study.part import Part
from impact_eval.study.plan import Family, Plan
from impact_eval.study.quality import ImpossibleAnswers, NumberRule
from impact_eval.study.safeguarding import Safeguarding
from impact_eval.study.source import Source
from impact_eval.study.structure import (
    Audience,
    Dose,
    Exposure,
    Form,
    Pair,
    Phase,
    Report,
    Subgroup,
    Topic,
    Wave,
)

P = TypeVar("P", bound=Part)

STUDY_FILE = "study.toml"


@dataclass
class Draft:
    """What could be read of study.toml: sound entries with their places, ids, and faults."""

    raw: dict[str, Any]
    lines: Mapping[str, int]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: str, rule: str, found: str, remedy: str) -> None:
        """Note a mistake at a key, with the line it stands in where that is known."""
        line = line_of(self.lines, place)
        where = f"line {line}, {place}" if line else place
        self.faults.append(Fault(STUDY_FILE, where, rule, found, remedy))

    def ids(self, section: str) -> tuple[str, ...]:
        """Ids of the entries of a section, sound or not, so that no fault breeds another."""
        return tuple(one for one in self.entry_ids(section) if one is not None)

    def entry_ids(self, section: str) -> list[str | None]:
        """Ids of the entries of a section, in order; None where an entry has no text as id."""
        ids = (entry.get("id") for entry in self._entries(section))
        return [one if isinstance(one, str) else None for one in ids]

    def count(self, section: str) -> int:
        """How many entries a section has, sound or not."""
        return len(self._entries(section))

    def text(self, key: str) -> str:
        """Value of a key at the top of the file; empty if it is not there or no text."""
        value = self.raw.get(key)
        return value if isinstance(value, str) else ""

    def outcome_ids(self, audience: str) -> tuple[str, ...]:
        """Ids of an audience's outcomes, sound or not."""
        return tuple(
            entry["id"]
            for entry in self._entries("outcomes")
            if entry.get("audience") == audience and isinstance(entry.get("id"), str)
        )

    @property
    def arms(self) -> list[tuple[str, Arm]]:
        """Sound arms with their places."""
        return self._sound("arms", Arm)

    @property
    def phases(self) -> list[tuple[str, Phase]]:
        """Sound phases with their places."""
        return self._sound("phases", Phase)

    @property
    def waves(self) -> list[tuple[str, Wave]]:
        """Sound waves with their places."""
        return self._sound("waves", Wave)

    @property
    def survey_ids(self) -> tuple[str, ...]:
        """Ids of the waves that took place, sound or not: those that look back are none of them."""
        return tuple(
            entry["id"]
            for entry in self._entries("waves")
            if isinstance(entry.get("id"), str) and entry.get("kind") != "retrospective"
        )

    @property
    def looking_back_ids(self) -> tuple[str, ...]:
        """Ids of the waves in which people looked back, sound or not."""
        return tuple(one for one in self.ids("waves") if one not in self.survey_ids)

    @property
    def audiences(self) -> list[tuple[str, Audience]]:
        """Sound audiences with their places."""
        return self._sound("audiences", Audience)

    @property
    def subgroups(self) -> list[tuple[str, Subgroup]]:
        """Sound subgroups with their places."""
        return self._sound("subgroups", Subgroup)

    @property
    def instruments(self) -> list[tuple[str, Form]]:
        """Sound declarations of survey forms with their places."""
        return self._sound("instruments", Form)

    @property
    def sources(self) -> list[tuple[str, Source]]:
        """Sound sources with their places."""
        return self._sound("sources", Source)

    @property
    def safeguarding(self) -> list[tuple[str, Safeguarding]]:
        """Sound safeguarding questions with their places."""
        return self._sound("safeguarding", Safeguarding)

    @property
    def outcomes(self) -> list[tuple[str, Outcome]]:
        """Sound outcomes with their places."""
        return self._sound("outcomes", Outcome)

    @property
    def topics(self) -> list[tuple[str, Topic]]:
        """Sound topics with their places."""
        return self._sound("topics", Topic)

    @property
    def pairs(self) -> list[tuple[str, Pair]]:
        """Sound pairs of items with their places."""
        return self._sound("pairs", Pair)

    @property
    def exposures(self) -> list[tuple[str, Exposure]]:
        """Sound questions about exposure with their places."""
        return self._sound("exposures", Exposure)

    @property
    def doses(self) -> list[tuple[str, Dose]]:
        """Sound doses with their places."""
        return self._sound("doses", Dose)

    @property
    def reports(self) -> list[tuple[str, Report]]:
        """Sound reports with their places."""
        return self._sound("reports", Report)

    @property
    def families(self) -> list[tuple[str, Family]]:
        """Sound families of the plan with their places."""
        return self._sound("plan.families", Family)

    @property
    def quality_numbers(self) -> list[tuple[str, NumberRule]]:
        """Sound rules of numbers with their places."""
        return self._sound("quality.numbers", NumberRule)

    @property
    def quality_impossible(self) -> list[tuple[str, ImpossibleAnswers]]:
        """Sound rules of answers that exclude each other with their places."""
        return self._sound("quality.impossible", ImpossibleAnswers)

    @property
    def plan(self) -> Plan | None:
        """The plan without its families, if the rest of it is sound."""
        plan = self.raw.get("plan")
        if not isinstance(plan, dict):
            return None
        rest = {key: value for key, value in plan.items() if key != "families"}
        return _sound_or_none(Plan, rest)

    def _entries(self, section: str) -> list[dict[str, Any]]:
        value: Any = self.raw
        for key in section.split("."):
            value = value.get(key, ()) if isinstance(value, dict) else ()
        entries: Sequence[Any] = value if isinstance(value, list) else ()
        return [entry if isinstance(entry, dict) else {} for entry in entries]

    def _sound(self, section: str, model: type[P]) -> list[tuple[str, P]]:
        parts = [
            (f"{section}[{number}]", _sound_or_none(model, entry))
            for number, entry in enumerate(self._entries(section), start=1)
        ]
        return [(place, part) for place, part in parts if part is not None]


def read_draft(path: Path) -> Draft:
    """Read study.toml; what breaks the type or the name of a key is among its faults."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        draft = Draft({}, {})
        draft.fault("", "must be UTF-8 text", "", "Save it again as UTF-8.")
        return draft
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _unreadable(str(error))
    draft = Draft(raw, place_lines(text))
    if not raw:
        draft.fault("", "must not be empty", "", "docs/study-files.md shows what it holds.")
        return draft
    try:
        Declaration.model_validate(raw)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if not is_echo(detail):
                draft.fault(*complaint(detail))
    return draft


def _unreadable(message: str) -> Draft:
    """Make the draft of a file that is no TOML: one fault, with its line."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message)
    said = match[1] if match else message
    place = f"line {match[2]}, column {match[3]}" if match and match[2] else "end of the file"
    draft = Draft({}, {})
    remedy = "Texts stand in double quotes, lists in [ ], and a key stands once in its table."
    draft.faults.append(Fault(STUDY_FILE, place, "must be TOML", said, remedy))
    return draft


def _sound_or_none(model: type[P], value: dict[str, Any]) -> P | None:
    try:
        return model.model_validate(value)
    except ValidationError:
        return None
