"""Make the factories in this folder importable from every test folder, and order the tests."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
LONG = tuple(
    HERE / name
    for name in (
        "whole",
        "test_tutorial.py",
        "simulate/test_round_trips.py",
        "surveys/privacy",
        "runs/test_cli.py",
        "estimators/test_missing_simulation.py",
        "findings/test_no_effect.py",
        "findings/test_robustness.py",
        "findings/test_roll_outs.py",
    )
)

sys.path.insert(0, str(HERE))
settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")
collect_ignore = ["reference/roll_out_peers.py"]  # needs packages that the project does not


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files that take long first: the last to start shall not be what all wait for."""
    items.sort(key=lambda item: not any(item.path.is_relative_to(place) for place in LONG))
