"""The layouts of survey tools, written from one export: a small file for each."""

from impact_eval.simulate.layouts.dress import Dress
from impact_eval.simulate.layouts.export import SimulatedLayout
from impact_eval.simulate.layouts.write import write_layout

__all__ = ["Dress", "SimulatedLayout", "write_layout"]
