"""Which forms are the same person's in different waves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.linking.chances import PLACE, trials
from impact_eval.surveys.linking.nodes import Integers, Nodes, make_nodes
from impact_eval.surveys.linking.pseudonyms import pseudonyms
from impact_eval.surveys.linking.tolerant import candidate_pairs, groups
from impact_eval.surveys.rows import Mask
from impact_eval.table_columns import LINKS


@dataclass(frozen=True)
class Linked:
    """Respondents of forms, and what was tried.

    Attributes
    ----------
    links : DataFrame
        Columns LINKS, a row for each form.
    trials : DataFrame
        By school, audience and two waves, as `chances.trials` returns it.
    """

    links: pd.DataFrame
    trials: pd.DataFrame


def link(forms: pd.DataFrame, subgroups: pd.DataFrame, study: Study, *, key: bytes) -> Linked:
    """Respondent of each used form, as a keyed hash.

    Parameters
    ----------
    forms : DataFrame
        Used forms with `submission_id, audience, school_id, wave`, `code` (normalised; empty if
        incomplete) and `elements` (the same with its gaps).
    subgroups : DataFrame
        Their declared levels, in the same order; two levels that differ forbid a tolerant link.
    study : Study
        Which says how each audience is linked.
    key : bytes
        Key of the pseudonyms.

    Returns
    -------
    Linked
        Forms of one person share a `respondent_id`; it is empty and the method `none` where a
        person cannot be told. The method is `tolerant` for forms whose code is not that of most of
        the person's forms.

    Notes
    -----
    First, equal codes within school and audience are one person's. A code that two forms of one
    wave still share after duplicates were resolved belongs to two people: all forms with it stay
    unlinked. So do all forms of a school and audience whose codes are seen to be so common that
    fewer than 99.5 in 100 links by equal codes can be expected to be true (`trials`): the school's
    own numbers are not concerned. Then codes that differ in one element are joined where the
    audience declares it, where both are each other's only candidate (`candidate_pairs`), and where
    at least 99.5 in 100 of such links in the school are expected to be true (`expected_false`).
    """
    nodes = make_nodes(forms, subgroups, study)
    lenient = [audience.id for audience in study.audiences if audience.tolerant]
    tolerant = nodes.table["audience"].isin(lenient).to_numpy(dtype=bool)
    pairs = candidate_pairs(nodes, tolerant=tolerant, key=key)
    tried = trials(nodes, pairs, forms, study)
    place = pd.MultiIndex.from_frame(nodes.table[PLACE])
    refused = _among(place, tried[tried["refused"]])
    clear = pairs["clear"].to_numpy(dtype=bool)
    joined = pairs[clear & ~refused[pairs["first"].to_numpy()]]
    person = groups(joined["first"].to_numpy(), joined["second"].to_numpy(), len(nodes.table))
    untold = _among(place, tried[tried["refused_exact"]])
    respondent, method = _respondents(nodes, person, untold, key)
    links = {
        "submission_id": forms["submission_id"].to_numpy(),
        "respondent_id": _of_forms(respondent, nodes.of_form, ""),
        "method": _of_forms(method, nodes.of_form, "none"),
    }
    return Linked(pd.DataFrame(links, columns=list(LINKS)), tried)


def _among(place: pd.MultiIndex, tried: pd.DataFrame) -> Mask:
    return np.asarray(place.isin(pd.MultiIndex.from_frame(tried[PLACE])), dtype=bool)


def _respondents(
    nodes: Nodes, person: Integers, untold: Mask, key: bytes
) -> tuple[pd.Series, pd.Series]:
    """Pseudonym and method of each node; a person's pseudonym is that of the earliest code."""
    table = nodes.table[["identity", "kind"]].assign(
        person=person, n_forms=nodes.waves.sum(axis=1), first_wave=nodes.waves.argmax(axis=1)
    )
    table["whole"] = table["kind"] != "incomplete"
    alone = table.groupby("person")["kind"].transform("size") == 1
    earliest = table.sort_values(["first_wave", "identity"], kind="stable")
    identity = earliest.groupby("person")["identity"].first()
    named = table["person"].map(pseudonyms(identity, key=key))
    order = ["whole", "n_forms", "first_wave", "identity"]
    ranked = table.sort_values(order, ascending=[False, False, True, True], kind="stable")
    base = ~ranked.duplicated("person") & ranked["whole"]
    method = table["kind"].where(base.reindex(table.index), "tolerant")
    unknown = (table["kind"] == "shared") | (alone & ~table["whole"]) | untold
    return named.where(~unknown, ""), method.where(~unknown, "none")


def _of_forms(values: pd.Series, of_form: Integers, unplaced: str) -> pd.Series:
    """Value of each form's node."""
    known = np.append(values.to_numpy(dtype=object), unplaced)
    return pd.Series(known[of_form], dtype="str")
