"""Counts about people's privacy, of which the report tells what may be told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.privacy.identifying import IdentifyingColumn
from impact_eval.surveys.typed import table_of_rows
from impact_eval.table_columns import PRIVACY


def privacy_table(
    study: Study,
    *,
    identifying: Iterable[IdentifyingColumn],
    disclosures: int,
    missing: Mapping[str, int],
    limited: Mapping[str, int],
    withdrawals_not_found: int = 0,
) -> pd.DataFrame:
    """Count what was left out, handed on and not consented to.

    Parameters
    ----------
    study : Study
        Disclosures are counted if it declares safeguarding questions.
    identifying : iterable
        Of all files.
    disclosures : int
        In all files.
    missing : mapping of int
        Rows that lack a consent, by the id of its rule.
    limited : mapping of int
        Rows on which something is not done for want of a consent, by what its rule calls it.
    withdrawals_not_found : int
        Rows of the list of withdrawals that fit no form; counted if the study has such a list.

    Returns
    -------
    DataFrame
        Columns PRIVACY: quantity, what it is about, number.
    """
    rows: list[tuple[str, str, int]] = [
        ("identifying_columns", kind, number)
        for kind, number in sorted(Counter(one.kind for one in identifying).items())
    ]
    if study.safeguarding:
        rows.append(("disclosures", "", disclosures))
    rows += [("consents_missing", rule, number) for rule, number in missing.items()]
    rows += [("consents_limited", rule, number) for rule, number in limited.items()]
    if study.withdrawals is not None:
        rows.append(("withdrawals_not_found", "", withdrawals_not_found))
    return table_of_rows(dict(zip(PRIVACY, ("str", "str", "int64"), strict=True)), rows)


def identifying_columns(study: Study) -> tuple[IdentifyingColumn, ...]:
    """Columns that looked as if they told who people are when the study was last prepared."""
    path = study.processed_folder / "prepared.json"
    if not path.is_file():
        return ()
    found = json.loads(path.read_text(encoding="utf-8")).get("identifying_columns", ())
    return tuple(IdentifyingColumn(**one) for one in found)
