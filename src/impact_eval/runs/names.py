"""Names that people type: a wrong one gets the valid ones back."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from impact_eval.errors import UnknownNameError

SHOWN = 30


def check_names(kind: str, names: Iterable[str], valid: Iterable[str]) -> None:
    """Raise `UnknownNameError` for the names that are not among the valid ones.

    Parameters
    ----------
    kind
        What is named, in the singular: "report", "school", "parameter".
    names, valid
        What was asked for, and what there is.

    Raises
    ------
    UnknownNameError
        With every unknown name, the closest valid one, and the valid ones.

    Examples
    --------
    >>> check_names("report", ["finding"], ["findings", "school"])
    Traceback (most recent call last):
    ...
    impact_eval.errors.UnknownNameError: unknown report: finding (did you mean findings?).
    Valid: findings, school
    """
    known = list(valid)
    unknown = [name for name in names if name not in set(known)]
    if unknown:
        named = ", ".join(name + _suggestion(name, known) for name in unknown)
        raise UnknownNameError(f"unknown {kind}: {named}.\nValid: {_listed(known)}")


def _suggestion(name: str, valid: list[str]) -> str:
    close = get_close_matches(name, valid, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _listed(valid: list[str]) -> str:
    if not valid:
        return "none"
    more = len(valid) - SHOWN
    return ", ".join(valid[:SHOWN]) + (f" and {more} more" if more > 0 else "")
