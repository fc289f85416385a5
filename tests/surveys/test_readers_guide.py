"""The worked example of docs/readers.md is a reader that reads."""

from __future__ import annotations

import re
from math import nan
from pathlib import Path
from types import MappingProxyType

import pytest
from export_files import source, text
from survey_project import Project

from impact_eval.surveys.readers import choose
from impact_eval.surveys.readers.reader import Reader
from impact_eval.surveys.readers.registry import READERS
from impact_eval.vocabulary import Layout

GUIDE = (Path(__file__).parents[2] / "docs" / "readers.md").read_text(encoding="utf-8")


def example() -> Reader:
    """The guide's reader, made by running the guide's code."""
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.S)
    names: dict[str, object] = {}
    exec(compile(code, "docs/readers.md", "exec"), names)
    made = names["EXAMPLO"]
    assert isinstance(made, Reader)
    return made


def test_the_worked_example_reads(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "READERS", MappingProxyType({**READERS, "examplo": example()}))
    header, *rows = text("long/forms.csv").decode().splitlines()
    questions = re.sub(r"\b([kcn]\d)\b", r"Q:\1", header)
    lines = [f"#id,sent,{questions}"]
    lines += [f"{number},2024-03-0{number},{row}" for number, row in enumerate(rows, start=1)]
    project.write_bytes("\n".join(lines).encode(), name="export.csv")
    project.source = source(further="")
    tables = project.prepare()
    assert tables.submissions["k1"].tolist() == pytest.approx([1, 0, nan], nan_ok=True)


def test_every_layout_has_a_reader_and_a_line_in_the_guide() -> None:
    words = set(Layout.__args__) - {"auto"}
    assert set(READERS) == words
    for reader in READERS.values():
        assert reader.tool.split()[0] in GUIDE or reader.tool.startswith("a ")
