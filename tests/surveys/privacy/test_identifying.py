"""Columns that tell who people are: found, named by their letters, refused as items."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from survey_project import SOURCE, Project, form
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import StudyError, SurveyFileError
from impact_eval.surveys.encoded import distinct
from impact_eval.surveys.privacy.content_kinds import content_kind
from impact_eval.surveys.privacy.heading_kinds import heading_kind
from impact_eval.surveys.privacy.identity_numbers import is_cnic, is_iin

TELEPHONES = ["+92 300 1234567", "0300-1234568", "03001234569", "+7 (701) 234-56-78"]
NAMES = ["Aisha Khan", "Bilal A. Raza", "Айгуль Серикова", "Zh. Omarova", "Saad Ullah-Khan"]


@pytest.mark.parametrize("text", ["050615601238", "881224400772", "970131350189"])
def test_check_digit_of_a_kazakh_number(text: str) -> None:
    assert is_iin(text)
    for digit in "0123456789":
        assert is_iin(text[:-1] + digit) == (digit == text[-1])


@pytest.mark.parametrize("text", ["", "12345", "951331350189", "970131950189", "٩٧٠١٣١٣٥٠١٨٩"])
def test_no_kazakh_number(text: str) -> None:
    assert not is_iin(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("42101-1234567-1", True),
        ("42101 1234567 1", True),
        ("02101-1234567-1", False),
        ("4210-11234567-1", False),
        ("1709285400123", False),
    ],
)
def test_pakistani_numbers(text: str, found: bool) -> None:
    assert is_cnic(text) is found


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (TELEPHONES, "telephone"),
        (["a@b.org", "x.y@mail.kz", "", "ü@b.de"], "e-mail"),
        (["42101-1234567-1", "42101-1234567-2", "61101-1234567-3"], "identity number"),
        (["970131350189", "050615601238", "881224400772"], "identity number"),
        (["24.8607 67.0011 0 4.5", "51.1605,71.4704", "43.238 76.945"], "coordinates"),
        (["House 5, Street 2", "flat 12", "ул. Абая, 7", "17 Mall Road"], "address"),
        (NAMES, "name"),
        (["Very Often", "Not Often"] * 10, None),
        (["2024-03-01", "2024-03-02", "2024-03-03"], None),
        (["2024-03-01 09:30:00"] * 4, None),
        (["1709285400", "1709285401", "1709285402"], None),
        (["123456789012", "123456789013", "123456789014"], None),
        (["0.8333", "0.16667", "1.5", "7"], None),
        (["a long text of a child who wrote it"] * 5, None),
        (["uuid:0f3a-7b", "uuid:0f3a-7c", "uuid:0f3a-7d"], None),
        (TELEPHONES[:2], None),
        ([*TELEPHONES[:3], *["yes"] * 60], None),
        (["", "", ""], None),
    ],
)
def test_kind_of_cells(cells: list[str], kind: str | None) -> None:
    assert content_kind(distinct(pd.Series(cells, dtype="str"))) == kind


def test_cells_far_down_are_seen() -> None:
    cells = [""] * 40_000 + [f"0300{number:07d}" for number in range(20_000)]
    assert content_kind(distinct(pd.Series(cells, dtype="str"))) == "telephone"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("What is your full name?", "name"),
        ("student/first_name", "name"),
        ("Фамилия, имя", "name"),
        ("Аты-жөні", "name"),
        ("والد کا نام", "name"),
        ("_submitted_by", "name"),
        ("guardianMobile", "telephone"),
        ("Номер телефона", "telephone"),
        ("موبائل نمبر", "telephone"),
        ("E-mail", "e-mail"),
        ("Электронная почта", "e-mail"),
        ("CNIC", "identity number"),
        ("ЖСН", "identity number"),
        ("شناختی کارڈ نمبر", "identity number"),
        ("_gps_latitude", "coordinates"),
        ("Мекенжайы / мекенжай", "address"),
        ("گھر کا پتہ", "address"),
        ("date_of_birth", "date of birth"),
        ("School name", None),
        ("Название школы", None),
        ("k01", None),
        ("latest_score", None),
        ("renamed", None),
    ],
)
def test_kind_of_heading(heading: str, kind: str | None) -> None:
    assert heading_kind(heading) == kind


def people() -> list[dict[str, str]]:
    return [
        form(code_1=str(number), contact=telephone, whose=name)
        for number, (telephone, name) in enumerate(zip(TELEPHONES, NAMES, strict=False))
    ]


def test_columns_that_are_not_read_are_named_by_letters(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.prepare_forms(*people())
    prepared = json.loads((project.study().processed_folder / "prepared.json").read_text())
    named = [
        (one["column"], one["kind"], one["heading"]) for one in prepared["identifying_columns"]
    ]
    assert named == [("O", "telephone", ""), ("P", "name", "")]
    monkeypatch.chdir(project.root)
    said = CliRunner().invoke(app, ["check", "small"]).output
    assert "Not read: students.csv, column O: looks like telephone, by cells" in said
    assert "contact" not in said
    assert "whose" not in said


def test_item_that_holds_telephones_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row | {"n1": row.pop("contact")} for row in people()]
    with pytest.raises(SurveyFileError) as caught:
        project.prepare_forms(*rows)
    (fault,) = caught.value.faults
    assert (fault.file, fault.place) == ("students.csv", "column N")
    assert "telephone" in fault.found
    assert "`allow_identifying` of its source" in fault.remedy
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(app, ["check", "small"])
    assert done.exit_code == 1
    assert "column N" in done.stderr


def test_item_that_is_allowed(project: Project) -> None:
    rows = [row | {"n1": row.pop("contact")} for row in people()]
    allowed = 'allow_identifying = { n1 = "numbers of a game" }'
    project.source = SOURCE.replace("duplicates", f"{allowed}\nduplicates")
    tables = project.prepare_forms(*rows)
    assert len(tables.submissions) == len(rows)
    assert tables.submissions["n1"].isna().all()


def test_only_the_named_column_is_allowed(project: Project) -> None:
    allowed = 'allow_identifying = { n1 = "numbers of a game" }'
    project.source = SOURCE.replace("duplicates", f"{allowed}\nduplicates")
    rows = [row | {"n1": row["contact"], "c1": row["contact"]} for row in people()]
    with pytest.raises(SurveyFileError) as caught:
        project.prepare_forms(*rows)
    assert [fault.place for fault in caught.value.faults] == ["column K"]


@pytest.mark.parametrize(
    ("declared", "rule"),
    [
        ("true", "names the columns that are allowed, each with the reason"),
        ('["n1"]', "must be a table"),
        ('{ n1 = "" }', "must not be empty"),
        ('{ contact = "a game" }', "must be the heading of a question that is read"),
    ],
)
def test_columns_are_allowed_by_name_and_with_a_reason(
    project: Project, declared: str, rule: str
) -> None:
    line = f"allow_identifying = {declared}"
    project.source = SOURCE.replace("duplicates", f"{line}\nduplicates")
    with pytest.raises(StudyError, match=rule) as caught:
        project.study()
    assert "sources[1].allow_identifying" in str(caught.value)


def test_codes_that_look_like_numbers_are_no_items(project: Project) -> None:
    rows = [form(code_1=telephone, code_2=telephone) for telephone in TELEPHONES]
    assert len(project.prepare_forms(*rows).submissions) == len(rows)
