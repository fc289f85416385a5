"""Every column, quantity and closed list of the vocabulary is defined in GLOSSARY.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from impact_eval import table_columns, vocabulary

GLOSSARY = (Path(__file__).parents[1] / "GLOSSARY.md").read_text(encoding="utf-8")
TABLES = [name for name in dir(table_columns) if isinstance(getattr(table_columns, name), tuple)]
LISTS = ["Layout", "Design", "Estimand", "Weights", "OutcomeKind", "Direction", "Role", "Fate"]
LISTS += ["LinkMethod", "Level", "Verdict", "FormFlag", "EndFlag", "GroupFlag"]


def defined(section: str) -> set[str]:
    """What the first cells of a section's table name."""
    body = GLOSSARY.split(f"## {section}\n")[1].split("\n## ")[0]
    heads = re.findall(r"^\| ([^|]*`[^|]*) \|", body, flags=re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", " ".join(heads)))


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_defined(name: str) -> None:
    assert set(getattr(table_columns, name)) <= defined("Columns")


def test_every_quantity_is_defined_and_nothing_else() -> None:
    assert defined("Quantities") == set(vocabulary.QUANTITIES)


@pytest.mark.parametrize("name", LISTS)
def test_every_value_is_spoken_of(name: str) -> None:
    spoken = set(re.findall(r"`([^`]+)`", GLOSSARY.split("## Values\n")[1].split("\n## ")[0]))
    assert set(filter(None, get_args(getattr(vocabulary, name)))) <= spoken


def test_no_column_is_defined_that_does_not_exist() -> None:
    columns = {column for name in TABLES for column in getattr(table_columns, name)}
    assert defined("Columns") <= columns
