"""Who is in the numbers: counts, days, links and losses, counted here by other means."""

from dataclasses import replace

import pandas as pd
import pytest
from small_study import Truth, draw_tables, only, open_study, where

from impact_eval.findings import compute_findings

STUDENTS = {"audience": "student", "phase": "phase_2", "level": "programme"}


def test_surveyed_of_attended_of_claimed(findings):
    # twelve schools of 12 students, and twice as many who attended
    surveyed = only(findings, **STUDENTS, quantity="surveyed", wave_to="pre")
    assert surveyed["estimate"] == surveyed["n"] == 144
    assert only(findings, **STUDENTS, quantity="attended")["estimate"] == 288
    assert only(findings, **STUDENTS, quantity="claimed")["estimate"] == 5000


def test_provinces_and_schools_add_up(findings):
    for quantity, waves in (("surveyed", {"wave_to": "pre"}), ("attended", {})):
        whole = only(findings, **STUDENTS, quantity=quantity, **waves)["estimate"]
        for level in ("province", "school"):
            parts = where(findings, **(STUDENTS | {"level": level}), quantity=quantity, **waves)
            assert parts["estimate"].sum() == whole


def test_days_are_a_median_with_its_range(findings):
    same = only(findings, **STUDENTS, quantity="days_after_workshop", wave_to="post")
    assert (same["conf_low"], same["estimate"], same["conf_high"]) == (0, 0, 0)
    later = only(findings, **STUDENTS, quantity="days_after_workshop", wave_to="follow_up")
    assert (later["conf_low"], later["estimate"], later["conf_high"]) == (42, 42, 42)
    assert later["unit"] == "days"


def test_attrition_is_a_range_where_codes_fail(findings):
    lost = only(findings, **STUDENTS, quantity="attrition", wave_to="post")
    assert pd.isna(lost["estimate"])
    assert lost["conf_low"] == 0
    assert lost["conf_high"] == pytest.approx(100 * (1 - lost["n_linked"] / 144))
    share = only(findings, **STUDENTS, quantity="linked_share", wave_to="post")
    assert share["estimate"] == pytest.approx(100 * lost["n_linked"] / 144)


def test_attrition_is_a_number_with_a_roster(tmp_path):
    truth = Truth(schools=(2, 6), students=12, linked=1.0, leavers=0.3, items=False)
    study = open_study(tmp_path, schools=truth.schools, link="roster_id")
    findings = compute_findings(study, draw_tables(1, truth), quantities=("attrition",))
    lost = only(findings, **STUDENTS, quantity="attrition", wave_to="follow_up")
    assert lost["estimate"] == pytest.approx(100 * (1 - lost["n_post"] / lost["n_pre"]))


def test_schools_seen_once_are_counted(study, tables):
    gone = (tables.submissions["school_id"] == "p2-002") & (tables.submissions["wave"] == "post")
    kept = replace(
        tables, submissions=tables.submissions[~gone], links=tables.links[~gone.to_numpy()]
    )
    findings = compute_findings(study, kept, quantities=("schools", "schools_one_wave"))
    assert only(findings, **STUDENTS, quantity="schools")["estimate"] == 12
    once = where(findings, **STUDENTS, quantity="schools_one_wave").set_index("wave_to")
    assert once["estimate"].to_dict() == {"post": 1, "follow_up": 0}


def test_leavers_were_lower_before(tmp_path):
    truth = Truth(schools=(2, 12), students=40, linked=1.0, leavers=0.45, items=False)
    study = open_study(tmp_path, schools=truth.schools)
    findings = compute_findings(
        study, draw_tables(1, truth), quantities=("linked_unlinked_difference",)
    )
    at = {**STUDENTS, "outcome": "knowledge", "quantity": "linked_unlinked_difference"}
    assert only(findings, **at, wave_to="follow_up")["conf_low"] > 0
    assert only(findings, **at, wave_to="post")["reason"]


def test_rows_of_fates(findings, tables):
    used = only(findings, quantity="rows", subgroup="fate:used", audience="")
    assert used["estimate"] == len(tables.submissions)
    by_audience = where(findings, quantity="rows", subgroup="fate:used")
    assert by_audience["estimate"].sum() == 2 * len(tables.submissions)


def test_alpha_is_for_scales_only(findings):
    assert set(where(findings, quantity="alpha")["outcome"]) == {"confidence"}


def test_variance_is_between_places_of_each_kind(findings):
    variants = where(findings, quantity="icc_gain").groupby("audience")["variant"].unique()
    assert set(variants["student"]) == {"school", "trainer_team", "workshop"}
    assert set(variants["teacher"]) == {"school", "workshop"}


def test_items_are_percentages_of_people(findings, tables):
    share = only(findings, quantity="item_share", item_id="c03", phase="phase_2", wave_to="post")
    forms = tables.submissions.query("audience == 'student' and wave == 'post'")
    answers = forms.loc[forms["phase"] == "phase_2", "c03"].dropna()
    assert share["estimate"] == pytest.approx(100 * (answers >= 4).mean())
    assert share["cautions"] == "reversed_item"
    assert share["method"].startswith("the two highest answers; ")
