"""Recovers from the raw exports what was declared, with plain pandas and no code of the simulator.

Tolerances are four standard errors, estimated from trainer teams, schools or people as fits.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest

URDU = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
HARMLESS = ["", "school_name", "urdu_digits", "no_workshop", "wrong_date"]
CODE = ["code/code_1", "code/code_2", "code/code_3", "code/code_4"]


@functools.cache
def joined(written, file_part, *, clean=True):
    """Export rows with the truth of each row beside them, clean rows only unless asked."""
    parts = []
    for name, export in written.exports.items():
        if file_part not in name:
            continue
        rows = written.rows[written.rows["source_file"] == name].set_index("source_row")
        rows = rows.loc[export.index + 2].reset_index(drop=True).add_prefix("true_")
        parts.append(pd.concat([export, rows], axis=1))
    frame = pd.concat(parts, ignore_index=True).fillna("")
    if clean:
        frame = frame[frame["true_fault"].isin(HARMLESS) & (frame["true_repeat"] == "")]
        for audience, batches in written.truth["batches"].items():
            stretched = frame["true_school_id"].isin(batches["seven_steps_at_first_wave"])
            frame = frame[~(stretched & (frame["true_audience"] == audience))]
    return frame.reset_index(drop=True)


def item_numbers(written, frame, audience, outcome):
    """Items as numbers after reversal; NaN where there is no valid answer."""
    items = written.codebook
    items = items[(items["audience"] == audience) & (items["outcome"] == outcome)]
    columns = {}
    for item in items.itertuples():
        cells = frame[f"{outcome}/{item.item_id}"].map(lambda cell: cell.translate(URDU))
        if item.type == "choice":
            number = cells.eq(item.correct).astype(float).where(cells != "")
        else:
            number = pd.to_numeric(cells, errors="coerce")
            low, high = float(item.minimum), float(item.maximum)
            number = number.where(number.between(low, high))
            number = low + high - number if item.reverse == "yes" else number
        columns[item.item_id] = number
    return pd.DataFrame(columns)


def score(written, frame, audience, outcome):
    items = item_numbers(written, frame, audience, outcome)
    is_count = "choice" in set(
        written.codebook.query("audience == @audience and outcome == @outcome")["type"]
    )
    total = items.sum(axis=1) if is_count else items.mean(axis=1)
    return total.where(items.notna().all(axis=1))


@functools.cache
def by_wave(written, audience, outcome, phase):
    """A row per person: school, workshop, team, and the score in each wave."""
    frame = joined(written, f"{phase.replace('_', '')}_{audience}")
    frame = frame.assign(score=score(written, frame, audience, outcome))
    keys = ["true_person", "true_school_id", "true_workshop_id"]
    wide = frame.pivot_table(index=keys, columns="true_wave", values="score").reset_index()
    teams = written.roster.set_index("school_id")["trainer_team"]
    wide["team"] = wide["true_school_id"].map(teams)
    return wide


def declared(written, audience, outcome, phase="phase_2"):
    return next(
        each
        for each in written.truth["outcomes"]
        if (each["audience"], each["outcome"], each["phase"]) == (audience, outcome, phase)
    )


def cluster_mean(values, clusters):
    """Mean of the people, and its standard error from the clusters' totals."""
    values, clusters = np.asarray(values), np.asarray(clusters)
    residual = pd.Series(values - values.mean()).groupby(clusters).sum()
    count = len(residual)
    return values.mean(), np.sqrt((residual**2).sum() * count / (count - 1)) / len(values)


def pair_correlation(values, school, unit, team):
    """Correlation of two people of one school and different units, with its standard error.

    The mean product of deviations over such pairs, for each school, over the variance. A unit is a
    workshop, or a person where a school has one workshop.
    """
    deviation = np.asarray(values) - np.mean(values)
    frame = pd.DataFrame({"d": deviation, "school": np.asarray(school), "unit": np.asarray(unit)})
    sums = frame.groupby(["school", "unit"])["d"].agg(["sum", "size"])
    total = sums.groupby("school").sum()
    squares = (sums**2).groupby("school").sum()
    pairs = total["size"] ** 2 - squares["size"]
    product = ((total["sum"] ** 2 - squares["sum"]) / pairs)[pairs > 0]
    per_team = product.groupby(team.reindex(product.index).to_numpy()).mean()
    weights = product.groupby(team.reindex(product.index).to_numpy()).size()
    spread = np.sqrt((weights**2 * (per_team - product.mean()) ** 2).sum()) / weights.sum()
    return product.mean() / deviation.var(), spread / deviation.var()


def cronbach(items):
    complete = items.dropna().to_numpy()
    count = complete.shape[1]
    return count / (count - 1) * (1 - complete.var(axis=0).sum() / complete.sum(axis=1).var())


def close(found, truth, error, least=0.0):
    assert abs(found - truth) < max(4 * error, least), (found, truth, error)


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


def code_agreement(frame):
    """Whether the codes of people who are there before and after agree, case and spaces aside."""
    code = frame[CODE].apply(
        lambda column: column.str.translate(URDU).str.strip().str.lower().str.lstrip("0")
    )
    frame = frame.assign(code=code.agg("|".join, axis=1))
    first = frame[frame["true_wave"] == "pre"].set_index("true_person")
    later = frame[frame["true_wave"] == "post"].set_index("true_person")
    both = first.index.intersection(later.index)
    same = first.loc[both, "code"] == later.loc[both, "code"]
    return pd.DataFrame({"same": same, "school": first.loc[both, "true_school_id"]})


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
