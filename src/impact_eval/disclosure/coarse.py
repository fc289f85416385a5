"""Results that differ from a shown one by a few people or one school are shown on a coarse grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from math import ceil, floor, inf, isfinite, log10, nan
from typing import Any, Final

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.groups import Group
from impact_eval.disclosure.primary import FEWEST_HIDDEN_SCHOOLS
from impact_eval.facts import StudyFacts

COARSE: Final = frozenset({"without_one_school", "specification", "specifications"})
ON_ONE_FORM: Final = "change_looking_back"
KEPT_OPEN: Final = 0.25  # share of a scale's range within which a hidden mean can still lie
ENOUGH_TO_LEAVE_OUT: Final = 20
COARSEST: Final = 0.05  # share of a scale's range; a coarser grid would tell nothing
_SLACK: Final = 1e-9


def coarsened(
    rows: Sequence[Finding], facts: StudyFacts, hidden: Collection[Group]
) -> list[Finding]:
    """Put results that lie near a shown one on a grid, or take their numbers away.

    Parameters
    ----------
    rows
        After suppression.
    facts
        The threshold and the outcomes' ranges.
    hidden
        The groups of people that are hidden.

    Returns
    -------
    list of Finding
        In the same order. Of `COARSE` quantities, and of a difference of two answers on one form
        that nearly everybody gave, only estimate and limits are left, rounded to a step; of a way
        of computing no number of people, for it would say how many forms were left out; a range is
        rounded outwards. Where the step would be coarser than a twentieth of the scale no number is
        left; nor of schools left out where there are fewer than 20, where any school of these
        people is hidden, or where a province that is shown has fewer than 4.

    Notes
    -----
    Who knows an estimate with and without some people whose share of the weight is s, exactly,
    knows these people's mean. If one of the two is known to within a step only, that mean is known
    to within step (1 - s) / s. The step is chosen so that this is a quarter of the scale's range: s
    is the largest school's share where a school is left out; where computations differ, it is that
    of the threshold's number of people less one among the fewest people behind any of them, and of
    one school if schools are hidden. Where schools begin at different dates people count as divided
    among the groups of schools, each of which is one side of a comparison.
    """
    near = _near_all(rows, facts)
    steps = [
        _step(row, facts, hidden) if row.quantity in COARSE or row.finding_id in near else 0.0
        for row in rows
    ]
    of_ways: dict[str, float] = {}
    for row, step in zip(rows, steps, strict=True):
        if row.quantity == "specification":
            told = inf if row.suppressed else step
            of_ways[row.parent_id] = max(of_ways.get(row.parent_id, 0.0), told)
    found = []
    for row, step in zip(rows, steps, strict=True):
        of_range = row.quantity == "specifications"
        wanted = of_ways.get(row.parent_id, inf) if of_range else step
        coarse = row.quantity in COARSE or row.finding_id in near
        found.append(_on_grid(row, wanted, facts) if coarse else row)
    return found


def _near_all(rows: Sequence[Finding], facts: StudyFacts) -> frozenset[str]:
    """Differences of two answers on one form that nearly all of a survey's people gave.

    Added to the mean of what they said looking back they give these people's mean of the survey;
    held against that of all it would tell of the few who did not look back.
    """
    everybody = {_place(row): row.n for row in rows if row.quantity == "mean"}
    return frozenset(
        row.finding_id
        for row in rows
        if row.quantity == ON_ONE_FORM
        and 0 < everybody.get(_place(row), row.n) - row.n < facts.threshold
    )


def _place(row: Finding) -> tuple[str, ...]:
    at = (row.audience, row.outcome, row.phase, row.level, row.unit_id, row.subgroup)
    return (*at, row.wave_to)


def grid_step(share: float, width: float) -> float:
    """Smallest step of 1, 2 or 5 times a power of ten that keeps a quarter of a range open.

    Examples
    --------
    Of 98 equal schools on a quiz of 12 questions, and of 12 schools.

    >>> grid_step(1 / 98, 12), grid_step(1 / 12, 12)
    (0.05, 0.5)
    """
    if not 0 < share < 1:
        return inf
    needed = KEPT_OPEN * width * share / (1 - share) * (1 - _SLACK)
    power = 10.0 ** floor(log10(needed))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= needed)
    return float(f"{step:.12g}")


def _step(row: Finding, facts: StudyFacts, hidden: Collection[Group]) -> float:
    """Choose the step of one row; infinite where no number may be left."""
    width = _width(row, facts)
    if row.quantity == "without_one_school":
        alone = _hides_a_school(row, facts, hidden) or _small_province(row, facts)
        if alone or not row.n_clusters >= ENOUGH_TO_LEAVE_OUT:
            return inf
        return grid_step(row.statistic, width) if isfinite(row.statistic) else inf
    if row.quantity == "specifications":
        return 0.0
    if not row.known:
        return 0.0
    fewest = min(size for size in (row.n_pre, row.n_post, row.n) if isfinite(size))
    fewest /= max(1, len(facts.cohorts))
    shares = [(facts.threshold - 1) / fewest if fewest > 0 else 1.0]
    if _hides_a_school(row, facts, hidden):
        shares.append(1 / row.n_clusters)
    return grid_step(max(shares), width)


def _on_grid(row: Finding, step: float, facts: StudyFacts) -> Finding:
    """Leave of a row what may be told on the grid."""
    bare = replace(
        row,
        std_error=nan,
        df=nan,
        statistic=nan,
        p_value=nan,
        n_pre=nan,
        n_post=nan,
        n_linked=nan,
        n=nan if row.quantity == "specification" else row.n,
    )
    if row.suppressed:
        return bare
    if step > COARSEST * _width(row, facts) + _SLACK:
        return _without_numbers(bare)
    if row.quantity in ("specification", ON_ONE_FORM) and row.known:
        values: dict[str, Any] = {name: _nearest(getattr(row, name), step) for name in _SHOWN}
        return replace(bare, **values)
    if isfinite(row.conf_low) and step > 0:
        low, high = _outwards(row.conf_low, row.conf_high, step)
        return replace(bare, conf_low=low, conf_high=high)
    return bare


_SHOWN: Final = ("estimate", "conf_low", "conf_high")


def _without_numbers(row: Finding) -> Finding:
    """Withhold a row; counts of ways tell nothing of people and stay without their range."""
    if row.quantity == "specifications":
        return replace(row, conf_low=nan, conf_high=nan)
    gone: dict[str, Any] = dict.fromkeys((*_SHOWN, "n", "n_clusters"), nan)
    return replace(row, **gone, cautions="", verdict="", reason="", suppressed="complementary")


def _outwards(low: float, high: float, step: float) -> tuple[float, float]:
    return (
        _rounded(floor(low / step + _SLACK) * step),
        _rounded(ceil(high / step - _SLACK) * step),
    )


def _nearest(value: float, step: float) -> float:
    return _rounded(round(value / step) * step) if isfinite(value) and step > 0 else value


def _rounded(value: float) -> float:
    """Write a grid point without the dust of its multiplication."""
    return float(f"{value:.12g}") + 0.0


def _width(row: Finding, facts: StudyFacts) -> float:
    outcome = facts.outcome(row.audience, row.outcome)
    return outcome.maximum - outcome.minimum


def _small_province(row: Finding, facts: StudyFacts) -> bool:
    """Whether a province is shown in which so few schools are that its sum tells of one of them."""
    if facts.report_level.get(row.audience) == "programme":
        return False
    own = [
        school.get("province", "")
        for school in facts.schools.values()
        if row.phase not in facts.phases or school.get("phase", row.phase) in (row.phase, "")
    ]
    return any(number < FEWEST_HIDDEN_SCHOOLS for number in Counter(own).values())


def _hides_a_school(row: Finding, facts: StudyFacts, hidden: Iterable[Group]) -> bool:
    """Whether a school of the row's audience is hidden in one of its waves."""
    waves = list(facts.waves)
    first, last = waves.index(row.wave_from), waves.index(row.wave_to)
    own = waves[first : last + 1] if facts.cohorts else (row.wave_from, row.wave_to)
    return any(
        group.kind == "people"
        and group.level == "school"
        and group.audience == row.audience
        and group.wave_from in own
        for group in hidden
    )
