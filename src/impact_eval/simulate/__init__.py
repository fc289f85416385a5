"""Surveys of people who do not exist, with a truth that is known."""

from impact_eval.simulate.draw import draw
from impact_eval.simulate.in_layout import write_in_layout
from impact_eval.simulate.write import write_raw

__all__ = ["draw", "write_in_layout", "write_raw"]
