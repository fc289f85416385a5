"""What chance alone would link between two waves of a school, and whether that is too much."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.linking.collisions import (
    agreement_chances,
    exact_chance,
    expected_false,
    expected_mixed,
    is_precise,
    levels_alike,
    near_chance,
)
from impact_eval.surveys.linking.nodes import CONTRARY, Nodes
from impact_eval.surveys.rows import Mask

PLACE: Final = ["audience", "school_id"]
PAIR: Final = [*PLACE, "wave_from", "wave_to"]


def chances_by_school(forms: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Chances that two people's codes are equal, or nearly.

    Returns
    -------
    DataFrame
        `audience, school_id, equal, seen, near`: `seen` is `equal` without the agreeing pair that
        is reckoned with beside those seen.

    Notes
    -----
    Where the codes of one audience have several lengths, the larger chance of them is taken.
    """
    rows = []
    lengths = forms["elements"].str.count(JOIN)
    for audience in study.audiences:
        mine = (forms["audience"] == audience.id) & (forms["elements"] != "")
        if audience.link != "code" or not mine.any():
            continue
        for length in sorted(lengths[mine].unique()):
            codes = forms[mine & (lengths == length)]
            seen = agreement_chances(codes, unseen=0)
            rows += [
                (audience.id, school, exact_chance(each), exact_chance(seen[school]), near)
                for school, each in agreement_chances(codes).items()
                for near in [near_chance(each)]
            ]
    table = pd.DataFrame(rows, columns=[*PLACE, "equal", "seen", "near"])
    return table.groupby(PLACE, sort=False, as_index=False).max()


def trials(nodes: Nodes, pairs: pd.DataFrame, forms: pd.DataFrame, study: Study) -> pd.DataFrame:
    """For each school, audience and two waves: how much could be linked, and how much by chance.

    Parameters
    ----------
    nodes : Nodes
        All nodes.
    pairs : DataFrame
        Candidate pairs of nodes, with `clear`.
    forms, study
        As in `make_nodes`.

    Returns
    -------
    DataFrame
        PAIR; `equal` and `clear`, the pairs of forms with equal codes and those with near ones that
        are clear; `ambiguous`, near pairs that are not; `expected_equal` and `expected_near`, how
        many of them are expected to join different people; `refused_exact`, whether all codes of
        the school and audience together are seen to be too common for equal ones to be one
        person's; `refused`, whether the near ones are too likely to be false, as they are wherever
        the equal ones are.

    Notes
    -----
    Equal codes are one person's unless the forms show that two people often have the same: where
    too few forms are there to show anything, they stay linked. Near codes are two people's unless
    the forms show that this is rare.
    """
    parts = [
        _between(nodes, pairs, study, number_from, number_to)
        for number_from, number_to in combinations(range(len(study.wave_ids)), 2)
    ]
    table = pd.concat(parts, ignore_index=True) if parts else _empty()
    table = table.merge(chances_by_school(forms, study), on=PLACE, how="left", suffixes=("", "_p"))
    table[["equal_p", "seen", "near"]] = table[["equal_p", "seen", "near"]].fillna(0.0)
    alike = table["audience"].map(_alike(nodes))
    for expected, chance_of in (("expected_equal", "equal_p"), ("expected_seen", "seen")):
        table[expected] = [
            min(
                expected_false(a, b, equal, chance) + expected_mixed(a, b, equal, chance * same),
                float(equal),
            )
            for a, b, equal, chance, same in zip(
                *(table[name] for name in ("n_from", "n_to", "equal", chance_of)),
                alike,
                strict=True,
            )
        ]
    table["expected_near"] = [
        expected_false(a - equal, b - equal, linked, chance)
        for a, b, equal, linked, chance in zip(
            *(table[name] for name in ("n_from", "n_to", "equal", "clear", "near")), strict=True
        )
    ]
    table["refused_exact"] = _imprecise(table, "expected_seen", "equal")
    table["refused"] = table["refused_exact"] | _imprecise(table, "expected_near", "clear")
    return table.drop(columns=["equal_p", "seen", "expected_seen", "near", "n_from", "n_to"])


def _imprecise(table: pd.DataFrame, expected: str, linked: str) -> Mask:
    """Rows of schools and audiences of whose links together too many are expected to be false."""
    sums = table.groupby(PLACE)[[expected, linked]].transform("sum")
    found = [not is_precise(a, b) for a, b in zip(sums[expected], sums[linked], strict=True)]
    return np.array(found, dtype=bool)


def _alike(nodes: Nodes) -> dict[str, float]:
    """Chance that the levels of two people of an audience do not tell them apart."""
    levels = nodes.levels.where(nodes.levels != CONTRARY, "")
    audience = nodes.table["audience"]
    return {str(one): levels_alike(levels[audience == one]) for one in audience.unique()}


def _between(
    nodes: Nodes, pairs: pd.DataFrame, study: Study, number_from: int, number_to: int
) -> pd.DataFrame:
    """Forms that could be linked between two waves, and those that are, by school."""
    linkable = (nodes.table["kind"] != "shared").to_numpy()
    here, there = nodes.waves[:, number_from], nodes.waves[:, number_to]
    counts = nodes.table[PLACE].assign(
        n_from=here & linkable, n_to=there & linkable, equal=here & there & linkable
    )
    table = counts.groupby(PLACE, as_index=False).sum()
    first, second = pairs["first"].to_numpy(), pairs["second"].to_numpy()
    across = (here[first] & there[second]) | (there[first] & here[second])
    clear = pairs["clear"].to_numpy(dtype=bool)
    found = nodes.table[PLACE].iloc[first[across]].reset_index(drop=True)
    found = found.assign(clear=clear[across], ambiguous=~clear[across])
    found = found.groupby(PLACE, as_index=False).sum()
    table = table.merge(found, on=PLACE, how="left")
    numbers = ["n_from", "n_to", "equal", "clear", "ambiguous"]
    table[numbers] = table[numbers].fillna(0).astype(np.int64)
    table["wave_from"], table["wave_to"] = study.wave_ids[number_from], study.wave_ids[number_to]
    return table


def _empty() -> pd.DataFrame:
    text = {name: pd.Series([], dtype="str") for name in PAIR}
    numbers = ("n_from", "n_to", "equal", "clear", "ambiguous")
    return pd.DataFrame(text | {name: pd.Series([], dtype=np.int64) for name in numbers})
