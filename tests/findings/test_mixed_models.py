"""The mixed model beside planned results, with the optional package and without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import two_sides
from small_study import MAIN, Truth, draw_tables, only, open_study, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.estimators import mixed_model
from impact_eval.findings import compute_findings
from impact_eval.findings.store import findings_key
from impact_eval.surveys.tables import save_tables
from impact_eval.tables import technical_table

SETS = ("change", "effect", "modelled_change", "modelled_effect")
TEN = Truth(schools=(2, 10), students=12, teachers=8)
present = pytest.mark.skipif(
    bool(mixed_model.why_absent()), reason="the extra `mixed` is not installed"
)


@pytest.fixture(scope="module")
def drawn():
    return draw_tables(5, TEN)


@pytest.fixture(scope="module")
def by_team(tmp_path_factory):
    return open_study(tmp_path_factory.mktemp("team"), schools=TEN.schools)


@pytest.fixture(scope="module")
def found(by_team, drawn):
    return compute_findings(by_team, drawn, quantities=SETS)


def planned(found):
    mains = found[found["family"] != ""]
    return mains[(mains["estimand"] == "schools_like_these") & mains["estimate"].notna()]


def test_it_stands_beside_each_planned_change(found):
    beside = where(found, quantity="modelled_change")
    assert set(beside["parent_id"]) == set(planned(found)["finding_id"])
    assert len(beside) > 0
    assert set(beside["role"]) == {"exploratory"}
    assert set(beside["verdict"]) == {""}
    assert not beside["headline_ok"].any()
    assert (beside["estimate"].notna() | (beside["reason"] != "")).all()


@present
def test_it_is_of_the_same_people_and_near(found):
    main = only(found, **MAIN)
    row = only(found, **(MAIN | {"quantity": "modelled_change", "estimator": "mixed_model"}))
    same = ["n", "n_clusters", "n_pre", "n_post", "n_linked", "unit"]
    assert row[same].tolist() == main[same].tolist()
    assert abs(row["estimate"] - main["estimate"]) < main["std_error"]
    assert "(1 + wave | cluster) + (1 + wave | school) + (1 | respondent)" in row["method"]


@present
def test_the_likelihood_searched_plainly_gives_the_same(by_team, drawn, found):
    mine = where(found, quantity="modelled_change")
    assert disagreements(by_team, drawn, mine) == []
    moved = mine.dropna(subset=["estimate"]).iloc[[0]]
    moved = moved.assign(estimate=moved["estimate"] + 0.05 * moved["std_error"])
    assert len(disagreements(by_team, drawn, moved)) == 1


@present
def test_an_effect_has_one_too(tmp_path):
    study = two_sides.open_study(tmp_path, schools=(5, 5))
    tables = two_sides.draw_tables(3, two_sides.Truth(schools=(5, 5), students=20, effect=0.6))
    found = compute_findings(study, tables, quantities=SETS)
    mine = where(found, quantity="modelled_effect")
    assert np.isfinite(mine["estimate"]).any()
    assert mine["method"].str.contains("wave * side", regex=False).all()
    assert disagreements(study, tables, mine) == []


def test_two_scales_have_no_change_and_so_no_model(tmp_path):
    study = two_sides.open_study(
        tmp_path, schools=(4, 4), design="randomised", scale=two_sides.TWO_SCALES
    )
    tables = two_sides.draw_tables(3, two_sides.Truth(schools=(4, 4), students=8))
    found = compute_findings(study, tables, quantities=SETS)
    row = only(found, quantity="modelled_effect")
    assert np.isnan(row["estimate"])
    assert "different scales" in row["reason"]
    assert np.isfinite(only(found, quantity="effect", role="primary")["estimate"])


def test_without_the_package_every_row_says_so(monkeypatch, by_team, drawn):
    monkeypatch.setattr(mixed_model, "installed", str)
    found = compute_findings(by_team, drawn, quantities=SETS)
    rows = where(found, quantity="modelled_change")
    assert len(rows) == len(planned(found)) > 0
    assert rows["estimate"].isna().all()
    assert rows["reason"].str.contains("not installed").all()
    released = release(found, by_team.facts())
    html = technical_table(released, wave_from="pre", wave_to="post")._repr_mimebundle_()
    assert html["text/html"].count("is not installed") == 1
    assert "impact-eval[mixed]" in html["text/html"]


@present
def test_it_is_a_row_of_the_technical_table(by_team, found):
    released = release(found, by_team.facts())
    table = technical_table(released, wave_from="pre", wave_to="post")
    html = table._repr_mimebundle_()["text/html"]
    row = only(found, **(MAIN | {"quantity": "modelled_change", "estimator": "mixed_model"}))
    assert f'data-finding="{row["finding_id"]}"' in html
    assert "schools like these, mixed model" in html.lower()
    assert "a second opinion" in html


def test_rounds_at_other_places_are_refused(tmp_path, drawn):
    study = open_study(tmp_path, schools=TEN.schools, design="cross_sections", link="none")
    tables = replace(drawn, links=drawn.links.assign(respondent_id="", method="none"))
    rows = where(compute_findings(study, tables, quantities=SETS), quantity="modelled_change")
    assert len(rows) > 0
    assert rows["reason"].str.contains("at other places").all()


def test_findings_on_disk_belong_to_the_package_that_was_there(monkeypatch, by_team, drawn):
    save_tables(drawn, by_team.processed_folder, prepared={"inputs": {}})
    monkeypatch.setattr("impact_eval.findings.store.version", lambda name: "9.9")
    assert findings_key(by_team) != (monkeypatch.undo() or findings_key(by_team))
