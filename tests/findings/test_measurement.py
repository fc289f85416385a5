"""How well outcomes and items measure, in the small study and under disclosure."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import QUIZ, SCALE, Truth, draw_tables, only, open_study, where

from impact_eval.disclosure import release
from impact_eval.estimators import item_discrimination, item_total, omega_total
from impact_eval.findings import compute_findings
from impact_eval.tables import variance_table

AT = {"audience": "student", "phase": "phase_2"}
MEASUREMENT = ("omega", "item_total", "difficulty", "discrimination", "dif_wave")
LARGE = Truth(schools=(2, 12), students=40, teachers=4)


def answers(tables, items, wave):
    forms = tables.submissions.query("audience == 'student' and phase == 'phase_2'")
    return forms.loc[forms["wave"] == wave, list(items)].to_numpy(float)


def test_omega_is_that_of_the_complete_answers(findings, tables):
    assert set(where(findings, quantity="omega")["outcome"]) == {"confidence"}
    omega = only(findings, **AT, quantity="omega", wave_to="post")
    x = answers(tables, SCALE, "post")
    assert omega["estimate"] == omega_total(x).estimate
    assert omega["n"] == np.isfinite(x).all(axis=1).sum()
    assert omega["conf_low"] < omega["estimate"] < omega["conf_high"]


@pytest.mark.parametrize(("outcome", "number", "items"), [
    ("knowledge", 3, [f"s_{item}" for item in QUIZ]), ("confidence", 1, SCALE),
])  # fmt: skip
def test_items_are_those_of_their_outcome(findings, tables, outcome, number, items):
    x = answers(tables, items, "pre")
    at = {**AT, "outcome": outcome, "item_id": items[number], "wave_to": "pre"}
    scale = outcome == "confidence"
    bounds = {"minimum": 1, "maximum": 5} if scale else {}
    assert only(findings, **at, quantity="item_total")["estimate"] == item_total(x)[number]
    found = only(findings, **at, quantity="discrimination")
    assert found["estimate"] == item_discrimination(x, **bounds)[number]
    difficulty = only(findings, **at, quantity="difficulty")
    mean = np.nanmean(x[:, number])
    expected = 100 * (mean - 1) / 4 if scale else 100 * mean
    assert difficulty["estimate"] == pytest.approx(expected)
    assert difficulty["estimator"] == ("part_of_range" if scale else "share_right")


def test_shares_at_the_ends_are_of_the_scores(findings, tables):
    scores = tables.scores[tables.scores["outcome"] == "confidence"].set_index("submission_id")
    forms = tables.submissions.query("phase == 'phase_2' and wave == 'post'")
    own = scores["score"].reindex(forms["submission_id"]).dropna()
    for quantity, share in (("ceiling_share", own == 5), ("floor_share", own == 1)):
        found = only(findings, **AT, quantity=quantity, outcome="confidence", wave_to="post")
        assert found["estimate"] == pytest.approx(100 * share.mean())


@pytest.mark.parametrize(("top", "flags"), [(0.10, ""), (0.17, "near_ceiling"), (0.22, "ceiling")])
def test_ends_are_flagged_from_fifteen_and_from_twenty_percent(study, tables, top, flags):
    rng = np.random.default_rng(2)
    scores = tables.scores.copy()
    mine = scores["outcome"] == "confidence"
    scores.loc[mine, "score"] = 3.0
    forms = tables.submissions.query("audience == 'student' and phase == 'phase_2'")
    asked = forms.loc[forms["wave"] == "pre", "submission_id"]
    asked = asked[asked.isin(scores.loc[mine, "submission_id"])].to_numpy()
    high = rng.choice(asked, round(top * asked.size), replace=False)
    scores.loc[mine & scores["submission_id"].isin(high), "score"] = 5.0
    findings = compute_findings(
        study, replace(tables, scores=scores), quantities=("ceiling_share",)
    )
    found = where(findings, phase="phase_2", outcome="confidence", wave_to="pre")
    assert found["cautions"].tolist() == [flags]


def with_scale(tables, values):
    """The same tables with other answers to the scale."""
    forms = tables.submissions.copy()
    mine = (forms["audience"] == "student").to_numpy()
    forms.loc[mine, list(SCALE)] = values(mine.sum(), forms.loc[mine, "wave"].to_numpy())
    return replace(tables, submissions=forms)


def test_a_scale_that_does_not_hang_together_says_so_beside_its_change(study, tables):
    rng = np.random.default_rng(1)
    noise = with_scale(tables, lambda n, wave: rng.integers(1, 6, (n, 3)).astype(float))
    asked = ("alpha", "change", "mastery_change")
    for one, expected in ((tables, False), (noise, True)):
        findings = compute_findings(study, one, quantities=asked)
        change = only(
            findings, **AT, quantity="change", outcome="confidence", wave_to="post", subgroup="",
            level="programme", estimand="schools_like_these", estimator="stacked",
        )  # fmt: skip
        assert ("alpha_low" in change["cautions"].split(";")) == expected
        assert np.isfinite(change["estimate"])
        quiz = where(findings, quantity="change", outcome="knowledge")
        assert not quiz["cautions"].str.contains("alpha_low").any()


def test_an_item_that_moves_by_itself_is_named_and_not_dropped(tmp_path):
    tables = draw_tables(3, LARGE)
    rng = np.random.default_rng(4)

    def drifting(n, wave):
        person = rng.normal(size=(n, 1))
        rated = np.clip(np.round(3 + person + rng.normal(0, 0.7, (n, 3))), 1, 5)
        rated[:, 0] = np.where(wave == "pre", rated[:, 0], np.clip(rated[:, 0] + 2, 1, 5))
        return rated

    study = open_study(tmp_path, schools=LARGE.schools)
    findings = compute_findings(study, with_scale(tables, drifting), quantities=MEASUREMENT)
    difs = where(findings, **AT, quantity="dif_wave", variant="", wave_to="post")
    assert difs["item_id"].tolist() == list(SCALE)
    classes = [cautions.split(";")[0] for cautions in difs["cautions"]]
    assert classes[0] == "dif_large"
    assert (difs["n_clusters"] >= 4).all()
    assert difs["p_value"].iloc[0] < 0.05
    parts = where(findings, **AT, quantity="dif_wave", item_id="c01", wave_to="post")
    by_variant = parts.set_index("variant")["estimate"]
    assert by_variant[""] == pytest.approx(by_variant["uniform"] + by_variant["nonuniform"])
    assert only(findings, **AT, quantity="difficulty", item_id="c01", wave_to="post")["n"]


def test_a_quiz_has_no_comparison_of_its_items_functioning(findings):
    assert set(where(findings, quantity="dif_wave")["outcome"]) == {"confidence"}


@pytest.fixture(scope="module")
def released(findings, study) -> pd.DataFrame:
    return release(findings, study.facts()).frame


def test_measurement_is_released_for_the_programme_only(released):
    rows = released[released["quantity"].isin([*MEASUREMENT, "floor_share", "ceiling_share"])]
    assert set(rows["quantity"]) == {*MEASUREMENT, "floor_share", "ceiling_share"}
    assert set(rows["level"]) == {"programme"}


def test_few_at_an_end_are_told_as_a_true_bound(findings, released):
    true = findings.set_index("finding_id")
    rows = released[released["quantity"].isin(["floor_share", "ceiling_share"])]
    coded = rows[rows["suppressed"] == "coded_low"]
    assert len(coded)
    assert coded["estimate"].isna().all()
    assert (true.loc[coded["finding_id"], "estimate"].to_numpy() <= coded["conf_high"]).all()
    shown = rows[rows["suppressed"] == ""]
    people = true.loc[shown["finding_id"]]
    assert (people["estimate"] * people["n"] / 100).round().min() >= 10


def test_a_percentage_right_is_hidden_with_the_item_share_that_it_is(study, tables):
    forms = tables.submissions.copy()
    first = (forms["audience"] == "student") & (forms["wave"] == "pre")
    forms.loc[first, "s_k01"] = (np.arange(first.sum()) % 100 == 0).astype(float)
    findings = compute_findings(study, replace(tables, submissions=forms))
    frame = release(findings, study.facts()).frame
    at = {**AT, "item_id": "s_k01", "wave_to": "pre"}
    share = only(frame, **at, quantity="item_share")
    difficulty = only(frame, **at, quantity="difficulty")
    assert share["suppressed"] == difficulty["suppressed"] == "coded_low"
    assert np.isnan(difficulty["estimate"])
    assert difficulty["conf_high"] == share["conf_high"]


@pytest.mark.parametrize(("between", "shown"), [(0, False), (4, False), (9, False), (20, True)])
def test_few_between_the_mark_and_the_top_hide_the_top(study, tables, between, shown):
    scores = tables.scores.copy()
    forms = tables.submissions.query("audience == 'student' and wave == 'pre'")
    for phase in ("phase_1", "phase_2"):
        people = forms.loc[forms["phase"] == phase, "submission_id"].to_numpy()
        mine = scores["outcome"] == "knowledge"
        for those, score in ((people, 6.0), (people[:40], 12.0), (people[40 : 40 + between], 10.0)):
            scores.loc[mine & scores["submission_id"].isin(those), "score"] = score
    findings = compute_findings(study, replace(tables, scores=scores))
    frame = release(findings, study.facts()).frame
    at = {**AT, "outcome": "knowledge", "wave_to": "pre", "level": "programme", "subgroup": ""}
    assert only(frame, **at, quantity="mastery_share")["suppressed"] == ""
    top = only(frame, **at, quantity="ceiling_share")
    assert np.isfinite(top["estimate"]) == shown
    assert (top["suppressed"] == "") == shown


def test_what_few_people_answered_is_not_shown(tmp_path):
    few = Truth(schools=(2, 4), students=1, teachers=1)
    study = open_study(tmp_path, schools=few.schools)
    findings = compute_findings(study, draw_tables(2, few))
    frame = release(findings, study.facts()).frame
    rows = frame[frame["quantity"].isin(MEASUREMENT) & (frame["phase"] == "phase_2")]
    assert len(rows)
    assert set(rows["suppressed"]) == {"small"}
    assert rows[["estimate", "p_value", "n"]].isna().all().all()


@pytest.mark.parametrize(("strays", "said"), [(0, False), (4, True), (400, False)])
def test_a_few_forms_of_another_round_are_spoken_of(tmp_path, strays, said):
    study = open_study(tmp_path, design="cross_sections", link="none")
    tables = draw_tables(5, Truth())
    forms = tables.submissions[tables.submissions["wave"] != "follow_up"]
    later = forms["school_id"].isin(sorted(forms["school_id"].unique())[::2])
    own_round = forms["wave"].eq("post") == later
    kept = forms[own_round | (~own_round).cumsum().le(strays) & forms["audience"].eq("student")]
    links = tables.links.assign(respondent_id="", method="none")
    found = compute_findings(
        study,
        replace(tables, submissions=kept, links=links),
        quantities=("icc_score", "schools_surveyed"),
    )
    students = found[found["audience"] == "student"]
    assert students["cautions"].str.contains("places_in_several_rounds").any() == said
    table = variance_table(release(found, study.facts()))
    assert ("bear another round" in table._repr_mimebundle_()["text/html"]) == said
