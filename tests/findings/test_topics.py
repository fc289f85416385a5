"""Results by topic: scored like their outcome, and held against each other in one test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from topics_study import ITEMS, draw_tables, open_study

from impact_eval.estimators.holm import holm
from impact_eval.findings import compute_findings
from impact_eval.findings.explained.explanation import explain_row
from impact_eval.findings.outcomes.topic_scores import OF_TOPICS, topic_scores
from impact_eval.surveys.score import score

QUANTITIES = ("mean", "change", "effect", "item_share", "item_change", *OF_TOPICS)
DESIGNS = ("one_group", "cross_sections", "comparison", "randomised")
NUMBERS = ["estimate", "std_error", "df", "conf_low", "conf_high", "p_value", "n", "n_clusters"]
ACCOUNTS = {item: one for item, one in ITEMS.items() if one[1] == "accounts" or item[0] == "c"}


def found(tmp_path, **wanted):
    study = open_study(tmp_path, **wanted)
    tables = draw_tables(1, study)
    return study, tables, compute_findings(study, tables, quantities=QUANTITIES)


def of(findings, quantity, **at):
    rows = findings[findings["quantity"] == quantity]
    for column, value in at.items():
        rows = rows[rows[column] == value]
    return rows


def changes(findings, outcome="knowledge", estimator=None):
    rows = findings[findings["quantity"].isin(["topic_change", "topic_effect"])]
    rows = rows[(rows["outcome"] == outcome) & ((rows["estimator"] == "holm") == bool(estimator))]
    return rows.set_index("variant")


@pytest.mark.parametrize(
    ("design", "weights"),
    [
        ("one_group", "respondent"),
        ("one_group", "school"),
        ("cross_sections", "respondent"),
        ("comparison", "school"),
        ("randomised", "school"),
        ("staggered", "respondent"),
        ("staggered", "school"),
    ],
)
def test_a_topic_is_what_an_outcome_of_its_items_alone_would_be(tmp_path, design, weights):
    study, tables, findings = found(tmp_path / "all", design=design, weights=weights)
    only = open_study(tmp_path / "one", design=design, weights=weights, items=ACCOUNTS, needed=3)
    alone = replace(tables, scores=score(tables.submissions, only))
    own = compute_findings(only, alone, quantities=("mean", "change", "effect"))
    topic = changes(findings).loc["accounts"]
    at = {name: topic[name] for name in ("estimand", "estimator")}
    same = of(own, "effect" if study.arms else "change", outcome="knowledge", variant="", **at)
    same = same[same["subgroup"] == ""].iloc[0]
    points = 100 / 4
    for name in ("estimate", "std_error", "conf_low", "conf_high"):
        assert topic[name] == pytest.approx(points * same[name], rel=1e-9), name
    for name in ("df", "p_value", "n", "n_clusters", "n_pre", "n_post"):
        assert topic[name] == pytest.approx(same[name], rel=1e-9), name


@pytest.mark.parametrize("design", DESIGNS)
def test_every_number_is_recomputed(tmp_path, design):
    study, tables, findings = found(tmp_path, design=design)
    rows = findings[findings["quantity"].isin(OF_TOPICS)]
    assert set(rows["quantity"]) == (
        {"topic_effect", "topic_difference"}
        if study.arms
        else {"topic_mean", "topic_change", "topic_difference"}
    )
    for _, row in rows.iterrows():
        again = explain_row(study, tables, row)
        assert again.recomputed["estimate"] == pytest.approx(row["estimate"], rel=1e-9), row


def test_topics_weighted_by_their_points_add_up_to_the_quiz(tmp_path):
    study = open_study(tmp_path)
    tables = draw_tables(2, study, missing=0.0)
    findings = compute_findings(study, tables, quantities=QUANTITIES)
    whole = of(findings, "change", outcome="knowledge", estimand="schools_like_these",
               estimator="stacked", level="programme").iloc[0]  # fmt: skip
    points = {"accounts": 4, "scams": 2, "privacy": 1}
    parts = changes(findings)["estimate"]
    assert sum(parts[topic] * points[topic] / 100 for topic in points) == pytest.approx(
        whole["estimate"]
    )
    for wave in ("pre", "post"):
        means = of(findings, "topic_mean", outcome="knowledge", wave_to=wave)
        means = means.set_index("variant")["estimate"]
        (mean,) = of(findings, "mean", outcome="knowledge", wave_to=wave)["estimate"]
        assert sum(means[topic] * points[topic] / 100 for topic in points) == pytest.approx(mean)


def test_a_topic_of_one_question_is_that_question(tmp_path):
    _, _, findings = found(tmp_path)
    topic = changes(findings).loc["privacy"]
    item = of(findings, "item_change", item_id="k6").iloc[0]
    assert topic[NUMBERS].to_dict() == pytest.approx(item[NUMBERS].to_dict())
    means = of(findings, "topic_mean", outcome="knowledge", variant="privacy")
    shares = of(findings, "item_share", item_id="k6")
    assert means[NUMBERS].to_numpy() == pytest.approx(shares[NUMBERS].to_numpy(), nan_ok=True)


def test_as_large_a_part_of_a_topic_must_be_answered_as_of_its_outcome(tmp_path):
    study = open_study(tmp_path, needed=3)  # half of the quiz's six questions
    outcome = study.outcome("student", "knowledge")
    nan = np.nan
    answers = {"k1": [1, nan, nan], "k2": [0, 1, nan], "k3": [nan, nan, nan],
               "k4": [1, nan, 1], "k5": [nan, nan, 0], "k6": [nan, 1, 1]}  # fmt: skip
    accounts = topic_scores(study, outcome, "accounts", answers)
    assert accounts == pytest.approx([100 / 3, nan, nan], nan_ok=True)  # 2 of 3, rounded up
    assert topic_scores(study, outcome, "scams", answers) == pytest.approx(
        [100, nan, 50], nan_ok=True
    )
    ratings = topic_scores(study, study.outcome("student", "confidence"), "privacy",
                           {"c2": [1, 4], "c3": [3, nan]})  # fmt: skip
    assert ratings == pytest.approx([2, nan], nan_ok=True)


def test_p_values_allow_for_all_topics_of_the_outcome(tmp_path):
    _, _, findings = found(tmp_path)
    own, adjusted = changes(findings), changes(findings, estimator="holm")
    assert list(adjusted["p_value"]) == pytest.approx(holm(list(own["p_value"]), 3))
    assert list(adjusted["parent_id"]) == list(own["finding_id"])
    assert adjusted["conf_low"].isna().all()


def test_nothing_of_topics_is_planned_or_judged(tmp_path):
    _, _, findings = found(tmp_path)
    rows = findings[findings["quantity"].isin(OF_TOPICS)]
    compared = rows[rows["quantity"] != "topic_mean"]
    assert set(compared["plan_status"]) == {"not_planned"}
    assert set(rows["role"]) == {"exploratory"}
    assert set(rows["verdict"]) == {""}
    assert not rows["headline_ok"].any()


def test_topics_that_changed_differently_are_found_and_others_are_not(tmp_path):
    study = open_study(tmp_path)
    alike = compute_findings(study, draw_tables(1, study), quantities=QUANTITIES)
    apart = draw_tables(1, study, changes={"accounts": 1.6, "scams": 0.0, "privacy": 0.8})
    differ = compute_findings(study, apart, quantities=QUANTITIES)
    tests = [of(one, "topic_difference", outcome="knowledge").iloc[0] for one in (alike, differ)]
    assert tests[0]["p_value"] > 0.05
    assert tests[1]["p_value"] < 0.001
    assert tests[1]["estimate"] == pytest.approx(np.ptp(changes(differ)["estimate"]))
    assert [row["conf_low"] for row in tests] == pytest.approx([np.nan, np.nan], nan_ok=True)


def test_without_any_change_no_topic_is_found(tmp_path):
    study = open_study(tmp_path)
    tables = draw_tables(7, study, changes=dict.fromkeys(("accounts", "scams", "privacy"), 0.0))
    findings = compute_findings(study, tables, quantities=QUANTITIES)
    for outcome in ("knowledge", "confidence"):
        assert (changes(findings, outcome, estimator="holm")["p_value"] > 0.05).all()
    assert (of(findings, "topic_difference")["p_value"] > 0.05).all()


def test_topics_of_a_roll_out_are_each_compared_and_not_held_together(tmp_path):
    study = open_study(tmp_path, design="staggered")
    tables = draw_tables(1, study)
    findings = compute_findings(study, tables, quantities=QUANTITIES)
    each = of(findings, "topic_effect")
    main = each[each["estimator"] == "cohorts_against_waiting"]
    assert len(main) == 3 + 2
    assert main["conf_low"].notna().all()
    assert len(each) == 2 * len(main)  # Holm's p beside each
    joint = of(findings, "topic_difference")
    assert len(joint) == 2
    assert joint["reason"].str.contains("each compared by themselves").all()
    assert not len(of(findings, "topic_mean"))
    for row in [one for _, one in each.iterrows()]:
        explained = explain_row(study, tables, row)
        assert explained.recomputed["estimate"] == pytest.approx(row["estimate"], abs=1e-9)


def test_items_of_a_roll_out_are_topics_of_one_item(tmp_path):
    study = open_study(tmp_path, design="staggered")
    tables = draw_tables(1, study)
    findings = compute_findings(study, tables, quantities=QUANTITIES)
    changed = of(findings, "item_change", estimator="cohorts_against_waiting")
    assert len(changed) == len(ITEMS)
    own = changed.set_index("item_id").loc["k6"]
    topic = changes(findings).loc["privacy"]  # of one question
    assert own[NUMBERS].to_dict() == pytest.approx(topic[NUMBERS].to_dict())
    assert (own["unit"], own["role"], own["verdict"]) == ("points", "exploratory", "")
    for row in [one for _, one in changed.iterrows()]:
        explained = explain_row(study, tables, row)
        assert explained.recomputed["estimate"] == pytest.approx(row["estimate"], abs=1e-9)


def test_few_schools_are_spoken_of_alone_and_the_test_says_that_they_are_too_few(tmp_path):
    study = open_study(tmp_path, n_schools=3)
    tables = draw_tables(1, study, n_schools=3)
    classes = (
        tables.submissions["school_id"] + "-" + (tables.submissions["source_row"] % 2).map(str)
    )
    tables = replace(tables, submissions=tables.submissions.assign(workshop_id=classes))
    findings = compute_findings(study, tables, quantities=QUANTITIES)
    rows = findings[findings["quantity"].isin(("topic_change", "topic_difference"))]
    assert set(rows["estimand"]) == {"participants"}
    means = of(findings, "topic_mean")
    assert means["conf_low"].isna().all()
    assert means["estimate"].notna().all()


def test_outcomes_of_fewer_than_two_topics_have_none(tmp_path):
    items = ITEMS | {item: (*ITEMS[item][:1], "accounts", "1") for item in ("k4", "k5", "k6")}
    study, _, findings = found(tmp_path, items=items)
    assert study.topics_of("student", "knowledge") == {}
    rows = findings[findings["quantity"].isin(OF_TOPICS)]
    assert set(rows["outcome"]) == {"confidence"}
    assert set(study.facts().topic_items) == {
        ("student", "confidence", "scams"), ("student", "confidence", "privacy"),
    }  # fmt: skip
