"""What became of every row and every answer that came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.participation.people import counted


def rows(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the rows of each fate, and of each reason, in all files and by audience."""
    del done
    counts = data.tables.counts
    yield from _by_fate(data, counts, "")
    for audience in data.study.audiences:
        yield from _by_fate(data, counts[counts["audience"] == audience.id], audience.id)


def rejected_answers(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many answers broke their rule and count as missing."""
    del done
    yield counted(
        Address(study_id=data.study.id, quantity="rejected_answers"),
        len(data.tables.rejected_answers),
        unit="answers",
        method="answers outside their rule, taken as missing",
    )


def _by_fate(data: StudyData, counts: pd.DataFrame, audience: str) -> Iterator[Finding]:
    address = Address(study_id=data.study.id, quantity="rows", audience=audience)
    for column in ("fate", "reason"):
        for value, number in counts.groupby(column)["rows"].sum().items():
            if value:
                yield counted(
                    replace(address, subgroup=f"{column}:{value}"),
                    number,
                    unit="rows",
                    method=f"rows of the files by {column}",
                )
