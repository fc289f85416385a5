"""impact-eval simulate --layout: files, the sources that declare them, and what is refused."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from round_trip import assert_same
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import StudyError, UnknownNameError
from impact_eval.simulate import write_in_layout, write_raw
from impact_eval.simulate.files import write_export
from impact_eval.simulate.layouts import SimulatedLayout
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare
from impact_eval.surveys.quality.form_callbacks import noted_on_forms

PROJECT = Path(__file__).parents[2]
SEED, PEOPLE = 1, 200
LAYOUTS = get_args(SimulatedLayout)
# what a layout cannot hold is not declared for what it is compared with; rows are never left out
KNOWS: dict[str, str] = {"google_forms": "neither telephone nor id", "wide": "no telephone"}
OF_A_PHONE = re.compile(r'(started_at|ended_at|device) = "\w+", ')
DIFFERS: dict[str, dict[str, bool]] = {
    "workbook": {"in_order": False},
    "wide": {"in_order": False, "wide": True},
}
LABELLED = [
    (layout, language)
    for layout in ("kobo_labels", "google_forms", "spss", "stata")
    for language in ("Kazakh (kk)", "Russian (ru)")
]
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
def expected(
    studies: dict[str, Study], tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], SurveyTables]:
    """Tables of each study as it is, without what a telephone adds, and without ids as well."""
    found = {}
    for study_id, study in studies.items():
        found[study_id, "all"] = prepare(study)
        root = tmp_path_factory.mktemp(f"{study_id}_plain") / "project"
        shutil.copytree(study.root, root, ignore=shutil.ignore_patterns("processed"))
        toml = root / "studies" / study_id / "study.toml"
        text = OF_A_PHONE.sub("", toml.read_text(encoding="utf-8"))
        toml.write_text(text, encoding="utf-8")
        plain = Study.open(study_id, start=root)
        found[study_id, "no telephone"] = prepare(plain)
        for path in plain.raw_folder.glob("simulated_*.csv"):
            frame = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False)
            if "_uuid" in frame:
                write_export(frame.assign(_uuid=""), path)
        found[study_id, "neither telephone nor id"] = prepare(plain)
    return found


def tried(
    study: Study, root: Path, layout: SimulatedLayout, *, language: str = "English (en)"
) -> SurveyTables:
    """Do what the command says: files into a raw folder, lines in place of the sources."""
    shutil.copytree(study.root / "studies", root / "studies")
    shutil.copytree(study.root / "secrets", root / "secrets")
    raw = root / "data" / "raw" / study.id
    *_, sources = write_in_layout(
        study, raw, layout=layout, seed=SEED, people=PEOPLE, language=language
    )
    toml = root / "studies" / study.id / "study.toml"
    head, _, rest = toml.read_text(encoding="utf-8").partition("[[sources]]")
    rest = rest[rest.index("# --- outcomes") :]
    text = head + sources.read_text(encoding="utf-8") + rest
    toml.write_text(text, encoding="utf-8")
    return prepare(Study.open(study.id, start=root))


@pytest.mark.parametrize("study_id", KEPT)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_written_can_be_read_at_once_and_is_the_same(
    studies: dict[str, Study],
    expected: dict[tuple[str, str], SurveyTables],
    tmp_path: Path,
    study_id: str,
    layout: SimulatedLayout,
) -> None:
    tables = tried(studies[study_id], tmp_path, layout)
    assert_same(tables, expected[study_id, KNOWS.get(layout, "all")], **DIFFERS.get(layout, {}))


@pytest.mark.parametrize(("layout", "language"), LABELLED)
def test_labels_of_every_language_are_read_as_the_same(
    studies: dict[str, Study],
    expected: dict[tuple[str, str], SurveyTables],
    tmp_path: Path,
    layout: SimulatedLayout,
    language: str,
) -> None:
    tables = tried(studies["cyber_tumar"], tmp_path, layout, language=language)
    known = expected["cyber_tumar", KNOWS.get(layout, "all")]
    assert_same(tables, known, **DIFFERS.get(layout, {}))


def test_forms_that_came_twice_are_flagged_where_no_id_tells_them(
    expected: dict[tuple[str, str], SurveyTables],
) -> None:
    """No code, no id: each stays in use, counts, and is flagged beside its equal."""
    told = expected["cyber_tumar", "no telephone"]
    not_told = expected["cyber_tumar", "neither telephone nor id"]
    twice = told.counts.query("reason == 'same_upload'")["rows"].sum()
    assert twice > 0
    assert not told.submissions["flags"].str.contains("equal_row").any()
    assert len(not_told.submissions) == len(told.submissions) + twice
    flagged = not_told.submissions["flags"].str.contains("equal_row")
    assert flagged.sum() >= 2 * twice
    callbacks = pd.DataFrame(noted_on_forms(not_told))
    equal = callbacks[callbacks["what"].str.contains("equal another one in every cell")]
    assert equal["forms"].sum() == flagged.sum()


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
