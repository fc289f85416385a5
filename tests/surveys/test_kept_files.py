"""Files that have not changed are not opened, and nothing comes out differently for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from canaries import LAYOUTS, decoded, found_in, plant
from survey_project import SOURCE, Project, form

from impact_eval.errors import SurveyFileError
from impact_eval.surveys import load_tables, prepare, read_file
from impact_eval.surveys.basis import Basis
from impact_eval.surveys.kept_files import KeptFiles
from impact_eval.surveys.privacy.safe import make_key
from impact_eval.surveys.read import read_sources
from impact_eval.surveys.tables import TABLES
from impact_eval.vocabulary import Layout

TOLD = "424242"
OTHER = "535353"
WITHDRAWS = """
[[sources.consents]]
column = "still"
accepted = ["yes"]
when = "after"
withdraws = true
"""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the survey files that are opened, as they are."""
    names: list[str] = []
    really = read_file.open_file

    def listen(path: Path, *, file: str, **further: object) -> object:
        names.append(file)
        return really(path, file=file, **further)  # type: ignore[arg-type]

    monkeypatch.setattr(read_file, "open_file", listen)
    return names


@pytest.fixture
def three(project: Project) -> Project:
    """Files of three schools, prepared; with a duplicate, an unknown school and a bad answer."""
    project.further = 'withdrawals = "withdrawn.csv"'
    withdraw(project)
    project.write([form(), form(wave="after", n1=TOLD)], name="1_students.csv")
    project.write(
        [form(school="south", code_1="8"), form(school="south", code_1="9", consent="no", c1="3")],
        name="2_students.csv",
    )
    project.write(
        [
            form(school="Est Hill School", c1="77"),
            form(school="qqnowhere"),
            form(school="east", wave="after", n1=OTHER),
            form(school="east", wave="after", n1=OTHER, today=""),
        ],
        name="3_students.csv",
    )
    project.prepare()
    return project


def withdraw(project: Project, *codes: str) -> None:
    lines = "".join(f"north,student,{code},ab\n" for code in codes)
    (project.raw / "withdrawn.csv").write_text("school_id,audience,code_1,code_2\n" + lines)


def everything(project: Project) -> dict[str, object]:
    """All that preparing left behind but when it was, and what was read for it."""
    study = project.study()
    folder, tables = study.processed_folder, load_tables(study)
    prepared = json.loads((folder / "prepared.json").read_text())
    for name in ("prepared_at", "files_read", "files_unchanged"):
        del prepared[name]
    written = {name: (folder / name).read_text() for name in ("school_names.csv",)}
    return {name: getattr(tables, name) for name in TABLES} | written | prepared


def assert_as_if_read_anew(project: Project) -> None:
    warm = everything(project)
    prepare(project.study(), again=True)
    cold = everything(project)
    assert list(warm) == list(cold)
    for name, before in cold.items():
        if isinstance(before, pd.DataFrame):
            pd.testing.assert_frame_equal(warm[name], before, check_exact=True)
        else:
            assert warm[name] == before, name


def kept(project: Project) -> dict[str, str]:
    """All texts of the kept files, by name."""
    folder = project.study().processed_folder / "read"
    return {
        path.relative_to(folder).as_posix(): "\n".join(decoded(path.name, path.read_bytes()))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def holds(text: str, number: str) -> bool:
    """Whether a number stands in decoded Parquet as a float."""
    return f"{number}.0" in text


def arrives(project: Project) -> None:
    project.write([form(school="east", code_1="4")], name="4_students.csv")


def changes(project: Project) -> None:
    project.write([form(), form(wave="after", k1="c", code_1="5")], name="2_students.csv")


def is_removed(project: Project) -> None:
    (project.raw / "2_students.csv").unlink()


def cannot_be_read(project: Project) -> None:
    project.write_bytes(b"a;b\n1;2\n", name="2_students.csv")


def person_withdraws(project: Project) -> None:
    withdraw(project, "7")


def roster_has_an_alias(project: Project) -> None:
    project.roster = project.roster.replace("t2,\neast", "t2,qqnowhere\neast")


def key_is_another(project: Project) -> None:
    project.study().key_file.write_text("ab" * 32 + "\n")


def nothing_changes(project: Project) -> None:
    del project


ALL = ["1_students.csv", "2_students.csv", "3_students.csv"]


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (nothing_changes, []),
        (arrives, ["4_students.csv"]),
        (changes, ["2_students.csv"]),
        (is_removed, []),
        (cannot_be_read, ["2_students.csv"]),
        (person_withdraws, ALL),
        (roster_has_an_alias, ALL),
        (key_is_another, ALL),
    ],
)
def test_only_what_changed_is_opened_and_all_is_as_if_read_anew(
    three: Project, opened: list[str], happens: Callable[[Project], None], expected: list[str]
) -> None:
    happens(three)
    three.prepare()
    assert opened == expected
    prepared = json.loads((three.study().processed_folder / "prepared.json").read_text())
    assert prepared["files_read"] == expected
    names = {path.name for path in three.raw.glob("*students.csv")}
    assert {*prepared["files_read"], *prepared["files_unchanged"]} == names
    assert_as_if_read_anew(three)


def test_refused_file_is_read_every_time(three: Project, opened: list[str]) -> None:
    cannot_be_read(three)
    three.prepare()
    three.prepare()
    assert opened == ["2_students.csv", "2_students.csv"]
    assert list(kept(three)) == ["1_students.csv.parquet", "3_students.csv.parquet"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout(project: Project, opened: list[str], layout: Layout) -> None:
    plant(project, layout)
    project.prepare()
    assert len(opened) == 1
    project.prepare()
    assert len(opened) == 1
    assert_as_if_read_anew(project)
    (text,) = kept(project).values()
    assert found_in(text) == []


def test_nothing_typed_to_say_who_one_is_is_left_after_reading(project: Project) -> None:
    project.source = project.source.replace(
        "[sources.columns]", '[sources.columns]\ndevice = "dev"\ninterviewer = "who"'
    )
    typed = {"code_1": "qqcode", "_uuid": "qqform", "dev": "qqdevice", "who": "qqname"}
    project.write([form(**typed), form(**typed | {"code_2": ""})])
    basis = Basis.of(project.study())
    kept_now = KeptFiles.of(project.study(), basis.tokens)
    read = read_sources(basis, kept=kept_now, hand_on=len, progress=None)
    assert len(read.read.forms) == 2
    forms = read.read.forms.without(["source_file"])
    assert "qq" not in forms.frame().to_csv()
    assert "qq" not in repr(forms.text)  # nor among texts that stand in no row


def test_labels_that_are_like_no_school_are_not_kept(three: Project) -> None:
    text = kept(three)["3_students.csv.parquet"]
    assert "Est Hill School" in text
    assert "qqnowhere" not in text


def test_a_damaged_kept_file_is_read_again(three: Project, opened: list[str]) -> None:
    path = three.study().processed_folder / "read" / "1_students.csv.parquet"
    path.write_bytes(path.read_bytes()[:200])
    three.prepare()
    assert opened == ["1_students.csv"]
    assert_as_if_read_anew(three)


def test_kept_file_of_another_name_does_not_count(three: Project, opened: list[str]) -> None:
    folder = three.study().processed_folder / "read"
    (folder / "1_students.csv.parquet").replace(folder / "3_students.csv.parquet")
    three.prepare()
    assert opened == ["1_students.csv", "3_students.csv"]


def test_code_of_the_package_counts(
    three: Project, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("impact_eval.surveys.kept_files.code_digest", lambda: "newer")
    three.prepare()
    assert opened == ALL


def test_nothing_is_kept_of_who_did_not_consent(three: Project) -> None:
    three.write([form(wave="after", n1=TOLD, consent="no")], name="2_students.csv")
    three.write([form(wave="after", n1=OTHER)], name="1_students.csv")
    three.prepare()
    files = kept(three)
    assert not holds(files["2_students.csv.parquet"], TOLD)
    assert holds(files["1_students.csv.parquet"], OTHER), "the ear hears what is kept"
    assert "2024" not in files["2_students.csv.parquet"].split("mark")[0]


def test_who_withdraws_does_not_live_on(three: Project) -> None:
    assert holds(kept(three)["1_students.csv.parquet"], TOLD)
    withdraw(three, "7")
    three.prepare()
    assert not any(holds(text, TOLD) for text in kept(three).values())
    assert holds(kept(three)["3_students.csv.parquet"], OTHER)


def test_list_that_cannot_be_relied_on_is_no_reason_to_read(three: Project) -> None:
    (three.raw / "withdrawn.csv").write_text("school_id,audience,code_1,code_2\nnorth,,7,ab\n")
    with pytest.raises(SurveyFileError, match="a withdrawal names"):
        three.prepare()


@pytest.fixture
def refusing(project: Project) -> Project:
    """A person whose form stands in one file and whose later refusal stands in another."""
    project.source = SOURCE.replace('consent = "consent"\n', "").replace(
        'consent_values = ["yes"]\n', ""
    )
    project.source += WITHDRAWS
    project.write([form(wave="after", n1=TOLD, still="")], name="1_students.csv")
    project.write([form(code_1="8", still="")], name="2_students.csv")
    project.prepare()
    return project


def test_refusal_in_a_later_file_reaches_into_a_kept_one(
    refusing: Project, opened: list[str]
) -> None:
    assert holds(kept(refusing)["1_students.csv.parquet"], TOLD)
    refusing.write([form(wave="later", still="no")], name="3_students.csv")
    refusing.prepare()
    assert opened == ["3_students.csv"]
    assert not holds(kept(refusing)["1_students.csv.parquet"], TOLD)
    assert load_tables(refusing.study()).counts["fate"].tolist().count("withdrawn") == 1
    refusing.prepare()
    assert opened == ["3_students.csv"]
    assert_as_if_read_anew(refusing)


@pytest.mark.parametrize("still", ["yes", None])
def test_refusal_that_is_taken_back(refusing: Project, opened: list[str], still: str) -> None:
    refusing.write([form(wave="later", still="no")], name="3_students.csv")
    refusing.prepare()
    if still is None:
        (refusing.raw / "3_students.csv").unlink()
    else:
        refusing.write([form(wave="later", still=still)], name="3_students.csv")
    opened.clear()
    refusing.prepare()
    assert opened == [*([] if still is None else ["3_students.csv"]), "1_students.csv"]
    assert "withdrawn" not in load_tables(refusing.study()).counts["fate"].tolist()
    assert_as_if_read_anew(refusing)


@pytest.fixture
def telling(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two files with an answer for the safeguarding lead in one of them."""
    recipient = make_key(tmp_path_factory.mktemp("lead") / "lead.key", root=project.root)
    project.source += f'[[safeguarding]]\ncolumns = ["remarks"]\nrecipient = "{recipient}"\n'
    project.write([form(remarks="qqtold")], name="1_students.csv")
    project.write([form(code_1="8", remarks="")], name="2_students.csv")
    return project


def test_disclosures_are_counted_without_being_read_again(
    telling: Project, opened: list[str]
) -> None:
    telling.prepare()
    telling.write([form(code_1="9", remarks="qqtold too")], name="3_students.csv")
    privacy = telling.prepare().privacy
    assert opened == ["1_students.csv", "2_students.csv", "3_students.csv"]
    assert privacy.loc[privacy["measure"] == "disclosures", "number"].tolist() == [2]
    assert len(list(telling.study().safeguarding_folder.glob("*.age"))) == 2
    assert_as_if_read_anew(telling)


def test_nothing_is_kept_before_disclosures_are_handed_on(
    telling: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **named: object) -> None:
        del given, named
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(sys.modules["impact_eval.surveys.prepare"], "hand_on_disclosures", fail)
        with pytest.raises(OSError):  # noqa: PT011
            telling.prepare()
    assert kept(telling) == {}


def test_disclosures_are_handed_on_again_if_nobody_knows_that_they_were(
    telling: Project, opened: list[str]
) -> None:
    telling.prepare()
    (telling.study().safeguarding_folder / "routed.json").unlink()
    opened.clear()
    telling.prepare()
    assert opened == ["1_students.csv"]
    assert len(list(telling.study().safeguarding_folder.glob("*.age"))) == 2
