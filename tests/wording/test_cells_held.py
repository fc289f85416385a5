"""Numbers of tables: under their own heading, in their own row, with their own sign and order."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from findings_factory import make_change, make_facts, make_finding, make_findings

from impact_eval.disclosure import Released, release
from impact_eval.tables import change_table, mastery_table, technical_table
from impact_eval.tables.build import build
from impact_eval.tables.report_table import Column, Row
from impact_eval.vocabulary import QUANTITIES
from impact_eval.wording import numbers, text
from impact_eval.wording.columns import HEADINGS, LABELLED, PLANNED
from impact_eval.wording.lint import lint_page
from impact_eval.wording.may_stand import NUMBERS_OF
from impact_eval.wording.strings import has_text, texts

TABLES = Path(__file__).parents[2] / "src" / "impact_eval" / "tables"
WAVES = {"wave_from": "pre", "wave_to": "post"}
CELL = re.compile(r"(<td[^>]*>)(.*?)(</td>)", re.DOTALL)
DATA = r"<data[^>]*>[^<]*</data>"
VALUE = re.compile(r' value="([^"]*)"')
COLUMN = "a number must be what the heading of its column says"


@pytest.fixture
def released() -> Released:
    rows = [
        make_finding(wave_from="pre", wave_to="pre", estimate=7.1, conf_low=6.8, conf_high=7.4),
        make_finding(wave_from="post", wave_to="post", estimate=8.4, conf_low=8.1, conf_high=8.8),
        make_change(),
    ]
    return release(make_findings(rows), make_facts())


def tables_of(released: Released) -> Iterator[str]:
    for make in (change_table, mastery_table, technical_table):
        table = make(released, **WAVES)
        if table is not None:
            yield table.body


def rules(html: str, released: Released) -> set[str]:
    page = f"<html><body><main>{html}</main></body></html>"
    return {fault.rule for fault in lint_page(page, released)}


def test_good_tables_pass_and_there_are_some(released: Released) -> None:
    found = list(tables_of(released))
    assert len(found) >= 2
    assert all(rules(one, released) == set() for one in found)


def test_any_two_columns_swapped_and_any_cell_copied_is_found(released: Released) -> None:
    tried = 0
    for html in tables_of(released):
        cells = [one.group(2) for one in CELL.finditer(html)]
        for one, other in combinations(range(len(cells)), 2):
            if "<data" not in cells[one] + cells[other] or cells[one] == cells[other]:
                continue
            for moved in (
                {one: cells[other], other: cells[one]},
                {one: cells[other]} if "<data" in cells[other] else {other: cells[one]},
            ):
                places = iter(range(len(cells)))
                altered = CELL.sub(
                    lambda found, to=moved, at=places: (
                        found[1] + to.get(next(at), found[2]) + found[3]
                    ),
                    html,
                )
                tried += 1
                assert rules(altered, released) != set(), (cells[one], cells[other])
    assert tried > 20


@pytest.mark.parametrize("between", [" to ", ", "])
def test_ends_of_an_interval_and_numbers_before_and_after_keep_their_order(
    released: Released, between: str
) -> None:
    tried = 0
    for html in tables_of(released):
        for pair in re.finditer(f"({DATA}){between}({DATA})", html):
            if VALUE.findall(pair[1]) == VALUE.findall(pair[2]):
                continue
            turned = f"{pair[2]}{between}{pair[1]}"
            altered = html[: pair.start()] + turned + html[pair.end() :]
            tried += 1
            assert rules(altered, released) == {COLUMN}
    assert tried


@pytest.mark.parametrize("sign", ["-", "\N{MINUS SIGN}", "\N{EN DASH}", "+", "- ", "±"])
def test_a_sign_before_a_number_is_found(released: Released, sign: str) -> None:
    for html in tables_of(released):
        altered = re.sub(DATA, lambda found: sign + found[0], html, count=1)
        assert "the sign of a number must stand in its <data> element" in rules(altered, released)


def test_a_number_in_a_table_keeps_its_sign(released: Released) -> None:
    fall = release(make_findings([make_change(estimate=-1.3, conf_low=-1.7)]), make_facts())
    (change,) = fall.findings()
    shown = numbers.marked(change.finding_id, -1.3, decimals=1, form="size")
    table = build(
        fall,
        [Row("Knowledge", {"change": str(shown)})],
        [Column("change", text("tables.change"))],
        caption="",
        row_heading="",
    )
    assert "a number in a table must keep its sign" in rules(table.body, fall)


def test_a_row_names_what_its_numbers_are_of(released: Released) -> None:
    html = change_table(released, **WAVES).body
    label = released.facts.outcome("student", "knowledge").label
    others = [one.label for key, one in released.facts.outcomes.items() if key[1] != "knowledge"]
    named = label[:1].upper() + label[1:]
    assert named in html
    for other in others:
        altered = html.replace(named, other[:1].upper() + other[1:])
        assert "a number must be of what its row names" in rules(altered, released)


@pytest.mark.parametrize(
    ("row", "good", "bad"),
    [
        ({"level": "province", "unit_id": "Sindh"}, "Sindh", "Punjab"),
        ({"subgroup": "sex:female"}, "girls and women", "boys and men"),
        ({"subgroup": "sex:female+arm:programme"}, "girls and women", "boys and men"),
        (
            {"wave_from": "post", "wave_to": "post"},
            "right after the workshop",
            "before the workshop",
        ),
        ({"wave_from": "pre", "wave_to": "pre"}, "right after the workshop", ""),
    ],
)
def test_a_row_names_province_group_and_survey(row: dict[str, object], good: str, bad: str) -> None:
    of = release(make_findings([make_finding(**{"estimate": 7.1, "n": 400} | row)]), make_facts())
    (one,) = of.findings()
    columns = [Column("mean", text("tables.mean"))]
    for name, expected in ((good, set()), (bad, {"a number must be of what its row names"})):
        cells = {"mean": str(numbers.marked(one.finding_id, 7.1, decimals=1))}
        table = build(of, [Row(name, cells)], columns, caption="", row_heading="")
        assert not name or rules(table.body, of) == expected


def test_what_stands_without_exclusions_stands_under_its_own_heading() -> None:
    planned = release(make_findings([make_change()]), make_facts())
    (one,) = planned.findings()
    frame = planned.frame.assign(finding_id="fother", estimate=1.4, variant="no_exclusions")
    beside = Released(frame, planned.facts)
    shown = [
        str(numbers.marked(one.finding_id, one.estimate, decimals=2, form="signed")),
        str(numbers.marked("fother", 1.4, decimals=2, form="signed")),
    ]
    columns = [
        Column("planned", text("without_exclusions.as_reported")),
        Column("other", text("without_exclusions.with_every_form")),
    ]
    for order, good in ((shown, True), (shown[::-1], False), (shown[:1] * 2, False)):
        cells = dict(zip(("planned", "other"), order, strict=True))
        table = build(planned, [Row("Change", cells)], columns, caption="", row_heading="")
        html = f"<html><body><main>{table.body}</main></body></html>"
        found = {fault.rule for fault in lint_page(html, planned, beside=beside)}
        assert (COLUMN in found) is not good


def test_an_unknown_heading_holds_no_number(released: Released) -> None:
    html = change_table(released, **WAVES).body
    change = text("tables.change")
    assert COLUMN in rules(html.replace(f">{change}<", ">Outcome<"), released)


def test_headings_quantities_and_numbers_are_known() -> None:
    assert [key for key in (*HEADINGS, *PLANNED) if not has_text(key)] == []
    allowed = [one for many in (*HEADINGS.values(), *LABELLED.values()) for one in many]
    declared = {"threshold"}
    assert {one.quantity for one in allowed} - declared <= set(QUANTITIES)
    assert {one.numbers for one in allowed} == set(NUMBERS_OF)


def headings_in_code() -> Iterator[str]:
    """Keys of the headings of columns of numbers, as the code of tables writes them out."""
    for path in sorted(TABLES.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Column"):
                continue
            aligned = {one.arg: ast.unparse(one.value) for one in call.keywords}
            if aligned.get("align") == "'left'":
                continue
            for label in call.args[1:]:
                for inner in ast.walk(label):
                    if isinstance(inner, ast.Call) and getattr(inner.func, "id", "") == "text":
                        yield from (
                            one.value
                            for one in ast.walk(inner.args[0])
                            if isinstance(one, ast.Constant)
                            and isinstance(one.value, str)
                            and has_text(one.value)
                        )


@pytest.mark.parametrize("key", sorted(set(headings_in_code())))
def test_every_heading_of_numbers_in_our_tables_is_held(key: str) -> None:
    a_label_alone = re.fullmatch(r"\{\w+\}", texts()[key])
    assert key in HEADINGS or key in PLANNED or a_label_alone
