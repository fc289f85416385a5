"""Levels, reliability, correlations and changes, recovered from the raw exports."""

from __future__ import annotations

import numpy as np
import pytest

from tests.simulate.recover import (
    by_wave,
    close,
    cluster_mean,
    cronbach,
    declared,
    item_numbers,
    joined,
    pair_correlation,
)

OUTCOMES = [
    ("student", "knowledge"),
    ("student", "confidence"),
    ("student", "attitudes"),
    ("student", "help_seeking"),
    ("teacher", "knowledge"),
    ("teacher", "confidence"),
    ("parent", "knowledge"),
    ("parent", "mediation"),
    ("parent", "trust"),
]


class TestOutcomes:
    @pytest.mark.parametrize(("audience", "outcome"), OUTCOMES)
    def test_level_alpha_and_correlation(self, zindagi, audience, outcome):
        truth = declared(zindagi, audience, outcome)
        wide = by_wave(zindagi, audience, outcome, "phase_2")
        first = wide.dropna(subset="pre")
        close(first["pre"].mean(), truth["mean"][0], cluster_mean(first["pre"], first["team"])[1])
        close(first["pre"].std() / truth["sd_first_wave"], 1.0, 0.75 / np.sqrt(len(first)) + 0.005)
        frame = joined(zindagi, f"phase2_{audience}")
        items = item_numbers(zindagi, frame[frame["true_wave"] == "pre"], audience, outcome)
        alpha = truth["alpha_first_wave"]
        close(cronbach(items), alpha, 1.6 * (1 - alpha) / np.sqrt(len(first)) + 0.004)
        both = wide.dropna(subset=["pre", "post"])
        found = both["pre"].corr(both["post"])
        correlation = truth["wave_correlation"][1]
        close(found, correlation, 1.3 * (1 - correlation**2) / np.sqrt(len(both)))

    @pytest.mark.parametrize(("audience", "outcome"), OUTCOMES)
    def test_intraclass_correlations(self, zindagi, audience, outcome):
        truth = declared(zindagi, audience, outcome)
        wide = by_wave(zindagi, audience, outcome, "phase_2")
        team = zindagi.roster.set_index("school_id")["trainer_team"]
        unit = "true_workshop_id" if audience == "student" else "true_person"
        first = wide.dropna(subset="pre")
        found, error = pair_correlation(first["pre"], first["true_school_id"], first[unit], team)
        close(found, truth["school_icc_first_wave"], error)
        both = wide.dropna(subset=["pre", "post"])
        gain = both["post"] - both["pre"]
        found, error = pair_correlation(gain, both["true_school_id"], both[unit], team)
        close(found, truth["gain_school_icc"][1], error)

    def test_workshop_correlation(self, zindagi):
        truth = declared(zindagi, "student", "knowledge")
        first = by_wave(zindagi, "student", "knowledge", "phase_2").dropna(subset="pre")
        team = zindagi.roster.set_index("school_id")["trainer_team"]
        in_workshop = first["true_workshop_id"]
        of_workshop = first.groupby("true_workshop_id")["true_school_id"].first()
        found, error = pair_correlation(
            first["pre"], in_workshop, first["true_person"], of_workshop.map(team)
        )
        both = truth["school_icc_first_wave"] + truth["workshop_icc_first_wave"]
        close(found, both, error)

    @pytest.mark.parametrize(("audience", "outcome"), OUTCOMES)
    @pytest.mark.parametrize("wave", ["post", "follow_up"])
    def test_change(self, zindagi, audience, outcome, wave):
        truth = declared(zindagi, audience, outcome)
        both = by_wave(zindagi, audience, outcome, "phase_2").dropna(subset=["pre", wave])
        found, error = cluster_mean(both[wave] - both["pre"], both["team"])
        close(found, truth["change"][zindagi.truth["waves"].index(wave)], error)

    def test_changes_are_made_of_what_was_declared(self, zindagi):
        for each in zindagi.truth["outcomes"]:
            parts = zip(
                each["change_without_programme"],
                each["programme_effect"],
                each["response_shift"],
                strict=True,
            )
            np.testing.assert_allclose([sum(part) for part in parts], each["change"], atol=1e-9)
        knowledge = declared(zindagi, "student", "knowledge")
        effect = knowledge["programme_effect"][1] / knowledge["sd_first_wave"]
        assert effect == pytest.approx(0.60, abs=1e-3)

    def test_confidence_is_near_its_ceiling(self, zindagi):
        wide = by_wave(zindagi, "student", "confidence", "phase_2")
        assert 0.09 < (wide["pre"].dropna() == 5).mean() < 0.16
        assert 0.14 < (wide["post"].dropna() == 5).mean() < 0.35
