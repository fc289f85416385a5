"""The TREND checklist for evaluations that were not randomised, its 22 items in our words.

Des Jarlais, Lyles, Crepaz and the TREND Group (2004), American Journal of Public Health 94(3),
361-366.
"""

from __future__ import annotations

from typing import Final

from impact_eval.classing.checklist import Item

TREND: Final = (
    Item("1", "abstract", "title", ("title", "short"), ("changes",)),
    Item("2", "background_theory", "introduction"),
    Item("3", "participants", "methods", ("who",), ("surveyed",)),
    Item("4", "programme", "methods", ("title",)),
    Item("5", "objectives", "methods", ("planned", "plan"), ("planned",)),
    Item("6", "measures", "methods", ("planned", "measurement"), ("planned", "reliability")),
    Item("7", "sample_size", "methods"),
    Item("8", "assignment", "methods", ("sure",), groups="only"),
    Item("9", "blinding", "methods", groups="only"),
    Item("10", "unit_of_analysis", "methods", ("estimates",), ("changes",), complete=True),
    Item("11", "analysis", "methods", ("estimates",), ("changes",)),
    Item("12", "flow", "results", ("flow",), ("surveyed", "analysed"), groups="split"),
    Item("13", "dates", "results", ("who",), ("days",)),
    Item("14", "baseline_lost", "results", ("changed", "followed"), ("means", "leavers")),
    Item("15", "baseline_groups", "results", ("changed",), ("means",), groups="only"),
    Item(
        "16",
        "analysed",
        "results",
        ("flow", "estimates"),
        ("analysed",),
        complete="one_group",
        groups="split",
    ),
    Item(
        "17",
        "estimates",
        "results",
        ("planned", "estimates"),
        ("changes",),
        complete=True,
        groups="split",
    ),
    Item("18", "further_analyses", "results", ("subgroups",), ("subgroups",), complete=True),
    Item("19", "harms", "results", ("rows",), ("disclosures",)),
    Item("20", "limits", "discussion", ("sure",)),
    Item("21", "speaks_for", "discussion", ("short", "estimates"), ("changes",)),
    Item("22", "other_evidence", "discussion"),
)
