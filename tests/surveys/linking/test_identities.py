"""What must hold whatever codes people give."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from coded_forms import KEY, CodedStudy, audience, coded
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.linking import chances
from impact_eval.surveys.linking.link import link
from impact_eval.surveys.linking.masks import masked_hashes, sharing_pairs

STUDY = CodedStudy((audience(missing="differs"),))
ELEMENT = st.sampled_from("abc")
CODE = st.lists(ELEMENT, min_size=3, max_size=3).map(" ".join)
INCOMPLETE = st.tuples(ELEMENT, st.just("-"), ELEMENT).map(" ".join)
FORMS = st.lists(
    st.tuples(
        st.sampled_from(STUDY.wave_ids),
        st.one_of(CODE, INCOMPLETE),
        st.sampled_from(["north", "south"]),
        st.sampled_from(["female", "male", ""]),
    ),
    min_size=1,
    max_size=12,
)


def make(rows: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    """Forms after duplicates were resolved, each with a name that stays."""
    waves, codes, schools, sexes = zip(*rows, strict=True)
    forms = coded(*zip(waves, codes, strict=True)).assign(school_id=schools, sex=sexes)
    forms = forms.drop_duplicates(["wave", "elements", "school_id", "sex"], ignore_index=True)
    return forms.assign(submission_id=np.arange(len(forms)))


@pytest.fixture(autouse=True, scope="module")
def credible() -> Iterator[None]:
    """Take every code as credible: these tests are about who is whose candidate."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chances, "is_precise", lambda expected, n_linked: True)
        yield


def links_of(forms: pd.DataFrame) -> pd.DataFrame:
    """Forms with their links."""
    return forms.merge(link(forms, forms[["sex"]], STUDY, key=KEY).links, on="submission_id")


def partition(table: pd.DataFrame) -> set[frozenset[int]]:
    told = table[table["respondent_id"] != ""]
    return {frozenset(mine) for _, mine in told.groupby("respondent_id")["submission_id"]}


def differing(one: str, other: str) -> int:
    pairs = zip(one.split(JOIN), other.split(JOIN), strict=True)
    return sum(a != b or not a for a, b in pairs)


@settings(max_examples=40, deadline=None)
@given(FORMS, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(rows, random) -> None:
    forms = make(rows)
    order = list(range(len(forms)))
    random.shuffle(order)
    shuffled = forms.iloc[order].reset_index(drop=True)
    assert partition(links_of(forms)) == partition(links_of(shuffled))


@settings(max_examples=40, deadline=None)
@given(FORMS, st.permutations(STUDY.wave_ids))
def test_swapped_waves_do_not_matter(rows, waves) -> None:
    forms = make(rows)
    swapped = forms.assign(
        wave=forms["wave"].map(dict(zip(STUDY.wave_ids, waves, strict=True))).astype("str")
    )
    assert partition(links_of(forms)) == partition(links_of(swapped))


@settings(max_examples=40, deadline=None)
@given(FORMS)
def test_a_person_is_in_one_school_and_once_in_a_wave_and_within_one_element(rows) -> None:
    told = links_of(make(rows))
    told = told[told["respondent_id"] != ""]
    for _, person in told.groupby("respondent_id"):
        assert len(set(person["school_id"])) == 1
        assert person["wave"].is_unique
        for one, other in combinations(person["elements"], 2):
            assert one == other or differing(one, other) == 1
        if (person["method"] == "tolerant").any():
            assert len(set(person["sex"]) - {""}) <= 1


@pytest.mark.parametrize(("other", "sizes"), [("male", [1, 2]), ("female", [3]), ("", [3])])
def test_a_code_of_two_sexes_takes_nobody_in(other: str, sizes: list[int]) -> None:
    rows = [
        ("pre", "a b c", "north", "female"),
        ("post", "a b c", "north", other),
        ("follow_up", "a b b", "north", "female"),
    ]
    people = links_of(make(rows)).groupby("respondent_id").size()
    assert sorted(people) == sizes


def by_hand(forms: pd.DataFrame) -> set[frozenset[int]]:
    """Pairs of two waves by the rule as it is written, one form after the other."""
    rows = forms.to_dict("records")
    whole = [row for row in rows if row["code"]]
    key = [(row["school_id"], row["code"], row["wave"]) for row in whole]
    shared = {(school, code) for school, code, _ in key if key.count((school, code, _)) > 1}
    blocked = {r["submission_id"] for r in whole if (r["school_id"], r["code"]) in shared}
    equal, near = set(), {}
    for one, other in combinations(rows, 2):
        if one["school_id"] != other["school_id"] or one["wave"] == other["wave"]:
            continue
        pair = (one["submission_id"], other["submission_id"])
        if one["code"] and one["code"] == other["code"]:
            equal |= set() if blocked & set(pair) else {frozenset(pair)}
        elif differing(one["elements"], other["elements"]) == 1:
            levels = {one["sex"], other["sex"]} - {""}
            near[frozenset(pair)] = len(levels) < 2
    taken = {form for pair in equal for form in pair}
    done = {r["submission_id"] for r in whole if len(waves_of(rows, r)) > 1}
    open_pairs = [pair for pair, fits in near.items() if fits and not pair & (taken | done)]
    return equal | {
        pair
        for pair in open_pairs
        if not pair & blocked and sum(bool(pair & other) for other in open_pairs) == 1
    }


def waves_of(rows: list[dict[str, str]], row: dict[str, str]) -> set[str]:
    same = (row["school_id"], row["code"])
    return {one["wave"] for one in rows if (one["school_id"], one["code"]) == same}


@settings(max_examples=100, deadline=None)
@given(FORMS)
def test_pairs_of_two_waves_are_those_of_the_rule(rows) -> None:
    forms = make([row for row in rows if row[0] != "follow_up"] or [rows[0]])
    pairs = {people for people in partition(links_of(forms)) if len(people) > 1}
    assert pairs == by_hand(forms)


@settings(max_examples=100, deadline=None)
@given(st.lists(CODE, min_size=2, max_size=8))
def test_codes_share_a_hash_exactly_when_they_differ_in_at_most_one_element(codes) -> None:
    joined = [code.replace(" ", JOIN) for code in codes]
    pairs = sharing_pairs(pd.Series(["n"] * len(codes)), pd.Series(joined), key=KEY)
    found = set(zip(pairs["first"], pairs["second"], strict=True))
    near = {
        (one, other)
        for one, other in combinations(range(len(codes)), 2)
        if differing(joined[one], joined[other]) <= 1
    }
    assert found == near


def test_hashes_need_the_key_and_the_identity() -> None:
    code = ["a", "b", "c"]
    ours = set(masked_hashes("north", code, key=b"1"))
    assert len(ours) == 3
    assert not ours & set(masked_hashes("north", code, key=b"2"))
    assert not ours & set(masked_hashes("south", code, key=b"1"))
