"""How a design would be classed on scales that others made, and what a checklist finds reported."""

from impact_eval.classing.checklist import Checklist, Entry, Item, Part, Place, ReportFacts, Status
from impact_eval.classing.choose import checklist_of
from impact_eval.classing.design import AttritionClass, DesignFacts, Likeness, design_facts
from impact_eval.classing.label import Label, Scale
from impact_eval.classing.labels import class_design
from impact_eval.classing.parts import report_facts

__all__ = [
    "AttritionClass",
    "Checklist",
    "DesignFacts",
    "Entry",
    "Item",
    "Label",
    "Likeness",
    "Part",
    "Place",
    "ReportFacts",
    "Scale",
    "Status",
    "checklist_of",
    "class_design",
    "design_facts",
    "report_facts",
]
