"""Writing raw files: the same bytes again, nothing overwritten that is not ours, every scenario."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from impact_eval.errors import StudyError, UnknownNameError
from impact_eval.simulate import draw, write_raw
from impact_eval.study import Study
from impact_eval.surveys import prepare
from impact_eval.table_columns import COUNTS, LINKS, SCORES, SUBMISSIONS, WORKSHOPS
from tests.simulate.conftest import Written, new_project


def hashes(paths):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture
def small(tmp_path):
    return Study.open("zindagi_trust", start=new_project(tmp_path))


@pytest.mark.parametrize("study_id", ["zindagi_trust", "cyber_tumar"])
def test_the_same_seed_gives_the_same_bytes(tmp_path, study_id):
    study = Study.open(study_id, start=new_project(tmp_path))
    once = hashes(write_raw(study, seed=5, people=300))
    assert hashes(write_raw(study, seed=5, people=300)) == once
    other = hashes(write_raw(study, seed=6, people=300))
    assert all(other[name] != once[name] for name in once if name.endswith("s.csv"))


def test_every_file_says_that_it_is_simulated(small):
    paths = write_raw(small, seed=1, people=200)
    assert all(path.name.startswith("simulated_") for path in paths)
    assert {path for path in small.raw_folder.rglob("*") if path.is_file()} == set(paths)
    outside = [path for path in paths if "truth" in path.name]
    assert all(path.parent.name == "truth" for path in outside)
    assert len(outside) == 2


def test_people_limits_how_many_are_surveyed(small):
    write_raw(small, seed=1, people=250)
    people = pd.read_parquet(small.raw_folder / "truth" / "simulated_truth_rows.parquet")["person"]
    assert 200 < people.nunique() <= 252


def test_files_of_other_origin_are_left_alone(small):
    small.raw_folder.mkdir(parents=True)
    own = small.raw_folder / "students_from_the_field.csv"
    own.write_text("a;b\n")
    with pytest.raises(StudyError, match="students_from_the_field") as caught:
        write_raw(small, people=100)
    assert caught.value.faults[0].remedy == "Move it elsewhere; nothing was written."
    assert [path.name for path in small.raw_folder.iterdir()] == [own.name]


def test_a_real_study_is_refused(small):
    real = small.model_copy(update={"data": "real"})
    with pytest.raises(StudyError, match="data"):
        write_raw(real, people=100)
    with pytest.raises(StudyError, match="data"):
        draw(real, seed=1)


def test_unknown_names_list_the_valid_ones(small):
    with pytest.raises(UnknownNameError, match="default, no_effect, harm, low_linkage, stress"):
        write_raw(small, scenario="nonsense", people=100)
    with pytest.raises(UnknownNameError, match="zindagi_trust, cyber_tumar"):
        write_raw(small.model_copy(update={"id": "my_study"}), people=100)


def test_every_fault_has_the_fate_that_it_should_have(small):
    write_raw(small, seed=3, people=2500)
    truth = Written(small.root, "zindagi_trust").rows
    tables = prepare(small)
    assert tables.faults == ()
    assert tables.counts["rows"].sum() == len(truth)
    fates = truth.merge(tables.quarantine, how="left", on=["source_file", "source_row"])
    known = fates[fates["expected_fate"] != ""]
    assert len(known) > 100
    assert (known["fate"] == known["expected_fate"]).all()
    clean = fates[(fates["fault"] == "") & (fates["repeat"] == "") & ~fates["withdrawn"]]
    # a clean form is lost only to somebody else's mistyped code, wave or school, or to its repeat
    lost = clean.loc[clean["fate"].notna(), "fate"]
    assert (lost == "duplicate").all()
    assert len(lost) < 0.03 * len(clean)


def test_the_truth_is_in_no_survey_file(small):
    write_raw(small, seed=1, people=200)
    for path in small.raw_folder.glob("*.csv"):
        header = pd.read_csv(path, sep=None, engine="python", nrows=0).columns
        assert not {"person", "care", "mistyped", "fault", "theta"} & set(header)


def test_drawn_tables_have_the_columns_of_the_processed_ones(small):
    tables = draw(small, seed=2)
    items = small.items["item_id"].tolist()
    assert tables.submissions.columns.tolist() == [*SUBMISSIONS, "sex", *items]
    assert tables.links.columns.tolist() == list(LINKS)
    assert tables.scores.columns.tolist() == list(SCORES)
    assert tables.counts.columns.tolist() == list(COUNTS)
    assert tables.workshops.columns.tolist() == list(WORKSHOPS)
    assert tables.submissions["submission_id"].is_unique
    assert tables.counts["rows"].sum() == len(tables.submissions)
    again = draw(small, seed=2)
    pd.testing.assert_frame_equal(tables.scores, again.scores)
    fewer = draw(small, seed=2, outcomes=[("student", "knowledge")])
    assert set(fewer.scores["outcome"]) == {"knowledge"}


def change(tables, outcome="knowledge", audience="student", phase="phase_2"):
    rows = tables.submissions.merge(tables.scores[tables.scores["outcome"] == outcome])
    rows = rows[(rows["audience"] == audience) & (rows["phase"] == phase)]
    mean = rows.groupby("wave")["score"].mean()
    return mean["post"] - mean["pre"]


class TestScenarios:
    outcomes = (("student", "knowledge"),)

    def changes(self, study, scenario):
        seeds = range(1, 7)
        drawn = [draw(study, scenario=scenario, seed=s, outcomes=self.outcomes) for s in seeds]
        found = np.array([change(tables) for tables in drawn])
        return found.mean(), found.std(ddof=1) / np.sqrt(len(found))

    def test_without_effect_only_secular_change_is_left(self, small):
        mean, error = self.changes(small, "no_effect")
        # 0.15 standard deviations of 2.7, and up to 0.06 more because weaker pupils are absent
        assert abs(mean - 0.40) < 4 * error + 0.2
        assert mean > 0.2

    def test_a_harm_is_a_fall(self, small):
        mean, error = self.changes(small, "harm")
        assert mean + 4 * error < 0

    def test_the_programme_adds_what_was_declared(self, small):
        mean, error = self.changes(small, "default")
        assert abs(mean - 2.02) < 4 * error + 0.1

    def test_everybody_is_surveyed_under_stress(self, small):
        tables = draw(small, scenario="stress", seed=1, outcomes=self.outcomes)
        attended = tables.workshops["attended"].sum()
        assert attended == 51_800
        people = tables.submissions["wave"].eq("pre").sum()
        assert 0.96 * attended < people < 0.99 * attended

    def test_linkage_can_be_poor(self, small):
        tables = draw(small, scenario="low_linkage", seed=1, outcomes=self.outcomes)
        rows = tables.submissions.merge(tables.links)
        rows = rows[(rows["audience"] == "student") & (rows["phase"] == "phase_2")]
        by_wave = rows.groupby("wave")["respondent_id"].agg(set)
        linked = len(by_wave["pre"] & by_wave["post"])
        assert 0.25 < linked / (len(by_wave["post"]) * 0.97) < 0.35
