"""The counts as tables: in a file of all of them, and by number of schools in the documentation."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import groupby
from math import sqrt
from pathlib import Path

from simulated.cells import (
    LEAST_COVERAGE,
    MOST_REJECTED,
    SCHOOLS,
    SURE,
    Condition,
    Counted,
    state_of,
)

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
HEADER = [
    "scenario",
    "case",
    "schools",
    "icc",
    "size_cv",
    "people",
    "measure",
    "kind",
    "naive",
    "shown",
    "draws",
    "given",
    "hits",
    "percent",
    "mc_error",
    "fails",
]


def write_cells(rows, path: Path) -> None:
    """Write a line for each interval or test under each condition."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for name, at, one in rows:
            where = (at.case, at.schools, at.icc, at.size_cv, at.people)
            counts = (int(one.naive), int(one.shown), one.draws, one.given, one.hits)
            shares = (f"{100 * one.share:.1f}", f"{100 * one.error:.2f}", int(one.fails))
            writer.writerow((name, *where, one.name, one.kind, *counts, *shares))


def read_cells(path: Path):
    """Return the rows that `write_cells` wrote; none if it never did."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(line) for line in csv.DictReader(file)]


def _row(line):
    at = Condition(
        schools=int(line["schools"]),
        icc=float(line["icc"]),
        size_cv=float(line["size_cv"]),
        people=int(line["people"]),
        case=line["case"],
    )
    one = Counted(
        name=line["measure"],
        kind=line["kind"],
        naive=line["naive"] == "1",
        shown=line["shown"] == "1",
        given=int(line["given"]),
        hits=int(line["hits"]),
        draws=int(line["draws"]),
        error=float(line["mc_error"]) / 100,
    )
    return line["scenario"], at, one


def tables(scenarios, rows) -> str:
    """Return Markdown: for each scenario a row a measure, a column a number of schools."""
    parts = []
    for scenario in scenarios:
        own = [(at, one) for name, at, one in rows if name == scenario.name]
        if own:
            parts.append(f"### {scenario.title}\n")
            cases = dict.fromkeys(at.case for at, _ in own)
            for case in cases:
                some = [(at, one) for at, one in own if at.case == case]
                parts += [f"{case[0].upper()}{case[1:]}:\n"] if case else []
                parts.append(_table(some))
    return "\n".join(parts)


def _table(own) -> str:
    columns = sorted({at.schools for at, _ in own})
    lines = [
        "| | " + " | ".join(str(g) for g in columns) + " |",
        "|---|" + "---|" * len(columns),
    ]
    key = lambda pair: (pair[1].naive, pair[1].kind)  # noqa: E731
    names = dict.fromkeys((one.name, one.kind) for _, one in sorted(own, key=key))
    for name, kind in names:
        same = [(at, one) for at, one in own if (one.name, one.kind) == (name, kind)]
        label = f"{name}, {kind}" + (" (naive)" if same[0][1].naive else "")
        cells = [_cell([one for at, one in same if at.schools == g]) for g in columns]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(found) -> str:
    """Percent over all conditions with its error, and the worst of the conditions."""
    given = [one for one in found if one.given]
    if not given:
        return "none"
    n = sum(one.given for one in given)
    share = sum(one.hits for one in given) / n
    error = sqrt(sum((one.given * one.error) ** 2 for one in given)) / n
    worst = max(given, key=lambda one: one.off)
    text = f"{100 * share:.1f} ({100 * error:.1f}); {100 * worst.share:.1f}"
    if given[0].naive:
        return text
    marked = {"holds": text, "open": f"{text} ?", "fails": f"**{text}**", "refused": f"[{text}]"}
    return marked[state_of(given)]


def sizes(scenarios, rows) -> str:
    """Return Markdown: how many surveys were drawn for each scenario and number of schools.

    The least of all conditions is that of the first look; a second stands behind it.
    """
    columns = sorted({*SCHOOLS, *(at.schools for _, at, _ in rows)})
    lines = [
        "| | " + " | ".join(str(g) for g in columns) + " |",
        "|---|" + "---|" * len(columns),
    ]
    for scenario in scenarios:
        cells = []
        for schools in columns:
            drawn = {
                one.draws
                for name, at, one in rows
                if name == scenario.name and at.schools == schools
            }
            cells.append(" or ".join(f"{draws:,}" for draws in sorted(drawn)) or "none")
        lines.append(f"| {scenario.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def states(rows) -> str:
    """Count what is shown by whether it holds: of single conditions, and by number of schools."""
    kinds: dict[tuple, list[Counted]] = {}
    alone = Counter(state_of([one]) for *_, one in rows if not one.naive and one.shown)
    for name, at, one in rows:
        if not one.naive and one.shown:
            kinds.setdefault((name, at.case, at.schools, one.name, one.kind), []).append(one)
    together = Counter(state_of(cells) for cells in kinds.values())
    lines = ["| | hold | not shown to hold | fail |", "|---|---|---|---|"]
    for label, found in (
        ("an interval or test under one condition", alone),
        ("the same with so many schools, all conditions together", together),
    ):
        lines.append(f"| {label} | {found['holds']:,} | {found['open']:,} | {found['fails']:,} |")
    return "\n".join(lines) + "\n"


def failures(rows) -> str:
    """Name what is beyond its limit."""
    beyond = [(name, at, one) for name, at, one in rows if one.fails]
    if not beyond:
        return "No interval or test that pages would show is beyond its limit.\n"
    order = sorted(beyond, key=lambda row: (row[0], row[2].name, row[1].schools))
    lines = [
        "| what | schools | case | icc | size CV | people | percent (error) |",
        "|" + "---|" * 7,
    ]
    for (name, measure), same in groupby(order, key=lambda row: (row[0], row[2].name)):
        for _, at, one in same:
            lines.append(
                f"| {name}: {measure}, {one.kind} | {at.schools} | {at.case or 'all'} | {at.icc:g} "
                f"| {at.size_cv:g} | {at.people} | {100 * one.share:.1f} ({100 * one.error:.1f}) |"
            )
    return "\n".join(lines) + "\n"


def put_between_markers(path: Path, text: str) -> None:
    """Replace what stands between the markers of a document."""
    document = path.read_text(encoding="utf-8")
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


def rule() -> str:
    return (
        f"A 95 % interval fails where it covers under {LEAST_COVERAGE:.0%}, and a test at 5 % "
        f"where it rejects more than {MOST_REJECTED:.0%} of true nulls, by more than {SURE:g} "
        "Monte Carlo standard errors."
    )
