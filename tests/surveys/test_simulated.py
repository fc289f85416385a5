"""Simulated exports with the field's faults, held against the truth of each row."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from impact_eval.simulate import write_raw
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare

STUDIES = Path(__file__).parents[2] / "studies"
ROW = ["source_file", "source_row"]


@dataclass(frozen=True)
class Simulated:
    tables: SurveyTables
    truth: pd.DataFrame


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(STUDIES / "zindagi_trust", root / "studies" / "zindagi_trust")
    study = Study.open("zindagi_trust", start=root)
    write_raw(study, seed=7, people=1500)
    study = Study.open("zindagi_trust", start=root)
    truth = pd.read_parquet(study.raw_folder / "truth" / "simulated_truth_rows.parquet")
    return Simulated(prepare(study), truth)


def judged(simulated: Simulated) -> pd.DataFrame:
    """Truth of each row with the fate that it got, and the row that it repeats."""
    tables = simulated.tables
    used = tables.submissions[ROW].assign(fate="used", reason="", remedy="")
    fates = pd.concat([tables.quarantine, used])
    return simulated.truth.merge(fates, on=ROW, how="outer", validate="one_to_one")


def test_every_planted_fate_is_found(simulated: Simulated) -> None:
    rows = judged(simulated)
    assert rows[["fate", "person"]].notna().all(axis=None)
    planted = rows[rows["expected_fate"] != ""]
    assert set(planted["expected_fate"]) == {"quarantined", "no_consent", "withdrawn"}
    assert (planted["fate"] == planted["expected_fate"]).all()
    assert rows.loc[rows["expected_fate"] == "", "fate"].isin(["used", "duplicate"]).all()


def test_double_uploads_and_second_tries_count_once(simulated: Simulated) -> None:
    rows = judged(simulated)
    rows = rows[rows["expected_fate"] == ""]
    copies = (rows["repeat"] == "double_upload").sum()
    assert copies > 0
    assert (rows["reason"] == "the same form was uploaded twice").sum() == copies
    used = rows[(rows["fate"] == "used") & ~rows["mistyped"] & (rows["fault"] != "wrong_wave")]
    assert not used.duplicated(["person", "wave"]).any()


def test_a_duplicate_repeats_a_form_of_the_same_person(simulated: Simulated) -> None:
    rows = judged(simulated)
    repeated = rows[rows["fate"] == "duplicate"]
    named = repeated["remedy"].str.extract(
        r"It repeats row (?P<source_row>\d+) of (?P<file>\S+)\. "
    )
    person = rows.set_index(ROW)["person"]
    others = [person[file, int(row)] for row, file in named.itertuples(index=False)]
    assert others == repeated["person"].tolist()


def test_nobody_is_linked_with_somebody_else(simulated: Simulated) -> None:
    submissions, links = simulated.tables.submissions, simulated.tables.links
    rows = submissions[["submission_id", *ROW]].merge(links).merge(simulated.truth, on=ROW)
    linked = rows[rows["respondent_id"] != ""]
    assert linked.groupby("respondent_id")["person"].nunique().max() == 1
    typed_well = linked[~linked["mistyped"] & (linked["fault"] != "wrong_school")]
    assert typed_well.groupby("person")["respondent_id"].nunique().max() == 1
    assert len(typed_well) > 1000


def test_schools_and_workshops_are_those_of_the_truth(simulated: Simulated) -> None:
    rows = simulated.tables.submissions.merge(simulated.truth, on=ROW, suffixes=("", "_true"))
    rows = rows[rows["fault"] != "wrong_school"]
    assert (rows["school_id"] == rows["school_id_true"]).all()
    assert (rows["phase"] == rows["phase_true"]).all()
    known = rows["workshop_id"] != ""
    assert (rows["workshop_id"] == rows["workshop_id_true"])[known].all()
    assert known.mean() > 0.9


def test_tolerant_links_are_true_and_recover_mistyped_codes(simulated: Simulated) -> None:
    submissions, links = simulated.tables.submissions, simulated.tables.links
    rows = submissions[["submission_id", *ROW]].merge(links).merge(simulated.truth, on=ROW)
    joined = rows[rows["method"] == "tolerant"]
    assert len(joined) > 100
    assert joined["mistyped"].mean() > 0.8  # else the form that the others agree against
    summary = simulated.tables.links_summary
    assert summary["linked_tolerant"].sum() > 5 * summary["refused"].sum()
    assert summary["expected_false"].sum() < 0.005 * (
        summary["linked_exact"].sum() + summary["linked_tolerant"].sum()
    )


def test_parents_are_joined_to_their_true_children(simulated: Simulated) -> None:
    submissions, links = simulated.tables.submissions, simulated.tables.links
    rows = submissions[["submission_id", *ROW]].merge(links).merge(simulated.truth, on=ROW)
    people = rows[rows["respondent_id"] != ""].drop_duplicates("respondent_id")
    people = people.set_index("respondent_id")
    dyads = simulated.tables.dyads
    assert len(dyads) > 30
    named = people["child"].reindex(dyads["parent_respondent_id"])
    assert named.tolist() == people["person"].reindex(dyads["child_respondent_id"]).tolist()
    assert dyads["school_id"].tolist() == people["school_id"].reindex(named.index).tolist()
