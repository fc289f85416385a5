"""Whatever stands at a key, the answer is the study or its faults, never another exception."""

import copy
import tomllib
from pathlib import Path

import pytest

from impact_eval.errors import StudyError
from impact_eval.study import Study, draft

GOOD = tomllib.loads((Path(__file__).parent / "good" / "study.toml").read_text(encoding="utf-8"))
MISSING = object()
WRONG = (MISSING, "x", "", -7, 0.5, True, [], ["x"], [[1]], {}, {"x": "y"}, {"x": {}}, [{}])


def paths(value, path=()):
    """Paths of all keys and entries of nested tables and lists."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        yield (*path, step)
        if isinstance(inner, dict | list):
            yield from paths(inner, (*path, step))


def replaced(path, wrong):
    declared = copy.deepcopy(GOOD)
    table = declared
    for step in path[:-1]:
        table = table[step]
    if wrong is MISSING:
        del table[path[-1]]
    else:
        table[path[-1]] = wrong
    return declared


@pytest.mark.parametrize(
    "wrong", WRONG, ids=lambda wrong: "missing" if wrong is MISSING else repr(wrong)
)
def test_any_value_at_any_key(write_study, monkeypatch, wrong):
    root = write_study()
    refused = accepted = 0
    for path in paths(GOOD):
        declared = replaced(path, wrong)
        monkeypatch.setattr(draft.tomllib, "loads", lambda _, declared=declared: declared)
        try:
            Study.open("good", start=root)
        except StudyError as error:
            refused += all(fault.rule and fault.remedy for fault in error.faults)
            continue
        accepted += 1
    assert refused > 0
    assert refused + accepted == len(list(paths(GOOD)))
