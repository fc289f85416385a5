"""Parents joined to their children by a code, against people who are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from coded_forms import KEY, audience

from impact_eval.study.structure import Audience
from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.linking import dyad_trials
from impact_eval.surveys.linking.dyad_trials import tell_pairs
from impact_eval.surveys.linking.dyads import FoundDyads, find_dyads
from impact_eval.surveys.linking.link import link

PARENT = audience("parent").model_copy(update={"link": "none", "child_audience": "student"})
SCHOOLS = ("north", "south", "east", "west")


@dataclass(frozen=True)
class Study:
    """What linking and joining ask of a study."""

    audiences: tuple[Audience, ...] = (audience(), PARENT)
    wave_ids: tuple[str, ...] = ("pre", "post")

    def audience(self, name: str) -> Audience:
        return next(one for one in self.audiences if one.id == name)


def drawn(
    rng: np.random.Generator,
    *,
    people: int,
    elements: int,
    values: int,
    waves: tuple[str, ...] = ("pre", "post"),
) -> pd.DataFrame:
    """Children of four schools, most of whom fill in a form of either wave, and half their parents.

    One code in six carries a wrong element. Of two forms of a wave with one code the first is kept,
    as it is where duplicates are resolved. `child` is who the form is of, or whose parent's.
    """
    rows = []
    for school in SCHOOLS:
        codes = rng.integers(0, values, size=(people, elements))
        for wave in waves:
            here = rng.random(people) < 0.8
            typed = _typed(rng, codes, values)
            rows += [
                (school, wave, "student", typed[child], "", child) for child in np.flatnonzero(here)
            ]
        typed = _typed(rng, codes, values)
        rows += [
            (school, "pre", "parent", "", typed[child], child)
            for child in np.flatnonzero(rng.random(people) < 0.5)
        ]
    names = ["school_id", "wave", "audience", "elements", "child_elements", "child"]
    forms = pd.DataFrame(rows, columns=names)
    twice = forms.duplicated(["school_id", "wave", "elements"]) & (forms["audience"] == "student")
    forms = forms[~twice].reset_index(drop=True)
    return forms.assign(submission_id=np.arange(len(forms)), code=forms["elements"], sex="")


def _typed(rng: np.random.Generator, codes: np.ndarray, values: int) -> list[str]:  # type: ignore[type-arg]
    wrong = codes.copy()
    slips = np.flatnonzero(rng.random(len(codes)) < 0.18)
    wrong[slips, rng.integers(0, codes.shape[1], size=len(slips))] = rng.integers(
        0, values, size=len(slips)
    )
    return [JOIN.join(map(str, row)) for row in wrong]


def joined(forms: pd.DataFrame, *, tolerance: int = 1) -> tuple[FoundDyads, int, int]:
    """Pairs, and how many are true and false: true if all the child's forms are that parent's."""
    study = Study((audience(tolerance=tolerance), PARENT))
    links = link(forms, forms[["sex"]], study, key=KEY).links  # type: ignore[arg-type]
    parents = forms["audience"] == "parent"
    named = "parent of " + forms["school_id"] + forms["child"].astype("str")
    links = links.assign(respondent_id=links["respondent_id"].where(~parents, named))
    found = find_dyads(forms, links, study, key=KEY)  # type: ignore[arg-type]
    children = forms[~parents].assign(who=links["respondent_id"])
    of = children[children["who"] != ""].groupby("who")["child"].agg(["min", "max"])
    pairs = found.dyads.join(of, on="child_respondent_id")
    child = pairs["parent_respondent_id"].str.extract(r"(\d+)$")[0].astype("int64")
    true = int(((pairs["min"] == child) & (pairs["max"] == child)).sum())
    return found, true, len(pairs) - true


# elements, values, people of a school; in how many of 8 schools equal codes are given up
SPACES = [
    (8, 10, 60, 0, 0),
    (4, 12, 60, 0, 3),
    (4, 10, 300, 8, 8),
    (4, 5, 60, 8, 8),
    (3, 9, 120, 8, 8),
]


@pytest.mark.parametrize("waves", [("pre",), ("pre", "post")], ids=len)
@pytest.mark.parametrize(("elements", "values", "people", "least", "most"), SPACES)
def test_pairs_that_are_kept_are_true(
    elements: int, values: int, people: int, least: int, most: int, waves: tuple[str, ...]
) -> None:
    true = false = refused = 0
    for seed in range(2):
        rng = np.random.default_rng([seed, values, people])
        size = {"people": people, "elements": elements, "values": values}
        found, right, wrong = joined(drawn(rng, **size, waves=waves))
        true, false = true + right, false + wrong
        refused += int((found.summary["refused_exact"] > 0).sum())
        kept = found.summary[["linked_exact", "linked_tolerant"]].to_numpy().sum()
        assert kept == len(found.dyads)
    assert least <= refused <= most
    assert (true + false == 0) == (refused == 8)
    assert false <= 0.005 * (true + false)


@pytest.mark.parametrize(("elements", "values", "people", "least", "most"), SPACES[1:])
def test_what_chance_joins_is_reckoned_rightly(
    elements: int, values: int, people: int, least: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing refused the false pairs by equal codes are about as many as expected."""
    monkeypatch.setattr(dyad_trials, "is_precise", lambda expected, n_linked: True)
    expected, false, found_in_all = 0.0, 0, 0
    for seed in range(3):
        rng = np.random.default_rng([7, seed, values, people])
        size = {"people": people, "elements": elements, "values": values}
        found, right, wrong = joined(drawn(rng, **size, waves=("pre",)), tolerance=0)
        expected += found.summary["expected_false"].sum()
        false += wrong
        found_in_all += right + wrong
    assert false <= 1.5 * expected + 3
    if least:
        assert expected <= 2 * false
        assert false > 0.005 * found_in_all


def test_what_is_given_up_is_told() -> None:
    found, _, _ = joined(drawn(np.random.default_rng(3), people=60, elements=4, values=5))
    (line,) = tell_pairs(found.summary)
    assert line.startswith("parent with their children: 0 pairs, 0 with one element different; ")
    assert "with equal codes refused in 4 schools where children's codes are too common" in line


def test_numbers_of_the_school_are_never_refused() -> None:
    forms = drawn(np.random.default_rng(4), people=60, elements=4, values=5)
    study = Study((audience().model_copy(update={"link": "roster_id"}), PARENT))
    links = pd.DataFrame({"respondent_id": forms["child"].astype("str"), "method": "roster"})
    found = find_dyads(forms, links, study, key=KEY)  # type: ignore[arg-type]
    assert found.summary["refused_exact"].sum() == 0
    assert found.summary["linked_exact"].sum() > 0
