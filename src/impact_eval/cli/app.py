"""The command that the others join, and what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from impact_eval.study import Study

_FIRST = [
    "new",
    "check",
    "plan",
    "power",
    "list",
    "forms",
    "simulate",
    "fetch",
    "prepare",
    "run",
    "status",
    "explain",
    "callbacks",
]


class _InOrderOfUse(TyperGroup):
    """Lists commands in the order in which an evaluator meets them."""

    def list_commands(self, ctx: object) -> list[str]:
        return sorted(
            self.commands, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST)
        )


app = typer.Typer(
    cls=_InOrderOfUse,
    help="Honest reports from pre and post surveys of school programmes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
StudyId = Annotated[str, typer.Argument(metavar="STUDY", help="Name of a folder in studies/.")]


def tell_if_stale(study: Study) -> None:
    """Say on the error stream that a list is of a study as it was, where something has changed."""
    from impact_eval.surveys import is_stale

    if is_stale(study):
        was = "This is as it was when last prepared, and something has changed since."
        typer.echo(f"{was} Do it again: impact-eval prepare {study.id}", err=True)
