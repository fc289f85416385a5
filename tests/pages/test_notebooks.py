"""Notebooks are templates: prose, one parameters cell, short calls, nothing computed in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import nbformat
import pytest

import impact_eval as ie
from impact_eval.vocabulary import Design
from impact_eval.wording.ladder import forbidden_words

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = ["data_quality", "details", "findings", "phases", "planning", "programme", "school"]
STATEMENTS = (ast.Import, ast.Assign, ast.Expr)


@pytest.fixture(params=NAMES)
def notebook(request):
    return nbformat.read(FOLDER / f"{request.param}.ipynb", as_version=4)


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def test_these_are_all_notebooks() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES


def test_it_opens_in_jupyterlab(notebook) -> None:
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_it_has_one_cell_of_parameters_with_one_literal_a_line(notebook) -> None:
    (cell,) = [cell for cell in notebook.cells if "parameters" in tags(cell)]
    for statement in ast.parse(cell.source).body:
        assert isinstance(statement, ast.Assign)
        ast.literal_eval(statement.value)
        assert statement.lineno == statement.end_lineno


def test_each_cell_of_code_is_short_and_has_a_sentence_above(notebook) -> None:
    for above, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell.cell_type == "code":
            assert above.cell_type == "markdown"
            assert re.search(r"[.;]$", above.source)
            assert len(cell.source.splitlines()) <= 4


def test_it_computes_reads_and_writes_nothing(notebook) -> None:
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        assert all(isinstance(statement, STATEMENTS) for statement in tree.body)
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & {"savefig", "read_csv", "read_parquet", "to_csv", "groupby"}
        called = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "ie"
        }
        assert called <= set(ie.__all__)


def test_the_first_output_is_the_only_first_heading(notebook) -> None:
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert not any(re.search(r"^# ", source, re.MULTILINE) for source in prose)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert re.match(r"ie\.(page|school)_title\(", code[2])


@pytest.mark.parametrize("design", get_args(Design))
def test_prose_claims_nothing_and_holds_no_number(notebook, design: Design) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "evaluator" not in tags(cell):
            assert list(forbidden_words(cell.source, design)) == []
            assert not re.search(r"\d", cell.source)


def test_prose_fits_studies_of_changes_and_of_effects(notebook) -> None:
    """What a study has, a change or a difference from others, is said by the calls alone."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "evaluator" not in tags(cell):
            said = cell.source.replace("## What would change this", "")
            assert not re.search(r"\b(change[sd]?|effects?|rose|fell)\b", said, re.IGNORECASE)


def test_an_evaluator_is_shown_how_to_go_behind_a_number(notebook) -> None:
    for_evaluators = [cell.source for cell in notebook.cells if "evaluator" in tags(cell)]
    assert any("ie.explain(study, " in source for source in for_evaluators)
