"""Findings on disk: fresh, stale, and never half written."""

import pandas as pd
import pytest
from small_study import Truth, draw_tables, open_study

from impact_eval.errors import NotPreparedError
from impact_eval.findings import compute_findings, findings_key, stored_findings, write_findings
from impact_eval.surveys.tables import save_tables

TINY = Truth(schools=(2, 4), students=4, teachers=2)


@pytest.fixture
def prepared(tmp_path):
    study = open_study(tmp_path, schools=TINY.schools)
    save_tables(draw_tables(5, TINY), study.processed_folder, prepared={"inputs": {}})
    return study


def test_what_is_written_is_read_back(prepared):
    written = write_findings(prepared)
    stored = stored_findings(prepared)
    assert not written.stale
    assert not stored.stale
    pd.testing.assert_frame_equal(stored.findings, written.findings)
    again = compute_findings(prepared, draw_tables(5, TINY))
    pd.testing.assert_frame_equal(stored.findings, again)


def test_nothing_on_disk_is_computed_in_memory_and_not_written(prepared):
    before = sorted(prepared.processed_folder.iterdir())
    stored = stored_findings(prepared)
    assert stored.stale
    assert len(stored.findings)
    assert sorted(prepared.processed_folder.iterdir()) == before


@pytest.mark.parametrize("changed", ["data", "plan", "codebook"])
def test_findings_go_stale(prepared, changed):
    key = write_findings(prepared).key
    path = {
        "data": prepared.processed_folder / "prepared.json",
        "plan": prepared.folder / "study.toml",
        "codebook": prepared.folder / "codebook.csv",
    }[changed]
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert findings_key(prepared) != key
    assert stored_findings(prepared).stale
    assert not write_findings(prepared).stale
    assert not stored_findings(prepared).stale


def test_a_broken_file_is_not_trusted(prepared):
    write_findings(prepared)
    (prepared.processed_folder / "findings.json").write_text("{", encoding="utf-8")
    assert stored_findings(prepared).stale


def test_a_study_that_is_not_prepared_says_so(tmp_path):
    study = open_study(tmp_path, schools=TINY.schools)
    with pytest.raises(NotPreparedError, match="impact-eval prepare small"):
        stored_findings(study)
