"""Dates of a roll-out drawn again: one outcome, a family, strata, teams, and when they are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from roll_out_study import Truth, draw_tables, write_study
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.estimators.designs import RollOutScores, roll_out_stepdown
from impact_eval.findings import compute_findings
from impact_eval.pages import technical
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables

EFFECT = ((1, 0.5, 0.1), (2, 0.5, 0.1))
SMALL = Truth(cohorts=((1, 4), (2, 4), (None, 4)), effect=EFFECT, students=20)
SECOND = """[[outcomes]]
id = "trust"
audience = "student"
label = "trust"
kind = "ready_made"
unit = "points of trust, out of 20"
direction = "higher"
minimum = 0
maximum = 20
smallest_effect = 0.5

[plan]
"""


def two_outcomes(root: Path, truth: Truth, **options: str) -> tuple[Study, SurveyTables]:
    study = write_study(root, truth, **options)
    file = study.folder / "study.toml"
    text = file.read_text(encoding="utf-8").replace("[plan]\n", SECOND)
    file.write_text(text.replace('["knowledge"] }', '["knowledge", "trust"] }'), encoding="utf-8")
    study, tables = Study.open(study.id, start=root), draw_tables(4, truth)
    rng = np.random.default_rng(4)
    trust = tables.scores.assign(outcome="trust")
    trust["score"] = (10 + 0.8 * trust["score"] + rng.normal(0, 1, len(trust))).clip(0, 20)
    return study, replace(tables, scores=pd.concat([tables.scores, trust], ignore_index=True))


def effects_of(study: Study, tables: SurveyTables) -> pd.DataFrame:
    found = compute_findings(study, tables, quantities=("effect",))
    return found[(found["wave_from"] == "spring") & (found["wave_to"] == "winter")]


def by_estimator(tables: SurveyTables, stratum: dict[str, str] | None = None):
    """The same test by the estimator, its arrays from the tables."""
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    order = {"spring": 0, "summer": 1, "autumn": 2, "winter": 3}
    dates = tables.schools.set_index("school_id")["workshop_wave"].map(order | {"": np.nan})
    outcomes = []
    for _, own in forms.groupby("outcome", sort=False):
        school = own["school_id"].to_numpy()
        outcomes.append(RollOutScores(own["score"], own["wave"].map(order), school, school))
    return roll_out_stepdown(
        outcomes,
        dict(sorted(dates.items())),
        stratum=stratum,
        weights="respondent",
        generator=np.random.default_rng(1),
    )


@pytest.mark.parametrize("strata", [0, 2])
def test_a_lot_is_drawn_again(tmp_path: Path, strata: int) -> None:
    truth = replace(SMALL, strata=strata)
    study, tables = two_outcomes(tmp_path, truth, assigned_by="lot")
    found = effects_of(study, tables)
    mains = found[found["role"] == "primary"].set_index("outcome")
    alone = found[found["variant"] == "permutation"].set_index("outcome")
    together = found[found["variant"] == "romano_wolf"].set_index("outcome")
    named = tables.schools.set_index("school_id")
    expected = by_estimator(tables, named["stratum"].to_dict() if strata else None)
    assert list(together["p_value"]) == pytest.approx(list(expected.p_adjusted))
    for rows in (alone, together):
        assert (rows["estimate"] == mains["estimate"]).all()
        assert rows["conf_low"].isna().all()
        assert (rows["parent_id"] == mains["finding_id"]).all()
        assert rows["method"].str.contains("within strata").all() == bool(strata)
        assert not rows["headline_ok"].any()
    assert list(alone["p_value"]) == pytest.approx(list(expected.p_value))
    beside = found[found["variant"].isin(["permutation", "romano_wolf"])]
    assert disagreements(study, tables, beside) == []


def test_what_nobody_drew_is_not_drawn_again(tmp_path: Path) -> None:
    found = effects_of(*two_outcomes(tmp_path, SMALL))
    assert not (found["variant"] == "permutation").any()
    refused = found[found["variant"] == "romano_wolf"]
    assert len(refused) == 2
    assert refused["reason"].str.startswith("nobody drew the dates").all()
    assert (found[found["variant"] == "holm"]["p_value"] <= 1).all()


@pytest.mark.parametrize("mixed", [False, True], ids=["whole", "at several dates"])
def test_teams_are_drawn_whole_or_not_at_all(tmp_path: Path, mixed: bool) -> None:
    truth = replace(SMALL, cohorts=((1, 8), (2, 8), (None, 8)), per_team=2, mixed_teams=mixed)
    found = effects_of(*two_outcomes(tmp_path, truth, assigned_by="lot"))
    rows = found[found["variant"].isin(["permutation", "romano_wolf"])]
    assert len(rows) == 4
    if mixed:
        assert rows["reason"].str.contains("began at different dates").all()
    else:
        assert rows["p_value"].between(0, 1).all()
        assert (rows["n_clusters"] == 12).all()


def test_the_page_names_them(tmp_path: Path) -> None:
    study, tables = two_outcomes(tmp_path, SMALL, assigned_by="lot")
    released = release(compute_findings(study, tables, quantities=("effect",)), study.facts())
    page = "".join(piece.html for piece in technical(released).pieces)
    assert "exchanged as the lot could have drawn them" in page
    assert "p with its family allowed for, all at once" in page
