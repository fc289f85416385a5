"""Parameters are read from the notebook's own cell and checked before anything runs."""

import datetime
from pathlib import Path

import nbformat
import numpy as np
import pytest

from impact_eval.errors import UnknownNameError
from impact_eval.runs.parameters import (
    NotebookParametersError,
    checked_parameters,
    read_parameters,
)


def notebook(*sources: str, tag: str = "parameters") -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(text, metadata={"tags": [tag]}) for text in sources]
    return nbformat.v4.new_notebook(cells=cells)


def test_defaults_with_an_equals_sign_comments_and_types_are_read() -> None:
    source = 's = "a=b"  # a comment\nn: int = -3\nx = 0.5\nnothing = None\nmany = [1, "z"]\n'
    expected = {"s": "a=b", "n": -3, "x": 0.5, "nothing": None, "many": [1, "z"]}
    assert read_parameters(notebook(source), name="n.ipynb") == expected


@pytest.mark.parametrize(
    "source", ["a = b", "a = open('x')", "import os", "a = c = 1", "a, b = 1, 2", "x.y = 1"]
)
def test_anything_but_a_literal_assignment_is_refused(source: str) -> None:
    with pytest.raises(NotebookParametersError, match=r"n\.ipynb, line 2 .* one literal assign"):
        read_parameters(notebook(f"ok = 1\n{source}"), name="n.ipynb")


def test_every_wrong_line_is_named() -> None:
    with pytest.raises(NotebookParametersError) as caught:
        read_parameters(notebook("a = b\nc = 1\nimport os"), name="n.ipynb")
    assert [fault.place for fault in caught.value.faults] == [
        "line 1 of the cell",
        "line 3 of the cell",
    ]


@pytest.mark.parametrize("cells", [(), ("a = 1", "b = 2")])
def test_there_is_exactly_one_cell_of_parameters(cells: tuple[str, ...]) -> None:
    with pytest.raises(NotebookParametersError, match=f"found {len(cells)} such cells"):
        read_parameters(notebook(*cells), name="n.ipynb")


def test_a_syntax_error_names_its_line() -> None:
    with pytest.raises(NotebookParametersError, match="line 2 of the cell"):
        read_parameters(notebook("a = 1\nb = = 2"), name="n.ipynb")


def test_a_misspelt_parameter_gets_the_valid_ones() -> None:
    with pytest.raises(UnknownNameError) as caught:
        checked_parameters({"schol_id": "s"}, {"study_id": "", "school_id": ""}, name="s.ipynb")
    message = str(caught.value)
    assert "did you mean school_id?" in message
    assert "Valid: study_id, school_id" in message


def test_values_become_what_papermill_can_write() -> None:
    defaults = {"a": [], "b": "", "c": "", "d": 1, "e": 1.0, "f": None, "g": []}
    given = {
        "a": (1, 2),
        "b": datetime.date(2026, 1, 31),
        "c": Path("a") / "b",
        "d": np.int64(3),
        "e": 2,
        "f": "set",
        "g": {"y", "x"},
    }
    expected = {"a": [1, 2], "b": "2026-01-31", "c": "a/b", "d": 3, "e": 2.0, "f": "set"}
    assert checked_parameters(given, defaults, name="n") == expected | {"g": ["x", "y"]}


@pytest.mark.parametrize(
    ("value", "default", "found"), [(1, "x", "a whole number"), ("1", 1, "text"), (True, 1, "yes")]
)
def test_a_value_of_another_type_is_refused(value: object, default: object, found: str) -> None:
    with pytest.raises(NotebookParametersError, match=f"parameter `p` is .*; found {found}"):
        checked_parameters({"p": value}, {"p": default}, name="n.ipynb")
