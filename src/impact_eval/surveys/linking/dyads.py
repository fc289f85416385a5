"""Parents joined to their children, by the child's code on the parent's form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.linking.chances import chances_by_school
from impact_eval.surveys.linking.dyad_trials import among, no_trials, summed, try_pairs
from impact_eval.surveys.linking.masks import masked_hashes
from impact_eval.table_columns import DYADS

_PERSON: Final = ["school_id", "respondent_id"]


@dataclass(frozen=True)
class FoundDyads:
    """Pairs of parents and children, and how sure they are.

    Attributes
    ----------
    dyads : DataFrame
        Columns DYADS, each pair once.
    summary : DataFrame
        Columns DYADS_SUMMARY, a row for each parents' audience and school with such parents.
    """

    dyads: pd.DataFrame
    summary: pd.DataFrame


def find_dyads(
    forms: pd.DataFrame,
    links: pd.DataFrame,
    study: Study,
    *,
    key: bytes,
    repeated: pd.DataFrame | None = None,
) -> FoundDyads:
    """Pairs of a parent and a child of one school, many to many.

    Parameters
    ----------
    forms : DataFrame
        Used forms with `submission_id, audience, school_id, wave, elements, child_elements`.
    links : DataFrame
        Columns LINKS, in the same order. Forms of people who cannot be told belong to no dyad; in
        an audience that is not linked each form is somebody's own (`of_a_form`).
    study : Study
        Which names the audience of an audience's children (`child_audience`).
    key : bytes
        Key of the study.
    repeated : DataFrame, optional
        `place` (row of `forms`) and `child_elements` of further forms by the same people, which
        count no more but may name another child.

    Returns
    -------
    FoundDyads
        `method` is `exact` if a form of the parent has a code that the child gave, else `tolerant`.

    Notes
    -----
    A code that several children of the school gave joins nobody. Where a parent has no child by
    equal codes, a code that no child gave may differ in one element from that of a single child of
    the school: a child may have two parents,
    so it need not be unique the other way round. That step follows the children's `link_tolerance`
    and is left out in schools where fewer than 99.5 in 100 such pairs are expected to be true. So
    are pairs by equal codes in schools where these are seen to be too common (`try_pairs`).
    """
    forms = forms.assign(respondent_id=links["respondent_id"].to_numpy())
    unlinked = [one.id for one in study.audiences if one.link == "none"]
    nobody = (forms["respondent_id"] == "") & forms["audience"].isin(unlinked)
    forms["respondent_id"] = forms["respondent_id"].where(~nobody, of_a_form(forms))
    named_again = forms.iloc[:0] if repeated is None else _again(forms, repeated)
    rows, summaries = [_nobody()], [no_trials()]
    for audience in study.audiences:
        if audience.child_audience is None:
            continue
        naming = pd.concat([forms, named_again])
        mine = naming["audience"] == audience.id
        named = mine & (naming["child_elements"] != "") & (naming["respondent_id"] != "")
        children = forms[(forms["audience"] == audience.child_audience) & (forms["elements"] != "")]
        parents = naming.loc[named, [*_PERSON, "child_elements"]].drop_duplicates()
        exact = _exactly(parents, children)
        untold = exact["child_respondent_id"] == ""
        lost, exact = exact[untold], exact[~untold].reset_index(drop=True)
        open_parents = _unnamed(parents, children, exact)
        near = exact.iloc[:0]
        if study.audience(audience.child_audience).tolerant:
            near = _nearly(open_parents, children, key)
        chances = chances_by_school(children, study)
        tried = try_pairs(
            parents, open_parents, children, chances, exact=exact, near=near, lost=lost
        )
        rows += [
            exact[~among(exact, tried[tried["untold"]])],
            near[~among(near, tried[tried["unsure"]])],
        ]
        summaries.append(summed(tried, audience.id))
    dyads = pd.concat(rows, ignore_index=True)
    dyads = dyads.drop_duplicates(list(DYADS[:3]))  # exact ones stand first
    dyads = dyads.sort_values([*DYADS[2:3], *DYADS[:2]], ignore_index=True)[list(DYADS)]
    return FoundDyads(dyads, pd.concat(summaries, ignore_index=True))


def of_a_form(forms: pd.DataFrame) -> pd.Series:
    """Name the unknown people of an audience that is not linked: each by the one form.

    >>> of_a_form(pd.DataFrame({"submission_id": [7]})).tolist()
    ['form 7']
    """
    return "form " + forms["submission_id"].astype("str")


def _again(forms: pd.DataFrame, repeated: pd.DataFrame) -> pd.DataFrame:
    """Say of which child else those people told who filled in a further form."""
    told = forms.iloc[repeated["place"].to_numpy(dtype=np.int64)]
    return told.assign(child_elements=repeated["child_elements"].to_numpy())


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in DYADS})


def _exactly(parents: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Join parents to the only person who gave the code; forms of nobody stand in the way.

    The child is empty where one form of nobody has the code.
    """
    person = children["respondent_id"].where(
        children["respondent_id"] != "", children.index.astype("str")
    )
    codes = children.assign(person=person).groupby(["school_id", "elements"])
    known = codes.agg(people=("person", "nunique"), child=("respondent_id", "first")).reset_index()
    is_whole = [all(code.split(JOIN)) for code in parents["child_elements"]]
    whole = parents[np.array(is_whole, dtype=bool)]
    joined = whole.merge(
        known, left_on=["school_id", "child_elements"], right_on=["school_id", "elements"]
    )
    return _dyads(joined[joined["people"] == 1], "exact")


def _dyads(joined: pd.DataFrame, method: str) -> pd.DataFrame:
    table = {
        "parent_respondent_id": joined["respondent_id"],
        "child_respondent_id": joined["child"],
        "school_id": joined["school_id"],
        "method": pd.Series([method] * len(joined), index=joined.index, dtype="str"),
    }
    return pd.DataFrame(table).drop_duplicates(ignore_index=True)


def _unnamed(parents: pd.DataFrame, children: pd.DataFrame, exact: pd.DataFrame) -> pd.DataFrame:
    """Parents without a child so far, with codes that no child gave."""
    known = pd.MultiIndex.from_frame(children[["school_id", "elements"]].drop_duplicates())
    given = pd.MultiIndex.from_frame(parents[["school_id", "child_elements"]]).isin(known)
    given |= parents["respondent_id"].isin(exact["parent_respondent_id"]).to_numpy()
    return parents[~given].reset_index(drop=True)


def _nearly(open_parents: pd.DataFrame, children: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Join parents to the only child whose code is near."""
    person = children["respondent_id"].where(
        children["respondent_id"] != "", children.index.astype("str")
    )
    number = pd.Series(np.arange(len(open_parents)))
    candidates = _masked(open_parents, "child_elements", "parent", number, key).merge(
        _masked(children, "elements", "child", person, key), on="hash"
    )
    candidates = candidates[["parent", "child"]].drop_duplicates()
    single = candidates[~candidates.duplicated("parent", keep=False)]
    single = single[single["child"].isin(children["respondent_id"])]
    near = open_parents.iloc[single["parent"].to_numpy(dtype=np.int64)].assign(
        child=single["child"].to_numpy()
    )
    return _dyads(near, "tolerant")


def _masked(
    codes: pd.DataFrame, column: str, name: str, person: pd.Series, key: bytes
) -> pd.DataFrame:
    rows = [
        (who, digest)
        for school, code, who in zip(codes["school_id"], codes[column], person, strict=True)
        for digest in masked_hashes(school, code.split(JOIN), key=key)
    ]
    return pd.DataFrame(rows, columns=[name, "hash"]).astype({name: person.dtype, "hash": object})
