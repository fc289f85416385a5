"""Runs: execute notebooks for every unit of a study's reports and publish the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from impact_eval.runs.run import RunResult, run_study

__all__ = ["RunResult", "run_study"]


def __getattr__(name: str) -> object:
    """Load what makes pages when it is asked for, not for every part of the package."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from impact_eval.runs import run  # noqa: PLC0415

    return getattr(run, name)
