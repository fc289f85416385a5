"""What would change a finding: biases applied to the data, schools taken out, other ways."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from math import isclose

import numpy as np
import pandas as pd
import pytest
from small_study import Truth, draw_tables, open_study, where
from two_sides import Truth as Sides
from two_sides import draw_tables as draw_sides
from two_sides import open_study as open_sides

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.findings.beside.ways import FACTORS, Way, way_of
from impact_eval.study import Study
from impact_eval.study.locking.lock import make_lock, write_locks
from impact_eval.study.plan import Specifications
from impact_eval.tables import robustness_table
from impact_eval.wording.ways import FACTORS as SAID

PLENTY = Truth(schools=(2, 12), students=12, teachers=4, effect=2.2)
NEEDED = ("change", "effect", "specification", "specifications", "tipping_point")
NEEDED += ("without_one_school", "attrition_difference", "baseline_difference")
MAIN = {"quantity": "change", "audience": "student", "outcome": "knowledge", "phase": "phase_2",
        "level": "programme", "subgroup": "", "wave_to": "post", "estimand": "schools_like_these",
        "estimator": "stacked", "variant": ""}  # fmt: skip
DECLARED = """[plan.specifications]
answers = ["complete", "half"]
scoring = ["missing_wrong", "top_box"]
exclusions = ["all_flags"]
sample = ["linked", "adjusted_gain"]
weights = ["school"]
cluster = ["school"]

[[plan.families]]
id = "main"
"""


def declare(study: Study, text: str = DECLARED) -> Study:
    file = study.folder / "study.toml"
    old = file.read_text(encoding="utf-8")
    file.write_text(old.replace('[[plan.families]]\nid = "main"\n', text, 1), encoding="utf-8")
    return Study.open("small", start=study.root)


def only(findings: pd.DataFrame, **address) -> pd.Series:
    (row,) = [row for _, row in where(findings, **address).iterrows()]
    return row


def beside(findings: pd.DataFrame, main: pd.Series, quantity: str) -> pd.DataFrame:
    return where(findings, quantity=quantity, parent_id=main["finding_id"])


def verdict_after(study, tables, move) -> str:
    """The verdict on knowledge when later scores are moved."""
    late = tables.submissions.loc[tables.submissions["wave"] == "post", "submission_id"]
    scores = tables.scores
    moved = scores["submission_id"].isin(late) & (scores["outcome"] == "knowledge")
    again = scores.assign(score=scores["score"].where(~moved, scores["score"] - move))
    findings = compute_findings(study, replace(tables, scores=again), quantities=("change",))
    return only(findings, **MAIN)["verdict"]


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    study = declare(open_study(tmp_path_factory.mktemp("rich"), schools=PLENTY.schools))
    tables = draw_tables(4, PLENTY)
    return study, tables, compute_findings(study, tables, quantities=NEEDED)


def test_the_verdict_falls_exactly_at_the_secular_change_that_was_named(rich):
    study, tables, findings = rich
    main = only(findings, **MAIN)
    assert main["verdict"] == "rise_beyond"
    points = beside(findings, main, "tipping_point").set_index(["variant", "estimator"])
    more = points.loc[("secular", "in_unit"), "estimate"] - 0.65
    assert more > 0
    assert verdict_after(study, tables, more * 0.999) == "rise_beyond"
    assert verdict_after(study, tables, more * 1.001) != "rise_beyond"


def test_the_verdict_falls_exactly_where_the_lost_pull_it(rich):
    study, tables, findings = rich
    main = only(findings, **MAIN)
    points = beside(findings, main, "tipping_point").set_index(["variant", "estimator"])
    loss = points.loc[("loss", "in_unit")]
    most = 1 - main["n_linked"] / main["n_pre"]
    assert loss["estimate"] < 0
    assert verdict_after(study, tables, -loss["estimate"] * most * 0.999) == "rise_beyond"
    assert verdict_after(study, tables, -loss["estimate"] * most * 1.001) != "rise_beyond"
    in_sd = points.loc[("loss", "in_sd"), "estimate"]
    before = tables.submissions.query(
        "wave == 'pre' and audience == 'student' and phase == 'phase_2'"
    )
    scores = tables.scores.query("outcome == 'knowledge'").set_index("submission_id")["score"]
    assert isclose(loss["estimate"] / in_sd, scores.reindex(before["submission_id"]).std(ddof=1))


def test_a_quiz_has_no_rater_and_cannot_tell_has_nothing_to_undo(rich):
    _, _, findings = rich
    points = findings[findings["quantity"] == "tipping_point"]
    shift = points[(points["variant"] == "response_shift") & (points["outcome"] == "knowledge")]
    assert len(shift)
    assert shift["reason"].str.len().gt(0).all()
    assert shift["estimate"].isna().all()
    verdicts = findings.set_index("finding_id")["verdict"]
    untold = points[points["parent_id"].map(verdicts) == "cannot_tell"]
    assert len(untold)
    assert untold["estimate"].isna().all()
    assert untold["reason"].str.contains("nothing to undo").all()


def test_every_school_left_out_is_the_change_without_its_rows(rich):
    study, tables, findings = rich
    without = {}
    for school in tables.schools["school_id"]:
        forms = tables.submissions
        left = replace(tables, submissions=forms[forms["school_id"] != school])
        again = compute_findings(study, left, quantities=("change",))
        without[school] = again.set_index("finding_id")["estimate"]
    for _, main in findings[(findings["family"] != "") & findings["estimate"].notna()].iterrows():
        row = only(beside(findings, main, "without_one_school"))
        schools = tables.schools.loc[tables.schools["phase"] == main["phase"], "school_id"]
        found = [without[school][main["finding_id"]] for school in schools]
        assert np.isclose([row["conf_low"], row["conf_high"]], [min(found), max(found)]).all()
        assert row["n_clusters"] == len(schools)


def test_the_plans_own_way_is_the_finding_and_copies_are_run_once(rich):
    _, _, findings = rich
    for _, main in findings[(findings["family"] != "") & findings["estimate"].notna()].iterrows():
        ways = beside(findings, main, "specification")
        own = only(ways, variant="planned")
        assert own["estimate"] == main["estimate"]
        assert own["conf_low"] == main["conf_low"]
        counts = beside(findings, main, "specifications").set_index("variant")["estimate"]
        assert counts["run"] == len(ways)
        assert counts["estimated"] == ways["estimate"].notna().sum()
        same = np.sign(ways["estimate"]) == np.sign(main["estimate"])
        assert counts["same_direction"] == same.sum()
        assert not ways["headline_ok"].any()


def test_schools_are_no_clusters_of_a_change_of_these_participants(rich):
    _, _, findings = rich
    ways = findings[(findings["quantity"] == "specification") & findings["phase"].eq("phase_1")]
    assert len(ways)
    assert not ways["variant"].str.contains("cluster").any()


def test_flagged_forms_left_out_are_the_same_change_as_beside_it(rich):
    _, _, findings = rich
    main = only(findings, **MAIN)
    beside_it = only(findings, **MAIN | {"variant": "without_flagged"})
    way = only(beside(findings, main, "specification"), variant="exclusions:all_flags")
    assert isclose(way["estimate"], beside_it["estimate"])
    assert isclose(way["std_error"], beside_it["std_error"])


def test_nothing_that_is_judged_rests_on_the_ways(rich, tmp_path):
    _study, tables, findings = rich
    bare = open_study(tmp_path, schools=PLENTY.schools)
    others = compute_findings(bare, tables, quantities=NEEDED)
    kept = ~findings["quantity"].isin(["specification", "specifications"])
    of_bare = ~others["quantity"].isin(["specification", "specifications"])
    pd.testing.assert_frame_equal(
        findings[kept].reset_index(drop=True), others[of_bare].reset_index(drop=True)
    )
    undeclared = others[~of_bare]
    assert set(undeclared["role"]) == {"exploratory"}
    assert set(undeclared["plan_status"]) == {"not_planned"}
    declared = findings[~kept]
    assert set(declared["role"]) == {"secondary"}
    assert set(declared["plan_status"]) == {"planned"}


BEFORE = dt.datetime(2023, 1, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "role"),
    [
        (DECLARED, "secondary"),
        (DECLARED.replace('"complete", "half"', '"half", "complete"'), "secondary"),
        (DECLARED.replace('weights = ["school"]\n', ""), "exploratory"),
        ('[[plan.families]]\nid = "main"\n', "exploratory"),
    ],
    ids=["kept", "in another order", "changed", "taken away"],
)
def test_ways_count_as_planned_only_as_they_were_locked(tmp_path, now, role):
    study = declare(open_study(tmp_path, schools=(1, 6)))
    made = make_lock(study.plan_content, now=BEFORE, reason="")
    write_locks(study.lock_file, [made], study_id=study.id)
    file = study.folder / "study.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(DECLARED, now, 1), encoding="utf-8")
    study = Study.open("small", start=study.root)
    truth = Truth(schools=(1, 6), students=6, teachers=3)
    findings = compute_findings(study, draw_tables(3, truth), quantities=NEEDED)
    assert set(findings.loc[findings["quantity"] == "specification", "role"]) == {role}
    mains = findings[(findings["family"] != "") & findings["estimate"].notna()]
    assert set(mains["plan_status"]) == {"planned"}


@pytest.mark.parametrize(
    "declared", [{"design": "cross_sections", "link": "none"}, {"link": "none"}]
)
def test_what_a_design_does_not_give_is_a_row_with_a_reason(tmp_path, declared):
    study = open_study(tmp_path, schools=(1, 8), **declared)
    ways = Specifications(sample=("linked", "adjusted_gain"), weights=("school",))
    plan = study.plan.model_copy(update={"specifications": ways})
    study = study.model_copy(update={"plan": plan})
    tables = draw_tables(3, Truth(schools=(1, 8), students=8, teachers=4, effect=2.0))
    tables = replace(tables, links=tables.links.assign(respondent_id="", method="none"))
    findings = compute_findings(study, tables, quantities=NEEDED)
    linked = findings[findings["variant"].str.contains("sample:")]
    assert len(linked)
    assert linked["reason"].str.len().gt(0).all()
    assert linked["estimate"].isna().all()
    loss = findings[(findings["quantity"] == "tipping_point") & (findings["variant"] == "loss")]
    assert len(loss)
    assert loss["estimate"].isna().all()
    assert loss["reason"].str.len().gt(0).all()
    by_school = findings[findings["variant"] == "weights:school"]
    assert len(by_school)
    assert by_school["estimate"].notna().any()


def test_tables_without_single_answers_have_their_scores_only(tmp_path):
    study = declare(open_study(tmp_path, schools=(1, 6)))
    tables = draw_tables(3, Truth(schools=(1, 6), students=6, teachers=3, items=False))
    findings = compute_findings(study, tables, quantities=NEEDED)
    ways = findings[findings["quantity"] == "specification"]
    assert len(ways)
    assert not ways["variant"].str.contains("answers|scoring").any()


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_two_sides_name_what_is_lost_on_either(tmp_path, design):
    study = open_sides(tmp_path, design=design)
    findings = compute_findings(study, draw_sides(2, Sides(effect=3.0)), quantities=NEEDED)
    points = findings[findings["quantity"] == "tipping_point"]
    assert set(points["variant"]) == {
        "secular",
        "response_shift",
        "loss_one_side",
        "loss_both_sides",
    }
    mains = findings[findings["family"] != ""]
    ranges = findings[findings["quantity"] == "without_one_school"].set_index("parent_id")
    for _, main in mains[mains["estimate"].notna()].iterrows():
        row = ranges.loc[main["finding_id"]]
        assert row["conf_low"] <= main["estimate"] <= row["conf_high"]
    released = release(findings, study.facts())
    table = robustness_table(released, wave_from="pre", wave_to="post")
    assert [column.key for column in table.columns[:3]] == ["secular_apart", "shift", "loss"]
    assert any("on one side alone, the one that may have lost more" in one for one in table.notes)


def test_variants_are_read_back_and_said():
    for way in (Way(), Way(answers="half", cluster="school"), Way(scoring="top_box")):
        assert way_of(way.variant) == way
    assert tuple(FACTORS) == SAID == tuple(Specifications.model_fields)


def readings_of_no_effect(tmp_path, seeds) -> tuple[float, float]:
    """Shares of ways, and of plans' own, that read as a rise beyond without any."""
    truth = Truth(secular=0.45, leavers=0.3, schools=(1, 14), students=12, teachers=4)
    study = declare(open_study(tmp_path, schools=truth.schools))
    ways, mains = [], []
    for seed in seeds:
        findings = compute_findings(study, draw_tables(seed, truth), quantities=NEEDED)
        own = findings[
            findings["quantity"].eq("specification") & findings["outcome"].eq("knowledge")
        ]
        own = own[own["phase"] == "phase_2"]
        ways += (own["verdict"] == "rise_beyond").tolist()
        mains += (own.loc[own["variant"] == "planned", "verdict"] == "rise_beyond").tolist()
    return float(np.mean(ways)), float(np.mean(mains))


def test_without_an_effect_hardly_any_way_reads_as_a_rise(tmp_path):
    ways, mains = readings_of_no_effect(tmp_path, range(6))
    assert ways <= 0.02
    assert mains <= 0.06


@pytest.mark.simulation
def test_without_an_effect_hardly_any_of_many_ways_reads_as_a_rise(tmp_path):
    ways, mains = readings_of_no_effect(tmp_path, range(120))
    assert ways <= 0.01
    assert mains <= 0.01
