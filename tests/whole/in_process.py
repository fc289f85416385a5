"""Whole jobs whose notebooks run in this process: the same pages without the time of kernels."""

from __future__ import annotations

import ast
import os
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest

from impact_eval.runs import run_study
from impact_eval.runs.execute import Execution
from impact_eval.study import Study

from .conftest import ROOT, Whole


def make_whole_here(study: Study, *, schools: list[str]) -> Whole:
    """Run a study's whole job, the pages of a few schools with it."""
    (study.root / "notebooks").symlink_to(ROOT / "notebooks", target_is_directory=True)
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("impact_eval.runs.run.run_kernels", _no_kernels)
        patch.setattr("impact_eval.runs.page.execute_notebook", _run_here)
        os.chdir(study.root)
        try:
            result = run_study(study, schools=schools, workers=1)
        finally:
            os.chdir(before)
    assert [f"{page.page}: {page.failure}" for page in result.failed] == []
    return Whole(study, result)


@contextmanager
def _no_kernels(*, root: Path, pages: int) -> Iterator[None]:
    yield None


def _run_here(
    notebook: nbformat.NotebookNode, parameters: Mapping[str, Any], **_: object
) -> Execution:
    """Run the cells of a notebook; what the last line of a cell gives is its output."""
    names: dict[str, Any] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        last = _run_cell(cell.source, names)
        if "parameters" in cell.metadata.get("tags", ()):
            names |= parameters
        cell.execution_count = number
        cell.outputs = [
            nbformat.v4.new_output("display_data", data, metadata=about)
            for data, about in map(_bundle, _pieces(last))
        ]
    return Execution(notebook, None, 0.0)


def _pieces(shown: Any) -> list[Any]:
    """Return what a kernel would show, one piece after another."""
    if not hasattr(shown, "_ipython_display_"):
        return [] if shown is None else [shown]
    found: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("impact_eval.pages.display.display", found.append)
        shown._ipython_display_()
    return found


def _bundle(piece: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a piece shows itself as, and what is said about that."""
    made = piece._repr_mimebundle_()
    data, about = made if isinstance(made, tuple) else (made, {})
    encoded = {
        kind: b64encode(one).decode() if isinstance(one, bytes) else one
        for kind, one in data.items()
    }
    return encoded, about


def _run_cell(source: str, names: dict[str, Any]) -> Any:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
