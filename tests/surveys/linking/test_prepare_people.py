"""Duplicates, dates, schools, numbers and dyads on the way from files to tables."""

from itertools import pairwise

import pandas as pd
import pytest
from survey_project import CODEBOOK, SOURCE, Project, fates, form
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import StudyError
from impact_eval.surveys import load_tables
from impact_eval.surveys.linking.flags import flag_counts
from impact_eval.surveys.linking.school_names import FILE, open_names
from impact_eval.surveys.linking.summary import links_summary
from impact_eval.surveys.quality.callbacks import find_callbacks
from impact_eval.table_columns import DYADS, LINKS_SUMMARY


def kept_rows(project: Project, *forms: dict[str, str]) -> list[int]:
    return project.prepare_forms(*forms).submissions["source_row"].tolist()


def test_most_complete_form_counts_and_of_equals_the_last(project: Project) -> None:
    project.source = project.source.replace('"last"', '"most_complete"')
    poor, rich = form(k1="", c1=""), form(c3="")
    assert kept_rows(project, rich, rich, poor) == [3]


ATTENDANCE = "workshop_id,school_id,audience,held_on\nw1,north,student,2024-03-02\n"


@pytest.fixture
def with_workshop(project: Project) -> Project:
    project.further = 'attendance = "attendance.csv"'
    project.source = project.source.replace(
        'school = "school"', 'school = "school"\nworkshop = "w"'
    )
    project.edits = [('label = "after"', 'label = "after"\nsame_day = true')]
    (project.raw / "attendance.csv").write_text(ATTENDANCE)
    return project


@pytest.mark.parametrize("rule", ["first", "last", "most_complete"])
def test_form_whose_date_contradicts_its_wave_replaces_no_other(
    with_workshop: Project, rule: str
) -> None:
    with_workshop.source = with_workshop.source.replace('"last"', f'"{rule}"')
    day = {"w": "w1", "wave": "after"}
    late = form(**day, today="2024-04-10", _submission_time="2024-04-10T09:00:00")
    true = form(**day, today="2024-03-02", _submission_time="2024-03-02T09:00:00", k1="")
    early = form(**day, today="2024-03-01", _submission_time="2024-03-01T09:00:00")
    assert kept_rows(with_workshop, late, true, early) == [3]


@pytest.mark.parametrize(
    ("wave", "today", "flag"),
    [
        ("before", "2024-03-02", ""),
        ("before", "2024-03-03", "wave_contradicts_date"),
        ("after", "2024-03-02", ""),
        ("after", "2024-03-09", "wave_contradicts_date"),
        ("after", "2024-03-01", "before_workshop"),
        ("later", "2024-03-02", "wave_contradicts_date"),
        ("later", "2024-04-10", ""),
        ("later", "", ""),
    ],
)
def test_wave_is_held_against_the_day_of_the_workshop(
    with_workshop: Project, wave: str, today: str, flag: str
) -> None:
    tables = with_workshop.prepare_forms(form(w="w1", wave=wave, today=today))
    assert tables.submissions["flags"].tolist() == [flag]


@pytest.mark.parametrize(("others", "flag"), [(19, "wave_contradicts_date"), (8, "")])
def test_wave_is_held_against_the_other_forms_of_the_day(
    project: Project, others: int, flag: str
) -> None:
    crowd = [form(code_1=str(k)) for k in range(others)]
    tables = project.prepare_forms(form(wave="later", code_1="99"), *crowd)
    assert tables.submissions["flags"].tolist() == [flag, *[""] * others]


def test_answers_to_what_a_wave_does_not_ask_speak_against_the_wave(project: Project) -> None:
    of_one_wave = "k4,student,,Four,rating,1,5,,,98,post"
    project.codebook = CODEBOOK.replace("n1,student,,Seven,note,,,,,,post", of_one_wave)
    early, blank = form(k4="4"), form(code_1="8", k4="")
    late = form(wave="after", code_1="9", k4="4")
    project.prepare_forms(early, blank, late)
    study = project.study()
    tables = load_tables(study)
    assert tables.submissions["flags"].tolist() == ["answers_of_other_wave", "", ""]
    todo = find_callbacks(tables, study)
    lines = todo[todo["what"].str.contains("does not ask")]
    assert lines[["school_id", "forms"]].to_dict("list") == {"school_id": ["north"], "forms": [1]}


def test_people_in_two_workshops_are_shown(with_workshop: Project) -> None:
    (with_workshop.raw / "attendance.csv").write_text(ATTENDANCE + "w2,north,student,2024-03-02\n")
    tables = with_workshop.prepare_forms(
        form(w="w1"),
        form(w="w2", wave="after", today="2024-03-02"),
        form(w="w1", code_1="8"),
        form(w="w2", code_1="8"),
        form(w="w1", code_1="9"),
    )
    flags = tables.submissions.set_index("source_row")["flags"]
    assert flags.to_dict() == {2: "other_workshop", 3: "other_workshop", 5: "other_workshop", 6: ""}
    counts = flag_counts(tables)
    assert counts.to_dict("records") == [
        {"audience": "student", "school_id": "north", "flag": "other_workshop", "forms": 3}
    ]


def test_roll_numbers_have_one_spelling(project: Project) -> None:
    project.edits = [('link = "code"', 'link = "roster_id"')]
    project.source = project.source.replace(
        'code = ["code_1", "code_2"]', 'respondent = "code_1"'
    ).replace('duplicates = "last"', 'duplicates = "last"\nrespondent_prefixes = ["Roll No."]')
    spelled = ["R-07", " r 07", "Roll no. ۰۱۲", "12", "१२"]
    waves = ["before", "after", "before", "after", "later"]
    tables = project.prepare_forms(
        *(form(code_1=code, wave=wave) for code, wave in zip(spelled, waves, strict=True))
    )
    ids = tables.links["respondent_id"].tolist()
    assert [one == other for one, other in pairwise(ids)] == [True, False, True, True]
    assert tables.links["method"].unique().tolist() == ["roster"]
    assert tables.links_summary["linked_roster"].sum() == 4


def test_links_are_summed_up_by_school_and_waves(project: Project) -> None:
    tables = project.prepare_forms(
        form(),
        form(wave="after"),
        form(code_1="8"),
        form(school="south"),
        form(school="south", wave="later"),
    )
    summary = tables.links_summary
    assert summary.columns.tolist() == list(LINKS_SUMMARY)
    north = summary[summary["school_id"] == "north"].set_index("wave_to")
    assert north.loc["post", ["n_from", "n_to", "linked_exact"]].tolist() == [2, 1, 1]
    south = summary[(summary["school_id"] == "south") & (summary["wave_from"] == "pre")]
    assert dict(zip(south["wave_to"], south["linked_exact"], strict=True)) == {
        "follow_up": 1,
        "post": 0,
    }
    study = project.study()
    assert load_tables(study).links_summary.equals(summary)
    assert links_summary(tables, study).equals(summary)


def names(project: Project) -> pd.DataFrame:
    path = project.study().processed_folder / FILE
    return pd.read_csv(path, dtype={"label": "str"}, keep_default_na=False)


def checked(project: Project) -> str:
    """What `impact-eval check` says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.root)
        return CliRunner().invoke(app, ["check", "small"]).output


def test_unknown_names_are_proposed_and_resolved_only_when_decided(project: Project) -> None:
    forms = [
        form(school="Nort Lain Schol"),
        form(school="Nort Lain Schol", code_1="8"),
        form(school="canary 0300 1234567", code_1="9"),
    ]
    tables = project.prepare_forms(*forms)
    assert fates(tables) == {("quarantined", "unknown_school"): 3}
    table = names(project)
    assert table["label"].tolist() == ["Nort Lain Schol", ""]
    assert table["school_id"].tolist() == ["north", ""]
    assert table["rows"].tolist() == ["students.csv: 2, 3", "students.csv: 4"]
    assert table["decision"].tolist() == ["", ""]
    assert open_names(project.study()) == (1, 2)
    assert "wait for a decision: 1, in rows: 2." in checked(project)

    decided = project.root / "studies" / "small" / FILE
    decided.write_text("label,school_id\nNORT lain  schol,north\n", encoding="utf-8")
    assert open_names(project.study()) == (0, 0)
    assert "wait" not in checked(project)
    tables = project.prepare()
    assert fates(tables) == {("used", ""): 2, ("quarantined", "unknown_school"): 1}
    prepared = (project.study().processed_folder / "prepared.json").read_text()
    assert '"rows_by_decided_school_names": 2' in prepared


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("label,school_id\ncanary,west\n", "row 2, column school_id: must be a school"),
        ("label,school_id\n,north\n", "row 2, column label: must be given"),
        ("label,school_id\na,north\na,south\n", "row 3, column label: a label is decided once"),
        ("label\na\n", "column school_id: must be there"),
    ],
)
def test_decisions_are_checked(project: Project, text: str, message: str) -> None:
    project.study()
    (project.root / "studies" / "small" / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        project.study()
    assert message in str(caught.value)
    assert "canary" not in str(caught.value)


PARENTS = (
    SOURCE.replace("*students*", "*parents*")
    .replace('audience = "student"', 'audience = "parent"')
    .replace('sex = "sex"', 'sex = "sex"\nchild_code = ["child_1", "child_2"]')
)

AUDIENCE = """[[audiences]]
id = "parent"
label = "parents"
link = "code"
report_level = "school"
child_audience = "student"

"""


@pytest.fixture
def with_parents(project: Project) -> Project:
    project.source += PARENTS
    project.edits = [
        (
            '[[subgroups]]\nid = "sex"',
            AUDIENCE + '[[subgroups]]\nid = "sex"',
        )
    ]
    project.codebook += "".join(
        line.replace(",student,knowledge,", ",parent,,").replace("choice,,,b,,98|99,", "note,,,,,,")
        + "\n"
        for line in project.codebook.splitlines()
        if line.startswith("k1")
    )
    return project


def parent(child_1: str, child_2: str = "ab", **answers: str) -> dict[str, str]:
    return form(child_1=child_1, child_2=child_2, k1="1", **answers)


def test_parents_are_joined_to_the_children_they_name(with_parents: Project) -> None:
    with_parents.write([form(code_1="1"), form(code_1="2"), form(code_1="1", school="south")])
    with_parents.write(
        [
            parent("1", code_1="11"),
            parent("01", "AB", code_1="12"),
            parent("2", code_1="12", wave="after"),
            parent("2", code_1="13", school="south"),
            parent("", code_1="14"),
            parent("1", code_1="15", code_2=""),
        ],
        name="parents.csv",
    )
    tables = with_parents.prepare()
    rows = tables.submissions.merge(tables.links)
    ids = rows.set_index(["source_file", "source_row"])["respondent_id"]
    child = {k: ids["students.csv", k] for k in (2, 3)}
    expected = {
        (ids["parents.csv", 2], child[2]),
        (ids["parents.csv", 3], child[2]),
        (ids["parents.csv", 3], child[3]),
    }
    assert tables.dyads.columns.tolist() == list(DYADS)
    pairs = tables.dyads[["parent_respondent_id", "child_respondent_id"]]
    assert set(pairs.itertuples(index=False, name=None)) == expected
    assert tables.dyads["method"].unique().tolist() == ["exact"]
    flags = rows.set_index(["source_file", "source_row"])["flags"]
    assert flags["parents.csv", 3] == flags["parents.csv", 4] == "two_children"
    assert flags["parents.csv", 2] == ""
    asked = find_callbacks(tables, with_parents.study())
    two = asked[asked["what"] == "forms of parents who name two children"]
    assert sorted(two["rows"]) == ["parents.csv 3", "parents.csv 4"]


def pairs(project: Project, *parents: dict[str, str]) -> list[tuple[int, int]]:
    """Rows of the parents' forms that count, and of their children's."""
    project.write([form(code_1="1"), form(code_1="2")])
    project.write(list(parents), name="parents.csv")
    tables = project.prepare()
    rows = tables.submissions.merge(tables.links)
    numbers = "form " + rows["submission_id"].astype("str")
    who = rows["respondent_id"].where(rows["respondent_id"] != "", numbers)
    row = dict(zip(who, rows["source_row"], strict=True))
    ids = tables.dyads[["parent_respondent_id", "child_respondent_id"]]
    return sorted((row[one], row[other]) for one, other in ids.itertuples(index=False, name=None))


def test_a_form_for_each_child_names_both_though_one_counts(with_parents: Project) -> None:
    """Two forms of a parent in one wave: one is a duplicate, and its child is not forgotten."""
    about_both = [parent("1", code_1="12"), parent("2", code_1="12")]
    assert pairs(with_parents, *about_both) == [(3, 2), (3, 3)]
    tables = load_tables(with_parents.study())
    assert fates(tables) == {("used", ""): 3, ("duplicate", "same_code"): 1}
    assert tables.submissions.query("source_file == 'parents.csv'")["flags"].tolist() == [
        "two_children"
    ]
    with_parents.source = with_parents.source.replace('"last"', '"first"')
    assert pairs(with_parents, *about_both) == [(2, 2), (2, 3)]


@pytest.mark.parametrize(("code_1", "child"), [("", "1"), ("12", ""), ("", "")])
def test_parents_who_name_nobody_are_joined_to_nobody(
    with_parents: Project, code_1: str, child: str
) -> None:
    assert pairs(with_parents, parent(child, child, code_1=code_1)) == []


def test_parents_without_codes_of_their_own_are_joined_form_by_form(with_parents: Project) -> None:
    (old, new), *_ = with_parents.edits
    with_parents.edits = [(old, new.replace('link = "code"', 'link = "none"'))]
    students, mine = with_parents.source.split("*parents*")
    code = 'code = ["code_1", "code_2"]\n'
    with_parents.source = f"{students}*parents*{mine.replace(code, '', 1)}"
    both = [parent("1"), parent("1"), parent("2", wave="after"), parent("3")]
    assert pairs(with_parents, *both) == [(2, 2), (3, 2), (4, 3)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'child_audience = "student"',
            'child_audience = "pupil"',
            "child_audience: must be another",
        ),
        ('\nchild_audience = "student"', "", "columns.child_code: belongs to an audience"),
        ('["child_1", "child_2"]', '["child_1"]', "1 columns for 2 elements"),
        (
            'link = "code"\nreport_level = "school"\n\n',
            'link = "none"\nlink_tolerance = 1\nreport_level = "school"\n\n',
            "belongs to self-generated codes",
        ),
    ],
)
def test_what_does_not_fit_together_is_named(
    with_parents: Project, old: str, new: str, message: str
) -> None:
    with_parents.edits.append((old, new))
    with pytest.raises(StudyError, match=message):
        with_parents.study()
