"""impact-eval forms."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from impact_eval.cli import app

STUDIES = Path(__file__).parents[2] / "studies"


@pytest.mark.parametrize(
    ("study_id", "languages", "forms"),
    [
        ("zindagi_trust", ("en", "ur"), ("parents", "students", "teachers")),
        ("cyber_tumar", ("en", "kk", "ru"), ("parents", "public", "students")),
    ],
)
def test_it_writes_every_form_and_the_cards(tmp_path, monkeypatch, study_id, languages, forms):
    shutil.copytree(STUDIES / study_id, tmp_path / "studies" / study_id)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["forms", study_id])
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "reports" / study_id / "forms").iterdir()}
    expected = {f"{form}.{language}.html" for form in forms for language in languages}
    if study_id == "zindagi_trust":
        expected |= {name.replace(".", "_code_card.", 1) for name in expected}
    assert names == expected
    assert f"Wrote {len(expected)} pages" in done.output


def test_its_help_says_where_the_pages_are():
    text = CliRunner().invoke(app, ["forms", "--help"]).output
    assert "reports/STUDY/forms" in text
    assert "No right answers" in " ".join(text.split())
