"""Which consents a form lacks, and who withdrew on a later form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from impact_eval.study.consent import Consent
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.combinations import first_rows, numbered
from impact_eval.surveys.encoded import Encoded, constant, spelled
from impact_eval.surveys.text import folded

SHORT_FORM = "consent"


def lacking(
    rules: Sequence[Consent], column: Callable[[str], Encoded], n: int
) -> tuple[Encoded, Encoded]:
    """Hold the rules of a source against its forms.

    Parameters
    ----------
    rules : sequence of Consent
        All of them are needed.
    column : callable
        Text of a declared column, n cells.
    n : int
        How many forms there are.

    Returns
    -------
    missing : Encoded, n cells
        Ids of the rules that are not met, with spaces between them.
    refuses : Encoded, n cells
        `yes` where a rule with `withdraws` was answered and not accepted.
    """
    missing = refuses = constant("", n)
    for rule in rules:
        accepted = {folded(answer) for answer in rule.accepted}
        given = spelled(column(rule.column), folded)
        unmet = ~given.among(accepted)
        if rule.withdraws:
            unmet &= ~given.among([""])
            refuses = refuses.replaced(unmet, constant("yes", n))
        with_rule = spelled(missing, partial(_and_also, rule.id))
        missing = missing.replaced(unmet, with_rule)
    return missing, refuses


def _and_also(rule: str, missing: str) -> str:
    return f"{missing} {rule}".strip()


def count_missing(forms: Columns, rules: Iterable[Consent]) -> dict[str, int]:
    """Rows that lack each consent: every declared one, and the short form's where one is missing.

    Parameters
    ----------
    forms : Columns
        With `source_file`, `source_row`, `consent` and `consents_missing`.
    rules : iterable of Consent
        Of all sources.

    Returns
    -------
    dict of int
        By the rule's id. A row may lack several; a wide row counts once.
    """
    without = forms.taken(np.flatnonzero(forms.text["consent"].among(["no"])))
    number = numbered(without.text["source_file"], without.arrays["source_row"])
    missing_of_rows = without.text["consents_missing"].taken_texts(first_rows(number))
    counts = dict.fromkeys((rule.id for rule in rules), 0)
    for missing, rows in Counter(missing_of_rows).items():
        for rule in missing.split() or [SHORT_FORM]:
            counts[rule] = counts.get(rule, 0) + rows
    return counts
