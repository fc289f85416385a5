"""Faults, absence, linkage and care, recovered from the raw exports at their declared rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.simulate.recover import CODE, URDU, by_wave, close, code_agreement, joined


class TestFaultRates:
    @pytest.mark.parametrize("phase", ["phase_1", "phase_2"])
    def test_rows(self, zindagi, phase):
        frame = joined(zindagi, phase.replace("_", ""), clean=False)
        frame = frame[frame["true_repeat"] == ""]
        rates = zindagi.truth["faults"][phase]
        ids, names = set(zindagi.roster["school_id"]), set(zindagi.roster["name"].str.lower())
        label = frame["school"].str.lower().str.replace(r"\s+", " ", regex=True)
        answers = frame.filter(regex="/[a-z]+[0-9]+$").ne("").any(axis=1)
        found = {
            "no_consent": frame["consent"].eq("no"),
            "no_wave": frame["wave"].eq(""),
            "unknown_school": ~label.isin(ids) & ~label.isin(names),
            "school_name": label.isin(names),
            "no_workshop": frame["workshop"].eq(""),
            "wrong_date": frame["today"].str[:4].astype(int) < frame["start"].str[:4].astype(int),
            "empty_form": ~answers & frame["consent"].eq("yes"),
            "urdu_digits": frame["code/code_2"].str.contains("[۰-۹]"),
        }
        words = {"pre": "before", "post": "after", "follow_up": "later"}
        found["wrong_wave"] = frame["wave"].ne("") & frame["wave"].ne(frame["true_wave"].map(words))
        found["wrong_school"] = label.isin(ids) & label.ne(frame["true_school_id"])
        assert set(found) == set(zindagi.rows["fault"]) - {""}
        for name, where in found.items():
            rate = rates[name]
            # Urdu digits show only where the day of the code was given
            least = 0.15 * rate if name == "urdu_digits" else 0.0
            close(where.mean(), rate, np.sqrt(rate / len(frame)), least)

    @pytest.mark.parametrize("phase", ["phase_1", "phase_2"])
    def test_rows_that_come_twice(self, zindagi, phase):
        frame = joined(zindagi, phase.replace("_", ""), clean=False)
        rates, forms = zindagi.truth["faults"][phase], int((frame["true_repeat"] == "").sum())
        uploads = frame["_uuid"].duplicated().sum() / forms
        close(uploads, rates["double_upload"], np.sqrt(rates["double_upload"] / forms))
        twice = frame[~frame["_uuid"].duplicated() & frame["consent"].eq("yes")]
        twice = twice[twice["code/code_1"].ne("")]
        same = ["school", "wave", *CODE, "_version_" if "_version_" in twice else "__version__"]
        again = twice.duplicated([*same, "person/sex", "true_audience"]).sum() / forms
        # a blank or clashing code hides or feigns a few
        close(again, rates["filled_twice"], np.sqrt(rates["filled_twice"] / forms), 0.003)

    def test_cells(self, zindagi):
        frame = joined(zindagi, "phase2_student")
        columns = [name for name in frame if name.startswith("knowledge/")]
        cells = frame[columns].to_numpy()
        page = (cells == "").all(axis=1)
        rates = zindagi.truth["faults"]["phase_2"]
        close(page.mean(), rates["page_skipped"], np.sqrt(rates["page_skipped"] / len(page)))
        gaps = cells[~page] == ""
        close(gaps.mean(), rates["item_missing"], np.sqrt(rates["item_missing"] / gaps.size))
        keys = zindagi.codebook.set_index("item_id")["correct"]
        right = cells == np.array([keys[name.split("/")[1]] for name in columns])
        wrong = ~right & (cells != "")
        unsure = np.isin(np.char.translate(cells.astype(str), URDU), ["98", "-999"])
        rate = rates["dont_know_of_wrong_answers"]
        close(unsure[wrong].mean(), rate, np.sqrt(rate * (1 - rate) / wrong.sum()))

    def test_withdrawn_people(self, zindagi):
        listed = len(pd.read_csv(zindagi.raw / "simulated_withdrawals.csv", dtype=str))
        people = zindagi.truth["people"]
        surveyed = sum(each["surveyed"] for one in people.values() for each in one.values())
        rate = zindagi.truth["faults"]["phase_2"]["withdrawn_people"]
        close(listed / surveyed, rate, np.sqrt(rate / surveyed))

    def test_batches(self, zindagi):
        frame = joined(zindagi, "phase2_student")
        says = frame.filter(like="knowledge/").isin(["-999", "-۹۹۹"]).any(axis=1)
        schools = set(frame.loc[says, "true_school_id"])
        assert schools == {
            school
            for school in zindagi.truth["batches"]["student"]["dont_know_is_-999"]
            if school.startswith("phase2")
        }
        teachers = joined(zindagi, "phase2_teacher", clean=False)
        beyond = teachers.filter(like="confidence/").isin(["6", "7"]).any(axis=1)
        found = teachers.loc[beyond]
        stretched = zindagi.truth["batches"]["teacher"]["seven_steps_at_first_wave"]
        assert sorted(set(found["true_school_id"])) == stretched
        assert set(found["true_wave"]) == {"pre"}


class TestPeople:
    def test_sizes(self, zindagi):
        people = zindagi.truth["people"]
        assert {name: each["phase_1"]["surveyed"] for name, each in people.items()} == {
            "student": 1500,
            "teacher": 120,
            "parent": 180,
        }
        assert 8000 < sum(each["phase_2"]["surveyed"] for each in people.values()) < 10000
        held = pd.read_csv(zindagi.raw / "simulated_attendance.csv")
        first = held["school_id"].str.startswith("phase1")
        assert first.sum() == 24
        assert held.loc[first, "attended"].sum() == 1800
        assert held.loc[~first, "attended"].sum() == 50000
        students = held[~first & (held["audience"] == "student")]
        assert students.groupby("school_id").size().between(2, 4).all()
        assert (held["attended"] <= held["invited"]).all()
        assert (held["invited"] <= held["enrolled"]).all()
        assert held["school_id"].nunique() == 102

    @pytest.mark.parametrize("phase", ["phase_1", "phase_2"])
    @pytest.mark.parametrize("audience", ["student", "teacher", "parent"])
    def test_absence(self, zindagi, phase, audience):
        rows = zindagi.rows[
            (zindagi.rows["phase"] == phase) & (zindagi.rows["audience"] == audience)
        ]
        surveyed = zindagi.truth["people"][audience][phase]["surveyed"]
        teams = 2 if phase == "phase_1" else 40
        for wave, rate in zindagi.truth["presence"][phase]["absent"][audience].items():
            there = rows.loc[rows["wave"] == wave, "person"].nunique()
            error = np.sqrt(rate * (1 - rate) * (1 / surveyed + 0.02 / teams))
            close(1 - there / surveyed, rate, error)

    def test_who_is_absent(self, zindagi):
        wide = by_wave(zindagi, "student", "knowledge", "phase_2").dropna(subset="pre")
        seen = zindagi.rows[zindagi.rows["wave"] == "follow_up"]["person"]
        stays = wide["true_person"].isin(seen)
        gap = wide.loc[stays, "pre"].mean() - wide.loc[~stays, "pre"].mean()
        assert 0.05 < gap / wide["pre"].std() < 0.4
        people = zindagi.rows[
            (zindagi.rows["audience"] == "student") & (zindagi.rows["phase"] == "phase_2")
        ].drop_duplicates("person")
        share = people["person"].isin(seen).groupby(people["sex"]).mean()
        assert share["female"] > share["male"]

    @pytest.mark.parametrize("phase", ["phase_1", "phase_2"])
    def test_codes_agree(self, zindagi, phase):
        agree = code_agreement(joined(zindagi, f"{phase.replace('_', '')}_student"))
        truth = zindagi.truth["presence"][phase]
        schools = agree.groupby("school").size().size
        rate = truth["codes_agree"]
        spread = truth["codes_agree_sd_between_schools"] ** 2 / schools
        error = np.sqrt(rate * (1 - rate) / len(agree) + spread)
        close(agree["same"].mean(), rate, error)

    def test_straightlining_and_care(self, zindagi):
        for phase in ("phase_1", "phase_2"):
            frame = joined(zindagi, f"{phase.replace('_', '')}_student")
            frame = frame[frame["true_wave"] == "pre"]
            ratings = frame.filter(regex="^(confidence|attitudes|help_seeking)/")
            ratings = ratings.apply(lambda column: column.str.translate(URDU))
            ratings = ratings.where(ratings.isin(list("12345")))
            enough = ratings.notna().sum(axis=1) >= 10
            steps = ratings.astype(float)
            straight = steps.max(axis=1).eq(steps.min(axis=1))[enough]
            sex = frame.loc[enough, "person/sex"].map({"girl": "female", "boy": "male"})
            for level, rate in zindagi.truth["care"][phase]["straightlining"]["student"].items():
                here = straight[sex == level]
                if len(here):
                    close(here.mean(), rate, np.sqrt(rate / len(here)))

    def test_interviews(self, zindagi):
        frame = joined(zindagi, "phase2_parent").drop_duplicates("true_person")
        rate = zindagi.truth["interviewed"]["parent"]
        orally = frame["interviewer"].ne("")
        close(orally.mean(), rate, np.sqrt(rate * (1 - rate) / len(frame)))
        assert frame[orally].groupby("true_school_id")["interviewer"].nunique().max() == 2
        assert "interviewer" not in zindagi.exports["simulated_phase2_students.csv"]
