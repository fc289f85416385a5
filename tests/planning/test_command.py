"""The command `impact-eval power`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import NotPreparedError, UnknownNameError
from impact_eval.runs.ready import make_ready
from impact_eval.study import Study
from impact_eval.study.new import create_study

ROOT = Path(__file__).parents[2]
BEFORE = ("power", "small", "--before-data")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    (root / "studies").mkdir()
    create_study("small", root=root)
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    return root


@pytest.fixture
def run(project, monkeypatch):
    monkeypatch.chdir(project)

    def call(*arguments):
        return CliRunner().invoke(app, list(arguments))

    return call


def test_before_data_the_sources_are_named(run):
    done = run(*BEFORE, "--schools", "20")
    assert done.exit_code == 0, done.output
    assert "TVSFP" in done.output
    assert "Cautious case." in done.output


def test_without_data_the_remedy_is_named(run):
    done = run("power", "small")
    assert isinstance(done.exception, NotPreparedError)
    assert "--before-data" in str(done.exception)


@pytest.mark.parametrize(
    ("option", "words"),
    [(("--design", "lot"), "waiting_list"), (("--outcome", "wealth"), "there are: ")],
)
def test_a_wrong_name_lists_the_good_ones(run, option, words):
    done = run(*BEFORE, *option)
    assert isinstance(done.exception, UnknownNameError)
    assert words in str(done.exception)


def test_the_layout_of_a_roll_out_is_asked_for(run):
    asked = (*BEFORE, "--schools", "40", "--design", "staggered", "--outcome")
    known = run(*BEFORE).output.split(",")[1].split()[0]

    def detectable(*begin):
        lines = run(*asked, known, *begin).output.splitlines()
        return [line.split()[:3] for line in lines if line.split()[0] == "40"]

    assert detectable() == detectable(*["--begin", "0.25"] * 3)  # the last group waits
    assert detectable() != detectable("--begin", "0.5")
    for wrong in (["--begin", "0.8", "--begin", "0.5"], ["--begin", "0"]):
        assert run(*asked, known, *wrong).exit_code == 2


def test_a_third_survey_is_planned_with_those_who_are_left(run):
    asked = (*BEFORE, "--schools", "40", "--people", "9", "--design", "follow_up")
    assert run(*asked, "--lost-again", "0.5").output != run(*asked).output


def test_a_power_that_is_none_is_refused(run):
    assert run(*BEFORE, "--power", "80").exit_code == 2


def test_the_table_is_written_if_asked(run, tmp_path):
    file = tmp_path / "plan.csv"
    done = run(*BEFORE, "--schools", "20", "--schools", "60", "--people", "25", "--smallest",
               "0.4", "--of-schools", "60", "--csv", str(file))  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "of these 60 schools alone" in done.output
    table = pd.read_csv(file)
    assert set(table["schools"]) == {20, 60}
    assert (table["smallest_change"] == 0.4).all()
    whole = table[table["schools"] == 60].set_index(["outcome", "audience", "case"])["std_error"]
    part = table[table["schools"] == 20].set_index(["outcome", "audience", "case"])["std_error"]
    assert (whole < part / 3**0.5).all()


def test_a_prepared_study_is_planned_from_its_findings(run, project):
    make_ready(Study.open("small", start=project), progress=lambda what, done, total: None)
    done = run("power", "small", "--design", "waiting_list", "--design", "one_group")
    assert done.exit_code == 0, done.output
    assert "released findings" in done.output
    assert "waiting_list" in done.output


def test_a_lot_within_strata_is_asked_for(run, tmp_path):
    def detectable(*options):
        file = tmp_path / "rows.csv"
        done = run(
            *BEFORE, "--design", "waiting_list", "--schools", "40", "--people", "25",
            *options, "--csv", str(file),
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        return pd.read_csv(file).query("case == 'cautious'")["detectable"].iloc[0]

    plain, pairs = detectable(), detectable("--strata-of", "2")
    assert plain < pairs < 1.1 * plain
    assert detectable("--strata-of", "2", "--strata-r2", "0.5") < 0.9 * plain
    assert run(*BEFORE, "--strata-r2", "0.5").exit_code == 2
