"""The tutorial, word for word: its commands are run, its file contents written where it says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STUDY = Path("studies") / "two_schools"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SOURCES = re.compile(r"^\[\[sources\]\].*?(?=^# --- )", re.MULTILINE | re.DOTALL)


def do_block(language: str, text: str, project: Path) -> str:
    """Do what a reader does with one block, and return what the terminal shows."""
    if language == "toml":
        path = project / STUDY / "study.toml"
        changed, count = SOURCES.subn(text + "\n", path.read_text(encoding="utf-8"))
        assert count == 1
        path.write_text(changed, encoding="utf-8")
        return ""
    if language == "csv":
        (project / STUDY / "roster.csv").write_text(text, encoding="utf-8")
        return ""
    assert language == "sh", f"a block of {language}: say in this test what a reader does with it"
    script = f"set -eo pipefail\nsource .venv/bin/activate\n{text}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Follow the tutorial in an empty project; everything that the terminal showed."""
    project = tmp_path_factory.mktemp("project")
    (project / "studies").mkdir()
    (project / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    shutil.copytree(ROOT / "notebooks", project / "notebooks")
    shutil.copytree(ROOT / "docs" / "tutorial", project / "docs" / "tutorial")
    blocks = BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))
    assert len(blocks) > 5
    return project, "".join(do_block(language, text, project) for language, text in blocks)


def test_the_pages_are_there(shown: tuple[Path, str]) -> None:
    project, text = shown
    latest = project / "reports" / "two_schools" / "latest"
    assert text.count("Open reports/two_schools/latest/index.html") == 2
    pages = {path.relative_to(latest).as_posix() for path in latest.rglob("*.html")}
    assert {"index.html", "findings.html", "school/lakeside.html", "school/mill_road.html"} <= pages


def test_the_rows_are_as_the_tutorial_says(shown: tuple[Path, str]) -> None:
    text = shown[1]
    assert "no mistakes" in text
    assert re.search(r"^ +3 .*consent", text, re.MULTILINE)
    assert re.search(r"^ +1 .*school", text, re.MULTILINE)
    assert "2 in data/processed/two_schools/answers_not_used.csv" in text


def test_the_findings_promise_what_the_tutorial_says(shown: tuple[Path, str]) -> None:
    latest = shown[0] / "reports" / "two_schools" / "latest"
    page = (latest / "findings.html").read_text(encoding="utf-8")
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "questions right, out of 8" in text
    assert "% interval" in text
    assert not re.search(r"\b(improved|impact of)\b", text)
    pages = " ".join(path.read_text(encoding="utf-8") for path in latest.glob("*.html"))
    assert "schools like these" in pages
