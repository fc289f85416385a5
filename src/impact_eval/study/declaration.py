"""study.toml as it is written, every key of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from impact_eval.study.arms import Arm, AssignedBy
from impact_eval.study.outcome import Outcome
from impact_eval.study.part import Identifier, Part, Text
from impact_eval.study.plan import Plan
from impact_eval.study.quality import Quality
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
from impact_eval.vocabulary import Design


class Declaration(Part):
    """The whole of study.toml."""

    id: Identifier
    title: Text
    about: Text
    data: Literal["real", "simulated"]
    design: Design
    programme: str = ""
    assigned_by: AssignedBy | None = None
    randomised_by: str = ""
    not_reached: str = ""
    languages: tuple[Literal["en"], ...] = ("en",)
    disclosure_threshold: Annotated[int, Field(ge=3)] = 10
    roster: Text | None = None
    codebook: Text | None = None
    instruments: tuple[Form, ...] = ()
    attendance: Text | None = None
    withdrawals: Text | None = None
    arms: tuple[Arm, ...] = ()
    phases: tuple[Phase, ...] = Field(min_length=1)
    waves: tuple[Wave, ...] = Field(min_length=1)
    audiences: tuple[Audience, ...] = Field(min_length=1)
    subgroups: tuple[Subgroup, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    safeguarding: tuple[Safeguarding, ...] = ()
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    topics: tuple[Topic, ...] = ()
    pairs: tuple[Pair, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    doses: tuple[Dose, ...] = ()
    plan: Plan
    quality: Quality = Field(default_factory=Quality)
    reports: tuple[Report, ...] = ()
