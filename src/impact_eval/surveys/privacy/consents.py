"""Which consents a form lacks, what is not done without them, and who withdrew on a later form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from impact_eval.study.consent import Consent, Covered
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.combinations import first_rows, numbered
from impact_eval.surveys.encoded import Encoded, constant, spelled
from impact_eval.surveys.rows import Mask
from impact_eval.surveys.text import folded

SHORT_FORM = "consent"


def lacking(
    rules: Sequence[Consent], column: Callable[[str], Encoded], n: int
) -> tuple[Encoded, Encoded, Encoded]:
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
        Ids of the rules about the whole form that are not met, with spaces between them.
    limited : Encoded, n cells
        In the same way the `limit` of the others.
    refuses : Encoded, n cells
        `yes` where a rule with `withdraws` was answered and not accepted.
    """
    missing = limited = refuses = constant("", n)
    for rule in rules:
        accepted = {folded(answer) for answer in rule.accepted}
        given = spelled(column(rule.column), folded)
        unmet = ~given.among(accepted)
        if rule.withdraws:
            unmet &= ~given.among([""])
            refuses = refuses.replaced(unmet, constant("yes", n))
        if rule.of_form:
            missing = missing.replaced(unmet, spelled(missing, partial(_and_also, rule.id)))
        else:
            limited = limited.replaced(unmet, spelled(limited, partial(_and_also, rule.limit)))
    return missing, limited, refuses


def not_covered(limited: Encoded, what: Covered) -> Mask:
    """Forms on which something is not done for want of a consent.

    >>> not_covered(Encoded([0, 1], ["", "respondent_panel_before_without_linking"]), "linking")
    array([False,  True])
    """
    lacks = [
        any(what in one.rpartition("_without_")[2].split("_") for one in text.split())
        for text in limited.texts
    ]
    return limited.of_each(lacks, dtype=bool)


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
    without = forms.text["consent"].among(["no"])
    counts = dict.fromkeys((rule.id for rule in rules if rule.of_form), 0)
    for missing, rows in _rows(forms, without, "consents_missing").items():
        for rule in missing.split() or [SHORT_FORM]:
            counts[rule] = counts.get(rule, 0) + rows
    return counts


def count_limited(forms: Columns, rules: Iterable[Consent]) -> dict[str, int]:
    """Rows on which something is not done for want of a consent, by the `limit` of its rule.

    Parameters
    ----------
    forms : Columns
        With `source_file`, `source_row` and `limited`, which is empty on forms that were erased.
    rules : iterable of Consent
        Of all sources.
    """
    counts = dict.fromkeys((rule.limit for rule in rules if not rule.of_form), 0)
    for limited, rows in _rows(forms, ~forms.text["limited"].among([""]), "limited").items():
        for rule in limited.split():
            counts[rule] += rows
    return counts


def _rows(forms: Columns, where: Mask, column: str) -> Counter[str]:
    """How many rows of files have each text in a column, of the forms of a mask."""
    some = forms.taken(np.flatnonzero(where))
    number = numbered(some.text["source_file"], some.arrays["source_row"])
    return Counter(some.text[column].taken_texts(first_rows(number)))
