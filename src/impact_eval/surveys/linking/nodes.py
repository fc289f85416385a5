"""What tolerant linking joins: all forms of one code, or one form whose code lacks an element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.rows import Mask

Integers = np.ndarray[Any, np.dtype[np.int64]]
_METHODS: Final = {"roster_id": "roster", "code": "exact", "none": "none"}
UNPLACED: Final = -1
CONTRARY: Final = "?"


@dataclass(frozen=True)
class Nodes:
    """Groups of forms that are one person's as far as equal codes say.

    Attributes
    ----------
    table : DataFrame
        `audience, school_id, identity, elements, kind`, a row for each node; `kind` is `roster`,
        `exact`, `incomplete` (a form whose code lacks one element) or `shared` (a code that two
        people of one wave gave: linked with nobody, but a candidate that stands in the way).
    levels : DataFrame
        For each declared subgroup the level that the forms of a node agree on, empty if none of
        them says; CONTRARY if they say different ones: a candidate that stands in the way.
    waves : ndarray of bool, shape (nodes, waves)
        Waves in which a node has a form.
    of_form : ndarray of int, shape (forms,)
        Node of each form; UNPLACED without a code.
    """

    table: pd.DataFrame
    levels: pd.DataFrame
    waves: Mask
    of_form: Integers


def make_nodes(forms: pd.DataFrame, subgroups: pd.DataFrame, study: Study) -> Nodes:
    """Group used forms by equal codes within audience and school.

    Parameters
    ----------
    forms : DataFrame
        Used forms with `audience, school_id, wave, code, elements`.
    subgroups : DataFrame
        Their declared levels, in the same order.
    study : Study
        Which says how each audience is linked.
    """
    kind = _kinds(forms, study)
    place = forms["audience"] + JOIN + forms["school_id"] + JOIN
    identity = place + forms["code"].where(forms["code"] != "", forms["elements"])
    shared = pd.DataFrame({"identity": identity, "wave": forms["wave"]})[
        kind.isin(["roster", "exact"]).to_numpy()
    ]
    several = shared.loc[shared.duplicated(keep=False), "identity"].unique()
    kind = kind.where(~(identity.isin(several) & kind.isin(["roster", "exact"])), "shared")
    number = np.arange(len(forms)).astype("U")
    own = identity.where(kind != "incomplete", identity + JOIN + JOIN + number)
    placed = (kind != "none").to_numpy()
    of_form = np.full(len(forms), UNPLACED, dtype=np.int64)
    codes, _ = pd.factorize(own[placed])
    of_form[placed] = codes
    first = forms[placed].assign(identity=identity[placed], kind=kind[placed], node=codes)
    table = first.drop_duplicates("node")
    table = table[["audience", "school_id", "identity", "elements", "kind"]].reset_index(drop=True)
    levels = _levels(subgroups[placed], codes, len(table))
    return Nodes(table, levels, _waves(forms["wave"], of_form, len(table), study), of_form)


def _kinds(forms: pd.DataFrame, study: Study) -> pd.Series:
    """Kind of each form's code; `none` if it tells nobody."""
    methods = {audience.id: _METHODS[audience.link] for audience in study.audiences}
    kind = forms["audience"].map(methods).astype("str")
    whole = forms["code"] != ""
    lenient = [one.id for one in study.audiences if one.tolerant and one.link_missing == "differs"]
    parts = forms["elements"].str.count(JOIN) + 1
    missing = parts - forms["elements"].str.split(JOIN).map(lambda each: len([*filter(None, each)]))
    lacking = ~whole & (missing == 1) & (parts > 1) & forms["audience"].isin(lenient)
    return kind.where(whole, "none").where(~lacking, "incomplete")


def _levels(subgroups: pd.DataFrame, node: Integers, count: int) -> pd.DataFrame:
    levels = pd.DataFrame(index=range(count))
    for name in subgroups.columns:
        known = (subgroups[name] != "").to_numpy()
        by_node = subgroups[name][known].groupby(node[known])
        lowest, highest = by_node.min(), by_node.max()
        agreed = lowest.where(lowest == highest, CONTRARY)
        levels[name] = agreed.reindex(range(count), fill_value="").astype("str")
    return levels


def _waves(wave: pd.Series, of_form: Integers, count: int, study: Study) -> Mask:
    numbers = wave.map({one: number for number, one in enumerate(study.wave_ids)})
    waves = np.zeros((count, len(study.wave_ids)), dtype=bool)
    placed = of_form >= 0
    waves[of_form[placed], numbers[placed].to_numpy(dtype=np.int64)] = True
    return waves
