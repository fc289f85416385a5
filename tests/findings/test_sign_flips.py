"""The sign-flip test beside each planned change of schools like these."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from small_study import Truth, draw_tables, only, open_study, where

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.tables import technical_table

MAIN = {
    "quantity": "change",
    "outcome": "knowledge",
    "audience": "student",
    "phase": "phase_2",
    "level": "programme",
    "subgroup": "",
    "wave_to": "post",
    "estimand": "schools_like_these",
    "variant": "",
}


def by_hand(tables, *, phase, audience, outcome):
    """Go through the signs of the trainer teams' changes, schools weighted by respondents."""
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    forms = forms[
        (forms["phase"] == phase) & (forms["audience"] == audience) & forms["score"].notna()
    ]
    forms = forms[forms["outcome"] == outcome]
    cells = forms.pivot_table(
        index="school_id", columns="wave", values="score", aggfunc=["mean", "size"]
    ).dropna()
    size = cells["size"]["pre"] * cells["size"]["post"] / cells["size"][["pre", "post"]].sum(axis=1)
    parts = size * (cells["mean"]["post"] - cells["mean"]["pre"])
    team = tables.schools.set_index("school_id")["trainer_team"]
    totals = parts.groupby(team).sum().to_numpy()
    sums = [abs(np.dot(signs, totals)) for signs in product((-1, 1), repeat=totals.size)]
    return np.mean(np.array(sums) >= sums[0] * (1 - 1e-9)), totals.size


def test_it_stands_beside_each_planned_change(findings):
    planned = findings[
        (findings["family"] != "") & (findings["estimand"] == "schools_like_these")
    ].dropna(subset=["estimate"])
    beside = where(findings, estimator="sign_flip")
    assert set(beside["parent_id"]) == set(planned["finding_id"])
    assert len(beside) == len(planned) > 0
    assert set(beside["role"]) == {"secondary"}
    assert set(beside["verdict"]) == {""}
    assert not beside["headline_ok"].any()


def test_estimate_p_and_people(tables, findings):
    main = only(findings, **MAIN, estimator="stacked")
    found = only(findings, **MAIN, estimator="sign_flip")
    p, teams = by_hand(tables, phase="phase_2", audience="student", outcome="knowledge")
    assert found["estimate"] == pytest.approx(main["estimate"], rel=1e-10)
    assert found["p_value"] == pytest.approx(p, abs=1e-12)
    assert found["n_clusters"] == main["n_clusters"] == teams
    counted = ["n_pre", "n_post", "n_linked"]
    assert found[counted].tolist() == main[counted].tolist()
    assert found["method"] == "sign flips by trainer teams, all patterns, weights: respondent"


def test_limits_of_clusters_with_few_people_are_withheld(tmp_path):
    study = open_study(tmp_path, schools=(2, 10))
    few = draw_tables(5, Truth(schools=(2, 10), students=6, teachers=3))
    threshold = study.disclosure_threshold
    findings = compute_findings(study, few, quantities=("change",))
    kept = where(findings, estimator="sign_flip")
    assert kept["conf_low"].notna().any()
    released = release(findings, study.facts())
    table = technical_table(released, wave_from="pre", wave_to="post")
    assert "could be one of these places" in table._repr_mimebundle_()["text/html"]
    found = where(released.frame, estimator="sign_flip")
    found = found[found["n_clusters"] <= 12]
    assert found["p_value"].notna().all()
    people = found[["n_pre", "n_post"]].min(axis=1) / found["n_clusters"]
    assert (people < threshold).any()
    assert found.loc[people < threshold, "conf_low"].isna().all()


def test_rounds_of_other_schools_are_refused(tmp_path):
    study = open_study(tmp_path, schools=(2, 10), design="cross_sections", link="none")
    tables = draw_tables(5, Truth(schools=(2, 10), students=6, teachers=3))
    tables = replace(tables, links=tables.links.assign(respondent_id="", method="none"))
    found = where(compute_findings(study, tables, quantities=("change",)), estimator="sign_flip")
    assert len(found) > 0
    assert found["estimate"].isna().all()
    assert found["reason"].str.contains("other places").all()


def test_it_is_a_row_of_the_technical_table(study, findings):
    released = release(findings, study.facts())
    table = technical_table(released, wave_from="pre", wave_to="post")
    html = table._repr_mimebundle_()["text/html"]
    found = only(findings, **MAIN, estimator="sign_flip")
    assert "sign-flip test" in html
    assert f'data-finding="{found["finding_id"]}"' in html
    assert "sign flips by trainer teams, all patterns" in html
