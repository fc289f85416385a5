"""A proportional odds model beside planned effects after a lot."""

from __future__ import annotations

from dataclasses import replace

import pytest
import two_sides
from small_study import only, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.pages.what_would_undo import specification_curves
from impact_eval.tables import technical_table, ways_table
from impact_eval.wording.lint import lint_page

SETS = ("effect", "effect_odds_ratio")
SHORT = 'minimum = 0\nmaximum = 6\nmastery = 4\nmastery_label = "at least 4 of 6"'
TRUTH = two_sides.Truth(effect=1.2, schools=(8, 8), students=20)


def drawn(*, whole=True):
    tables = two_sides.draw_tables(1, TRUTH, strata=True)
    score = (tables.scores["score"] / 3).round().clip(1, 3) if whole else tables.scores["score"] / 2
    return replace(tables, scores=tables.scores.assign(score=score))


def opened(root, **options):
    options = {"design": "randomised", "strata": True, "schools": TRUTH.schools} | options
    return two_sides.open_study(root, scale=SHORT, **options)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("ordinal"))


@pytest.fixture(scope="module")
def found(study):
    return compute_findings(study, drawn(), quantities=SETS)


def test_it_stands_beside_the_planned_effect(found):
    rows = where(found, quantity="effect_odds_ratio")
    main = found[(found["quantity"] == "effect") & (found["family"] != "")]
    assert set(rows["parent_id"]) == set(main["finding_id"])
    assert set(rows["variant"]) == {"", "proportionality"}
    assert set(rows["role"]) == {"exploratory"}
    assert set(rows["verdict"]) == {""}
    assert not rows["headline_ok"].any()
    assert only(rows, variant="")["conf_low"] > 0
    assert 0 < only(rows, variant="proportionality")["p_value"] < 1


@pytest.mark.parametrize("weights", ["respondent", "school"])
def test_it_is_recomputed(tmp_path, weights):
    study = opened(tmp_path, weights=weights)
    mine = where(compute_findings(study, drawn(), quantities=SETS), quantity="effect_odds_ratio")
    assert disagreements(study, drawn(), mine) == []
    moved = mine.assign(estimate=mine["estimate"] + 0.01)
    assert len(disagreements(study, drawn(), moved)) == 2


def test_scores_of_many_values_have_a_reason(study):
    rows = where(
        compute_findings(study, drawn(whole=False), quantities=SETS), quantity="effect_odds_ratio"
    )
    assert rows["reason"].str.contains("8 values at most").all()
    assert rows["estimate"].isna().all()


def test_a_comparison_that_somebody_chose_has_none(tmp_path):
    study = opened(tmp_path, design="comparison", strata=False)
    found = compute_findings(study, drawn(), quantities=SETS)
    assert where(found, quantity="effect_odds_ratio").empty


def test_the_table_says_that_it_is_another_scale(study, found):
    released = release(found, study.facts())
    table = technical_table(released, wave_from="pre", wave_to="post")
    html = table._repr_mimebundle_()["text/html"]
    assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
    assert "log odds of a higher score" in html
    assert "nothing is judged by it" in html


def test_ways_of_computing_a_difference_are_called_so(study):
    quantities = ("effect", "specification", "specifications")
    released = release(compute_findings(study, drawn(), quantities=quantities), study.facts())
    (figure,) = specification_curves(released).pieces
    assert "every way of computing the difference" in figure.caption
    assert "ways of computing the difference" in figure.alt
    table = ways_table(released, released.findings(quantity="specification"))
    assert table.caption.startswith("Every way of computing the difference")
