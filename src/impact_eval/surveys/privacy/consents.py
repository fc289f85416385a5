"""Which consents a form lacks, and who withdrew on a later form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from impact_eval.study.consent import Consent
from impact_eval.surveys.combinations import first_rows, numbered
from impact_eval.surveys.text import folded, is_text, map_unique

SHORT_FORM = "consent"


def lacking(
    rules: Sequence[Consent], column: Callable[[str], pd.Series], index: pd.Index
) -> pd.DataFrame:
    """Hold the rules of a source against its forms.

    Parameters
    ----------
    rules : sequence of Consent
        All of them are needed.
    column : callable
        Text of a declared column, n cells.
    index : Index
        Of the forms.

    Returns
    -------
    DataFrame, shape (n, 2)
        `consents_missing`: ids of the rules that are not met, with spaces between them; `refuses`:
        `yes` where a rule with `withdraws` was answered and not accepted.
    """
    missing = pd.Series("", index=index, dtype="str")
    refuses = pd.Series("", index=index, dtype="str")
    for rule in rules:
        accepted = {folded(answer) for answer in rule.accepted}
        given = map_unique(column(rule.column), folded)
        unmet = ~given.isin(accepted)
        if rule.withdraws:
            unmet &= given != ""
            refuses = refuses.where(~unmet, "yes")
        missing = missing.where(~unmet, missing + " " + rule.id)
    return pd.DataFrame({"consents_missing": missing.str.strip(), "refuses": refuses})


def count_missing(forms: pd.DataFrame, rules: Iterable[Consent]) -> dict[str, int]:
    """Rows that lack each consent: every declared one, and the short form's where one is missing.

    Parameters
    ----------
    forms : DataFrame
        With `source_file`, `source_row`, `consent` and `consents_missing`.
    rules : iterable of Consent
        Of all sources.

    Returns
    -------
    dict of int
        By the rule's id. A row may lack several; a wide row counts once.
    """
    without = np.flatnonzero(is_text(forms["consent"], "no"))
    columns = [forms[name].take(without) for name in ("source_file", "source_row")]
    lacking_at = without[first_rows(numbered(*columns))]
    counts = dict.fromkeys((rule.id for rule in rules), 0)
    for missing, number in Counter(forms["consents_missing"].take(lacking_at)).items():
        for rule in missing.split() or [SHORT_FORM]:
            counts[rule] = counts.get(rule, 0) + number
    return counts
