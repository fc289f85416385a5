"""Everybody who was asked before, with what was known of them and whether they were seen again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats, StudyData

BY_CODES = (
    "people are known by codes that they make themselves, and where a code is not met again nobody"
    " can say whether its owner left or wrote another"
)
NOT_KNOWN = "people are not known from one survey to the next, so nobody can say who was lost"
COMPLETE_ONLY = "the files hold only people who answered every time, so nobody can say who was lost"
OTHER_PEOPLE = "each round asked other people, so nobody can be counted as lost"


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """People with a score before, a person an element, in the order of their forms' numbers.

    `post` is NaN for who has no later score. `known` are their other scores before and their
    subgroups, a column each, with a column that marks what is missing.
    """

    pre: Floats
    post: Floats
    school: Codes
    cluster: Codes
    workshop: Codes
    known: Floats
    side: Codes


def asked_before(people: AudienceData, at: Address, *, side: Codes | None = None) -> AskedBefore:
    """Gather everybody of a change's phase and earlier wave who has a score of its outcome.

    Parameters
    ----------
    people
        The audience.
    at
        The change.
    side
        Shape of the audience: the side of each submission, where there are sides.

    Returns
    -------
    AskedBefore
        Possibly of nobody.
    """
    values = people.scores[at.outcome]
    rows = people.rows[at.phase, at.wave_from]
    rows = rows[np.isfinite(values[rows])]
    rows = rows[np.argsort(people.submission_id[rows], kind="stable")]
    first, later = people.pairs[at.phase, at.wave_from, at.wave_to]
    after = np.full(values.size, np.nan)
    after[first] = values[later]
    return AskedBefore(
        pre=values[rows],
        post=after[rows],
        school=people.school.codes[rows],
        cluster=people.cluster.codes[rows],
        workshop=people.workshop.codes[rows],
        known=_known(people, at.outcome, rows),
        side=np.zeros(rows.size, np.intp) if side is None else side[rows],
    )


def why_nobody_is_lost_by_name(data: StudyData, people: AudienceData) -> str:
    """Say why it is not known of each person whether they were seen again; empty if it is."""
    if data.rounds_differ:
        return OTHER_PEOPLE
    if people.audience.complete_only:
        return COMPLETE_ONLY
    return {"roster_id": "", "code": BY_CODES}.get(people.audience.link, NOT_KNOWN)


def range_of(data: StudyData, at: Address) -> tuple[float, float]:
    """Look up the lowest and the highest score that there can be in the later wave."""
    return data.study.outcome_range(at.audience, at.outcome, at.wave_to)


def _known(people: AudienceData, outcome: str, rows: Codes) -> Floats:
    columns = []
    for name, values in people.scores.items():
        own = values[rows]
        seen = np.isfinite(own)
        if name != outcome and seen.any():
            columns += [np.where(seen, own, own[seen].mean()), (~seen).astype(np.float64)]
    for levels in people.subgroups.values():
        group = levels[rows]
        columns += [(group == level).astype(np.float64) for level in np.unique(group)]
    return np.column_stack(columns) if columns else np.zeros((rows.size, 0))
