"""A check says where the answers look like those of another design than is declared."""

from __future__ import annotations

from dataclasses import replace

import pytest
import topics_study
import two_sides
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.surveys import SurveyTables
from impact_eval.surveys.design_in_data import design_remarks


def without(tables: SurveyTables, drop) -> SurveyTables:
    forms = tables.submissions
    return replace(tables, submissions=forms[~drop(forms)])


def number(forms):
    return forms["school_id"].str[-2:].astype(int)


@pytest.fixture
def sides(tmp_path):
    return two_sides.open_study(tmp_path, schools=(4, 4)), two_sides.draw_tables(
        1, two_sides.Truth(schools=(4, 4), students=4)
    )


def test_the_design_as_declared_gets_no_remark(sides) -> None:
    study, tables = sides
    assert design_remarks(study, tables) == []
    pre_only = without(tables, lambda forms: forms["wave"] == "post")
    assert design_remarks(study, pre_only) == []  # nobody can tell yet


def test_a_side_without_later_answers_is_named(sides) -> None:
    study, tables = sides
    lone = without(tables, lambda forms: (forms["wave"] == "post") & (number(forms) > 4))
    (said,) = design_remarks(study, lone)
    assert "without the programme 1 answered in both" in said


def test_no_school_in_both_surveys_is_said(sides) -> None:
    study, tables = sides
    apart = without(tables, lambda forms: (forms["wave"] == "post") == (number(forms) % 2 == 0))
    (said,) = design_remarks(study, apart)
    assert "no school answered in both" in said


def test_rounds_at_the_same_places_are_said(tmp_path) -> None:
    rounds = topics_study.open_study(tmp_path / "rounds", design="cross_sections")
    group = topics_study.open_study(tmp_path / "group")
    tables = topics_study.draw_tables(1, group)
    assert design_remarks(group, tables) == []
    (said,) = design_remarks(rounds, tables)
    assert "12 places were asked in both rounds" in said
    forms = tables.submissions
    moved = forms["school_id"].where(forms["wave"] == "pre", "new " + forms["school_id"])
    elsewhere = replace(tables, submissions=forms.assign(school_id=moved))
    assert design_remarks(rounds, elsewhere) == []


def test_a_check_says_it_once_answers_are_prepared(tmp_path, monkeypatch) -> None:
    study = two_sides.open_study(tmp_path, schools=(4, 4))
    forms = two_sides.draw_forms(1, two_sides.Truth(schools=(4, 4), students=12))
    early = forms["school"].str[1:].astype(int) < 4
    study.raw_folder.mkdir(parents=True)
    kept = forms[early | (forms["wave"] == "pre")]
    kept.to_csv(study.raw_folder / "simulated_student.csv", index=False)
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    before = CliRunner().invoke(app, ["check", "sides"])
    assert (before.exit_code, "Design:" in before.output) == (0, False)
    prepared = CliRunner().invoke(app, ["prepare", "sides"])
    assert "Design: student, pre and post: of the schools without the programme 0" in " ".join(
        prepared.output.split()
    )
    after = CliRunner().invoke(app, ["check", "sides"])
    assert "Design: student, pre and post" in after.output
    assert after.exit_code == 0
