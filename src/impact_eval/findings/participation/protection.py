"""What was left out, handed on or not consented to, to protect people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.participation.people import counted
from impact_eval.vocabulary import Quantity

UNITS: Final = {
    "identifying_columns": ("columns", "columns that tell who people are, by kind"),
    "disclosures": ("answers", "answers to safeguarding questions"),
    "consents_missing": ("rows", "rows that lack a consent, by rule"),
    "consents_limited": ("rows", "rows of which something is not done, by rule of consent"),
    "withdrawals_not_found": ("rows", "rows of the list of withdrawals that fit no form"),
}


def counts(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield a finding for each row of the table `privacy`."""
    del done
    table = data.tables.privacy
    for measure, detail, number in zip(
        table["measure"], table["detail"], table["number"], strict=True
    ):
        unit, method = UNITS[measure]
        yield counted(
            Address(
                study_id=data.study.id,
                quantity=cast("Quantity", measure),
                subgroup=f"{measure}:{detail}" if detail else "",
            ),
            number,
            unit=unit,
            method=method,
        )
