"""Tables: what stands in them, in which order, and how they are built for readers."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from impact_eval.disclosure import Released
from impact_eval.tables import (
    Column,
    ReportTable,
    Row,
    attrition_table,
    change_table,
    days_table,
    effect_size_table,
    fate_table,
    gap_table,
    item_table,
    linked_difference_table,
    mastery_table,
    measurement_table,
    outcome_changes,
    people_table,
    phase_table,
    placement_table,
    reason_table,
    school_table,
    schools_table,
    subgroup_table,
    technical_table,
    wave_pairs,
)
from impact_eval.wording.lint import lint_page

PAIR = {"wave_from": "pre", "wave_to": "post"}
MAKERS = {
    "change": lambda r: change_table(r, **PAIR),
    "mastery": lambda r: mastery_table(r, **PAIR),
    "technical": lambda r: technical_table(r, **PAIR),
    "effect_size": lambda r: effect_size_table(r, **PAIR),
    "subgroup": lambda r: subgroup_table(r, subgroup="sex:female-male", **PAIR),
    "gap": lambda r: gap_table(r, subgroup="sex", **PAIR),
    "item": lambda r: item_table(r, audience="student", phase="phase_2", **PAIR),
    "measurement": measurement_table,
    "people": people_table,
    "attrition": attrition_table,
    "linked": linked_difference_table,
    "days": days_table,
    "fate": fate_table,
    "reason": reason_table,
    "phase": lambda r: phase_table(r, **PAIR),
    "placement": lambda r: placement_table(r, **PAIR),
    "school": lambda r: school_table(r, school_id="s005"),
}


class Cells(HTMLParser):
    """Rows of a table as lists of (tag, text), with all ids and all references to ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows, self.ids, self.references, self.scopes = [], [], [], []
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if "id" in known:
            self.ids.append(known["id"])
        for name in ("headers", "aria-labelledby"):
            self.references += known.get(name, "").split()
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._open = True
            if tag == "th":
                self.scopes.append(known.get("scope"))

    def handle_endtag(self, tag):
        if tag in {"td", "th"}:
            self._open = False

    def handle_data(self, data):
        if self._open:
            self.rows[-1][-1] += data.strip("\n")

    def row(self, label):
        return next(row for row in self.rows if row and row[0].startswith(label))


@pytest.mark.parametrize("name", MAKERS)
def test_a_table_can_be_read_aloud(released: Released, name: str) -> None:
    table = MAKERS[name](released)
    found = Cells(table.html)
    assert len(found.ids) == len(set(found.ids))
    assert set(found.references) <= set(found.ids)
    assert set(found.scopes) <= {"col", "row", "colgroup"}
    assert table.html.count("<caption") == 1
    assert "Simulated data" in table.html


@pytest.mark.parametrize("name", MAKERS)
def test_a_table_is_the_same_in_every_run(released: Released, name: str) -> None:
    first, second = MAKERS[name](released), MAKERS[name](released)
    assert first.html == second.html
    assert re.fullmatch(r"Table: [^<>]+ \(\d+ rows?\)", repr(first))


@pytest.mark.parametrize("name", MAKERS)
def test_every_number_is_that_of_its_finding(released: Released, name: str) -> None:
    assert lint_page(MAKERS[name](released).html, released) == []


@pytest.mark.parametrize("name", MAKERS)
def test_there_is_no_table_without_findings(nothing: Released, name: str) -> None:
    assert MAKERS[name](nothing) is None


def test_real_data_carry_no_mark(rounds: Released) -> None:
    assert "Simulated" not in change_table(rounds, **PAIR).html


def test_a_change_stands_with_its_means_interval_and_people(released: Released) -> None:
    table = change_table(released.where(audience="student", phase="phase_2"), **PAIR)
    row = Cells(table.html).row("Confidence")
    assert row[0].endswith("mean rating, 1 to 5")
    assert row[1:4] == ["3.40", "3.20", "−0.20 (−0.30 to −0.10)"]
    assert row[5] == "720, 690"


def test_a_refused_estimand_gives_way_to_the_one_that_may_be_claimed(released: Released) -> None:
    changes = outcome_changes(released.where(audience="student", outcome="knowledge"), **PAIR)
    chosen = {row.phase: row.estimand for row in changes.findings()}
    assert chosen == {"phase_1": "participants", "phase_2": "schools_like_these"}


def test_two_clusters_with_an_interval_are_not_what_is_claimed(released: Released) -> None:
    frame = released.frame.copy()
    wide = (frame["estimand"] == "schools_like_these") & (frame["phase"] == "phase_1")
    frame.loc[wide & (frame["quantity"] == "change"), "estimate"] = 1.0
    changes = outcome_changes(Released(frame, released.facts), **PAIR).where(phase="phase_1")
    assert {row.estimand for row in changes.findings()} == {"participants"}


def test_what_was_not_asked_in_one_wave_is_left_out(released: Released) -> None:
    frame = released.frame.copy()
    frame.loc[frame["outcome"] == "exposure", ["n_post", "estimate"]] = [0, float("nan")]
    assert "Risks met" not in change_table(Released(frame, released.facts), **PAIR).html


def test_a_hidden_number_has_a_sign_and_a_note(released: Released) -> None:
    frame = released.frame.copy()
    numbers = ["estimate", "conf_low", "conf_high", "n_pre", "n_post", "n_linked"]
    hidden = (frame["quantity"] == "change") & (frame["outcome"] == "confidence")
    frame.loc[hidden, numbers] = float("nan")
    frame.loc[hidden, "suppressed"] = "small"
    table = change_table(Released(frame, released.facts).where(audience="student"), **PAIR)
    assert Cells(table.html).row("Confidence")[3] == "⋯"
    assert any("too few people" in note for note in table.notes)


def test_a_share_near_its_end_is_given_as_a_true_bound(released: Released) -> None:
    frame = released.frame.copy()
    share = (frame["quantity"] == "mastery_share") & (frame["wave_from"] == "post")
    frame.loc[share, ["estimate", "conf_low", "conf_high"]] = [float("nan"), 96.4, float("nan")]
    frame.loc[share, "suppressed"] = "coded_high"
    coded = Released(frame, released.facts)
    table = mastery_table(coded.where(audience="parent", phase="phase_2"), **PAIR)
    assert Cells(table.html).row("Knowledge")[2] == "at least 96 %"
    assert lint_page(table.html, coded) == []


def test_schools_stand_by_place_and_name_whatever_their_results(many: Released) -> None:
    of = many.where(quantity="change", level="school", outcome="knowledge", wave_to="post")
    of = of.where(audience="student", phase="phase_2")
    labels = [row.label for row in schools_table(of).rows]
    turned = of.frame.assign(estimate=-of.frame["estimate"]).sample(frac=1, random_state=1)
    assert [row.label for row in schools_table(Released(turned, of.facts)).rows] == labels
    groups = [row.group for row in schools_table(of).rows]
    assert list(dict.fromkeys(groups)) == ["Punjab", "Sindh", "Balochistan"]


def test_the_cells_of_a_table_of_one_phase_name_no_phase(rounds: Released) -> None:
    assert {row.group for row in change_table(rounds, **PAIR).rows} == {
        "Students: schools like these",
        "Teachers: schools like these",
        "Parents: schools like these",
    }


def test_a_site_that_is_no_school_is_not_called_one(rounds: Released) -> None:
    nouns = {"student": ("point", "points")} | dict.fromkeys(("teacher", "parent"), ("hub", "hubs"))
    table = change_table(Released(rounds.frame, replace(rounds.facts, site_nouns=nouns)), **PAIR)
    assert {row.group for row in table.rows} == {
        "Students: points like these",
        "Teachers: hubs like these",
        "Parents: hubs like these",
    }


def test_pairs_of_waves_come_in_declared_order(released: Released) -> None:
    assert wave_pairs(released) == (("pre", "post"), ("pre", "follow_up"))


def test_labels_are_escaped_and_cells_are_html() -> None:
    row = Row("<b>&", {"x": "<data>1</data>"}, group="<i>", detail="<u>")
    html = ReportTable("<c>", (Column("x", "<h>"),), (row,), notes=("<em>n</em>",)).html
    assert "<data>1</data>" in html
    assert "<em>n</em>" in html
    assert not re.search(r"<(b|i|u|c|h)>", html)
