"""The CONSORT 2010 checklist with its extension to cluster trials, the items in our words.

Campbell, Piaggio, Elbourne and Altman (2012), BMJ 345, e5661.
"""

from __future__ import annotations

from typing import Final

from impact_eval.classing.checklist import Item

CONSORT_CLUSTER: Final = (
    Item("1a", "title_cluster", "title"),
    Item("1b", "abstract", "title", ("title", "short"), ("changes",)),
    Item("2a", "background_clusters", "introduction"),
    Item("2b", "objectives", "introduction", ("planned", "plan"), ("planned",)),
    Item("3a", "design", "methods", ("sure",)),
    Item("3b", "changed_methods", "methods", ("plan",), ("lock",)),
    Item("4a", "eligibility", "methods"),
    Item("4b", "settings", "methods", ("title",)),
    Item("5", "programme", "methods", ("title",)),
    Item("6a", "outcomes", "methods", ("planned",), ("planned",)),
    Item("6b", "changed_outcomes", "methods", ("plan",), ("lock",), complete=True),
    Item("7a", "sample_size_clusters", "methods"),
    Item("7b", "interim", "methods"),
    Item("8a", "sequence", "randomisation"),
    Item("8b", "restriction", "randomisation"),
    Item("9", "concealment", "randomisation"),
    Item("10a", "who_assigned", "randomisation"),
    Item("10b", "who_included", "randomisation"),
    Item("10c", "consent", "randomisation", ("rows",), ("rows",)),
    Item("11a", "blinding", "randomisation"),
    Item("11b", "similar", "randomisation"),
    Item("12a", "analysis", "methods", ("estimates",), ("changes",)),
    Item("12b", "further_methods", "methods", ("subgroups",), ("subgroups",)),
    Item(
        "13a",
        "flow",
        "results",
        ("flow",),
        ("surveyed", "analysed"),
        groups="split",
    ),
    Item("13b", "losses", "results", ("who", "rows"), ("losses", "rows"), groups="split"),
    Item("14a", "dates", "results", ("who",), ("days",)),
    Item("14b", "ended", "results"),
    Item("15", "baseline_groups", "results", ("changed",), ("means",), groups="split"),
    Item(
        "16",
        "analysed",
        "results",
        ("flow", "estimates"),
        ("analysed",),
        groups="split",
    ),
    Item(
        "17a",
        "estimates_icc",
        "results",
        ("estimates", "measurement"),
        ("changes", "icc"),
        complete=True,
        groups="split",
        split=("changes",),
    ),
    Item("17b", "shares", "results", ("mark",), ("mastery",), groups="split"),
    Item("18", "further_analyses", "results", ("subgroups",), ("subgroups",), complete=True),
    Item("19", "harms", "results", ("rows",), ("disclosures",)),
    Item("20", "limits", "discussion", ("sure",)),
    Item("21", "speaks_for", "discussion", ("short", "estimates"), ("changes",)),
    Item("22", "interpretation", "discussion"),
    Item("23", "registration", "other", ("plan",), ("lock",)),
    Item("24", "protocol", "other", ("plan",), ("lock",)),
    Item("25", "funding", "other"),
)
