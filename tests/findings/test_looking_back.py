"""What people said looking back: never planned, never judged, and only beside the true change."""

from __future__ import annotations

from dataclasses import replace

import looking_back_project as project
import numpy as np
import pytest
from looking_back_study import open_looking_back, with_looking_back
from small_study import OF_LOOKING_BACK as LOOKING_BACK
from small_study import Truth, draw_tables, only, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.disclosure.coarse import KEPT_OPEN, grid_step
from impact_eval.errors import StudyError
from impact_eval.findings import compute_findings
from impact_eval.findings.beside.looking_back import response_shifts
from impact_eval.findings.data.study_data import gather
from impact_eval.study import Study
from impact_eval.study.remarks import remarks
from impact_eval.surveys import prepare
from impact_eval.tables import looking_back_table

QUANTITIES = ("mean", "change", *LOOKING_BACK, "attrition", "surveyed", "linked_share")
TINY = Truth(schools=(2, 12), students=12, teachers=3, items=False)
AT = {
    "audience": "student",
    "outcome": "confidence",
    "phase": "phase_2",
    "wave_from": "pre",
    "wave_to": "post",
    "estimand": "schools_like_these",
    "estimator": "stacked",
    "level": "programme",
    "subgroup": "",
}


@pytest.fixture(scope="module")
def looking_back(tmp_path_factory):
    return open_looking_back(
        tmp_path_factory.mktemp("looking_back"),
        schools=TINY.schools,
        cluster="school_id",
        weights="school",
    )


@pytest.fixture(scope="module")
def drawn():
    return draw_tables(1, TINY)


@pytest.fixture(scope="module")
def found(looking_back, drawn):
    tables = with_looking_back(drawn, 3, shift=-0.4)
    return compute_findings(looking_back, tables, quantities=QUANTITIES)


def of_looking_back(findings):
    return findings[findings["quantity"].isin(LOOKING_BACK)]


def test_they_are_exploratory_and_have_no_verdict(found):
    mine = of_looking_back(found)
    assert set(mine["role"]) == {"exploratory"}
    assert set(mine["verdict"]) == {""}
    assert not mine["headline_ok"].any()
    assert set(mine["family"]) == {""}
    compared = mine[mine["quantity"] != "mean_looking_back"]
    assert set(compared["plan_status"]) == {"not_planned"}


def test_nothing_else_changes_with_them(looking_back, drawn, found):
    without = compute_findings(looking_back, drawn, quantities=QUANTITIES)
    assert not len(of_looking_back(without))
    others = found[~found["quantity"].isin(LOOKING_BACK)].reset_index(drop=True)
    assert others.equals(without.reset_index(drop=True))


def test_the_shift_is_what_moved_and_the_three_differences_add_up(found):
    shift = only(found, quantity="response_shift", **AT)
    assert shift["conf_low"] < -0.4 < shift["conf_high"]
    one_form = only(found, quantity="change_looking_back", **AT)
    change = only(found, quantity="change", variant="", **AT)
    assert one_form["estimate"] == pytest.approx(change["estimate"] - shift["estimate"])
    assert {shift["parent_id"], one_form["parent_id"]} == {change["finding_id"]}
    assert one_form["n"] == one_form["n_post"] == shift["n_post"]


def test_linked_people_have_a_shift_of_their_own(found):
    linked = where(found, quantity="response_shift", estimator="adjusted_gain")
    assert len(linked) == 4
    assert linked["estimate"].between(-0.6, -0.2).all()


def test_every_number_is_recomputed(looking_back, drawn, found):
    tables = with_looking_back(drawn, 3, shift=-0.4)
    mine = of_looking_back(found)
    assert disagreements(looking_back, tables, mine) == []
    wrong = mine[mine["estimate"].notna()].assign(estimate=lambda rows: rows["estimate"] + 1e-4)
    assert len(disagreements(looking_back, tables, wrong)) == len(wrong)


def without_the_first_survey(root):
    """The same study, in which nobody was asked before."""
    path = root / "studies" / "small" / "study.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('[[waves]]\nid = "pre"\nlabel = "before"\n', "")
    plan, _, _ = text.partition("[[plan.families]]")
    wave = text[text.index('[[waves]]\nid = "then"') :]
    plan = plan.replace('[["pre", "post"], ["pre", "follow_up"]]', "[]")
    plan = plan.replace('[[waves]]\nid = "follow_up"\nlabel = "weeks later"\n', "")
    path.write_text(plan + wave, encoding="utf-8")


def test_without_a_true_earlier_survey_there_is_a_reason_and_no_number(tmp_path, drawn):
    open_looking_back(tmp_path, schools=TINY.schools)
    without_the_first_survey(tmp_path)
    study = Study.open("small", start=tmp_path)
    findings = compute_findings(study, with_looking_back(drawn, 3, shift=-0.4))
    mine = of_looking_back(findings)
    assert set(mine["quantity"]) == {"response_shift", "change_looking_back"}
    assert mine["estimate"].isna().all()
    assert mine["reason"].str.contains("also without any workshop").all()
    (remark,) = (one for one in remarks(study) if "then" in one.place)
    assert "also without any workshop" in remark.remedy


def test_a_family_cannot_name_it(tmp_path):
    open_looking_back(tmp_path, schools=TINY.schools)
    path = tmp_path / "studies" / "small" / "study.toml"
    text = path.read_text(encoding="utf-8")
    family = text.index("[[plan.families]]")
    changed = text[:family] + text[family:].replace('["pre", "post"]', '["then", "post"]', 1)
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        Study.open("small", start=tmp_path)
    (fault,) = caught.value.faults
    assert "plan.families[1].contrasts[1]" in fault.place
    assert "names no wave that looks back" in fault.rule
    assert fault.remedy


def test_where_the_change_has_no_number_the_other_has_none(tmp_path, drawn):
    study = open_looking_back(tmp_path, schools=TINY.schools)
    forms = drawn.submissions
    before = forms.loc[(forms["wave"] == "pre") & (forms["audience"] == "student")]
    gone = drawn.scores["submission_id"].isin(before["submission_id"])
    scores = drawn.scores.assign(score=drawn.scores["score"].where(~gone))
    tables = replace(with_looking_back(drawn, 3, shift=-0.4), scores=scores)
    findings = compute_findings(study, tables, quantities=("change", *LOOKING_BACK))
    beside = where(findings, quantity="change_looking_back")
    assert beside["estimate"].isna().all()
    assert beside["reason"].str.contains("only beside the change").all()


def test_few_who_looked_back_are_hidden_and_nobody_else(looking_back, drawn, found):
    every = with_looking_back(drawn, 3, shift=-0.4)
    phase = drawn.submissions.set_index("submission_id")["phase"]
    first = every.looking_back["submission_id"].map(phase) == "phase_1"
    few = replace(
        every,
        looking_back=every.looking_back[~first | (first.cumsum() <= 5)].reset_index(drop=True),
    )
    findings = compute_findings(looking_back, few, quantities=QUANTITIES)
    shown = release(findings, looking_back.facts()).frame
    mine = shown[shown["quantity"].isin(LOOKING_BACK)]
    hidden = mine[mine["phase"] == "phase_1"]
    assert (hidden["suppressed"] != "").all()
    assert hidden[["estimate", "n", "n_post", "conf_low"]].isna().all().all()
    others = shown[~shown["quantity"].isin(LOOKING_BACK)]
    before = release(found, looking_back.facts()).frame
    same = before[~before["quantity"].isin(LOOKING_BACK)]
    assert list(others["suppressed"]) == list(same["suppressed"])


def test_a_few_who_did_not_look_back_cannot_be_worked_out(looking_back, drawn, found):
    every = with_looking_back(drawn, 3, shift=-0.4)
    forms = drawn.submissions.set_index("submission_id")
    last = every.looking_back["submission_id"].map(forms["phase"]) == "phase_2"
    some = replace(
        every,
        looking_back=every.looking_back[~last | (last.cumsum() > 4)].reset_index(drop=True),
    )
    exact = compute_findings(looking_back, some, quantities=QUANTITIES)
    shown = release(exact, looking_back.facts()).frame
    at = {"quantity": "change_looking_back", **AT}
    truth, told = only(exact, **at), only(shown, **at)
    everybody = only(
        shown, **AT | {"quantity": "mean", "wave_from": "post", "estimand": "", "estimator": "mean"}
    )
    few = everybody["n"] - told["n"]
    assert few == 4
    assert np.isnan(told["std_error"])
    # who knows everything else exactly knows their mean as exactly as the step times all by few
    share = (looking_back.disclosure_threshold - 1) / told["n"]
    step = grid_step(share, 4.0)
    assert step * told["n"] / few >= 4 * KEPT_OPEN
    for name in ("estimate", "conf_low", "conf_high"):
        assert told[name] == pytest.approx(round(truth[name] / step) * step)
    every_one = release(found, looking_back.facts()).frame
    assert np.isfinite(only(every_one, **at)["std_error"])


def shift_of_schools(study, tables):
    (shift,) = (
        one.estimate
        for one in response_shifts(gather(study, tables), {})
        if one.address.phase == "phase_2"
        and one.address.estimator == "stacked"
        and one.address.estimand == "schools_like_these"
    )
    return shift


def test_a_known_shift_is_covered_and_no_shift_is_rarely_found(looking_back):
    rng = np.random.default_rng(11)
    truth = replace(TINY, teachers=1, linked=0.9)
    found = {-0.4: [], 0.0: []}
    for number, shift in enumerate([-0.4, 0.0] * 8):
        tables = draw_tables(100 + number, truth)
        seed = int(rng.integers(1 << 30))
        tables = with_looking_back(tables, seed, shift=shift, between_schools=0.2)
        found[shift].append(shift_of_schools(looking_back, tables))
    for shift, estimates in found.items():
        inside = [one.conf_low < shift < one.conf_high for one in estimates]
        assert sum(inside) >= 6
        assert np.mean([one.estimate for one in estimates]) == pytest.approx(shift, abs=0.06)
    assert sum(one.conf_high < 0 for one in found[-0.4]) >= 6


def test_each_side_of_a_comparison_has_a_shift_of_its_own(tmp_path):
    study = project.open_looking_back(tmp_path, people=6, arms=True)
    tables = prepare(study)
    findings = compute_findings(study, tables, quantities=("change", *LOOKING_BACK))
    mine = of_looking_back(findings)
    assert set(mine["subgroup"]) == {"arm:programme", "arm:comparison"}
    assert disagreements(study, tables, mine) == []
    for side in ("arm:programme", "arm:comparison"):
        at = {"subgroup": side, "estimand": "schools_like_these", "estimator": "stacked"}
        own = only(mine, quantity="response_shift", **at)
        assert -1.0 < own["estimate"] < -0.1
        change = only(findings, quantity="change", outcome="confidence", **at)
        assert own["parent_id"] == change["finding_id"]
    released = release(findings, study.facts())
    table = looking_back_table(released, wave_from="pre", wave_to="post")
    assert table.notes[0].startswith("Students (workshop schools), confidence: looking back")
    assert table.notes[1].startswith("Students (comparison schools), confidence: looking back")
