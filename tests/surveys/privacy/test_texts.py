"""People's own words: kept on request only, masked, apart from everything else, and erased."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from canaries import everything_written
from survey_project import CODEBOOK, Project, form
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import NotPreparedError, StudyError
from impact_eval.surveys import load_tables
from impact_eval.surveys.privacy.masking import mask
from impact_eval.surveys.privacy.safe import make_key
from impact_eval.surveys.privacy.texts import load_texts
from impact_eval.table_columns import TEXTS

HEADER, *ROWS = CODEBOOK.rstrip().splitlines()
TOLD = "qqword about the group chat"


def codebook(*rows: str) -> str:
    """The codebook with items of type text: id, keep and waves."""
    lines = [f"{HEADER},keep", *(f"{row}," for row in ROWS), *rows]
    return "\n".join(lines) + "\n"


def own_words(item: str = "t1", *, keep: str = "yes", waves: str = "", missing: str = "") -> str:
    return f"{item},student,,In your own words,text,,,,,{missing},{waves},{keep}"


@pytest.fixture
def keeping(project: Project) -> Project:
    project.codebook = codebook(own_words())
    return project


def texts_of(project: Project) -> list[tuple[int, str, str]]:
    return list(load_texts(project.study()).itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("typed", "kept", "kinds"),
    [
        (" I  told\nmy mother ", "I told my mother", ()),
        ("ring 0300-1234567 now", "ring [telephone] now", ("telephone",)),
        ("ring ۰۳۰۰ ۱۲۳۴۵۶۷", "ring [telephone]", ("telephone",)),
        ("+7 (701) 234-56-78", "[telephone]", ("telephone",)),
        ("a@b.org; b at home@x", "[e-mail]; b at [e-mail]", ("e-mail", "e-mail")),
        ("my id 42101-1234567-1", "my id [identity number]", ("identity number",)),
        ("970131350189", "[identity number]", ("identity number",)),
        ("in the app 1234567", "in the app [long number]", ("long number",)),
        ("12345_678/9", "[long number]", ("long number",)),
        ("on 2024-03-01 or 1.3.2024", "on 2024-03-01 or 1.3.2024", ()),
        ("2024-03-01 0300", "[long number]", ("long number",)),
        ("I have 3 of 12, not 100", "I have 3 of 12, not 100", ()),
        ("House 5, Street 2", "", ("address",)),
        ("24.8607 67.0011", "", ("coordinates",)),
        ("اب مجھے معلوم ہے", "اب مجھے معلوم ہے", ()),
    ],
)
def test_what_tells_who_somebody_is_is_masked(
    typed: str, kept: str, kinds: tuple[str, ...]
) -> None:
    assert mask(typed) == (kept, kinds)


def test_nothing_is_kept_unless_the_study_asks(project: Project) -> None:
    project.codebook = codebook(own_words(keep=""))
    tables = project.prepare_forms(form(t1=TOLD), form(t1="", code_1="8"))
    assert "qqword" not in everything_written(project.root)
    assert tables.submissions["t1"].isna().all()
    counted = tables.item_counts.set_index("item_id").loc["t1"]
    assert (counted["answered"], counted["blank"]) == (1, 1)
    with pytest.raises(NotPreparedError, match="keep = yes"):
        load_texts(project.study())


def test_texts_are_in_their_table_and_nowhere_else(keeping: Project) -> None:
    tables = keeping.prepare_forms(
        form(t1=TOLD), form(code_1="8", t1=" "), form(code_1="9", t1="qqword 0300 1234567")
    )
    assert texts_of(keeping) == [(0, "t1", TOLD), (2, "t1", "qqword [telephone]")]
    assert tuple(load_texts(keeping.study()).columns) == TEXTS
    assert tables.submissions["t1"].isna().all()
    (keeping.study().processed_folder / "texts.parquet").unlink()
    assert "qqword" not in everything_written(keeping.root)


def test_only_used_forms_waves_and_answers(project: Project) -> None:
    project.codebook = codebook(own_words(waves="post", missing="98"))
    project.prepare_forms(
        form(t1="qqbefore"),
        form(wave="after", t1="qqafter"),
        form(wave="after", code_1="8", t1="qqnot", consent="no"),
        form(wave="after", code_1="9", t1="98"),
        form(wave="after", t1="qqlast"),
        form(wave="after", school="nowhere", code_1="6", t1="qqaside"),
    )
    assert [text for _, _, text in texts_of(project)] == ["qqlast"]
    assert "qqbefore" not in everything_written(project.root)


def test_texts_of_several_files_stand_with_their_forms(keeping: Project) -> None:
    keeping.write([form(t1="qqfirst"), form(code_1="8", t1="")], name="a_students.csv")
    keeping.write([form(code_1="9", t1="qqsecond")], name="b_students.csv")
    tables = keeping.prepare()
    rows = tables.submissions.set_index("submission_id")["source_file"]
    assert {rows[number]: text for number, _, text in texts_of(keeping)} == {
        "a_students.csv": "qqfirst",
        "b_students.csv": "qqsecond",
    }


def test_masked_and_left_out_are_counted(keeping: Project) -> None:
    keeping.prepare_forms(
        form(t1="a@b.org or c@d.org"), form(code_1="8", t1="House 5, Street 2"), form(code_1="9")
        | {"t1": "no"}
    )  # fmt: skip
    path = keeping.study().processed_folder / "prepared.json"
    assert json.loads(path.read_text())["texts"] == {
        "kept": 2,
        "masked": {"e-mail": 2},
        "left_out": {"address": 1},
    }


def test_many_telephones_in_texts_do_not_refuse_the_file_and_names_do(keeping: Project) -> None:
    rows = [form(code_1=str(n), t1=f"0300 123456{n}") for n in range(5)]
    assert len(keeping.prepare_forms(*rows).submissions) == 5
    assert {text for _, _, text in texts_of(keeping)} == {"[telephone]"}
    names = ("Aisha Khan", "Bilal Raza", "Saad Ullah", "Zara Omar")
    rows = [form(code_1=str(n), t1=name) for n, name in enumerate(names)]
    keeping.write(rows)
    assert CliRunner().invoke(app, ["check", "small"]).exit_code != 0
    with pytest.raises(Exception, match="cells that look like name"):
        keeping.prepare()


def test_the_evaluator_gets_a_list(keeping: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping.prepare_forms(form(t1=TOLD), form(code_1="8", t1="=qq(1) a@b.org"))
    monkeypatch.chdir(keeping.root)
    done = CliRunner().invoke(app, ["texts", "small"])
    assert done.exit_code == 0
    assert "2 texts in" in done.output
    assert "Masked: e-mail 1" in done.output
    assert "qq" not in done.output
    path = keeping.study().processed_folder / "texts.csv"
    table = pd.read_csv(path)
    assert table["text"].tolist() == [TOLD, "'=qq(1) [e-mail]"]
    assert list(table.columns) == ["submission_id", "audience", "wave", "item_id", "text"]
    keeping.prepare()
    assert not path.exists(), "an old list does not outlive a preparation"


def test_without_texts_the_command_says_what_to_do(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.prepare_forms(form())
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(app, ["texts", "small"])
    assert done.exit_code == 1
    assert isinstance(done.exception, NotPreparedError)


def test_a_withdrawal_erases_them(keeping: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping.further = 'withdrawals = "withdrawn.csv"'
    header = "school_id,audience,code_1,code_2\n"
    (keeping.raw / "withdrawn.csv").write_text(header)
    keeping.prepare_forms(form(t1=TOLD), form(code_1="8", t1="stays"))
    monkeypatch.chdir(keeping.root)
    assert CliRunner().invoke(app, ["texts", "small"]).exit_code == 0
    assert TOLD in everything_written(keeping.root)
    (keeping.raw / "withdrawn.csv").write_text(header + "north,student,7,ab\n")
    keeping.prepare()
    assert [text for _, _, text in texts_of(keeping)] == ["stays"]
    assert "qqword" not in everything_written(keeping.root)


def test_taking_keep_away_erases_them(keeping: Project) -> None:
    keeping.prepare_forms(form(t1=TOLD))
    assert TOLD in everything_written(keeping.root)
    keeping.codebook = codebook(own_words(keep=""))
    keeping.prepare()
    assert "qqword" not in everything_written(keeping.root)
    assert load_tables(keeping.study()).submissions["t1"].isna().all()


@pytest.mark.parametrize("column", ["t1", "heading", "group/heading", "In your own words"])
def test_a_safeguarding_question_cannot_be_kept(keeping: Project, column: str) -> None:
    recipient = make_key(keeping.root.parent / f"{keeping.root.name}.key", root=keeping.root)
    if column != "t1":
        keeping.source = keeping.source.replace(
            "duplicates", 'item_columns = { t1 = "heading" }\nduplicates'
        )
    keeping.source += f'[[safeguarding]]\ncolumns = ["{column}"]\nrecipient = "{recipient}"\n'
    with pytest.raises(StudyError, match="is not kept as text"):
        keeping.study()


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (own_words(keep="no"), 'is "yes" or empty'),
        ("t1,student,,Own,note,,,,,,,yes", "only an item of type text is kept as text"),
        ("t1,student,knowledge,Own,text,,,,,,,yes", "a text is not scored"),
    ],
)
def test_mistakes_in_the_codebook(project: Project, row: str, rule: str) -> None:
    project.codebook = codebook(row)
    with pytest.raises(StudyError, match=rule):
        project.study()
