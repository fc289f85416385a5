"""Tests that rearrange clusters, beside planned changes and randomised effects."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
import two_sides
from small_study import MAIN, Truth, draw_tables, only, open_study, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.tables import technical_table

TEN = Truth(schools=(2, 10), students=14, teachers=12)


@pytest.fixture(scope="module")
def by_school(tmp_path_factory):
    return open_study(tmp_path_factory.mktemp("school"), cluster="school_id", schools=TEN.schools)


@pytest.fixture(scope="module")
def drawn():
    return draw_tables(5, TEN)


@pytest.fixture(scope="module")
def found(by_school, drawn):
    return compute_findings(by_school, drawn, quantities=("change",))


def changes_of(tables, phase="phase_2", audience="student", outcome="knowledge"):
    """Changes and sizes of schools from the plain forms."""
    forms = tables.submissions.merge(tables.scores, on="submission_id").dropna(subset="score")
    forms = forms[(forms["phase"] == phase) & (forms["audience"] == audience)]
    return forms[(forms["outcome"] == outcome) & forms["wave"].isin(["pre", "post"])]


def test_the_wild_bootstrap_goes_through_all_patterns(drawn, found):
    row = only(found, **(MAIN | {"estimator": "wild_bootstrap"}))
    main = only(found, **MAIN)
    forms = changes_of(drawn)
    school = np.unique(forms["school_id"], return_inverse=True)[1]
    y = forms["score"].to_numpy()
    y = y - (np.bincount(school, y) / np.bincount(school))[school]
    x = (forms["wave"] == "post").to_numpy(dtype=float)
    x = x - (np.bincount(school, x) / np.bincount(school))[school]

    def t(values):
        slope = x @ values / (x @ x)
        sums = np.bincount(school, x * (values - slope * x))
        return slope / np.sqrt((sums**2).sum())

    own = abs(t(y))
    signs = product((-1, 1), repeat=10)
    extreme = [abs(t(np.array(sign)[school] * y)) >= own * (1 - 1e-9) for sign in signs]
    assert row["estimate"] == pytest.approx(main["estimate"])
    assert row["p_value"] == pytest.approx(np.mean(extreme))
    assert row["parent_id"] == main["finding_id"]
    assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_the_wild_bootstrap_is_for_few_clusters(tmp_path):
    truth = Truth(schools=(2, 14), students=8, teachers=4)
    study = open_study(tmp_path, cluster="school_id", schools=truth.schools)
    found = compute_findings(study, draw_tables(5, truth), quantities=("change",))
    assert not len(where(found, estimator="wild_bootstrap"))


def test_a_family_has_holms_p_and_that_of_sign_flips(found):
    mains = where(found, family="main", estimator="stacked")
    mains = mains[mains["variant"] == ""]
    assert len(mains) == 3
    p = np.sort(mains["p_value"])
    expected = np.minimum(np.maximum.accumulate(p * [3, 2, 1]), 1)
    holm = where(found, family="", estimator="holm")
    mine = holm[holm["parent_id"].isin(mains["finding_id"])]
    assert np.sort(mine["p_value"]) == pytest.approx(expected)
    flips = where(found, estimator="sign_flip").set_index("parent_id")["p_value"]
    together = where(found, estimator="romano_wolf").set_index("parent_id")["p_value"]
    assert set(together.index) == set(mine["parent_id"])
    assert (together >= flips.loc[together.index] - 0.02).all()
    assert set(mine["role"]) == {"secondary"}
    assert not mine["headline_ok"].any()


def test_a_family_of_one_needs_no_such_p(found):
    later = where(found, family="later", estimator="stacked")
    assert not found["parent_id"][found["estimator"] == "holm"].isin(later["finding_id"]).any()


def test_audiences_with_other_clusters_are_refused(findings):
    together = where(findings, estimator="romano_wolf")
    assert len(together)
    assert together["reason"].str.contains("clusters of different kinds").all()
    assert where(findings, estimator="holm")["p_value"].notna().all()


def test_every_number_is_recomputed(by_school, drawn, found):
    mine = found[found["estimator"].isin(["wild_bootstrap", "romano_wolf", "holm"])]
    assert len(mine) >= 6
    assert disagreements(by_school, drawn, mine) == []


def test_they_are_rows_of_the_technical_table(by_school, drawn):
    released = release(compute_findings(by_school, drawn), by_school.facts())
    table = technical_table(released, wave_from="pre", wave_to="post")
    html = table._repr_mimebundle_()["text/html"]
    for words in ("wild bootstrap", "allowed for, Holm", "allowed for, by sign flips"):
        assert words in html


def test_a_lot_is_drawn_again_within_its_pairs(tmp_path):
    truth = two_sides.Truth(schools=(5, 5), students=30, effect=0.6)
    study = two_sides.open_study(
        tmp_path, design="randomised", schools=(5, 5), strata=True, weights="school"
    )
    tables = two_sides.draw_tables(3, truth, strata=True)
    found = compute_findings(study, tables)
    (row,) = found[found["variant"] == "permutation"].to_dict("records")
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    means = forms.pivot_table(index="school_id", columns="wave", values="score")
    apart = means["pre"] - means["pre"].mean()
    number = (means["post"] - np.polyfit(apart, means["post"], 1)[0] * apart).to_numpy()
    pairs = number[:5] - number[5:]
    flips = [abs(np.dot(signs, pairs)) for signs in product((-1, 1), repeat=5)]
    assert row["estimate"] == pytest.approx(pairs.mean())
    assert row["p_value"] == pytest.approx(np.mean(np.array(flips) >= flips[0] * (1 - 1e-9)))
    assert "within strata" in row["method"]
    assert row["role"] == "secondary"
    mine = found[found["variant"] == "permutation"]
    assert disagreements(study, tables, mine) == []


def test_without_strata_all_schools_are_exchanged(tmp_path):
    study = two_sides.open_study(tmp_path, design="randomised", schools=(4, 5))
    tables = two_sides.draw_tables(3, two_sides.Truth(schools=(4, 5), students=20))
    found = compute_findings(study, tables)
    (row,) = found[found["variant"] == "permutation"].to_dict("records")
    ways = len(list(combinations(range(9), 4)))
    assert row["p_value"] * ways == pytest.approx(round(row["p_value"] * ways))
    assert row["p_value"] > 0


def test_chosen_schools_are_not_exchanged(tmp_path):
    study = two_sides.open_study(tmp_path, schools=(5, 5))
    tables = two_sides.draw_tables(3, two_sides.Truth(schools=(5, 5)))
    assert "permutation" not in set(compute_findings(study, tables)["variant"])


def test_a_lot_without_an_effect_is_called_one_seldom(tmp_path):
    study = two_sides.open_study(tmp_path, design="randomised", schools=(6, 6))
    p = []
    for seed in range(40):
        tables = two_sides.draw_tables(seed, two_sides.Truth(schools=(6, 6), students=8))
        found = compute_findings(study, tables, quantities=("effect",))
        p += found.loc[found["variant"] == "permutation", "p_value"].tolist()
    assert len(p) == 40
    assert np.mean(np.array(p) < 0.05) < 0.16
    assert np.mean(np.array(p) < 0.5) > 0.25
