"""What every table of study.toml has in common: it is frozen and knows its keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Nouns = tuple[Text, Text]


class Part(BaseModel):
    """A table of study.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
