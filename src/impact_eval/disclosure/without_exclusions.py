"""The second door: findings without the plan's exclusions, where the difference tells of nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from math import isfinite, nan
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.kinds import OF_EXPOSURE, SHARE_RIGHT, SHARES
from impact_eval.disclosure.release import ESTIMATED, SIZES, release
from impact_eval.disclosure.released import Released
from impact_eval.disclosure.scope import NO_EXCLUSIONS
from impact_eval.table_columns import FINDINGS, RELEASED

GIVEN: Final = ("estimate", "conf_low", "conf_high", "p_value")
_COUNTS: Final = ("n", "n_pre", "n_post", "n_linked")
_SIDES: Final = ("arm:", "workshop_wave:")
_SAME: Final = 1e-9
_Place = tuple[str, str, str]
_Item = tuple[str, str, str, str, str]


def release_without_exclusions(
    findings: pd.DataFrame, other: pd.DataFrame, *, planned: Released
) -> Released:
    """Let through findings with the forms back in that the plan leaves out.

    Parameters
    ----------
    findings
        All findings of a study, as for `release`.
    other
        Columns `WITHOUT_EXCLUSIONS`: the same, computed with every form.
    planned
        What `release` gave of `findings`.

    Returns
    -------
    Released
        A row for each row of `planned` that was computed again, under an id of its own, with the
        planned one as `parent_id`. It has an estimate, its limits, a p-value and a verdict, and no
        count of people; or, where these would tell of few people, nothing (`complementary`).

    Notes
    -----
    Who has a finding with some forms and without them has the same finding about these forms: their
    number is the difference of two counts, how many of them gave an answer that of two shares. So
    the differences are held against the rules of `release` as a study of their own. A row is given
    where its planned one is shown, where it could be shown by itself, and where what it says of the
    forms left out could be shown by itself too: with the groups that must be hidden so that no
    addition gives a small one back. Further:

    - Where the forms left out of a whole audience, phase and wave are few, nothing of it is given.
    - What differs although all its own people are the same rests on others (a school's change drawn
      towards the mean of all): it is given where those of its audience are in no wave few.
    - A single hidden answer among the items of one score, or several of few people together, would
      follow from the score's mean: then no item of it is given.
    """
    facts = planned.facts
    left_out = _left_out(findings, other)
    apart = release(left_out, facts)
    own = _suppressed(release(other[list(FINDINGS)], facts))
    few = _suppressed(apart)
    whole = _hidden_whole(apart)
    again = _by_id(other)
    counted = _by_id(left_out)
    telling = _telling_items(apart, counted)
    rows = []
    for row in planned.findings():
        second = again.get(row.finding_id)
        if second is None or not second["beside_id"]:
            continue
        same_people = not any(counted[row.finding_id][column] > 0 for column in _COUNTS)
        unchanged = same_people and _is_same(row, second)
        fine = not (row.suppressed or own.get(row.finding_id, "absent")) and (
            (unchanged and row.quantity in OF_EXPOSURE) or not few.get(row.finding_id, "absent")
        )
        fine &= not _waves_of(row) & whole
        at_items = [(*at, row.outcome, row.subgroup) for at in _waves_of(row)]
        fine &= not (row.item_id and any(at in telling for at in at_items))
        if same_people and not unchanged:
            fine &= all(audience != row.audience for audience, _, _ in whole)
        rows.append(_beside(row, second, given=fine))
    records = [{column: getattr(row, column) for column in RELEASED} for row in rows]
    frame = pd.DataFrame(records, columns=list(RELEASED))
    return Released(frame.astype(planned.frame.dtypes.to_dict()), facts)


def _left_out(findings: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Make findings about the forms that were left out, as far as two tables give them.

    Counts are differences. A share is that of the people who make the difference; nothing is known
    of it where nobody does.
    """
    main = findings.drop_duplicates("finding_id").set_index("finding_id")
    main = main.reindex(other["finding_id"]).reset_index()
    found = other[list(FINDINGS)].copy()
    numbers = {column: _apart(other, main, column) for column in _COUNTS}
    for column, sizes in numbers.items():
        found[column] = sizes if column != "n" else np.nan_to_num(sizes).astype(np.int64)
    shares = other["quantity"].isin(SHARES) | other["estimator"].eq(SHARE_RIGHT)
    reached = (other["estimate"] * other["n"] - (main["estimate"] * main["n"]).fillna(0)).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        of_them = np.clip(reached / numbers["n"], 0, 100)
    found["estimate"] = np.where(shares, of_them, found["estimate"])
    return found


def _apart(other: pd.DataFrame, main: pd.DataFrame, column: str) -> np.ndarray[Any, Any]:
    """How many people one column tells apart; a finding that was not there had nobody."""
    own = other[column].to_numpy(dtype=float)
    less = main[column].to_numpy(dtype=float)
    apart: np.ndarray[Any, Any] = np.abs(own - np.where(np.isfinite(less), less, 0.0))
    return apart


def _suppressed(released: Released) -> Mapping[str, str]:
    frame = released.frame
    return dict(zip(frame["finding_id"], frame["suppressed"], strict=True))


def _by_id(frame: pd.DataFrame) -> Mapping[str, Mapping[str, Any]]:
    columns = [column for column in frame if column != "finding_id"]
    kept = frame.drop_duplicates("finding_id").set_index("finding_id")[columns]
    rows: list[dict[str, Any]] = kept.to_dict("records")  # type: ignore[assignment]
    return dict(zip(kept.index.astype(str), rows, strict=True))


def _hidden_whole(apart: Released) -> frozenset[_Place]:
    """Audience, phase and wave of whose forms left out nothing can be said, of all or of a side."""
    return frozenset(
        (row.audience, row.phase, row.wave_from)
        for row in apart.findings(quantity="mean")
        if row.suppressed
        and row.level == "programme"
        and (not row.subgroup or row.subgroup.startswith(_SIDES))
    )


def _telling_items(apart: Released, left_out: Mapping[str, Mapping[str, Any]]) -> Collection[_Item]:
    """Audience, phase, wave and outcome of whose items what is hidden would follow from the mean.

    That is where a single share is hidden, or where the hidden ones together are of few.
    """
    hidden: dict[_Item, list[tuple[float, float]]] = {}
    for row in apart.findings(quantity="item_share"):
        if row.suppressed and row.level == "programme":
            people, share = (left_out[row.finding_id][name] for name in ("n", "estimate"))
            reached = float(np.nan_to_num(share)) * people / 100
            place = (row.audience, row.phase, row.wave_from, row.outcome, row.subgroup)
            hidden.setdefault(place, []).append((reached, people - reached))
    return frozenset(
        place
        for place, shares in hidden.items()
        if len(shares) == 1 or min(map(sum, zip(*shares, strict=True))) < apart.facts.threshold
    )


def _waves_of(row: Finding) -> frozenset[_Place]:
    return frozenset((row.audience, row.phase, wave) for wave in (row.wave_from, row.wave_to))


def _is_same(row: Finding, second: Mapping[str, Any]) -> bool:
    """Whether a number and its limits are the same with every form."""
    pairs = [(getattr(row, column), float(second[column])) for column in GIVEN]
    return all(
        isfinite(one) == isfinite(two) and not abs(one - two) > _SAME * max(1.0, abs(one))
        for one, two in pairs
    )


def _beside(row: Finding, second: Mapping[str, Any], *, given: bool) -> Finding:
    """Write the row without exclusions that stands beside a planned one."""
    numbers: dict[str, Any] = dict.fromkeys((*ESTIMATED, *SIZES), nan)
    said: dict[str, Any] = {"verdict": "", "reason": "", "cautions": ""}
    if given:
        numbers |= {column: float(second[column]) for column in GIVEN}
        said["verdict"] = str(second["verdict"])
        said["reason"] = row.reason if row.reason == second["reason"] else ""
    variant = f"{NO_EXCLUSIONS}:{row.variant}" if row.variant else NO_EXCLUSIONS
    return replace(
        row,
        **numbers,
        **said,
        finding_id=str(second["beside_id"]),
        variant=variant,
        parent_id=row.finding_id,
        headline_ok=False,
        suppressed="" if given else "complementary",
    )
