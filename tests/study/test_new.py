import csv
import io
from collections import Counter

import pytest

from impact_eval.errors import StudyError
from impact_eval.study import Study
from impact_eval.study.new import create_study
from impact_eval.study.source import ColumnRule
from impact_eval.study.template_answers import template_answers


@pytest.fixture
def root(tmp_path):
    (tmp_path / "studies").mkdir()
    return tmp_path


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_new_study_has_no_mistakes(root):
    folder = create_study("my_study", root=root)
    study = Study.open("my_study", start=root)
    assert folder == study.folder
    assert study.id == "my_study"
    assert study.simulated
    assert len(study.school_ids) == 3
    assert "STUDY_ID" not in (folder / "study.toml").read_text(encoding="utf-8")


def test_its_survey_file_has_what_its_source_names(root):
    create_study("my_study", root=root)
    study = Study.open("my_study", start=root)
    (source,) = study.sources
    (file,) = study.raw_folder.glob(source.file)
    rows = read(file.read_text(encoding="utf-8"))
    columns = source.columns
    named = {columns.school, columns.workshop, columns.respondent, columns.subgroups["sex"]}
    named |= {source.answered_on_column("pre"), source.consent_column("pre"), source.wave.column}
    items = {source.item_column(item) for item in study.items["item_id"]}
    assert named | items == set(rows[0])
    assert isinstance(source.wave, ColumnRule)
    assert {row["wave"] for row in rows} == set(source.wave.values)
    assert {row["sex"] for row in rows} == set(source.values["sex"])
    assert {row["school"] for row in rows} == set(study.roster_table["name"])
    assert file.name.startswith("simulated_")


def test_its_answers_fit_its_codebook(root):
    create_study("my_study", root=root)
    study = Study.open("my_study", start=root)
    rows = read(template_answers())
    for item in study.items.to_dict(orient="records"):
        answers = {row[item["item_id"]] for row in rows} - {""}
        if item["type"] == "choice":
            assert answers - {"98"} == set("abcd")
            assert set(item["correct"].split("|")) < answers
        if item["type"] == "rating":
            assert answers == {"1", "2", "3", "4", "5"}


def test_its_answers_hold_the_usual_small_faults():
    rows = read(template_answers())
    people = Counter((row["school"], row["student_number"]) for row in rows)
    assert len(people) == 153
    assert set(people.values()) == {1, 2}
    assert {row["consent"] for row in rows} == {"yes", "no"}
    assert any(row["k08"] == "98" for row in rows)
    assert any(row["k01"] == "" for row in rows)


def test_the_same_seed_draws_the_same_answers():
    assert template_answers(3) == template_answers(3)
    assert template_answers(3) != template_answers(4)


def test_nothing_is_overwritten(root):
    folder = create_study("my_study", root=root)
    (folder / "study.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        create_study("my_study", root=root)
    files = [fault.file for fault in caught.value.faults]
    assert files == ["studies/my_study", "data/raw/my_study"]
    assert (folder / "study.toml").read_text(encoding="utf-8") == "mine"


def test_raw_data_without_a_study_are_left_alone(root):
    raw = root / "data" / "raw" / "my_study"
    raw.mkdir(parents=True)
    with pytest.raises(StudyError, match="overwrites nothing"):
        create_study("my_study", root=root)
    assert not (root / "studies" / "my_study").exists()


@pytest.mark.parametrize("name", ["My study", "", "../x", "a/b", "-a", "ünder"])
def test_a_name_that_is_no_id_is_refused(root, name):
    with pytest.raises(StudyError, match="an id is made of"):
        create_study(name, root=root)
