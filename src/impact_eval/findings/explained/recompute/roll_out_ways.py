"""What stands beside the effect of a roll-out a second time: people's own gains, trends before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from impact_eval.findings.beside.ways import PLANNED, Way
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.roll_outs import FEWEST, Cell, average, cells_of
from impact_eval.findings.explained.recompute.scores import school_weight
from impact_eval.study.arms import NEVER

Ends = tuple[float, float]


def in_another_way(behind: Behind, way: Way) -> float:
    """Compute the effect of people met twice, or beside schools that waited to the end."""
    to_the_end = way.waiting != PLANNED
    if way.sample == PLANNED:
        return average(list(cells_of(behind, to_the_end=to_the_end)))
    gains = [_cell(asked, behind) for asked in _comparisons(behind, to_the_end=to_the_end)]
    return average([one for one in gains if one is not None])


def worst_case(behind: Behind) -> dict[str, float]:
    """Give the lost of each comparison the ends of the scale, one way and the other."""
    row = behind.row
    if str(row["variant"]).endswith("interval"):
        return {"conf_low": float(row["conf_low"]), "conf_high": float(row["conf_high"])}
    low, high = behind.study.outcome_range(row["audience"], row["outcome"], row["wave_to"])
    found = []
    for ends in ((low, high), (high, low)):
        cells = [_cell(asked, behind, ends) for asked in _comparisons(behind)]
        found.append(average([one for one in cells if one is not None]))
    return {"conf_low": found[0], "conf_high": found[1]}


def lost(behind: Behind) -> float:
    """Count who was asked in the earlier survey of a comparison and not in the later one."""
    gone = [
        asked.index[asked["post"].isna()]
        for asked in _comparisons(behind)
        if _cell(asked, behind, (0.0, 0.0)) is not None
    ]
    return float(len({person for index in gone for person in index}))


def reach(behind: Behind) -> float:
    """Average the surveys from the last before the workshop, as the effect averages its cells."""
    return average([(g, w, w - g + 1.0, size) for g, w, _, size in cells_of(behind)])


def in_steps_before(behind: Behind, shift: float) -> dict[str, float]:
    """Hold a trend against the largest step before; the other limit rests on intervals."""
    cells = {(group, wave): (effect, size) for group, wave, effect, size in cells_of(behind)}
    steps = []
    for since in {wave - group for group, wave in cells if wave < group}:
        own = [(g, w) for g, w in cells if w - g == since and (w + 2 == g or (g, w + 1) in cells)]
        later = [cells.get((g, w + 1), (0.0, 0.0))[0] for g, w in own]
        apart = [after - cells[one][0] for one, after in zip(own, later, strict=True)]
        if own:
            steps.append(abs(float(np.average(apart, weights=[cells[one][1] for one in own]))))
    times = abs(shift / reach(behind)) / max(steps)
    return {"estimate": times, "conf_high": times}


def _comparisons(behind: Behind, *, to_the_end: bool = False) -> Iterator[pd.DataFrame]:
    """Yield who was asked before each group's workshop, in it or waiting, and a later score."""
    forms, order = behind.forms, [*behind.study.wave_ids, NEVER]
    forms = forms[forms["person"] != ""]
    first, last = (order.index(str(behind.row[name])) for name in ("wave_from", "wave_to"))
    for group in range(first + 1, last + 1):
        for wave in range(group, last + 1):
            asked = forms[forms["wave"] == order[group - 1]].set_index("person")
            begun = asked["group"].map(order.index)
            waits = begun > (last if to_the_end else wave)
            later = forms[forms["wave"] == order[wave]].set_index("person")["value"]
            table = asked.assign(post=later.reindex(asked.index), own=begun == group)
            kept = (waits | table["own"]).to_numpy()
            yield table.assign(at_group=group, at_wave=wave)[kept]


def _cell(asked: pd.DataFrame, behind: Behind, ends: Ends | None = None) -> Cell | None:
    """Subtract the mean gains of both sides; None with too few schools on one."""
    if ends is not None:
        filled = np.where(asked["own"], *ends)
        asked = asked.assign(post=asked["post"].where(asked["post"].notna(), filled))
    known = asked[asked["post"].notna()]
    gains = (known["post"] - known["value"]).groupby(known["school"]).agg(["mean", "size"])
    if gains.empty:
        return None
    weight = school_weight(behind, gains["size"].astype(float))
    gains["weight"] = gains["size"].astype(float) if weight is None else weight
    own = known.groupby("school")["own"].first()
    sides = [gains[own.to_numpy()], gains[~own.to_numpy()]]
    home = known.groupby("school")["cluster"].first()
    if min(home[side.index].nunique() for side in sides) < FEWEST:
        return None
    means = [float(np.average(side["mean"], weights=side["weight"])) for side in sides]
    group, wave = int(known["at_group"].iloc[0]), int(known["at_wave"].iloc[0])
    return group, wave, means[0] - means[1], float(sides[0]["weight"].sum())
