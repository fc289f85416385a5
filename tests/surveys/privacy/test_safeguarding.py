"""Answers to safeguarding questions: encrypted to the lead, and nowhere else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from canaries import everything_written
from survey_project import CODEBOOK, SOURCE, Project, fates, form
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.disclosure import release
from impact_eval.errors import StudyError, SurveyFileError
from impact_eval.findings import compute_findings
from impact_eval.surveys.privacy.safe import SafeguardingError, make_key, open_disclosures
from impact_eval.tables import protection_table

ASKED = """
[[safeguarding]]
columns = ["remarks"]
recipient = "{recipient}"
"""
TOLD = "qqtold: he hits me"


@pytest.fixture
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lead") / "lead.key"


@pytest.fixture
def asking(project: Project, key: Path) -> Project:
    """A project that asks for remarks, with a lead."""
    project.source = SOURCE + ASKED.format(recipient=make_key(key, root=project.root))
    return project


def opened(project: Project, key: Path) -> list[dict[str, str]]:
    """All disclosures of all files, in order."""
    files = sorted(project.study().safeguarding_folder.glob("*.age"), key=lambda one: one.stem)
    return [one for path in files for one in open_disclosures(path, key=key)["disclosures"]]


def test_text_goes_to_the_lead_and_nowhere_else(asking: Project, key: Path) -> None:
    tables = asking.prepare_forms(
        form(remarks=""), form(code_1="8", wave="after", remarks=f" {TOLD} ")
    )
    assert opened(asking, key) == [
        {
            "audience": "student",
            "file": "students.csv",
            "row": 3,
            "column": "O",
            "question": "remarks",
            "school": "north",
            "wave": "after",
            "code": "8 | ab",
            "text": TOLD,
        }
    ]
    assert fates(tables) == {("used", ""): 2}
    assert "qqtold" not in everything_written(asking.root)


def test_files_are_for_their_owner_only(asking: Project) -> None:
    asking.prepare_forms(form(remarks=TOLD))
    folder = asking.study().safeguarding_folder
    (path,) = folder.glob("*.age")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_without_consent_and_withdrawn_are_handed_on(asking: Project, key: Path) -> None:
    tables = asking.prepare_forms(form(consent="no", remarks=TOLD), form(code_1="", remarks=TOLD))
    assert [one["row"] for one in opened(asking, key)] == [2, 3]
    assert fates(tables)["no_consent", "no_consent"] == 1


def test_nothing_is_handed_on_twice(asking: Project, key: Path) -> None:
    asking.prepare_forms(form(remarks=TOLD))
    asking.prepare()
    asking.prepare_forms(form(code_1="9", remarks="more"), form(remarks=TOLD))
    assert [one["text"] for one in opened(asking, key)] == [TOLD, "more"]


def test_file_that_is_refused_is_searched_all_the_same(asking: Project, key: Path) -> None:
    row = form(remarks=TOLD)
    row["qq"] = row.pop("k1")
    with pytest.raises(SurveyFileError):
        asking.prepare_forms(row)
    assert [one["text"] for one in opened(asking, key)] == [TOLD]


def test_question_that_stands_in_no_file(asking: Project) -> None:
    tables = asking.prepare_forms(form())
    (fault,) = tables.faults
    assert fault.place == "safeguarding[1].columns"
    assert "stands in a file" in fault.rule


def test_declared_answers_of_an_item(asking: Project, key: Path) -> None:
    asking.source = asking.source.replace('["remarks"]', '["n1"]\nwhen = ["1"]')
    tables = asking.prepare_forms(
        form(wave="after", n1="1"), form(wave="after", code_1="9", n1="0")
    )
    assert [one["text"] for one in opened(asking, key)] == ["1"]
    assert tables.submissions["n1"].isna().all()
    assert tables.item_counts[tables.item_counts["item_id"] == "n1"].empty


def test_behind_groups_and_side_by_side(asking: Project, key: Path) -> None:
    rows = [{f"end/{name}" if name == "remarks" else name: text for name, text in row.items()}
            for row in [form(remarks=TOLD)]]  # fmt: skip
    asking.prepare_forms(*rows)
    assert [one["text"] for one in opened(asking, key)] == [TOLD]


def test_side_by_side(asking: Project, key: Path) -> None:
    wide = SOURCE.replace('layout = "kobo"', 'layout = "wide"')
    wide = wide.replace(
        'wave = { column = "wave", values = { before = "pre", after = "post", '
        'later = "follow_up" } }',
        'wave_columns = { pre = "pre_{item}", post = "post_{item}" }',
    )
    asking.source = wide + asking.source.removeprefix(SOURCE)
    items = [line.split(",")[0] for line in CODEBOOK.splitlines()[1:]]
    row = {name: text for name, text in form().items() if name not in (*items, "wave")}
    row |= {f"{wave}_{item}": "1" for wave in ("pre", "post") for item in items}
    asking.prepare_forms(row | {"pre_remarks": "", "post_remarks": TOLD})
    assert [(one["wave"], one["text"]) for one in opened(asking, key)] == [("post", TOLD)]


def test_two_leads_get_a_file_each(asking: Project, key: Path, tmp_path_factory) -> None:
    other = tmp_path_factory.mktemp("other") / "other.key"
    second = ASKED.format(recipient=make_key(other, root=asking.root)).replace("remarks", "worries")
    asking.source += second
    asking.prepare_forms(form(remarks=TOLD, worries="qqworry"))
    first, last = sorted(asking.study().safeguarding_folder.glob("*.age"), key=lambda one: one.stem)
    assert open_disclosures(first, key=key)["disclosures"][0]["text"] == TOLD
    assert open_disclosures(last, key=other)["disclosures"][0]["text"] == "qqworry"
    with pytest.raises(SafeguardingError, match="cannot be opened with this key"):
        open_disclosures(last, key=key)


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (('recipient = "age1', 'recipient = "age2'), "safeguarding[1].recipient"),
        (("recipient = ", "# recipient = "), "safeguarding[1].recipient"),
        (('["remarks"]', '["k1"]'), "safeguarding[1].columns"),
        (('["remarks"]', '["remarks"]\naudience = "nobody"'), "safeguarding[1].audience"),
        (('["remarks"]', "[]"), "safeguarding[1].columns"),
    ],
)
def test_study_is_refused(asking: Project, edit: tuple[str, str], place: str) -> None:
    asking.source = asking.source.replace(*edit)
    with pytest.raises(StudyError) as caught:
        asking.study()
    assert [fault.place.split(", ")[-1] for fault in caught.value.faults] == [place]


def test_key_is_refused_inside_a_project(asking: Project, key: Path) -> None:
    asking.study()
    for place in (asking.root / "lead.key", asking.root / "a" / ".." / "studies" / "x.key"):
        with pytest.raises(SafeguardingError, match="must not lie inside a project"):
            make_key(place)
        assert not place.exists()
    with pytest.raises(SafeguardingError, match="such a file already"):
        make_key(key, root=asking.root)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_commands(
    asking: Project, key: Path, tmp_path_factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.prepare_forms(form(remarks=TOLD))
    monkeypatch.chdir(asking.root)
    run = CliRunner().invoke
    (path,) = asking.study().safeguarding_folder.glob("*.age")
    done = run(app, ["safeguarding", "open", str(path), "--key", str(key)])
    assert done.exit_code == 0
    assert "students.csv, row 2, column O (remarks)\n  school: north\n" in done.output
    assert TOLD in done.output
    new = tmp_path_factory.mktemp("new") / "new.key"
    done = run(app, ["safeguarding", "key", str(new)])
    assert done.exit_code == 0
    assert 'recipient = "age1' in done.output
    assert "AGE-SECRET" not in done.output
    assert run(app, ["safeguarding", "key", "lead.key"]).exit_code == 1


@pytest.mark.parametrize(("number", "shown"), [(3, "fewer than"), (12, ">12<")])
def test_report_says_how_many(asking: Project, number: int, shown: str) -> None:
    tables = asking.prepare_forms(*(form(code_1=str(at), remarks=TOLD) for at in range(number)))
    study = asking.study()
    findings = compute_findings(study, tables, quantities=("disclosures", "identifying_columns"))
    table = protection_table(release(findings, study.facts(tables.schools)))
    (row,) = table.rows
    assert row.label == "Answers handed to the safeguarding lead"
    assert shown in row.cells["number"]
    assert (str(number) in row.cells["number"]) == (number > 10)
