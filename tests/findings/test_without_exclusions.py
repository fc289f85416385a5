"""Every finding without the plan's exclusions, and what two released tables tell together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import isclose, isfinite, nan

import numpy as np
import pandas as pd
import pytest
from small_study import MAIN, only
from test_exclusions import planning, without

from impact_eval.disclosure import Released, release, release_without_exclusions
from impact_eval.findings import NOT_REPEATED, REPEATED, compute_findings
from impact_eval.findings.address import Address
from impact_eval.findings.explained.explanation import explain_beside
from impact_eval.findings.without_exclusions import beside, findings_without_exclusions
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.table_columns import ADDRESS, WITHOUT_EXCLUSIONS
from impact_eval.tables import without_exclusions_list
from impact_eval.vocabulary import QUANTITIES
from impact_eval.wording import compare, counted


@dataclass(frozen=True)
class Both:
    """A study in which forms are left out, with both sets of findings and what is released."""

    study: Study
    tables: SurveyTables
    planned: pd.DataFrame
    other: pd.DataFrame
    shown: Released
    beside: Released


def both(study: Study, tables: SurveyTables, left: pd.Series) -> Both:
    mine, rest = planning(study), without(tables, left)
    planned, other = compute_findings(mine, rest), findings_without_exclusions(mine, rest)
    shown = release(planned, mine.facts())
    second = release_without_exclusions(planned, other, planned=shown)
    return Both(mine, rest, planned, other, shown, second)


@pytest.fixture(scope="module")
def sixth(study: Study, tables: SurveyTables) -> Both:
    """Every sixth form is left out: few of most schools, some of all students."""
    return both(study, tables, tables.quality["submission_id"])


@pytest.fixture(scope="module")
def one(study: Study, tables: SurveyTables) -> Both:
    """One student's form after the workshop, and many of teachers, are left out."""
    forms = tables.submissions
    late = forms["wave"].eq("post")
    student = forms.loc[late & forms["audience"].eq("student"), "submission_id"].iloc[:1]
    teachers = forms.loc[late & forms["audience"].eq("teacher"), "submission_id"].iloc[::2]
    return both(study, tables, pd.concat([student, teachers]))


def test_every_quantity_is_given_again_or_has_its_reason() -> None:
    reasons = [quantity for own in NOT_REPEATED.values() for quantity in own]
    assert len(reasons) == len(set(reasons))
    assert {*reasons, *REPEATED} == set(QUANTITIES)
    assert not {*reasons} & {*REPEATED}


def test_every_finding_that_could_differ_has_its_second(sixth: Both) -> None:
    assert list(sixth.other) == list(WITHOUT_EXCLUSIONS)
    mine = sixth.planned[sixth.planned["quantity"].isin(REPEATED)]
    mine = mine[~mine["variant"].str.startswith("no_exclusions")]
    again = sixth.other[sixth.other["beside_id"].ne("")]
    assert set(mine["finding_id"]) == set(again["finding_id"])
    assert set(again["quantity"]) == set(mine["quantity"])
    assert again["beside_id"].is_unique
    assert not set(again["beside_id"]) & set(mine["finding_id"])


def test_they_are_the_findings_of_all_forms(sixth: Both, findings: pd.DataFrame) -> None:
    of_all = findings[~findings["variant"].eq("without_flagged")].set_index("finding_id")
    quiz = sixth.other["outcome"].eq("knowledge")  # drawn as its items score
    again = sixth.other[sixth.other["beside_id"].ne("") & quiz].set_index("finding_id")
    assert len(again) > 1000
    expected = of_all.loc[again.index]
    for column in ("estimate", "conf_low", "conf_high", "n", "n_pre", "n_post"):
        np.testing.assert_allclose(again[column], expected[column], rtol=1e-9, atol=1e-9)


def test_the_planned_change_has_the_id_that_its_variant_has(sixth: Both) -> None:
    variant = only(sixth.planned, **MAIN, variant="no_exclusions")
    again = only(sixth.other, **MAIN)
    assert again["beside_id"] == variant["finding_id"]
    assert again["estimate"] == pytest.approx(variant["estimate"])
    address = Address(**{name: again[name] for name in ADDRESS})
    assert beside(address).finding_id == again["beside_id"]


def test_a_plan_that_leaves_nothing_out_costs_nothing(study: Study, tables: SurveyTables) -> None:
    assert findings_without_exclusions(study, tables).empty


def test_each_is_explained_and_computed_once_more(sixth: Both) -> None:
    given = set(sixth.beside.frame.loc[sixth.beside.frame["suppressed"].eq(""), "finding_id"])
    rows = sixth.other[sixth.other["beside_id"].isin(given)].groupby("quantity").head(1)
    assert len(rows) > 20
    for _, row in rows.iterrows():
        explained = explain_beside(sixth.study, sixth.tables, row)
        assert explained.finding_id == row["beside_id"]
        assert explained.address["variant"].startswith("no_exclusions")
        for name, number in explained.recomputed.items():
            near = 5e-3 * row["std_error"] if row["estimator"] == "mixed_model" else 1e-9
            assert isclose(number, explained.numbers.get(name, nan), rel_tol=1e-8, abs_tol=near)


def test_one_person_is_told_of_by_nothing(one: Both) -> None:
    """What says anything of the wave in that phase is withheld; all else of students is unmoved."""
    shown = {row.finding_id: row for row in one.shown.findings()}
    told = [row for row in one.beside.findings() if not row.suppressed]
    mine = [row for row in told if row.audience == "student"]
    assert len(mine) > 100
    excluded = one.tables.excluded
    (phase,) = excluded.loc[excluded["audience"].eq("student"), "phase"]
    near = [row for row in mine if row.phase in (phase, "")]
    assert near
    assert not any("post" in (row.wave_from, row.wave_to) for row in near)
    for row in mine:
        for column in ("estimate", "conf_low", "conf_high", "p_value"):
            assert numbers_alike(getattr(row, column), getattr(shown[row.parent_id], column))
    assert any(row.audience == "teacher" and "post" in (row.wave_from, row.wave_to) for row in told)
    again = one.other.set_index("beside_id")
    hidden = [row for row in one.beside.findings() if row.suppressed]
    differing = [
        row for row in hidden
        if row.audience == "student"
        and not numbers_alike(again.loc[row.finding_id, "estimate"],
                              shown[row.parent_id].estimate)
    ]  # fmt: skip
    assert len(differing) > 50
    assert all(is_bare(row) for row in hidden)


def numbers_alike(first: float, second: float) -> bool:
    return (not isfinite(first) and not isfinite(second)) or isclose(first, second, rel_tol=1e-9)


def is_bare(row: object) -> bool:
    names = ("estimate", "conf_low", "conf_high", "p_value", "std_error", "df", "statistic")
    return not any(isfinite(getattr(row, name)) for name in names) and not row.verdict


@pytest.mark.parametrize("name", ["sixth", "one"])
def test_no_row_says_how_many_people_it_is_of(name: str, request: pytest.FixtureRequest) -> None:
    frame = request.getfixturevalue(name).beside.frame
    for column in ("n", "n_pre", "n_post", "n_linked", "n_clusters", "std_error", "df"):
        assert frame[column].isna().all()


def test_the_first_door_lets_none_of_them_through(sixth: Both) -> None:
    assert sixth.planned["variant"].eq("no_exclusions").any()
    assert not sixth.shown.frame["variant"].str.startswith("no_exclusions").any()


class Attack:
    """What subtraction gives: the forms left out in each group whose two numbers are printed.

    It knows how many forms were left out of each group, which no table says, and shares no code
    with the suppression. `cells` are the forms by school, phase, sex and wave.
    """

    def __init__(self, sets: Both, audience: str, wave: str) -> None:
        excluded, roster = sets.tables.excluded, sets.tables.schools.set_index("school_id")
        mine = excluded[excluded["audience"].eq(audience) & excluded["wave"].eq(wave)]
        self.forms = mine.assign(province=mine["school_id"].map(roster["province"]))

    def members(self, row: object) -> np.ndarray:
        """Which of the forms left out stand in one group."""
        forms = self.forms
        kept = np.ones(len(forms), bool)
        if row.phase:
            kept &= forms["phase"].eq(row.phase).to_numpy()
        if row.level != "programme":
            column = "school_id" if row.level == "school" else "province"
            kept &= forms[column].eq(row.unit_id).to_numpy()
        if row.subgroup:
            name, _, level = row.subgroup.partition(":")
            kept &= forms[name].eq(level).to_numpy() if name in forms else False
        return kept

    def isolated(self, rows: list[object]) -> list[int]:
        """Sizes of all groups of fewer than ten that one or two subtractions leave."""
        groups = {tuple(self.members(row)): None for row in rows}
        known = [np.array(group) for group in groups]
        found = [int(group.sum()) for group in known]
        for first, second in combinations(known, 2):
            large, small = sorted((first, second), key=np.sum, reverse=True)
            if (small <= large).all():
                found.append(int(large.sum() - small.sum()))
        for whole in known:
            rest = self._rest(whole, known)
            found += [int(one.sum()) for one in rest]
        return [size for size in found if 0 < size < 10]

    def _rest(self, whole: np.ndarray, known: list[np.ndarray]) -> Iterator[np.ndarray]:
        """Take from a group all disjoint smaller ones that are known: schools, provinces, ..."""
        inside = [one for one in known if 0 < one.sum() < whole.sum() and (one <= whole).all()]
        for order in (sorted(inside, key=np.sum), sorted(inside, key=np.sum, reverse=True)):
            left = whole.copy()
            for one in order:
                if (one <= left).all():
                    left = left & ~one
            yield left


def linear(rows: Released, wave: str, audience: str) -> list[object]:
    return [
        row
        for row in rows.findings(quantity="mean")
        if row.audience == audience and row.wave_from == wave and not row.suppressed
    ]


@pytest.mark.parametrize("wave", ["pre", "post", "follow_up"])
@pytest.mark.parametrize("audience", ["student", "teacher"])
@pytest.mark.parametrize("name", ["sixth", "one"])
def test_subtraction_leaves_no_few(
    name: str, audience: str, wave: str, request: pytest.FixtureRequest
) -> None:
    sets = request.getfixturevalue(name)
    attack = Attack(sets, audience, wave)
    assert attack.isolated(linear(sets.beside, wave, audience)) == []


def test_a_rule_for_each_finding_alone_would_leave_some(sixth: Both) -> None:
    """With ten or more left out of each group, what remains of a whole may still be few."""
    everything = [
        row for row in sixth.shown.findings(quantity="mean")
        if row.audience == "student" and row.wave_from == "pre" and not row.suppressed
    ]  # fmt: skip
    attack = Attack(sixth, "student", "pre")
    alone = [row for row in everything if not 0 < attack.members(row).sum() < 10]
    assert attack.isolated(alone)
    assert attack.isolated(everything)


@pytest.mark.parametrize("quantity", ["item_share", "mastery_share", "floor_share", "difficulty"])
def test_how_few_gave_an_answer_does_not_follow_from_two_shares(sixth: Both, quantity: str) -> None:
    planned = sixth.planned.set_index("finding_id")
    again = sixth.other.set_index("finding_id")
    given = 0
    for row in sixth.beside.where(quantity=quantity).findings():
        if row.suppressed or row.estimator == "part_of_range":
            continue
        first, second = planned.loc[row.parent_id], again.loc[row.parent_id]
        people = second["n"] - first["n"]
        reached = (second["estimate"] * second["n"] - first["estimate"] * first["n"]) / 100
        assert people == 0 or min(reached, people - reached) > 9.5
        given += 1
    if quantity == "item_share":
        assert given > 10


def test_a_single_hidden_item_takes_the_others_along(sixth: Both) -> None:
    """The mean of a score is the sum of its items: all but one would give the last."""
    shares = sixth.beside.where(quantity="item_share", level="programme").frame
    known = shares[shares["outcome"].eq("knowledge") & shares["subgroup"].eq("")]
    for _, rows in known.groupby(["audience", "phase", "wave_from"]):
        assert rows["suppressed"].ne("").sum() != 1


def test_counts_of_findings_and_the_list_agree(sixth: Both) -> None:
    compared = compare(sixth.shown, sixth.beside)
    counts = counted(compared)
    listed = without_exclusions_list(sixth.shown, compared)
    assert len(listed) == counts["all"] == counts["given"] + counts["withheld"]
    assert listed["shown"].eq("yes").sum() == counts["given"] > 300
    assert listed["same"].eq("yes").sum() == counts["same"] > 10
    read = listed["reads"].ne(listed["reads_without"]) & listed["shown"].eq("yes")
    assert read.sum() == counts["otherwise"] > 0
    hidden = listed[listed["shown"].eq("no")]
    assert (
        hidden[[f"{name}_without" for name in ("estimate", "conf_low", "conf_high")]]
        .isna()
        .all(axis=None)
    )
    assert hidden["reads_without"].eq("").all()
