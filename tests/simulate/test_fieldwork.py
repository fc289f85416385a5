"""Times, interviewers, devices, speeders and invented forms, as the exports hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from impact_eval.simulate.draw import instrument_of
from impact_eval.simulate.forms import fill_forms
from impact_eval.simulate.survey import draw_survey
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare
from impact_eval.surveys.quality.callbacks import find_callbacks
from tests.simulate.conftest import PROJECT, Written
from tests.simulate.recover import URDU, close, joined

OF_FIELDWORK = ("start", "end", "deviceid", "interviewer", "closing/q01")


def with_truth(written: Written, part: str) -> pd.DataFrame:
    """Export rows with the truth beside them, invented forms too, repeats left out."""
    frame = joined(written, part, clean=False)
    frame = frame[(frame["true_repeat"] == "") & ~frame["true_fault"].isin(["no_consent"])]
    times = {name: pd.to_datetime(frame[name]) for name in ("start", "end")}
    seconds = (times["end"] - times["start"]).dt.total_seconds()
    flags = {name: frame[f"true_{name}"].astype(bool) for name in ("speeding", "made_up")}
    items = frame.filter(regex="/[a-z]+[0-9]+$")
    return frame.assign(seconds=seconds, **flags, answered=items.ne("").sum(axis=1))


@pytest.mark.parametrize("audience", ["student", "teacher", "parent"])
def test_times_are_log_normal_around_the_questions(zindagi: Written, audience: str) -> None:
    frame = with_truth(zindagi, f"phase2_{audience}")
    frame = frame[~frame["made_up"]]
    field, usual = zindagi.truth["fieldwork"], zindagi.truth["usual_seconds"][audience]
    factor = np.where(frame["speeding"], field["speeding_time"], 1.0)
    if audience == "parent":
        factor = factor * np.where(frame["interviewer"] != "", field["reading_aloud"], 1.0)
    expected = (usual["before"] + usual["per_item"] * frame["answered"]) * factor
    log = np.log(frame["seconds"] / expected)
    # times are written in whole seconds
    close(log.mean(), 0.0, log.std() / np.sqrt(len(log)), 0.002)
    close(log.std(), field["sd_log_seconds"], log.std() / np.sqrt(2 * len(log)), 0.002)
    assert (frame["_submission_time"] > "2022").all()
    sent = pd.to_datetime(frame["_submission_time"], utc=True) + pd.Timedelta(hours=5)
    ended = pd.to_datetime(frame["end"]).dt.tz_localize(None).dt.tz_localize("UTC")
    assert (ended < sent).all()


def test_speeders_are_as_many_as_declared(zindagi: Written, tumar: Written) -> None:
    for written in (zindagi, tumar):
        field = written.truth["fieldwork"]
        rows = written.rows[
            (written.rows["audience"] == "student") & (written.rows["repeat"] == "")
        ]
        for care, rate in (
            (["attentive"], field["speeding_attentive"]),
            (["straightlining", "random"], field["speeding_careless"]),
        ):
            speeding = rows.loc[rows["care"].isin(care), "speeding"]
            close(speeding.mean(), rate, np.sqrt(rate * (1 - rate) / len(speeding)))
        assert 0.01 < rows["speeding"].mean() < 0.05


def test_who_misses_the_instructed_item(zindagi: Written) -> None:
    frame = with_truth(zindagi, "phase2_student")
    given = frame["closing/q01"].str.translate(URDU)
    missed = (given != "2")[given != ""]
    field = zindagi.truth["fieldwork"]
    care, speeding = frame["true_care"], frame["speeding"]
    slip = (1 - field["follows_instruction"]) * 0.8
    rates = {"attentive": slip, "random": 0.8, "straightlining": 0.9}
    for name, rate in rates.items():
        mine = missed[(care == name) & ~speeding]
        close(mine.mean(), rate, np.sqrt(rate * (1 - rate) / len(mine)))
    rushed = missed[(care == "attentive") & speeding]
    rate = field["speeders_miss"] + (1 - field["speeders_miss"]) * slip
    close(rushed.mean(), rate, np.sqrt(rate * (1 - rate) / len(rushed)))


def test_interviewers_share_places_and_have_a_device(zindagi: Written, tumar: Written) -> None:
    for written, place, most in ((zindagi, "trainer_team", 2), (tumar, "province", 3)):
        frame = joined(written, "parent", clean=False)
        places = frame["true_school_id"].map(written.roster.set_index("school_id")[place])
        asked = frame["interviewer"] != ""
        assert places[asked].groupby(frame["interviewer"]).nunique().max() == 1
        assert frame[asked].groupby(places)["interviewer"].nunique().max() == most
        assert frame[asked].groupby("interviewer")["deviceid"].nunique().max() == 1
        assert frame["deviceid"].str.fullmatch("collect:[0-9a-f]{16}").all()
        tablets = set(frame.loc[~asked, "deviceid"])
        assert not tablets & set(frame.loc[asked, "deviceid"])
    assert (joined(tumar, "parent", clean=False)["interviewer"] != "").all()
    assert zindagi.truth["interviewed"] == {"student": 0.0, "teacher": 0.0, "parent": 0.4}
    assert tumar.truth["interviewed"] == {"student": 0.0, "parent": 1.0, "public": 0.0}
    for written in (zindagi, tumar):
        own = [name for name in written.exports if "students" in name or "teachers" in name]
        assert not any("deviceid" in written.exports[name] for name in own)


def test_invented_forms_are_those_of_the_named_interviewers(
    zindagi: Written, tumar: Written
) -> None:
    for written in (zindagi, tumar):
        frame = with_truth(written, "parent")
        named = written.truth["batches"]["parent"]["made_up_by"]
        assert len(named) == written.truth["fieldwork"]["made_up_by"] == 1
        mine = frame["interviewer"].isin(named)
        assert frame.loc[frame["made_up"], "interviewer"].isin(named).all()
        assert frame.loc[mine, "made_up"].all()
        assert frame.loc[mine].groupby("true_wave").size().min() >= 10
        assert frame.loc[mine, "seconds"].max() < 60
        assert mine.mean() < 0.05


@pytest.mark.parametrize("study_id", ["zindagi_trust", "cyber_tumar"])
def test_another_fieldwork_leaves_everything_else_as_it_is(study_id: str) -> None:
    study = Study.open(study_id, start=PROJECT)
    survey = draw_survey(instrument_of(study), study.roster_table, seed=1, people=1500)
    for drawn in survey.audiences.values():
        one, other = (
            fill_forms(survey, drawn, study, np.random.default_rng(1), np.random.default_rng(seed))
            for seed in (2, 3)
        )
        assert not one.about["start"].equals(other.about["start"])
        same = ~(one.truth["made_up"] | other.truth["made_up"] | one.truth["repeat"].ne(""))
        for name in ("about", "items", "truth"):
            left, right = getattr(one, name), getattr(other, name)
            drop = [*OF_FIELDWORK, "speeding", "made_up"]
            pd.testing.assert_frame_equal(
                left[same].drop(columns=drop, errors="ignore"),
                right[same].drop(columns=drop, errors="ignore"),
            )


@pytest.fixture(scope="module")
def campaign(tumar: Written) -> tuple[SurveyTables, pd.DataFrame]:
    tables = prepare(Study.open("cyber_tumar", start=tumar.root))
    row = ["source_file", "source_row"]
    return tables, tables.submissions.merge(tumar.rows, on=row, suffixes=("", "_true"))


class TestWhatTheFlagsFind:
    def test_the_inventing_interviewer_differs_and_nobody_else(
        self, campaign: tuple[SurveyTables, pd.DataFrame], tumar: Written
    ) -> None:
        tables, _ = campaign
        groups = tables.quality_groups
        within = groups[groups["group"] == "interviewer:within"]
        flagged = within[within["flagged"]]
        assert within["unit_id"].nunique() == 60
        assert len(set(flagged["unit_id"])) == 1
        assert set(flagged.groupby("unit_id")["wave"].nunique()) == {2}
        between = groups[groups["group"].str.endswith("between") & groups["flagged"]]
        others = between[~between["unit_id"].isin(_devices_and_people(groups))]
        assert others.empty

    def test_the_inventing_interviewers_rows_are_named(
        self, campaign: tuple[SurveyTables, pd.DataFrame], tumar: Written
    ) -> None:
        tables, forms = campaign
        found = find_callbacks(tables, Study.open("cyber_tumar", start=tumar.root))
        alike = found[found["what"].str.contains("one interviewer .* far more alike")]
        assert len(alike) == 2
        for line in alike.to_dict("records"):
            file, _, rows = line["rows"].removesuffix(" more").rpartition(" and ")[0].partition(" ")
            numbers = [int(row) for row in rows.split(", ")]
            assert len(numbers) == 20
            named = forms[(forms["source_file"] == file) & forms["source_row"].isin(numbers)]
            assert set(zip(named["audience"], named["wave"], strict=True)) == {
                (line["audience"], line["wave"])
            }
            assert named["made_up"].astype(bool).mean() > 0.5

    def test_invented_forms_come_too_fast_and_in_batches(
        self, campaign: tuple[SurveyTables, pd.DataFrame]
    ) -> None:
        tables, forms = campaign
        flags = tables.quality.groupby("flag")["submission_id"].agg(set)
        parents = forms[forms["audience"] == "parent"]
        made_up = parents["made_up"].astype(bool)
        for flag, least in (("speeding", 0.95), ("batch", 0.35)):
            found = parents["submission_id"].isin(flags[flag])
            assert found[made_up].mean() >= least
            assert found[~made_up].mean() <= 0.003


def _devices_and_people(groups: pd.DataFrame) -> set[str]:
    """Whoever is flagged by the variance within their forms."""
    alike = groups[groups["group"].str.endswith("within") & groups["flagged"]]
    return set(alike["unit_id"])
