"""Tokens in place of codes link the same people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from coded_forms import KEY, CodedStudy, audience, coded, crowd

from impact_eval.surveys.codes import JOIN, Codes
from impact_eval.surveys.encoded import as_series, distinct
from impact_eval.surveys.linking.duplicates import decide_duplicates
from impact_eval.surveys.linking.link import link
from impact_eval.surveys.linking.tokens import Tokens
from impact_eval.surveys.rows import Fates

TOKENS = Tokens(KEY)


def drawn(seed: int) -> pd.DataFrame:
    """Forms of people whose codes are alike, with gaps, near codes and shared ones."""
    rng = np.random.default_rng(seed)
    people = [[f"{p}a", f"{p}b", str(rng.integers(3)), f"{p // 2}d"] for p in range(40)]
    rows = []
    for code in people:
        for wave in ("pre", "post", "follow_up"):
            typed = [one if rng.random() > 0.08 else rng.choice(["-", "x"]) for one in code]
            rows.append((wave, " ".join(typed)))
    forms = pd.concat([coded(*rows), crowd(4)], ignore_index=True)
    return forms.assign(submission_id=np.arange(len(forms)))


def codes_of(column: pd.Series, *, whole: bool = False) -> Codes:
    """Codes of joined texts, each with as many elements as the longest."""
    most = max((text.count(JOIN) + 1 for text in column), default=0)
    parts = [(text or JOIN * (most - 1)).split(JOIN) for text in column]
    elements = [distinct(pd.Series(list(one), dtype="str")) for one in zip(*parts, strict=True)]
    return Codes(tuple(elements), len(column), whole)


def of_codes(tokens: Tokens, column: pd.Series, *, whole: bool = False) -> pd.Series:
    return as_series(tokens.of_codes(codes_of(column, whole=whole)))


def hidden(forms: pd.DataFrame) -> pd.DataFrame:
    code = of_codes(TOKENS, forms["code"], whole=True)
    return forms.assign(code=code, elements=of_codes(TOKENS, forms["elements"]))


def partition(ids: pd.Series) -> list[int]:
    """Number of each form's person in order of appearance, -1 for nobody."""
    numbers = {one: k for k, one in enumerate(dict.fromkeys(ids[ids != ""]))}
    return [numbers.get(one, -1) for one in ids]


@pytest.mark.parametrize("missing", ["unlinked", "differs"])
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_tokens_make_the_same_people(seed: int, missing: str) -> None:
    study = CodedStudy((audience(missing=missing),))
    forms = drawn(seed)
    plain = link(forms, forms[["sex"]], study, key=KEY)
    by_token = link(hidden(forms), forms[["sex"]], study, key=KEY)
    assert partition(by_token.links["respondent_id"]) == partition(plain.links["respondent_id"])
    assert by_token.links["method"].tolist() == plain.links["method"].tolist()
    assert {"exact", "tolerant", "none"} <= set(plain.links["method"])
    pd.testing.assert_frame_equal(by_token.trials, plain.trials, check_exact=True)


def test_tokens_find_the_same_duplicates() -> None:
    forms = pd.concat([drawn(6), drawn(6)], ignore_index=True).assign(
        uuid="",
        keep="last",
        n_answered=1,
        contradicts=False,
        answers_hash=0,
        submitted_on=pd.NaT,
        row_hash=0,
        one_of_equal=False,
    )
    forms["submitted_on"] = pd.to_datetime(forms["submitted_on"])
    found = []
    for table in (forms, hidden(forms)):
        fates = Fates(len(table))
        nobody = np.zeros(len(table), dtype=bool)
        decide_duplicates(fates, table, forms[["sex"]], by_number=nobody)
        found.append((fates.reason.tolist(), fates.duplicate_of.tolist()))
    assert found[0] == found[1]
    assert "same_code" in found[0][0]


def test_gaps_stay_and_nothing_typed_is_left() -> None:
    forms = drawn(7)
    tokens = hidden(forms)["elements"]
    gaps = forms["elements"].str.split(JOIN).map(lambda code: [one == "" for one in code])
    assert tokens.str.split(JOIN).map(lambda code: [one == "" for one in code]).equals(gaps)
    elements = [one for code in tokens for one in code.split(JOIN) if one]
    assert {len(one) for one in elements} == {12}
    assert set("".join(elements)) <= set("0123456789abcdef")


def test_another_key_gives_other_tokens() -> None:
    codes = drawn(8)["elements"]
    other = Tokens(b"another key")
    ours = set(JOIN.join(of_codes(TOKENS, codes)).split(JOIN)) - {""}
    theirs = set(JOIN.join(of_codes(other, codes)).split(JOIN)) - {""}
    assert not ours & theirs
    assert TOKENS.hash_key != other.hash_key
    assert TOKENS.fingerprint("a") != other.fingerprint("a")


def test_no_codes_at_all() -> None:
    nothing = pd.Series([], dtype="str")
    assert of_codes(TOKENS, nothing).tolist() == []
    assert of_codes(TOKENS, pd.Series(["", ""], dtype="str")).tolist() == ["", ""]
    assert TOKENS.of_codes(Codes((), 2)).taken_texts(np.arange(2)) == ["", ""]


def test_names_of_different_things_are_kept_apart() -> None:
    names = pd.Series(["a", "", "a"], dtype="str")
    devices, people = (
        as_series(TOKENS.of_names(distinct(names), kind)) for kind in ("device", "interviewer")
    )
    assert devices[0] == devices[2] != people[0]
    assert devices[1] == people[1] == ""
