"""impact-eval simulate --layout: files, the sources that declare them, and what is refused."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import StudyError, UnknownNameError
from impact_eval.simulate import write_in_layout, write_raw
from impact_eval.simulate.layouts import SimulatedLayout
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare

PROJECT = Path(__file__).parents[2]
SEED, PEOPLE = 1, 200
LAYOUTS = get_args(SimulatedLayout)
KEPT = {
    "zindagi_trust": ("school_id", "phase1-01", "phase1-02", "phase2-002"),
    "cyber_tumar": ("school_id", "r1-school-00", "r2-school-00", "r1-point-00", "r2-point-00"),
}


def small_study(root: Path, study_id: str) -> Study:
    """A study of a few schools, without raw files."""
    folder = root / "studies" / study_id
    shutil.copytree(PROJECT / "studies" / study_id, folder)
    roster = (folder / "roster.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in roster if line.startswith(KEPT[study_id])]
    (folder / "roster.csv").write_text("".join(kept), encoding="utf-8")
    return Study.open(study_id, start=root)


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Study]:
    found = {}
    for study_id in KEPT:
        study = small_study(tmp_path_factory.mktemp(study_id), study_id)
        write_raw(study, seed=SEED, people=PEOPLE)
        found[study_id] = Study.open(study_id, start=study.root)
    return found


@pytest.fixture(scope="module")
def expected(studies: dict[str, Study]) -> dict[str, SurveyTables]:
    return {study_id: prepare(study) for study_id, study in studies.items()}


def tried(study: Study, root: Path, layout: SimulatedLayout) -> SurveyTables:
    """Do what the command says: files into a raw folder, lines in place of the sources."""
    shutil.copytree(study.root / "studies", root / "studies")
    raw = root / "data" / "raw" / study.id
    *_, sources = write_in_layout(study, raw, layout=layout, seed=SEED, people=PEOPLE)
    toml = root / "studies" / study.id / "study.toml"
    head, _, rest = toml.read_text(encoding="utf-8").partition("[[sources]]")
    rest = rest[rest.index("# --- outcomes") :]
    text = head + sources.read_text(encoding="utf-8") + rest
    toml.write_text(text, encoding="utf-8")
    return prepare(Study.open(study.id, start=root))


def scores(tables: SurveyTables) -> pd.DataFrame:
    """Scores with their places, in an order that does not depend on files and rows."""
    place = ["submission_id", "school_id", "audience", "wave", "sex", "answered_on"]
    frame = tables.submissions[place].merge(tables.scores, on="submission_id")
    frame = frame.drop(columns="submission_id")
    return frame.sort_values(list(frame.columns)).reset_index(drop=True)


@pytest.mark.parametrize("study_id", KEPT)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_written_can_be_read_at_once(
    studies: dict[str, Study],
    expected: dict[str, SurveyTables],
    tmp_path: Path,
    study_id: str,
    layout: SimulatedLayout,
) -> None:
    tables = tried(studies[study_id], tmp_path, layout)
    assert tables.faults == ()
    found, known = scores(tables), scores(expected[study_id])
    if study_id == "cyber_tumar" and not layout.startswith(("kobo", "odk")):
        # without codes and without a mark of the upload, a form that came twice counts twice
        twice = expected[study_id].counts.query("fate == 'duplicate'")["rows"].sum()
        assert twice > 0
        assert len(tables.submissions) == len(expected[study_id].submissions) + twice
        found, known = found.drop_duplicates(), known.drop_duplicates()
    pd.testing.assert_frame_equal(
        found.reset_index(drop=True), known.reset_index(drop=True), check_index_type=False
    )


def test_files_say_that_they_are_simulated_and_replace_only_such(
    studies: dict[str, Study], tmp_path: Path
) -> None:
    study, folder = studies["zindagi_trust"], tmp_path / "tried"
    first = write_in_layout(study, folder, layout="workbook", seed=1, people=100)
    assert all(path.name.startswith("simulated_") for path in first)
    again = write_in_layout(study, folder, layout="spss", seed=1, people=100)
    assert {path for path in folder.rglob("*") if path.is_file()} == set(again)
    own = folder / "students.csv"
    own.write_text("a\n")
    before = {path: path.read_bytes() for path in again}
    with pytest.raises(StudyError, match="1 files or folders of other origin"):
        write_in_layout(study, folder, layout="long", seed=1, people=100)
    assert {path: path.read_bytes() for path in again} == before
    assert own.read_text() == "a\n"


def test_the_raw_folder_is_no_place_to_try_things(studies: dict[str, Study]) -> None:
    study = studies["cyber_tumar"]
    for folder in (study.raw_folder, study.raw_folder.parent / "new"):
        with pytest.raises(StudyError, match="data/raw"):
            write_in_layout(study, folder, layout="long")
    assert not (study.raw_folder.parent / "new").exists()


def test_unknown_names_are_refused_before_anything_is_drawn(
    studies: dict[str, Study], tmp_path: Path
) -> None:
    study, folder = studies["cyber_tumar"], tmp_path / "tried"
    with pytest.raises(UnknownNameError, match=re.escape(", ".join(LAYOUTS))):
        write_in_layout(study, folder, layout="fax")
    with pytest.raises(UnknownNameError, match=r"Kazakh \(kk\)"):
        write_in_layout(study, folder, layout="kobo_labels", language="Latin")
    with pytest.raises(UnknownNameError, match="low_linkage"):
        write_in_layout(study, folder, layout="long", scenario="nonsense")
    with pytest.raises(StudyError, match="data"):
        write_in_layout(study.model_copy(update={"data": "real"}), folder, layout="long")
    assert not folder.exists()


class TestCommand:
    def test_help_lists_every_layout(self) -> None:
        text = " ".join(CliRunner().invoke(app, ["simulate", "--help"]).output.split())
        listed = re.search(r"exports them: (.+?)\. Needs --to", text)
        assert listed is not None
        words = re.sub(r"\(.+?\)", "", listed[1]).replace(" or ", ", ").split(",")
        assert tuple(word.strip() for word in words) == LAYOUTS

    def test_it_writes_to_a_relative_folder_and_prints_the_sources(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        small_study(tmp_path, "cyber_tumar")
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(
            app, ["simulate", "cyber_tumar", "--layout", "google_forms", "--to", "tried/here"]
        )
        assert done.exit_code == 0, done.output
        sources = (tmp_path / "tried" / "here" / "simulated_sources.toml").read_text("utf-8")
        assert sources in done.output
        assert 'layout = "google_forms"' in sources
        assert not (tmp_path / "data" / "raw").exists()

    @pytest.mark.parametrize("options", [["--layout", "spss"], ["--to", "tried"]])
    def test_layout_and_folder_go_together(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
    ) -> None:
        small_study(tmp_path, "cyber_tumar")
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(app, ["simulate", "cyber_tumar", *options])
        assert done.exit_code != 0
        assert "google_forms" in str(done.exception)
        assert not (tmp_path / "tried").exists()
