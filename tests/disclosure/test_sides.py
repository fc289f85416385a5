"""An attack on schools by what is said of their side: linear algebra over everything released.

Shares no code with the suppression. Of each school the attacker looks for the sum of its people's
answers. A row that is shown gives the sum over the schools that it is of, its number times its
people; who can combine rows until one hidden school, or fewer people than the threshold, are left
knows their mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from findings_factory import make_facts, make_finding, make_findings
from two_sides import Truth, draw_tables, open_study

from impact_eval.disclosure import Finding, Released, additive, hide, release
from impact_eval.disclosure.complementary import hide_partners_in_each
from impact_eval.facts import StudyFacts
from impact_eval.findings import compute_findings
from impact_eval.surveys import SurveyTables

SIDES = {"arm:programme": "with", "arm:comparison": "without"}
ALIKE = ("mean", "mastery_share", "surveyed")
DESIGNS = {
    "comparison": {"design": "comparison"},
    "randomised": {"design": "randomised"},
    "waiting_list": {
        "design": "waiting_list",
        "assigned_by": "lot",
        "follow_up": True,
        "workshop_before": "follow_up",
    },
}


def schools_behind(row: Finding, roster: pd.DataFrame) -> set[str]:
    """Whose answers a row sums; a study of one phase."""
    own = roster
    if row.level != "programme":
        own = own[own["school_id" if row.level == "school" else "province"] == row.unit_id]
    if row.subgroup:
        name, _, level = row.subgroup.partition(":")
        wanted = SIDES.get(row.subgroup, level)
        own = own[own[name] == wanted]
    return set(own["school_id"])


def told(
    released: Released, roster: pd.DataFrame, sizes: dict[str, int], *, quantity: str, wave: str
) -> list[tuple[str, ...]]:
    """Hidden schools whose joint sum follows: one of them, or together fewer than ten people."""
    rows = [
        row
        for row in released.findings()
        if row.quantity == quantity and row.wave_from == wave and not row.suppressed
    ]
    shown = {row.unit_id for row in rows if row.level == "school"}
    hidden = sorted(set(sizes) - shown)
    known = [
        np.array([school in schools_behind(row, roster) for school in hidden], dtype=float)
        for row in rows
        if row.level != "school"
    ]
    matrix = np.array(known).reshape(len(known), len(hidden))
    _, values, basis = np.linalg.svd(matrix)
    free = basis[int((values > 1e-9).sum()) :]  # what the attacker cannot tell

    few = [i for i, school in enumerate(hidden) if sizes[school] < 10]
    sets = [(i,) for i in range(len(hidden))]
    sets += [some for many in range(2, 6) for some in combinations(few, many)]
    return [
        tuple(hidden[i] for i in some)
        for some in sets
        if len(some) == 1 or sum(sizes[hidden[i]] for i in some) < 10
        if np.allclose(free[:, some].sum(axis=1), 0, atol=1e-9)
    ]


def thinned(tables: SurveyTables, keep: dict[str, int]) -> SurveyTables:
    """Leave so many people of some schools, whoever comes first in each wave."""
    forms = tables.submissions
    place = forms.groupby(["school_id", "wave"]).cumcount()
    stays = place < forms["school_id"].map(keep).fillna(len(forms))
    ids = forms.loc[stays, "submission_id"]
    return replace(
        tables,
        submissions=forms[stays],
        links=tables.links[tables.links["submission_id"].isin(ids)],
        scores=tables.scores[tables.scores["submission_id"].isin(ids)],
    )


def sizes_in(tables: SurveyTables, wave: str) -> dict[str, int]:
    forms = tables.submissions
    return forms[forms["wave"] == wave].groupby("school_id").size().to_dict()


# People of the schools that are few: one of a side, one of each, three and one.
FEW = (
    {"s12": 6},
    {"s03": 5, "s12": 6},
    {"s02": 5, "s03": 7, "s04": 8, "s12": 6},
)


@pytest.mark.parametrize("few", FEW)
@pytest.mark.parametrize("design", DESIGNS)
def test_no_school_follows_from_its_side(design: str, few: dict[str, int], tmp_path: Path) -> None:
    study = open_study(tmp_path, **DESIGNS[design])  # type: ignore[arg-type]
    truth = Truth(left=1.0 if design == "waiting_list" else None)
    tables = thinned(draw_tables(5, truth), few)
    released = release(compute_findings(study, tables), study.facts())
    shown = [row for row in released.findings(quantity="mean") if row.subgroup in SIDES]
    assert any(not row.suppressed for row in shown)
    for wave in study.wave_ids:
        sizes = sizes_in(tables, wave)
        for quantity in ALIKE:
            found = told(released, tables.schools, sizes, quantity=quantity, wave=wave)
            assert found == [], (quantity, wave)


def test_without_sides_among_the_additions_the_attack_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(additive, "groups_of_schools", lambda whole, facts: ())
    study = open_study(tmp_path)
    tables = thinned(draw_tables(5), FEW[0])
    released = release(compute_findings(study, tables), study.facts())
    sizes = sizes_in(tables, "pre")
    assert told(released, tables.schools, sizes, quantity="mean", wave="pre") == [("s12",)]


def crossed_study(
    seed: int,
) -> tuple[pd.DataFrame, StudyFacts, dict[str, int], list[dict[str, Any]]]:
    """Draw schools of two sides, two kinds and some provinces, and a row for each sum of them."""
    rng = np.random.default_rng(seed)
    n_schools, n_provinces = int(rng.integers(6, 26)), int(rng.integers(1, 5))
    roster = pd.DataFrame(
        {
            "school_id": [f"s{i:02d}" for i in range(n_schools)],
            "province": rng.choice([f"P{i}" for i in range(n_provinces)], n_schools),
            "arm": rng.choice(["with", "without"], n_schools),
            "kind": rng.choice(["girls", "boys", "mixed"], n_schools),
            "phase": "phase_2",
        }
    )
    few = rng.random(n_schools) < rng.choice([0.1, 0.3])
    n = np.where(few, rng.integers(1, 10, n_schools), rng.integers(10, 40, n_schools))
    sizes = dict(zip(roster["school_id"], n.tolist(), strict=True))
    cells = {one["school_id"]: one for one in roster.to_dict("records")}
    kinds = {
        kind: tuple(roster.loc[roster["kind"] == kind, "school_id"]) for kind in set(roster["kind"])
    }
    facts = replace(
        make_facts(),
        schools=cells,
        arms={"programme": "with workshops", "comparison": "without"},
        side_of_arm={"with": "programme", "without": "comparison"},
        subgroups={"kind": {kind: kind for kind in sorted(kinds)}},
        school_levels={"kind": kinds},
    )
    return roster, facts, sizes, list(sums_of(roster, sizes))


def sums_of(roster: pd.DataFrame, sizes: dict[str, int]) -> Iterator[dict[str, Any]]:
    counted = roster.assign(n=roster["school_id"].map(sizes))
    yield make_finding(n=int(counted["n"].sum()))
    for side, arm in SIDES.items():
        yield make_finding(subgroup=side, n=int(counted.loc[counted["arm"] == arm, "n"].sum()))
    for kind, n in counted.groupby("kind")["n"].sum().items():
        yield make_finding(subgroup=f"kind:{kind}", n=int(n))
    for level, column in (("province", "province"), ("school", "school_id")):
        for unit, n in counted.groupby(column)["n"].sum().items():
            yield make_finding(level=level, unit_id=unit, n=int(n))


SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_school_follows_from_sums_that_cross(seed: int) -> None:
    roster, facts, sizes, rows = crossed_study(seed)
    released = release(make_findings(rows), facts)
    assert told(released, roster, sizes, quantity="mean", wave="pre") == []


def test_where_each_sum_is_held_by_itself_the_attack_succeeds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hide, "hide_partners", hide_partners_in_each)
    studies = map(crossed_study, SEEDS)
    assert any(
        told(release(make_findings(rows), facts), roster, sizes, quantity="mean", wave="pre")
        for roster, facts, sizes, rows in studies
    )


def test_a_school_alone_on_its_side_takes_one_partner_along() -> None:
    arms = ["with"] * 10 + ["without"] * 10
    roster = pd.DataFrame(
        {"school_id": [f"s{i:02d}" for i in range(20)], "province": "", "arm": arms, "kind": ""}
    )
    sizes = {school: 20 + i for i, school in enumerate(roster["school_id"])} | {"s12": 6}
    rows = [row for row in sums_of(roster, sizes) if row["level"] != "province"]
    facts = replace(
        make_facts(),
        schools={
            one["school_id"]: {**one, "phase": "phase_2"} for one in roster.to_dict("records")
        },
        side_of_arm={"with": "programme", "without": "comparison"},
    )
    released = release(make_findings([row for row in rows if row["subgroup"] != "kind:"]), facts)
    hidden = {row.unit_id or row.subgroup for row in released.findings() if row.suppressed}
    # Four of all are hidden anyway; s10, the smallest beside it on its side, is one of these.
    assert hidden == {"s12", "s10", "s00", "s01"}
