"""Random small studies: counts by school, with every row that would print one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from findings_factory import make_change, make_facts, make_finding, make_findings

from impact_eval.facts import StudyFacts

WAVES = ("pre", "post")
Place = tuple[str, str]
PROGRAMME: Place = ("programme", "")


@dataclass(frozen=True)
class RandomStudy:
    """A study's findings and the true counts behind them, by table and place."""

    findings: pd.DataFrame
    facts: StudyFacts
    places: list[tuple[Place, list[Place]]]
    truth: dict[str, dict[Place, int]]


def random_study(seed: int, *, threshold: int = 10, with_provinces: bool = True) -> RandomStudy:
    """Draw schools in provinces; sizes from 1 to 40, so that some are under any threshold."""
    rng = np.random.default_rng(seed)
    n_schools = int(rng.integers(2, 15))
    provinces = [f"P{i}" for i in range(int(rng.integers(1, 5)))]
    own = {f"s{i:03d}": str(rng.choice(provinces)) for i in range(n_schools)}
    facts = replace(
        make_facts(threshold=threshold),
        schools={
            school: {"school_id": school, "name": school, "province": province, "phase": "phase_2"}
            for school, province in own.items()
        },
    )
    low = int(rng.choice([1, 3, 8]))
    schools: dict[str, dict[Place, int]] = {}
    for wave in WAVES:
        schools[f"n_{wave}"] = {("school", s): int(rng.integers(low, 40)) for s in own}
        rate = rng.uniform(0, 1)
        schools[f"k_{wave}"] = {
            place: int(rng.binomial(n, rate)) for place, n in schools[f"n_{wave}"].items()
        }
    share = rng.uniform(0.2, 1)
    schools["linked"] = {
        place: int(rng.binomial(min(n, schools["n_post"][place]), share))
        for place, n in schools["n_pre"].items()
    }
    places = _places(own, with_provinces=with_provinces)
    truth = {
        table: {place: sum(cells[leaf] for leaf in _leaves(place, own)) for place in _all(places)}
        for table, cells in schools.items()
    }
    _split_by_sex(truth, rng)
    places.append((PROGRAMME, [("sex", "female"), ("sex", "male")]))
    return RandomStudy(make_findings(_rows(truth)), facts, places, truth)


def _places(own: dict[str, str], *, with_provinces: bool) -> list[tuple[Place, list[Place]]]:
    """Parents and their children."""
    if not with_provinces:
        return [(PROGRAMME, [("school", school) for school in own])]
    provinces = sorted(set(own.values()))
    inside = [(("province", p), [("school", s) for s in own if own[s] == p]) for p in provinces]
    return [(PROGRAMME, [("province", p) for p in provinces]), *inside]


def _all(places: list[tuple[Place, list[Place]]]) -> list[Place]:
    return [PROGRAMME, *(child for _, children in places for child in children)]


def _split_by_sex(truth: dict[str, dict[Place, int]], rng: np.random.Generator) -> None:
    """Give some of everybody to each sex; sometimes very few to one."""
    girls = rng.choice([0.02, 0.5, 0.97])
    female: dict[str, int] = {}
    for wave in WAVES:
        n, k = truth[f"n_{wave}"][PROGRAMME], truth[f"k_{wave}"][PROGRAMME]
        female[f"k_{wave}"] = int(rng.binomial(k, girls))
        female[f"n_{wave}"] = female[f"k_{wave}"] + int(rng.binomial(n - k, girls))
    linked = truth["linked"][PROGRAMME]
    least = max(0, *(linked - truth[f"n_{w}"][PROGRAMME] + female[f"n_{w}"] for w in WAVES))
    most = min(linked, *(female[f"n_{w}"] for w in WAVES))
    female["linked"] = int(rng.integers(least, most + 1))
    for table, count in female.items():
        truth[table]["sex", "female"] = count
        truth[table]["sex", "male"] = truth[table][PROGRAMME] - count


def _leaves(place: Place, own: dict[str, str]) -> list[Place]:
    level, unit = place
    return [
        ("school", school)
        for school, province in own.items()
        if level == "programme" or unit in {school, province}
    ]


def _rows(truth: dict[str, dict[Place, int]]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for level, unit in truth["n_pre"]:
        at: dict[str, object] = {"level": level, "unit_id": unit}
        if level == "sex":
            at = {"level": "programme", "subgroup": f"sex:{unit}"}
        n = {wave: truth[f"n_{wave}"][level, unit] for wave in WAVES}
        for wave in WAVES:
            if not n[wave]:
                continue
            on = {**at, "wave_from": wave, "wave_to": wave, "n": n[wave]}
            share = 100 * truth[f"k_{wave}"][level, unit] / n[wave]
            rows += [
                make_finding(**on, estimate=7.0),
                make_finding(**on, quantity="mastery_share", estimate=share, unit="percent"),
                make_finding(
                    **on, quantity="surveyed", outcome="", estimate=n[wave], unit="people"
                ),
            ]
        if min(n.values()) == 0:
            continue
        linked = truth["linked"][level, unit]
        both = {"n_pre": n["pre"], "n_post": n["post"], "n_linked": linked, "n": sum(n.values())}
        rows += [
            make_change(**at, **both),
            make_change(**at, **(both | {"n": linked}), estimator="adjusted_gain"),
            make_change(**at, **both, quantity="mastery_change", unit="points"),
        ]
    return rows
