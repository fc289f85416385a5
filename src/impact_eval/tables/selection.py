"""Which released findings stand in a table or figure, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from impact_eval.disclosure import Finding, Released
from impact_eval.vocabulary import Quantity, Role

_CHANGED = "changed_since_lock"
_ROLES = ("primary", "secondary", _CHANGED, "exploratory", "")
MOST_SIDE_BY_SIDE = 3


def wave_pairs(released: Released) -> tuple[tuple[str, str], ...]:
    """Pairs of waves that were compared, in the order in which the study declares its waves."""
    waves = list(released.facts.waves)
    rows = released.where(quantity=("change", "effect")).findings()
    pairs = {(row.wave_from, row.wave_to) for row in rows if row.wave_from != row.wave_to}
    return tuple(sorted(pairs, key=lambda pair: (waves.index(pair[0]), waves.index(pair[1]))))


def together(released: Released) -> Released:
    """Leave out single phases where there are many of them, and findings of all taken together."""
    frame = released.frame
    pooled = frame["phase"].eq("") & frame["quantity"].isin(["change", "effect"])
    if len(released.facts.phases) <= MOST_SIDE_BY_SIDE or not pooled.any():
        return released
    kept = frame["phase"].eq("") | frame["level"].ne("programme")
    return Released(frame.loc[kept].reset_index(drop=True), released.facts)


def outcome_changes(
    released: Released,
    *,
    wave_from: str,
    wave_to: str,
    level: str = "programme",
    roles: Sequence[Role] = (),
) -> Released:
    """Return one stacked change, or effect, for each audience, phase, outcome and unit.

    Where both estimands may be claimed, the one that the plan puts first; where the plan does not
    say, that of schools like these. What was not asked in one of the two waves is left out, and so
    are other roles than the given ones, if any are given. Among secondary ones stands what was
    planned and changed since the plan was locked.
    """
    sides = bool(released.facts.arms) and level == "programme"
    rows = released.where(
        quantity="effect" if sides else "change",
        level=level,  # type: ignore[arg-type]
        subgroup="",
        estimator=None if sides else "stacked",
        variant="",
        wave_from=wave_from,
        wave_to=wave_to,
    )
    asked = [row for row in rows.findings() if asked_twice(row)]
    chosen = best(asked, key=lambda row: (row.audience, row.outcome, row.phase, row.unit_id))
    wanted = {*roles, _CHANGED} if "secondary" in roles else {*roles}
    chosen = [row for row in chosen if not roles or _role(row) in wanted]
    return by_ids(rows, [row.finding_id for row in by_group(released, chosen)])


def asked_twice(row: Finding) -> bool:
    """Whether anybody answered in each of the two waves; True where counts are not shown."""
    return 0 not in (row.n_pre, row.n_post)


def best(rows: Iterable[Finding], *, key: Callable[[Finding], object]) -> list[Finding]:
    """Keep one row of each key: claimed before refused, planned before not, wide before narrow."""
    chosen: dict[object, Finding] = {}
    for row in rows:
        kept = chosen.setdefault(key(row), row)
        if _rank(row) < _rank(kept):
            chosen[key(row)] = row
    return list(chosen.values())


def by_ids(released: Released, finding_ids: Sequence[str]) -> Released:
    """Keep the rows of these ids, in this order."""
    frame = released.frame.set_index("finding_id", drop=False).loc[list(finding_ids)]
    return Released(frame.reset_index(drop=True), released.facts)


def only(released: Released, quantity: Quantity, like: Finding) -> Released:
    """Return findings of one quantity of the audience, phase and outcome of another finding."""
    return released.where(
        quantity=quantity, audience=like.audience, phase=like.phase, outcome=like.outcome
    )


def by_group(released: Released, rows: Iterable[Finding]) -> list[Finding]:
    """Sort by audience, phase, outcome and waves, all in the order of the study's declaration."""
    facts = released.facts
    audiences, phases, waves = list(facts.audiences), list(facts.phases), list(facts.waves)
    outcomes = list(facts.outcomes)

    def place(row: Finding) -> tuple[int, ...]:
        return (
            _index(audiences, row.audience),
            _index(phases, row.phase),
            _index(outcomes, (row.audience, row.outcome)),
            _index(waves, row.wave_from),
            _index(waves, row.wave_to),
        )

    return sorted(rows, key=place)


def _rank(row: Finding) -> tuple[int, int, int]:
    return (
        0 if row.known and not row.reason else 1,
        _ROLES.index(_role(row)) if _role(row) in _ROLES else len(_ROLES),
        0 if row.estimand == "schools_like_these" else 1,
    )


def _role(row: Finding) -> str:
    return _CHANGED if row.plan_status == _CHANGED else row.role


def _index(declared: Sequence[object], name: object) -> int:
    return declared.index(name) if name in declared else len(declared)
