"""A staggered roll-out a second time, from the forms and plainly, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd

from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.effects import hedges_factor
from impact_eval.findings.explained.recompute.scores import first_level, school_weight
from impact_eval.study.arms import NEVER, WORKSHOP_WAVE

FEWEST = 2
Cell = tuple[int, int, float, float]


def effect(behind: Behind) -> float:
    """Average the groups' means over their surveys, groups by their weight."""
    return average(list(cells_of(behind)))


def since(behind: Behind) -> float:
    """Average the groups so many surveys after the first after their workshops, by weight."""
    wanted = int(str(behind.row["variant"]).removeprefix("since:"))
    return _at(list(cells_of(behind)), wanted)


def of_group(behind: Behind) -> float:
    """Subtract the changes of one group and of the schools that waited, at one survey."""
    order = list(behind.study.wave_ids)
    places = [
        (group, wave)
        for group in range(len(order))
        for wave in range(len(order))
        if f"{order[group]}:{order[wave]}" == behind.row["variant"]
    ]
    found = [one[2] for one in cells_of(behind) if one[:2] in places]
    return found[0] if found else nan


def trends(behind: Behind) -> float:
    """Take of the differences before the workshops the one that was reported."""
    cells = list(cells_of(behind))
    leads = {wave - group for group, wave, _, _ in cells if wave < group}
    found = [_at(cells, lead) for lead in leads]
    reported = float(behind.row["estimate"])
    return min(found, key=lambda one: abs(one - reported), default=nan)


def baseline(behind: Behind) -> float:
    """Divide a group's distance before from the later ones by the deviation within the two."""
    before = _beside_later(behind, behind.wave("wave_from"))
    means = before.groupby("group")["value"].mean()
    return float(means["programme"] - means["comparison"]) * hedges_factor(before, "cluster")


def attrition_difference(behind: Behind) -> float:
    """Subtract the shares of people lost in schools that somebody answered in later."""
    later = behind.wave("wave_to")
    before = _beside_later(behind, behind.wave("wave_from"))
    before = before[before["school"].isin(later["school"])]
    lost = 100 * ~before["person"].isin(later["person"][later["person"] != ""])
    shares = lost.groupby(before["group"]).mean()
    return float(shares["programme"] - shares["comparison"])


def _beside_later(behind: Behind, forms: pd.DataFrame) -> pd.DataFrame:
    """Name the schools of the address's group the programme, and later ones the comparison."""
    order = [*behind.study.wave_ids, NEVER]
    place = forms["group"].map(order.index)
    own = order.index(str(behind.row["variant"]))
    side = np.where(place == own, "programme", "comparison")
    return forms.assign(group=side)[(place >= own).to_numpy()]


def _at(cells: list[Cell], since_workshop: int) -> float:
    chosen = [one for one in cells if one[1] - one[0] == since_workshop]
    return float(np.average([one[2] for one in chosen], weights=[one[3] for one in chosen]))


def average(cells: list[Cell]) -> float:
    """Average the cells after the workshops over each group's surveys, then over groups."""
    after = [one for one in cells if one[1] >= one[0]]
    table = pd.DataFrame(after, columns=["group", "wave", "effect", "weight"])
    groups = table.groupby("group")[["effect", "weight"]].mean()
    return float(np.average(groups["effect"], weights=groups["weight"]))


def group_difference(behind: Behind) -> float:
    """Average over the cells that both groups of people have, group by group, and subtract."""
    row = behind.row.copy()
    row["contrast"] = ""
    by_level = replace(behind, row=row)
    level = by_level.forms.set_index("submission_id")["group"]
    forms = behind.forms[behind.forms["submission_id"].isin(level.index)]
    mine = forms["submission_id"].map(level) == first_level(by_level)
    own, others = (
        {cell[:2]: cell for cell in cells_of(behind, forms=part)}
        for part in (forms[mine], forms[~mine])
    )
    both = [place for place in own if place in others]
    return average([own[one] for one in both]) - average([others[one] for one in both])


def pair_difference(behind: Behind, pairs: pd.DataFrame) -> float:
    """Take the difference of the two answers of pairs as their school's score."""
    group = pairs["school"].map(cohorts_of(behind)).fillna(NEVER)
    forms = pairs.assign(value=pairs["a"] - pairs["b"], group=group)
    return average(list(cells_of(behind, forms=forms, respondents=True)))


def cohorts_of(behind: Behind) -> pd.Series[str]:
    """Look up before which survey each school of the roster had its workshop; by its id."""
    roster = behind.tables.schools.drop_duplicates("school_id").set_index("school_id")
    begun = roster[WORKSHOP_WAVE].fillna("")
    return begun.where(begun != "", NEVER)


def cells_of(
    behind: Behind,
    *,
    to_the_end: bool = False,
    forms: pd.DataFrame | None = None,
    respondents: bool = False,
) -> Iterator[Cell]:
    """Yield group, survey, difference of mean changes, and the weight of the group's schools."""
    forms = behind.forms if forms is None else forms
    order = [*behind.study.wave_ids, NEVER]
    first = order.index(str(behind.row["wave_from"]))
    last = order.index(str(behind.row["wave_to"]))
    begun = forms.groupby("school")["group"].first().map(order.index)
    home = forms.groupby("school")["cluster"].first()
    means = forms.pivot_table(index="school", columns="wave", values="value", aggfunc="mean")
    sizes = forms.pivot_table(index="school", columns="wave", values="value", aggfunc="count")
    given = None if respondents else school_weight(behind, sizes.sum(axis=1).astype(float))
    for group in range(first + 1, last + 1):
        for wave in range(first, last + 1):
            base = group - 1
            if wave == base or not {order[base], order[wave]} <= set(means):
                continue
            change = (means[order[wave]] - means[order[base]]).dropna()
            before, after = sizes[order[base]], sizes[order[wave]]
            weight = before * after / (before + after) if given is None else given
            own = change.index[(begun[change.index] == group).to_numpy()]
            waits = change.index[(begun[change.index] > max(wave, group)).to_numpy()]
            if wave < base:
                waits = change.index[(begun[change.index] > base).to_numpy()].difference(own)
            if to_the_end:
                waits = change.index[(begun[change.index] > last).to_numpy()]
            if min(home[own].nunique(), home[waits].nunique()) >= FEWEST:
                yield (
                    group,
                    wave,
                    _mean(change, weight, own) - _mean(change, weight, waits),
                    float(weight[own].sum()),
                )


def _mean(change: pd.Series[float], weight: pd.Series[float], schools: pd.Index[str]) -> float:
    return float(np.average(change[schools], weights=weight[schools]))
