"""Waiting lists: two sides until the schools that waited have their own workshop, and not after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from two_sides import Truth, draw_tables, open_study

import impact_eval as ie
from impact_eval.disclosure import release
from impact_eval.estimators.designs.waiting_list import waiting_list
from impact_eval.findings import compute_findings
from impact_eval.findings.explained.explanation import explain_row
from impact_eval.wording import main_changes, opening
from impact_eval.wording.lint import lint_page
from impact_eval.wording.rungs import rung_of

WAITING = {"design": "waiting_list", "follow_up": True, "workshop_before": "follow_up"}
TRUTH = Truth(effect=1.2, left=1.0)


def computed(root: Path, assigned_by: str) -> pd.DataFrame:
    study = open_study(root, assigned_by=assigned_by, **WAITING)  # type: ignore[arg-type]
    return compute_findings(study, draw_tables(3, TRUTH))


def effects_of(findings: pd.DataFrame) -> pd.DataFrame:
    rows = findings.query("quantity == 'effect' and variant == ''")
    return rows[rows["estimand"] == "schools_like_these"].set_index(["wave_from", "wave_to"])


def test_the_effect_of_a_lot_is_that_of_the_estimator(tmp_path: Path) -> None:
    study = open_study(tmp_path, assigned_by="lot", **WAITING)  # type: ignore[arg-type]
    tables = draw_tables(3, TRUTH)
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    forms = forms.merge(tables.links, on="submission_id").merge(tables.schools, on="school_id")
    expected = waiting_list(
        forms["score"],
        forms["wave"].map({"pre": 0, "post": 1, "follow_up": 2}).astype(int),
        (forms["arm"] == "with").astype(int),
        forms["school_id"],
        crossover=2,
        respondent=forms["respondent_id"],
    )
    findings = compute_findings(study, tables)
    main = effects_of(findings).loc[("pre", "post")]
    (at_post,) = expected.randomised
    for name in ("estimate", "std_error", "df", "conf_low", "conf_high"):
        assert main[name] == pytest.approx(getattr(at_post.estimate, name), rel=1e-9)
    assert main["verdict"] == "rise_beyond"
    late = findings.query(
        "quantity == 'change' and level == 'programme' and subgroup == 'arm:comparison'"
        " and wave_from == 'post' and estimand == 'schools_like_these'"
    )
    assert late["estimate"].item() == pytest.approx(expected.late_change[0].estimate.estimate)
    assert set(late["verdict"]) == {""}


@pytest.mark.parametrize("assigned_by", ["lot", "choice"])
def test_nothing_is_compared_once_nobody_waits(tmp_path: Path, assigned_by: str) -> None:
    findings = computed(tmp_path, assigned_by)
    effects = effects_of(findings)
    assert np.isfinite(effects.loc[("pre", "post"), "estimate"])
    for pair in (("pre", "follow_up"), ("post", "follow_up")):
        assert np.isnan(effects.loc[pair, "estimate"])
        assert "own workshop by then" in effects.loc[pair, "reason"]
    left = findings.query("quantity == 'retention'")
    assert left["estimate"].isna().all()
    assert left["reason"].str.contains("own workshop by then").all()
    beside = findings.query("quantity == 'effect' and variant != '' and wave_to == 'follow_up'")
    assert beside.empty


@pytest.mark.parametrize(
    ("assigned_by", "estimator", "rung"),
    [("lot", "ancova", "lot"), ("choice", "difference_in_differences", "comparison")],
)
def test_how_they_were_assigned_decides_estimator_and_rung(
    tmp_path: Path, assigned_by: str, estimator: str, rung: str
) -> None:
    study = open_study(tmp_path, assigned_by=assigned_by, **WAITING)  # type: ignore[arg-type]
    tables = draw_tables(3, TRUTH)
    released = release(compute_findings(study, tables), study.facts(tables.schools))
    (main,) = main_changes(released)
    assert main.estimator == estimator
    assert rung_of(main, released.facts) == rung
    (said,) = opening(released)
    assert ("A lot assigned the schools, but" in said) == (rung == "lot")
    assert "raised" not in said


def test_every_number_is_explained(tmp_path: Path) -> None:
    study = open_study(tmp_path, assigned_by="choice", **WAITING)  # type: ignore[arg-type]
    tables = draw_tables(5, TRUTH)
    findings = compute_findings(study, tables)
    sides = findings["subgroup"].str.startswith("arm") | (findings["contrast"] != "")
    for _, row in findings[sides].iterrows():
        again = explain_row(study, tables, row)
        for name, value in again.recomputed.items():
            near = 1e-6 if row["quantity"] == "modelled_effect" else 1e-9  # a search, not a formula
            assert value == pytest.approx(again.numbers[name], rel=near, abs=near)


@pytest.mark.parametrize("assigned_by", ["lot", "choice"])
def test_the_page_gives_the_reason_and_claims_nothing_more(
    tmp_path: Path, assigned_by: str
) -> None:
    study = open_study(tmp_path, assigned_by=assigned_by, **WAITING)  # type: ignore[arg-type]
    tables = draw_tables(3, TRUTH)
    released = release(compute_findings(study, tables), study.facts(tables.schools))
    made = [ie.summary(released), ie.how_sure(released)]
    for section in (ie.changes, ie.technical, ie.flow, ie.classed):
        made += section(released).pieces
    page = "".join(f"<section>{piece.html}</section>" for piece in made)
    assert lint_page(f"<main>{page}</main>", released) == []
    assert "nobody was left to compare with" in page
    assert "Students: workshop schools" in page
    who = "a lot decided which schools had the programme first"
    assert (who in page) == (assigned_by == "lot")


def test_how_alike_the_sides_were_is_shown_although_later_surveys_compare_nothing(
    tmp_path: Path,
) -> None:
    study = open_study(tmp_path, assigned_by="lot", **WAITING)  # type: ignore[arg-type]
    released = release(compute_findings(study, draw_tables(3, TRUTH)), study.facts())
    assert len(released.where(quantity="effect").findings()) > 1
    shown = [one.caption for one in ie.planned_changes(released).pieces]
    assert [one for one in shown if "alike" in one] == ["Were the sides alike before the workshop?"]
