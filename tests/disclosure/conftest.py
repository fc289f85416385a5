"""Studies with two sides lie beside the findings' tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "findings"))  # for two_sides
