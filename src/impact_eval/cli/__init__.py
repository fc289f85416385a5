"""The command `impact-eval`. Imports are inside the commands, so that --help is instant."""

from __future__ import annotations

import sys

import typer

from impact_eval.cli import files, plan, power, privacy, reports, studies
from impact_eval.cli.app import app
from impact_eval.errors import ImpactEvalError

__all__ = ["app", "files", "main", "plan", "power", "privacy", "reports", "studies"]


def main() -> None:
    """Run the command; what goes wrong on purpose is shown without a traceback."""
    try:
        app()
    except ImpactEvalError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
