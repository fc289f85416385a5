"""Codes that differ in one element: joined where no other form could be meant."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.linking.masks import sharing_pairs
from impact_eval.surveys.linking.nodes import CONTRARY, Integers, Nodes
from impact_eval.surveys.rows import Mask


def candidate_pairs(nodes: Nodes, *, tolerant: Mask, key: bytes) -> pd.DataFrame:
    """Pairs of nodes that could be one person's: near codes, no wave in common, same levels.

    Parameters
    ----------
    nodes : Nodes
        All nodes of a study.
    tolerant : ndarray of bool, shape (nodes,)
        Nodes of audiences whose codes may differ in one element.
    key : bytes
        Key of the study.

    Returns
    -------
    DataFrame
        `first, second` (nodes) and `clear`: whether neither has another candidate and all forms
        that would be joined are candidates of each other.

    Notes
    -----
    A node is looked for within its audience and school, and in waves in which it has no form. A
    pair is clear if in each wave of either the other is the only candidate (mutually unique), and
    if the forms joined by such pairs are all within one element of each other: a chain, in which
    two codes differ in two elements, joins nobody. So a person has one form in a wave, and the
    order of rows and of waves does not matter. A code that two people of one wave gave is a
    candidate, and never joined.
    """
    near = np.flatnonzero(tolerant & ~nodes.waves.all(axis=1))
    place = nodes.table["audience"] + JOIN + nodes.table["school_id"]
    pairs = sharing_pairs(place.iloc[near], nodes.table["elements"].iloc[near], key=key)
    first, second = near[pairs["first"].to_numpy()], near[pairs["second"].to_numpy()]
    possible = ~(nodes.waves[first] & nodes.waves[second]).any(axis=1)
    for name in nodes.levels.columns:
        level = nodes.levels[name].to_numpy()
        open_ones = np.isin(level, ("", CONTRARY))
        possible &= (level[first] == level[second]) | open_ones[first] | open_ones[second]
    first, second = first[possible], second[possible]
    contrary = (nodes.levels == CONTRARY).any(axis=1).to_numpy()
    clear = _mutually_unique(nodes, first, second) & ~contrary[first] & ~contrary[second]
    clear[clear] = _whole(first[clear], second[clear], len(nodes.table))
    return pd.DataFrame({"first": first, "second": second, "clear": clear})


def _mutually_unique(nodes: Nodes, first: Integers, second: Integers) -> Mask:
    """Pairs that are each other's only candidate in each wave, and of which none is shared."""
    counts = np.zeros(nodes.waves.shape, dtype=np.int64)
    np.add.at(counts, first, nodes.waves[second])
    np.add.at(counts, second, nodes.waves[first])
    only = ((counts[first] == 1) | ~nodes.waves[second]).all(axis=1)
    only &= ((counts[second] == 1) | ~nodes.waves[first]).all(axis=1)
    shared = (nodes.table["kind"] == "shared").to_numpy()
    return np.asarray(only & ~shared[first] & ~shared[second], dtype=bool)


def _whole(first: Integers, second: Integers, count: int) -> Mask:
    """Pairs in groups of which every two nodes are a pair."""
    group = groups(first, second, count)
    sizes = np.bincount(group, minlength=count)[group[first]]
    pairs = np.bincount(group[first], minlength=count)[group[first]]
    return np.asarray(2 * pairs == sizes * (sizes - 1), dtype=bool)


def groups(first: Integers, second: Integers, count: int) -> Integers:
    """Group of each of `count` nodes, those joined by pairs together."""
    joined = coo_matrix((np.ones(len(first)), (first, second)), shape=(count, count))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.int64)
