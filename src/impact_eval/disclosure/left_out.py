"""Counts of the forms in a comparison that would count the people of schools left out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.groups import Group

Place = tuple[str, str, str, str]


def telling_counts(
    findings: Iterable[Finding], hidden: Collection[Group], *, threshold: int
) -> set[str]:
    """Find the counts of analysed forms that, taken from those surveyed, leave a few people.

    Parameters
    ----------
    findings
        All that may be printed.
    hidden
        The groups that are hidden already.
    threshold
        The smallest number of people that may be shown.

    Returns
    -------
    set of str
        Ids of `analysed` findings: all of an audience if one of them is telling, since phases add
        and sides add up and contrasts share waves.

    Notes
    -----
    Where schools are left out of a comparison because one of its waves did not reach them, surveyed
    less analysed is who is in those schools. That must be as many as the threshold, and no school
    or province of the wave may be hidden, which it could give back. The same holds on each side.
    Forms that are left out because they have no score are not protected: how many these are, every
    mean says.
    """
    rows = list(findings)
    surveyed = _counts(rows, "surveyed")
    schools = _counts(rows, "schools_surveyed")
    compared = {
        (row.audience, row.phase, row.subgroup, row.wave_from, row.wave_to): row.estimate
        for row in rows
        if row.quantity == "schools_analysed"
    }
    analysed = [row for row in rows if row.quantity == "analysed"]
    telling = set()
    by_wave: dict[Place, list[float]] = {}
    for row in analysed:
        between = (row.audience, row.phase, row.subgroup, row.wave_from, row.wave_to)
        left = compared.get(between, 0.0)
        for wave, n in ((row.wave_from, row.n_pre), (row.wave_to, row.n_post)):
            place = (row.audience, row.phase, row.subgroup, wave)
            by_wave.setdefault(place, []).append(n)
            if not schools.get(place, 0.0) > left:
                continue
            if 0 < surveyed.get(place, n) - n < threshold or _hides_a_place(hidden, place):
                telling.add(row.audience)
    for (audience, *_), sizes in by_wave.items():
        if any(0 < abs(one - other) < threshold for one, other in combinations(sizes, 2)):
            telling.add(audience)
    return {row.finding_id for row in analysed if row.audience in telling}


def _counts(rows: Iterable[Finding], quantity: str) -> Mapping[Place, float]:
    """Return the counts of a quantity by audience, phase, side and wave."""
    return {
        (row.audience, row.phase, row.subgroup, row.wave_to): row.estimate
        for row in rows
        if row.quantity == quantity and row.level == "programme"
    }


def _hides_a_place(hidden: Collection[Group], place: Place) -> bool:
    audience, _, _, wave = place
    return any(
        group.kind == "people"
        and group.level != "programme"
        and (group.audience, group.wave_from) == (audience, wave)
        for group in hidden
    )
