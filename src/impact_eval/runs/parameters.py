"""The parameters of a notebook: read from its own cell, and checked before anything runs.

papermill only logs a warning for a parameter that the notebook does not have and then runs with
the default, and its reader misses defaults that contain an equals sign; so both are done here.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_eval.errors import Fault, FaultsError
from impact_eval.runs.names import check_names

if TYPE_CHECKING:
    from nbformat import NotebookNode

TAG = "parameters"
RULE = "the cell tagged `parameters` holds one literal assignment a line"
REMEDY = 'Write lines such as `study_id = "my_study"` and nothing else.'


class NotebookParametersError(FaultsError):
    """The author of a notebook must correct its cell of parameters."""


def read_parameters(notebook: NotebookNode, *, name: str) -> dict[str, Any]:
    """Default parameters of a notebook, in the order of its `parameters` cell.

    Parameters
    ----------
    notebook
        As read by nbformat.
    name
        File name for the messages.

    Raises
    ------
    NotebookParametersError
        Not exactly one cell has the tag, or a line of it is not a literal assignment.
    """
    cells = [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", ())]
    if len(cells) != 1 or cells[0].cell_type != "code":
        found = f"{len(cells)} such cells"
        raise NotebookParametersError([Fault(name, "", RULE, found, REMEDY)])
    try:
        lines = ast.parse(cells[0].source).body
    except SyntaxError as error:
        place = f"line {error.lineno} of the cell"
        raise NotebookParametersError([Fault(name, place, RULE, "no Python", REMEDY)]) from None
    faults: list[Fault] = []
    defaults: dict[str, Any] = {}
    for line in lines:
        assignment = _assignment(line)
        if assignment is None:
            place = f"line {line.lineno} of the cell"
            faults.append(Fault(name, place, RULE, "something else", REMEDY))
        else:
            defaults[assignment[0]] = assignment[1]
    if faults:
        raise NotebookParametersError(faults)
    return defaults


def checked_parameters(
    given: Mapping[str, Any], defaults: Mapping[str, Any], *, name: str
) -> dict[str, Any]:
    """Parameters as they are handed to a notebook: known, of the default's type, and JSON-able.

    Parameters
    ----------
    given
        Values by parameter. A tuple becomes a list, a date or a path becomes text.
    defaults
        What `read_parameters` found.
    name
        The notebook, for the messages.

    Raises
    ------
    UnknownNameError
        A parameter that the notebook does not have, with the ones that it has.
    NotebookParametersError
        A value of another type than the default's.

    Examples
    --------
    >>> checked_parameters({"share": 1}, {"share": 0.5, "school_id": "s1"}, name="school.ipynb")
    {'share': 1.0}
    """
    check_names(f"parameter of {name}", given, defaults)
    faults: list[Fault] = []
    checked: dict[str, Any] = {}
    for parameter, value in given.items():
        plain = _plain(value)
        default = defaults[parameter]
        if isinstance(default, float) and type(plain) is int:
            plain = float(plain)
        if default is not None and plain is not None and type(plain) is not type(default):
            rule = f"parameter `{parameter}` is {_kind(default)}"
            faults.append(Fault(name, "", rule, _kind(plain), "Correct the value."))
        checked[parameter] = plain
    if faults:
        raise NotebookParametersError(faults)
    return checked


def _assignment(line: ast.stmt) -> tuple[str, Any] | None:
    if isinstance(line, ast.AnnAssign) and line.value is not None:
        target: ast.expr = line.target
        value = line.value
    elif isinstance(line, ast.Assign) and len(line.targets) == 1:
        target, value = line.targets[0], line.value
    else:
        return None
    if not isinstance(target, ast.Name):
        return None
    try:
        return target.id, ast.literal_eval(value)
    except ValueError:
        return None


def _plain(value: object) -> Any:  # noqa: ANN401
    """Return the value as JSON has it; what papermill cannot write becomes text or a list."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(entry) for entry in value)
    if isinstance(value, Path):
        return value.as_posix()
    number = getattr(value, "item", None)
    return number() if callable(number) else str(value)


def _kind(value: object) -> str:
    names = {str: "text", bool: "yes or no", int: "a whole number", float: "a number"}
    names |= {list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)
