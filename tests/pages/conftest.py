"""A released invented study in which every quantity of the contract has its rows."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from demo_study import demo_facts, demo_findings

from impact_eval.disclosure import Released, release


@pytest.fixture(scope="session")
def released() -> Released:
    facts = demo_facts(n_schools=14)
    return release(demo_findings(facts), facts)


@pytest.fixture(scope="session")
def many() -> Released:
    facts = demo_facts(n_schools=102)
    return release(demo_findings(facts), facts)


@pytest.fixture(scope="session")
def rounds() -> Released:
    """Two rounds without phases, schools or workshops, and real data."""
    facts = demo_facts(n_schools=0, simulated=False, design="cross_sections")
    return release(demo_findings(facts, attendance=False), facts)


@pytest.fixture(scope="session")
def nothing(released: Released) -> Released:
    return Released(released.frame.iloc[:0], released.facts)
