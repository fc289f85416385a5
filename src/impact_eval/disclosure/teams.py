"""What trainer teams delivered: all teams of a phase are shown, or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.kinds import OF_DELIVERY

FEWEST_SCHOOLS: Final = 3  # with two, either school could take its own numbers off


def few_of_teams(rows: Sequence[Finding], *, threshold: int) -> dict[str, str]:
    """Find what is said of workshops of few people, and of teams where one of them is small.

    Parameters
    ----------
    rows
        All findings that may be printed.
    threshold
        The smallest number of people that may be shown.

    Returns
    -------
    dict of str to str
        Why, by the id of the finding. A team is small with fewer than 3 schools, or fewer people
        who attended than the threshold; it hides all teams of its audience and phase, since the
        phase less the others is the one that is missing, and those of all phases together.
    """
    small = set()
    few: dict[str, str] = {}
    mine = [row for row in rows if row.quantity in OF_DELIVERY]
    for row in mine:
        if row.n < threshold:
            few[row.finding_id] = "small"
        if row.subgroup and (row.n < threshold or row.n_clusters < FEWEST_SCHOOLS):
            small |= {(row.audience, row.phase), (row.audience, "")}
    for row in mine:
        if row.subgroup and (row.audience, row.phase) in small:
            few.setdefault(row.finding_id, "small")
    return few
