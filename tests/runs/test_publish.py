"""A reader sees a whole run or the one before it, never half of one."""

from pathlib import Path

import pytest

from impact_eval.errors import ReportError
from impact_eval.runs.alone import alone
from impact_eval.runs.publish import KEPT_RUNS, STAGING, publish, run_stamp, staged_run


def one_run(folder: Path, text: str, stamp: str) -> Path:
    with staged_run(folder) as staging:
        (staging / "index.html").write_text(text)
        return publish(staging, stamp=stamp)


def test_latest_leads_to_the_last_run(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "s"
    for number in range(3):
        latest = one_run(folder, str(number), f"2026010{number}T000000Z")
        assert latest.is_symlink()
        assert (latest / "index.html").read_text() == str(number)
    assert not (folder / STAGING).exists()


def test_the_link_holds_when_the_folder_is_moved(tmp_path: Path) -> None:
    one_run(tmp_path / "a", "text", "20260101T000000Z")
    (tmp_path / "a").rename(tmp_path / "b")
    assert (tmp_path / "b" / "latest" / "index.html").read_text() == "text"


def test_old_runs_go(tmp_path: Path) -> None:
    for number in range(KEPT_RUNS + 2):
        one_run(tmp_path, str(number), run_stamp())
    runs = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert len(runs) == KEPT_RUNS
    assert (tmp_path / "latest" / "index.html").read_text() == str(KEPT_RUNS + 1)


def test_a_run_that_breaks_leaves_the_last_one_as_it_was(tmp_path: Path) -> None:
    one_run(tmp_path, "whole", "20260101T000000Z")
    with pytest.raises(FileNotFoundError), staged_run(tmp_path) as staging:
        (staging / "no folder" / "half.html").write_text("half")
    assert (tmp_path / "latest" / "index.html").read_text() == "whole"
    assert not (tmp_path / STAGING).exists()


def test_two_runs_of_one_study_do_not_mix(tmp_path: Path) -> None:
    with staged_run(tmp_path), pytest.raises(ReportError, match="under way"), staged_run(tmp_path):
        pass


def test_a_run_and_a_preparation_do_not_mix(tmp_path: Path) -> None:
    with staged_run(tmp_path), pytest.raises(ReportError, match="under way"), alone(tmp_path):
        pass
    with alone(tmp_path), pytest.raises(ReportError, match="under way"), staged_run(tmp_path):
        pass
    with alone(tmp_path):
        assert not (tmp_path / STAGING).exists()
