"""What pydantic found wrong with study.toml, in the words of the person who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from impact_eval.study.csv_table import suggestion
from impact_eval.study.declaration import Declaration
from impact_eval.study.part import Part

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SEE = "docs/study-files.md says what it holds."
_TYPES = {
    "missing": "must be given",
    "extra_forbidden": "no such key",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "an id is made of a-z, 0-9, - and _, and begins with a-z or 0-9",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a table such as { a = 1 }",
    "model_type": "must be a table such as { column = ... }",
    "tuple_type": "must be a list such as [ ... ]",
    "date_type": "must be a date such as 2024-01-31",
    "date_parsing": "must be a date such as 2024-01-31",
    "date_from_datetime_parsing": "must be a date such as 2024-01-31",
    "date_from_datetime_inexact": "must be a date without a time",
}


def is_echo(detail: ErrorDetails) -> bool:
    """Whether an error says only that the entries which have errors of their own are missing.

    pydantic counts the sound ones; a list that has entries is not told that it has too few.
    """
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def complaint(detail: ErrorDetails) -> tuple[str, str, str, str]:
    """Place, rule, what was found, and remedy, of one error of pydantic's."""
    steps = [step for step in detail["loc"] if not str(step).startswith("<")]
    if "columns" in steps:
        steps = [step for step in steps if step != "subgroups"]
    kind, context = detail["type"], detail.get("ctx", {})
    rule = _TYPES.get(kind, _fallback(kind, detail["msg"], context))
    if kind == "missing":
        return _place(steps), rule, "", f"Add it; {_SEE}"
    if kind == "extra_forbidden":
        remedy = suggestion(str(steps[-1]), _keys_at(steps[:-1]))
        return _place(steps), rule, "", remedy
    remedy = f"Correct it; {_SEE}"
    if kind == "literal_error" and isinstance(detail["input"], str):
        words = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        remedy = suggestion(detail["input"], words)
    return _place(steps), rule, _shown(detail["input"]), remedy


def _fallback(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind == "literal_error":
        return f"must be {context['expected']}".replace("'", '"')
    if kind in ("too_short", "too_long"):
        bound = context.get("min_length", context.get("max_length"))
        return f"must have {'at least' if kind == 'too_short' else 'at most'} {bound} entries"
    limits = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt"}
    if kind in limits:
        words = {"gt": "more than", "ge": "at least", "lt": "less than"}[limits[kind]]
        return f"must be {words} {context[limits[kind]]}"
    return message[:1].lower() + message[1:]


def _place(steps: Iterable[int | str]) -> str:
    """Dotted place; list positions count from 1, as people do.

    >>> _place(["outcomes", 1, "mastery"])
    'outcomes[2].mastery'
    """
    place = ""
    for step in steps:
        if isinstance(step, int):
            place += f"[{step + 1}]"
        elif step != "[key]":
            place += f".{step}" if place else step
    return place


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return "a table" if isinstance(value, Mapping) else str(value)


def _keys_at(steps: Iterable[int | str]) -> list[str]:
    """List the valid keys of the table at a place."""
    model: type[Part] = Declaration
    for step in steps:
        if isinstance(step, int):
            continue
        found = (
            _models_in(model.model_fields[step].annotation) if step in model.model_fields else []
        )
        if found:
            model = found[0]
    return list(model.model_fields)


def _models_in(annotation: object) -> list[type[Part]]:
    """Models that a field's type mentions, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models_in(inner)]
