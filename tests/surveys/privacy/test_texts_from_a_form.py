"""A text that the survey form's own scoring columns keep: from the file to its table, whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from canaries import decoded, everything_written
from form_sheets import write_sheets
from survey_project import FORM, Project
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import StudyError
from impact_eval.runs import run_study
from impact_eval.surveys import load_tables
from impact_eval.surveys.privacy.texts import load_texts

ROOT = Path(__file__).parents[3]
LABEL = "What will you do differently?"
SURVEY = [
    ["type", "name", "label::English (en)", "label::Urdu (ur)"],
    *([kind, name, f"{name}?", f"{name}؟"] for name, kind in (
        ("k1", "text"), ("k2", "text"), ("k3", "integer"),
        ("c1", "integer"), ("c2", "integer"), ("c3", "integer"),
    )),
    ["text", "kept", LABEL, "آپ کیا کریں گے؟"],
    ["text", "counted", "Anything else?", "اور کچھ؟"],
]  # fmt: skip
SCORING = [
    ["name", "outcome", "short_label", "item_type", "minimum", "maximum", "correct", "keep"],
    ["k1", "knowledge", "One", "choice", "", "", "b", ""],
    ["k2", "knowledge", "Two", "choice", "", "", "a", ""],
    ["k3", "knowledge", "Three", "choice", "", "", "2", ""],
    *([name, "confidence", name, "rating", 1, 5, "", ""] for name in ("c1", "c2", "c3")),
    ["kept", "", "What they will do", "text", "", "", "", "yes"],
    ["counted", "", "Anything else", "text", "", "", "", ""],
]
HEADER = "item_id,audience,outcome,label,type,minimum,maximum,correct,reverse,missing_codes,waves"
NOTE = f"{HEADER}\nn1,student,,Seven,note,,,,,,post\n"
# five digits alone occur in digests by chance
NEVER = ("qqnever", "5550017", "42101-1", "4210112", "someone@example", "Zamanova")


def with_form(project: Project, *, scoring: list[list[object]] = SCORING) -> Project:
    content = {
        "survey": SURVEY,
        "choices": [["list_name", "name"]],
        "settings": [["form_id", "default_language"], ["f", "English (en)"]],
        "scoring": scoring,
    }
    write_sheets(content, project.root / "studies" / "small" / "form.xlsx")
    project.further = '\n[[instruments]]\nfile = "form.xlsx"\naudience = "student"\n'
    project.codebook = NOTE
    return project


def forms(*, heading: str) -> list[dict[str, str]]:
    """Forms of every fate, each with a canary in what must not be kept."""
    told = [
        ({}, "qqkept one", "qqnever counted"),
        ({"code_1": "8"}, "qqkept two, ring +92 300 5550017 or someone@example.org", "qqnever"),
        ({"code_1": "9"}, "House 5, Qqnever Street", ""),
        ({"code_1": "10", "consent": "no"}, "qqnever agreed", "qqnever"),
        ({"code_1": "11", "school": "nowhere"}, "qqnever aside", "qqnever"),
        ({"code_1": "12", "wave": "qqnever"}, "qqnever in a wave", ""),
        ({"code_1": "13"}, "42101-1234567-1", ""),
        ({"code_1": "14"}, "  ", ""),
        ({"code_1": "15", "wave": "after"}, "qqkept three", ""),
    ]  # fmt: skip
    private = {"full_name": "Qqnever Zamanova", "mobile": "+92 300 5550017", "remarks": "qqnever"}
    return [
        {**FORM, **changed, heading: kept, "counted": counted, **private}
        for changed, kept, counted in told
    ]


@pytest.mark.parametrize("heading", ["kept", LABEL, "آپ کیا کریں گے؟"])
def test_from_the_form_to_the_table(
    project: Project, monkeypatch: pytest.MonkeyPatch, heading: str
) -> None:
    with_form(project).write(forms(heading=heading))
    reports = '\n[[reports]]\nid = "data_quality"\nnotebook = "data_quality"\ntitle = "Quality"\n'
    project.edits = [("[plan]", f"{reports}\n[plan]")]
    study = project.study()
    monkeypatch.chdir(project.root)
    said = [CliRunner().invoke(app, [word, "small"]) for word in ("check", "prepare", "texts")]
    assert [done.exit_code for done in said] == [0, 0, 0], said[-1].output
    shutil.copytree(ROOT / "notebooks", project.root / "notebooks")
    assert [page.failure for page in run_study(study, workers=1).failed] == []

    texts = load_texts(study)
    assert set(texts["item_id"]) == {"kept"}
    assert texts["text"].tolist() == [
        "qqkept one",
        "qqkept two, ring [telephone] or [e-mail]",
        "[identity number]",
        "qqkept three",
    ]
    table, export = (study.processed_folder / name for name in ("texts.parquet", "texts.csv"))
    assert pd.read_csv(export)["wave"].tolist() == ["pre", "pre", "pre", "post"]
    tables = load_tables(study)
    assert tables.submissions[["kept", "counted"]].isna().all(axis=None)
    counted = tables.item_counts.set_index(["item_id", "wave"]).loc[("kept", "pre")]
    assert (counted["answered"], counted["blank"]) == (4, 1)

    for path in (table, export):
        heard = "\n".join(decoded(path.name, path.read_bytes()))
        assert not [one for one in NEVER if one.lower() in heard.lower()]
        path.unlink()
    everything = (everything_written(project.root) + "".join(done.output for done in said)).lower()
    assert not [one for one in (*NEVER, "qqkept") if one.lower() in everything]


def test_only_a_text_can_be_kept(project: Project) -> None:
    wrong = [list(row) for row in SCORING]
    wrong[1][-1] = "yes"
    with pytest.raises(StudyError) as caught:
        with_form(project, scoring=wrong).study()
    (fault,) = caught.value.faults
    assert (fault.file, fault.rule) == ("form.xlsx", "only an item of type text is kept as text")
    assert fault.place == "sheet scoring, row 2, column keep"
