"""The released invented study of the pages, and a study that is prepared."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))

import pytest
from demo_study import demo_facts, demo_findings

from impact_eval.disclosure import Released, release


@pytest.fixture(scope="session")
def released() -> Released:
    facts = demo_facts(n_schools=14)
    return release(demo_findings(facts), facts)


@pytest.fixture(scope="session")
def rounds() -> Released:
    facts = demo_facts(n_schools=0, design="cross_sections")
    return release(demo_findings(facts, attendance=False), facts)
