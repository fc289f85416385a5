"""How many pairs of parents and children chance alone would join, and whether that is too many."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from impact_eval.surveys.linking.collisions import expected_false, expected_mixed, is_precise
from impact_eval.surveys.rows import Mask
from impact_eval.table_columns import DYADS_SUMMARY

_WHOLE: Final = ("n_parents", "n_children", "linked_exact", "linked_tolerant")
_REFUSED: Final = ("refused", "refused_exact")


def try_pairs(
    parents: pd.DataFrame,
    open_parents: pd.DataFrame,
    children: pd.DataFrame,
    chances: pd.DataFrame,
    *,
    exact: pd.DataFrame,
    near: pd.DataFrame,
    lost: pd.DataFrame,
) -> pd.DataFrame:
    """For each school: pairs found, how many of them chance would join, and which are given up.

    Parameters
    ----------
    parents, open_parents : DataFrame
        Parents with the codes that they gave for a child, `school_id`; and those of them whose
        codes no child gave and who have no child by equal codes.
    children : DataFrame
        The children's forms, `school_id, respondent_id, elements`.
    chances : DataFrame
        As `chances_by_school` gives them. A school that is not in it has numbers of its own, which
        are not a matter of chance.
    exact, near : DataFrame
        Pairs found by equal codes, and by codes that differ in one element.
    lost : DataFrame
        Parents who gave the code of a child that cannot be told from others.

    Returns
    -------
    DataFrame
        `school_id`, how many there are of each (`n_parents, n_children, exact, near`), how many are
        expected to be false (`false_exact, false_near`; of pairs that cannot be told apart it is
        not reckoned), `untold` where equal codes are seen to be
        too common, and `unsure` where near ones are too likely to be a stranger's, as they are
        wherever equal ones are.

    Notes
    -----
    A parent whose child gave no form, or who mistyped its code, is joined to a stranger with the
    code that stands there: E = (n_parents - T) n_children chance with T = found - E true pairs, as
    between two waves (`expected_false`), but for every child a stranger: a child's own parents do
    not stand in the way of others. Two children of one code look like one who handed in two forms,
    of which one counts; a parent is then joined to the wrong one in half of the cases
    (`expected_mixed`). As between waves, equal codes are one child's unless the forms show that two
    often have the same; near ones are another's unless the forms show that this is rare.
    """
    table = pd.DataFrame(
        {
            "n_parents": parents.groupby("school_id").size(),
            "n_open": open_parents.groupby("school_id").size(),
            "n_children": children.groupby("school_id")["elements"].nunique(),
            "exact": exact.groupby("school_id").size(),
            "near": near.groupby("school_id").size(),
            "lost": lost.groupby("school_id").size(),
            "told": (children["respondent_id"] != "").groupby(children["school_id"]).sum(),
        }
    )
    table = table[table["n_parents"] > 0].fillna(0).astype(np.int64)
    table = table.rename_axis("school_id").reset_index()
    known = chances.set_index("school_id").reindex(table["school_id"]).fillna(0.0)
    table["false_exact"] = _expected(table, "n_parents", "exact", known["equal"])
    seen = _expected(table, "n_parents", "exact", known["seen"])
    table["false_near"] = _expected(table, "n_open", "near", known["near"])
    table["untold"] = _imprecise(seen, table["exact"])
    given_up = (table["told"] == 0) & (table["lost"] > 0)
    table["untold"] |= given_up
    table["exact"] += table["lost"].where(given_up, 0)
    table["unsure"] = table["untold"] | _imprecise(table["false_near"], table["near"])
    return table


def _expected(table: pd.DataFrame, those: str, found: str, chance: pd.Series) -> list[float]:
    numbers = zip(table[those], table["n_children"], table[found], chance, strict=True)
    return [
        min(
            expected_false(n_from, n_children + n_found, n_found, one)
            + (expected_mixed(n_children, n_found, n_found, one) if found == "exact" else 0.0),
            float(n_found),
        )
        for n_from, n_children, n_found, one in numbers
    ]


def _imprecise(expected: list[float] | pd.Series, found: pd.Series) -> Mask:
    pairs = zip(expected, found, strict=True)
    return np.array([not is_precise(false, n) for false, n in pairs], dtype=bool)


def among(pairs: pd.DataFrame, tried: pd.DataFrame) -> Mask:
    """Say which pairs are of one of these schools."""
    return np.asarray(pairs["school_id"].isin(tried["school_id"]), dtype=bool)


def summed(tried: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Rows of the linkage report, columns DYADS_SUMMARY."""
    untold, unsure = tried["untold"], tried["unsure"]
    kept = tried["false_exact"].where(~untold, 0.0) + tried["false_near"].where(~unsure, 0.0)
    every = tried["false_exact"] + tried["false_near"]
    table = tried[["school_id", "n_parents", "n_children"]].assign(
        audience=audience,
        linked_exact=tried["exact"].where(~untold, 0),
        linked_tolerant=tried["near"].where(~unsure, 0),
        refused_exact=tried["exact"].where(untold, 0),
        refused=tried["near"].where(unsure, 0),
        expected_false=kept,
        expected_false_refused=every - kept,
    )
    return table[list(DYADS_SUMMARY)]


def no_trials() -> pd.DataFrame:
    """Hold the columns of DYADS_SUMMARY without rows."""
    kinds = dict.fromkeys((*_WHOLE, *_REFUSED), "int64")
    kinds |= dict.fromkeys(("audience", "school_id"), "str")
    return pd.DataFrame(
        {name: pd.Series([], dtype=kinds.get(name, "float64")) for name in DYADS_SUMMARY}
    )


def tell_pairs(summary: pd.DataFrame) -> list[str]:
    """Say of each audience of parents how many pairs there are, and how many were given up."""
    lines = []
    for audience, of in summary.groupby("audience"):
        exact, near, untold, unsure = (
            int(of[name].sum())
            for name in ("linked_exact", "linked_tolerant", "refused_exact", "refused")
        )
        given_up = f"{unsure:,} refused as too uncertain"
        if untold:
            schools = int((of["refused_exact"] > 0).sum())
            given_up += (
                f", {untold:,} with equal codes refused in {schools} "
                f"school{'s' if schools != 1 else ''} where children's codes are too common"
            )
        lines.append(
            f"{audience} with their children: {exact + near:,} pairs, {near:,} with one element "
            f"different; {given_up}; {of['expected_false'].sum():.1f} expected by chance"
        )
    return lines
