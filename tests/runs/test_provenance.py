"""What a page says of its making."""

import subprocess
from pathlib import Path

from impact_eval.runs.provenance import NOT_A_CHECKOUT, commit_of, installed_versions


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_a_folder_without_git_says_so(tmp_path: Path) -> None:
    assert commit_of(tmp_path) == NOT_A_CHECKOUT


def test_a_commit_and_whether_it_is_what_ran(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.txt").write_text("1")
    git(tmp_path, "add", "a.txt")
    git(tmp_path, "commit", "-qm", "first")
    commit = git(tmp_path, "rev-parse", "--short=12", "HEAD")
    assert commit_of(tmp_path) == commit
    (tmp_path / "a.txt").write_text("2")
    assert commit_of(tmp_path) == f"{commit} with changes"


def test_our_own_version_comes_first() -> None:
    assert next(iter(installed_versions())) == "impact-eval"
