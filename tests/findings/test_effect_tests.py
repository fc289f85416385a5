"""Other tests beside planned effects: few clusters, and several outcomes of one family."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_explain import disagreements
from two_sides import Truth, draw_tables, open_study

from impact_eval.disclosure import release
from impact_eval.estimators import wild_bootstrap
from impact_eval.findings import compute_findings, explain_row
from impact_eval.pages import technical
from impact_eval.pages.behind import Explained
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables

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
TESTS = ("wild_bootstrap", "romano_wolf", "holm")


def two_outcomes(root: Path, *, schools=(10, 10), seed: int = 3, **options: object):
    """The study of two sides whose family holds two outcomes."""
    study = open_study(root, schools=schools, **options)  # type: ignore[arg-type]
    file = study.folder / "study.toml"
    text = file.read_text(encoding="utf-8").replace("[plan]\n", SECOND)
    text = text.replace('student = ["knowledge"]', 'student = ["knowledge", "trust"]')
    file.write_text(text, encoding="utf-8")
    study = Study.open(study.id, start=root)
    tables = draw_tables(seed, Truth(effect=0.6, schools=schools, students=20))
    rng = np.random.default_rng(seed)
    trust = tables.scores.assign(outcome="trust")
    score = (10 + 0.8 * trust["score"] + rng.normal(0, 1, len(trust))).clip(0, 20)
    scores = pd.concat([tables.scores, trust.assign(score=score)], ignore_index=True)
    return study, replace(tables, scores=scores)


def holm_of(p: pd.Series) -> pd.Series:
    """Holm's p of two outcomes."""
    return pd.Series(np.where(p <= p.min(), 2 * p.min(), p.clip(lower=2 * p.min())), p.index)


def beside(study: Study, tables: SurveyTables) -> pd.DataFrame:
    found = compute_findings(study, tables, quantities=("effect",))
    return found[found["variant"].isin(TESTS)]


def test_a_chosen_comparison_of_few_schools_has_the_wild_bootstrap(tmp_path: Path) -> None:
    study, tables = two_outcomes(tmp_path, schools=(5, 6))
    found = beside(study, tables)
    row = found[(found["variant"] == "wild_bootstrap") & (found["outcome"] == "knowledge")].iloc[0]
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    forms = forms[forms["outcome"] == "knowledge"].merge(tables.schools, on="school_id")
    wave = (forms["wave"] == "post").astype(float)
    design = np.column_stack([wave * (forms["arm"] == "with"), wave])
    school = forms["school_id"]
    expected = wild_bootstrap(forms["score"], design, school, school=school)
    for name in ("estimate", "p_value", "conf_low", "conf_high"):
        assert row[name] == pytest.approx(getattr(expected, name))
    assert (row["verdict"], row["headline_ok"]) == ("", False)
    assert disagreements(study, tables, found) == []


def test_many_schools_need_none_and_a_lone_school_gives_none(tmp_path: Path) -> None:
    assert "wild_bootstrap" not in set(beside(*two_outcomes(tmp_path / "many"))["variant"])
    lone = beside(*two_outcomes(tmp_path / "lone", schools=(2, 6)))
    refused = lone[lone["variant"] == "wild_bootstrap"]
    assert refused["reason"].str.startswith("one side has 2 of the 8 schools").all()
    assert len(refused)


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_a_family_of_two_outcomes_is_allowed_for(tmp_path: Path, design: str) -> None:
    study, tables = two_outcomes(tmp_path, design=design)
    found = compute_findings(study, tables, quantities=("effect",))
    mains = found[(found["role"] == "primary")].set_index("outcome")
    assert list(mains.index) == ["knowledge", "trust"]
    holm = found[found["variant"] == "holm"].set_index("outcome")
    assert (holm["parent_id"] == mains["finding_id"]).all()
    ordered = np.sort(mains["p_value"]) * [2, 1]
    assert sorted(holm["p_value"]) == pytest.approx(
        list(np.maximum.accumulate(ordered).clip(max=1))
    )
    together = found[found["variant"] == "romano_wolf"].set_index("outcome")
    if design == "randomised":
        alone = found[found["variant"] == "permutation"].set_index("outcome")["p_value"]
        assert together["method"].str.startswith("stepdown by permutation").all()
        assert (together["p_value"] >= alone).all()
        assert (together["p_value"] <= holm_of(alone)).all()
    assert (together["p_value"] >= mains["p_value"] - 0.05).all()
    assert together["conf_low"].isna().all()
    every = pd.concat([together, holm]).reset_index()
    assert disagreements(study, tables, every) == []
    for _, row in every.iterrows():
        said = str(Explained(explain_row(study, tables, row)))
        assert "\nnot recomputed: only estimate here; what else is given (p_value) rests" in said


def test_the_page_names_each_test(tmp_path: Path) -> None:
    study, tables = two_outcomes(tmp_path, schools=(5, 6))
    released = release(compute_findings(study, tables, quantities=("effect",)), study.facts())
    page = "".join(piece.html for piece in technical(released).pieces)
    assert "wild bootstrap" in page
    assert "p with its family allowed for, all at once" in page
    assert "p with its family allowed for, Holm" in page
    assert "beside it: gains of linked people" in page
