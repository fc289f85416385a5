"""Single ratings of two sides: what is found, what is there without an effect, and the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from two_sides import Truth, draw_tables, open_study

from impact_eval.disclosure import release
from impact_eval.estimators.odds_change import odds_change
from impact_eval.findings import compute_findings
from impact_eval.findings.explained.explanation import explain_row
from impact_eval.pages.single_ratings import ratings
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables

CODEBOOK = (
    "item_id,audience,outcome,label,type,minimum,maximum,correct,reverse,missing_codes,waves\n"
    "r1,student,,I can say no,rating,1,5,,,,\n"
)
ODDS = {"quantities": ("item_odds_ratio",)}


def rated(root: Path, *, effect: float, **options: object) -> tuple[Study, SurveyTables]:
    """The study of two sides with a rating from 1 to 5 that the programme moves, in log odds."""
    study = open_study(root, **options)  # type: ignore[arg-type]
    (study.folder / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    file = study.folder / "study.toml"
    text = file.read_text(encoding="utf-8").replace(
        'roster = "roster.csv"', 'roster = "roster.csv"\ncodebook = "codebook.csv"'
    )
    file.write_text(text, encoding="utf-8")
    study = Study.open(study.id, start=root)
    tables = draw_tables(3, Truth(students=20))
    forms, rng = tables.submissions, np.random.default_rng(3)
    school = forms["school_id"].str.removeprefix("s").astype(int)
    later = forms["wave"] != "pre"
    place = rng.normal(0, 0.4, 40)[school] + later * rng.normal(0, 0.2, 40)[school]
    lies = place + 0.3 * later + effect * (later & (school < 10)) + rng.logistic(size=len(forms))
    answer = np.digitize(lies, [-1.5, -0.3, 0.8, 2.1]) + 1.0
    return study, replace(tables, submissions=forms.assign(r1=answer))


def odds_of(study: Study, tables: SurveyTables) -> pd.DataFrame:
    found = compute_findings(study, tables, **ODDS)  # type: ignore[arg-type]
    return found[found["item_id"] == "r1"].set_index("variant")


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_a_move_on_one_side_is_found_and_computed_again(tmp_path: Path, design: str) -> None:
    study, tables = rated(tmp_path, effect=1.0, design=design)
    found = odds_of(study, tables)
    row = found.loc[""]
    assert row["conf_low"] < 1.0 < row["conf_high"]
    assert row["conf_low"] > 0
    assert (row["role"], row["plan_status"], row["verdict"]) == ("exploratory", "not_planned", "")
    assert not row["headline_ok"]
    forms = tables.submissions
    expected = odds_change(
        forms["r1"], forms["wave"] != "pre", forms["school_id"], school=forms["school_id"],
        programme=forms["school_id"] < "s10",
    )  # fmt: skip
    assert row["std_error"] == pytest.approx(expected.log_odds.std_error)
    for variant in ("", "proportionality"):
        again = explain_row(
            study, tables, found.reset_index().set_index("variant", drop=False).loc[variant]
        )
        assert again.recomputed["estimate"] == pytest.approx(again.numbers["estimate"], abs=1e-7)


def test_what_cannot_be_had_is_a_row_with_a_reason(tmp_path: Path) -> None:
    study, tables = rated(tmp_path, effect=1.0)
    few = tables.submissions["school_id"].isin(["s00", "s01", "s02"])
    kept = few | (tables.submissions["school_id"] >= "s10")
    found = odds_of(study, replace(tables, submissions=tables.submissions[kept]))
    assert np.isnan(found.loc["", "estimate"])
    assert "fewer than 4" in found.loc["", "reason"]


def test_the_page_has_a_table_without_any_word_of_an_effect(tmp_path: Path) -> None:
    study, tables = rated(tmp_path, effect=1.0)
    released = release(compute_findings(study, tables), study.facts(tables.schools))
    pairs, odds = (piece.html for piece in ratings(released).pieces)
    for words in ("one side beside the other", "I can say no", "exploratory"):
        assert words in pairs
        assert words in odds
    assert "log odds" in odds
    shown = pairs + odds
    for word in ("impact", "raised", "effect of"):
        assert word not in shown
