"""Codes that differ in one element: when they are one person's, and when not."""

import pandas as pd
import pytest
from coded_forms import STUDY, CodedStudy, audience, coded, linked, methods, persons

A, A1, A2, A12 = "a 7 k s", "a 7 k t", "a 8 k s", "a 8 k t"
B = "b 3 m u"


@pytest.mark.parametrize("other", ["x 7 k s", "a x k s", "a 7 x s", "a 7 k x"])
def test_one_differing_element_is_one_person(other: str) -> None:
    found = linked(coded(("pre", A), ("post", other)))
    assert persons(found, 2) == [0, 0]
    assert methods(found, 2) == ["exact", "tolerant"]


@pytest.mark.parametrize("other", [A12, "7 a k s", "a 7 s k", "a 7 k", "a 7 k s s"])
def test_two_differing_elements_are_two_people(other: str) -> None:
    assert persons(linked(coded(("pre", A), ("post", other))), 2) == [0, 1]


def test_equal_codes_come_first() -> None:
    found = linked(coded(("pre", A), ("post", A1), ("post", A)))
    assert persons(found, 3) == [0, 1, 0]
    assert methods(found, 3) == ["exact"] * 3


@pytest.mark.parametrize(
    "forms",
    [
        coded(("pre", A), ("post", A1), ("post", A2)),
        coded(("post", A), ("pre", A1), ("pre", A2)),
        coded(("pre", A), ("pre", A12), ("post", A1)),
    ],
    ids=["two later", "two earlier", "between two"],
)
def test_two_candidates_link_nobody_and_are_counted(forms: pd.DataFrame) -> None:
    found = linked(forms)
    assert persons(found, 3) == [0, 1, 2]
    trials = found.trials[found.trials["school_id"] == "north"]
    assert trials["ambiguous"].sum() == 2
    assert trials["clear"].sum() == 0


def test_who_is_linked_in_both_waves_is_no_candidate() -> None:
    found = linked(coded(("pre", A), ("post", A), ("pre", A1), ("post", "a 7 k z")))
    assert persons(found, 4) == [0, 0, 1, 1]


@pytest.mark.parametrize(("school", "who"), [("south", "student"), ("north", "teacher")])
def test_never_across_schools_or_audiences(school: str, who: str) -> None:
    found = linked(coded(("pre", A)), coded(("post", A1), school=school, who=who))
    assert persons(found, 2) == [0, 1]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (["female", "male"], [0, 1]),
        (["female", "female"], [0, 0]),
        (["female", ""], [0, 0]),
        (["", ""], [0, 0]),
    ],
)
def test_contradicting_subgroup_forbids(levels: list[str], expected: list[int]) -> None:
    assert persons(linked(coded(("pre", A), ("post", A1)).assign(sex=levels)), 2) == expected


def test_subgroup_tells_two_candidates_apart() -> None:
    forms = coded(("pre", A), ("post", A1), ("post", A2)).assign(sex=["female", "male", "female"])
    assert persons(linked(forms), 3) == [0, 1, 0]


def test_three_forms_within_one_element_are_one_person() -> None:
    found = linked(coded(("pre", A), ("post", A1), ("follow_up", "a 7 k v")))
    assert persons(found, 3) == [0, 0, 0]
    assert methods(found, 3) == ["exact", "tolerant", "tolerant"]


@pytest.mark.parametrize(
    "waves",
    [("pre", "post", "follow_up"), ("post", "pre", "follow_up"), ("follow_up", "post", "pre")],
)
def test_a_chain_links_nobody(waves: tuple[str, str, str]) -> None:
    found = linked(coded(*zip(waves, (A1, A, A2), strict=True)))
    assert persons(found, 3) == [0, 1, 2]
    assert found.trials["ambiguous"].sum() == 2


def test_the_code_of_most_forms_is_the_exact_one() -> None:
    found = linked(coded(("pre", A), ("post", A1), ("follow_up", A1)))
    assert persons(found, 3) == [0, 0, 0]
    assert methods(found, 3) == ["tolerant", "exact", "exact"]


def test_an_earlier_pseudonym_stays_when_a_wave_arrives() -> None:
    before = linked(coded(("pre", A))).links["respondent_id"].iloc[0]
    after = (
        linked(coded(("pre", A), ("post", A1), ("follow_up", A1))).links["respondent_id"].iloc[0]
    )
    assert before == after != ""


def test_code_of_two_people_stands_in_the_way() -> None:
    forms = coded(("pre", A), ("pre", A), ("post", A1)).assign(sex=["female", "male", ""])
    found = linked(forms)
    assert persons(found, 3) == [-1, -1, 0]
    assert found.trials["ambiguous"].sum() == 1


def test_tolerance_can_be_declared_away() -> None:
    strict = CodedStudy((audience(tolerance=0), audience("teacher")))
    assert persons(linked(coded(("pre", A), ("post", A1)), study=strict), 2) == [0, 1]


LENIENT = CodedStudy((audience(missing="differs"), audience("teacher")))


@pytest.mark.parametrize(
    ("study", "other", "expected"),
    [
        (STUDY, "a 7 k -", [0, -1]),
        (LENIENT, "a 7 k -", [0, 0]),
        (LENIENT, "a - k s", [0, 0]),
        (LENIENT, "a 8 k -", [0, -1]),
        (LENIENT, "a 7 - -", [0, -1]),
    ],
)
def test_missing_element_counts_as_the_differing_one_if_declared(
    study: CodedStudy, other: str, expected: list[int]
) -> None:
    assert persons(linked(coded(("pre", A), ("post", other)), study=study), 2) == expected


def test_two_incomplete_forms_may_be_one_person() -> None:
    found = linked(coded(("pre", "a 7 k -"), ("post", "a 7 k -")), study=LENIENT)
    assert persons(found, 2) == [0, 0]
    assert methods(found, 2) == ["tolerant", "tolerant"]


def test_two_incomplete_forms_of_one_wave_are_candidates_both() -> None:
    found = linked(coded(("pre", A), ("post", "a 7 k -"), ("post", "a 7 k -")), study=LENIENT)
    assert persons(found, 3) == [0, -1, -1]


def test_codes_nobody_can_vouch_for_are_refused_and_counted() -> None:
    found = linked(coded(("pre", A), ("post", A1)), with_crowd=False)
    assert persons(found, 2) == [0, 1]
    tried = found.trials[found.trials["wave_to"] == "post"].iloc[0]
    assert tried["refused"]
    assert tried["clear"] == 1
    assert tried["expected_near"] == 1.0


def test_no_forms() -> None:
    found = linked(coded(("pre", A)).iloc[:0], with_crowd=False)
    assert found.links.empty
    assert found.trials.empty
