"""The findings table itself: its columns, addresses, and what must not matter."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import (
    MAIN,
    OF_EXPOSURE,
    OF_LOOKING_BACK,
    OF_NUMBERS,
    OF_PAIRS,
    OF_SIDES,
    OF_TOPICS,
    Truth,
    draw_tables,
    only,
    open_study,
)

from impact_eval.errors import ImpactEvalError
from impact_eval.estimators.estimate import describe
from impact_eval.findings import compute_findings
from impact_eval.findings.address import Address
from impact_eval.findings.cautions import CAUTIONS
from impact_eval.findings.finding import TEXTS, Finding, to_frame
from impact_eval.findings.registry import ON_JUDGED, REGISTRY
from impact_eval.table_columns import ADDRESS, FINDINGS
from impact_eval.vocabulary import QUANTITIES, VERDICTS


def test_columns_and_types(findings):
    assert tuple(findings.columns) == FINDINGS
    assert all(findings[column].dtype == "str" for column in TEXTS)
    assert not findings[list(TEXTS)].isna().any().any()
    assert findings["headline_ok"].dtype == bool
    assert findings["n"].dtype == np.int64


def test_an_empty_table_has_the_same_columns_and_types(findings):
    assert to_frame([]).dtypes.equals(findings.dtypes)


def test_one_row_for_each_address(findings):
    assert not findings["finding_id"].duplicated().any()
    assert not findings[list(ADDRESS)].duplicated().any()


def test_two_findings_at_one_address_are_refused():
    finding = Finding(
        address=Address(study_id="small", quantity="surveyed"),
        estimate=describe(1.0, n=1, n_clusters=0, method="count"),
        unit="people",
    )
    with pytest.raises(ImpactEvalError, match=r"share an address: .*surveyed"):
        to_frame([finding, finding])


def test_ids_are_those_of_the_address_alone(findings, study):
    # printf 'small|change|knowledge||student|phase_2|programme|||pre|post||schools_like_these|
    # stacked|' | sha256sum, on one line
    assert only(findings, **MAIN)["finding_id"] == "f51e123904f"
    other = compute_findings(study, draw_tables(2, Truth(schools=(2, 12), students=12, teachers=4)))
    assert set(other["finding_id"]) == set(findings["finding_id"])
    assert not np.array_equal(other["estimate"], findings["estimate"], equal_nan=True)


def test_every_quantity_is_registered_and_made(findings):
    assert {*REGISTRY, *ON_JUDGED} == set(QUANTITIES)
    assert not set(REGISTRY) & set(ON_JUDGED)
    assert set(findings["quantity"]) == set(QUANTITIES) - {
        *OF_SIDES,
        *OF_NUMBERS,
        *OF_PAIRS,
        *OF_EXPOSURE,
        *OF_LOOKING_BACK,
        *OF_TOPICS,
    }


def test_words_come_from_the_closed_lists(findings):
    assert set(findings["verdict"]) <= set(VERDICTS)
    used = {one for listed in findings["cautions"] for one in listed.split(";") if one}
    assert used <= set(CAUTIONS)


def test_a_reason_stands_where_there_is_no_number(findings):
    bare = findings["estimate"].isna() & findings["conf_high"].isna()
    assert (findings.loc[bare, "reason"] != "").all()


def test_parents_are_in_the_table(findings):
    parents = findings.loc[findings["parent_id"] != "", "parent_id"]
    assert len(parents)
    assert set(parents) <= set(findings["finding_id"])


def test_the_order_of_the_forms_does_not_matter(findings, study, tables):
    order = np.random.default_rng(1).permutation(len(tables.submissions))
    shuffled = replace(
        tables,
        submissions=tables.submissions.iloc[order].reset_index(drop=True),
        scores=tables.scores.iloc[::-1].reset_index(drop=True),
    )
    again = compute_findings(study, shuffled).set_index("finding_id")
    again = again.loc[findings["finding_id"]]
    for column in ("estimate", "std_error", "df", "conf_low"):
        np.testing.assert_allclose(again[column], findings[column], rtol=1e-7, atol=1e-9)
    assert again["verdict"].tolist() == findings["verdict"].tolist()


def test_a_change_has_the_outcome_s_unit(findings, study, tables):
    tenfold = replace(tables, scores=tables.scores.assign(score=10 * tables.scores["score"]))
    of_scores = ("mean", "change", "shrunken_change", "between_school_sd", "subgroup_difference")
    again = compute_findings(study, tenfold).set_index("finding_id")
    own = findings[findings["quantity"].isin(of_scores)]
    scaled = again.loc[own["finding_id"]]
    np.testing.assert_allclose(scaled["estimate"], 10 * own["estimate"], rtol=1e-5)
    np.testing.assert_allclose(scaled["p_value"], own["p_value"], rtol=1e-6)
    sizes = findings[findings["quantity"].isin(("effect_size", "icc_gain", "placement"))]
    np.testing.assert_allclose(
        again.loc[sizes["finding_id"], "estimate"], sizes["estimate"], rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("n_forms", [0, 1, 2, 3])
def test_almost_no_forms(study, tables, n_forms):
    few = replace(
        tables, submissions=tables.submissions.iloc[:n_forms], links=tables.links.iloc[:n_forms]
    )
    findings = compute_findings(study, few)
    planned = findings[findings["family"] != ""]
    assert len(planned) == 5
    assert (planned["reason"] != "").all()
    assert not findings["headline_ok"].any()


def test_scores_that_do_not_vary(study, tables):
    flat = replace(tables, scores=tables.scores.assign(score=9.0))
    change = only(compute_findings(study, flat), **MAIN)
    assert change["reason"]
    assert change["verdict"] == ""
    assert not change["headline_ok"]


def test_one_school(tmp_path):
    truth = Truth(schools=(0, 1), students=20, teachers=4)
    findings = compute_findings(
        open_study(tmp_path, schools=(0, 1)), draw_tables(1, truth), quantities=("change",)
    )
    alone = only(findings, **MAIN)
    assert np.isnan(alone["estimate"])
    assert alone["reason"].startswith("with 1 trainer team nothing separates")
    own = only(findings, **(MAIN | {"estimand": "participants"}))
    assert own["n_clusters"] == 2
    assert isinstance(own, pd.Series)
