"""Every raw row has one fate, and the counts add up."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from survey_project import FORM, Project, fates, form

from impact_eval.surveys.rows import REASONS, Fates
from impact_eval.table_columns import COUNTS, QUARANTINE
from impact_eval.vocabulary import FATES


@pytest.mark.parametrize(
    ("change", "fate", "reason"),
    [
        ({}, "used", ""),
        ({"consent": "no"}, "no_consent", "no_consent"),
        ({"consent": ""}, "no_consent", "no_consent"),
        ({"consent": " YES "}, "used", ""),
        ({"wave": ""}, "quarantined", "no_wave"),
        ({"wave": "during"}, "quarantined", "unknown_wave"),
        ({"wave": "After"}, "used", ""),
        ({"school": ""}, "quarantined", "no_school"),
        ({"school": "west"}, "quarantined", "unknown_school"),
        ({"school": " NORTH  lane school"}, "used", ""),
        ({"school": "n. lane"}, "used", ""),
        (
            {"k1": "", "k2": "", "k3": "", "c1": "", "c2": " ", "c3": ""},
            "quarantined",
            "empty_form",
        ),
        ({"today": "yesterday"}, "used", ""),
        ({"c1": "", "c2": "", "c3": ""}, "used", ""),
    ],
)
def test_fate_of_one_row(project: Project, change: dict[str, str], fate: str, reason: str) -> None:
    tables = project.prepare_forms(form(**change))
    assert fates(tables) == {(fate, reason): 1}
    assert len(tables.submissions) == (fate == "used")
    assert len(tables.quarantine) == (fate != "used")


def test_consent_comes_before_everything_else(project: Project) -> None:
    tables = project.prepare_forms(form(consent="no", school="west", wave="never"))
    assert fates(tables) == {("no_consent", "no_consent"): 1}


def test_nothing_of_a_row_without_consent_is_kept_but_its_fate(project: Project) -> None:
    tables = project.prepare_forms(form(consent="no", school="south", wave="after"))
    assert tables.counts.to_dict("records") == [
        {
            "source_file": "students.csv",
            "school_id": "",
            "audience": "student",
            "phase": "",
            "wave": "",
            "fate": "no_consent",
            "reason": "no_consent",
            "rows": 1,
        }
    ]


def test_quarantine_names_file_row_reason_and_remedy(project: Project) -> None:
    tables = project.prepare_forms(form(), form(school="west"))
    assert tables.quarantine.columns.tolist() == list(QUARANTINE)
    assert tables.quarantine.to_dict("records") == [
        {
            "source_file": "students.csv",
            "source_row": 3,
            "fate": "quarantined",
            "reason": "the school is not in the roster",
            "remedy": "Look into school_names.csv in the study's folder of data/processed, which "
            "proposes schools, and copy what is right into school_names.csv beside study.toml; or "
            "add an alias in a column `aliases` of the roster, or correct the row.",
        }
    ]


def test_two_schools_of_one_name(project: Project) -> None:
    project.roster = project.roster.replace("East Hill School", "South Gate School")
    tables = project.prepare_forms(form(school="South Gate School"), form(school="east"))
    assert fates(tables) == {("quarantined", "ambiguous_school"): 1, ("used", ""): 1}


def test_id_of_one_school_that_is_the_name_of_another(project: Project) -> None:
    project.roster = project.roster.replace("East Hill School", "south")
    assert project.prepare_forms(form(school="south")).submissions["school_id"][0] == "south"


@pytest.mark.parametrize(
    ("roster_ids", "school", "fate"),
    [
        (("007", "012"), "7", ("used", "")),
        (("007", "012"), "0012", ("used", "")),
        (("007", "012"), "70", ("quarantined", "unknown_school")),
        (("007", "07"), "7", ("quarantined", "ambiguous_school")),
        (("007", "07"), "07", ("used", "")),
    ],
)
def test_school_number_that_lost_its_zeros(
    project: Project, roster_ids: tuple[str, str], school: str, fate: tuple[str, str]
) -> None:
    rows = [f"{one},School of {one},A,first,mixed,t1," for one in roster_ids]
    project.roster = "\n".join([project.roster.splitlines()[0], *rows]) + "\n"
    assert fates(project.prepare_forms(form(school=school))) == {fate: 1}


def test_without_a_roster_every_school_is_taken(project: Project) -> None:
    project.edits = [
        ('roster = "roster.csv"\n', ""),
        ('audience = "student"\nwave', 'audience = "student"\nphase = "first"\nwave'),
    ]
    tables = project.prepare_forms(form(school=" B  school"), form(school="A school"))
    assert tables.submissions["school_id"].tolist() == ["B school", "A school"]
    assert tables.schools["school_id"].tolist() == ["A school", "B school"]
    assert tables.schools["phase"].tolist() == ["first", "first"]


def test_phase_comes_from_the_roster(project: Project) -> None:
    tables = project.prepare_forms(form(), form(school="south"))
    assert tables.submissions["phase"].tolist() == ["first", "second"]


def test_school_without_a_phase(project: Project) -> None:
    project.roster = project.roster.replace("Hill School,B,second", "Hill School,B,")
    assert fates(project.prepare_forms(form(school="east"))) == {("quarantined", "no_phase"): 1}


def test_row_of_another_width_is_quarantined_and_the_rest_goes_on(project: Project) -> None:
    path = project.write([form(), form(code_1="8")])
    path.write_text(path.read_text() + '"before";"north"\n', encoding="utf-8")
    tables = project.prepare()
    assert fates(tables) == {("quarantined", "wrong_width"): 1, ("used", ""): 2}
    assert tables.quarantine["source_row"].tolist() == [4]
    assert tables.counts.loc[tables.counts["reason"] == "wrong_width", "audience"].tolist() == [
        "student"
    ]


def test_audience_in_a_column(project: Project) -> None:
    project.source = project.source.replace(
        'audience = "student"', 'audience = { column = "who", values = { pupil = "student" } }'
    )
    tables = project.prepare_forms(
        form(who="Pupil"), form(who=""), form(who="x"), form(who="pupil", consent="no")
    )
    assert fates(tables) == {
        ("used", ""): 1,
        ("quarantined", "no_audience"): 1,
        ("quarantined", "unknown_audience"): 1,
        ("no_consent", "no_consent"): 1,
    }
    unconsented = tables.counts[tables.counts["fate"] == "no_consent"]
    assert unconsented["audience"].tolist() == [""]


def test_only_unused_rows_still_give_whole_tables(project: Project) -> None:
    tables = project.prepare_forms(form(consent="no"))
    assert tables.submissions.empty
    assert tables.scores.empty
    assert tables.links.empty


def test_every_reason_has_a_fate_and_words() -> None:
    assert {reason.fate for reason in REASONS.values()} == set(FATES) - {"used"}
    assert all(reason.text and reason.remedy for reason in REASONS.values())


def test_fate_is_decided_once_and_by_known_reasons() -> None:
    decided = Fates(2)
    decided.decide("no_wave", decided.open)
    decided.decide("no_school", decided.open | True)
    assert decided.reason.tolist() == ["no_wave", "no_wave"]
    with pytest.raises(KeyError):
        decided.decide("bad mood", decided.open)


CHOICES = {
    "wave": ["before", "after", "later", "", "?", "during"],
    "school": ["north", "South gate school", "", "??", "west"],
    "consent": ["yes", "no", ""],
    "code_1": ["1", "2", ""],
    "code_2": ["a"],
    "sex": ["girl", "boy", ""],
    "k1": ["b", "", "98"],
    "c1": ["3", "", "9"],
    "today": ["2024-03-01", "", "soon"],
}
ROWS = st.lists(
    st.fixed_dictionaries(
        {name: st.sampled_from(CHOICES.get(name, [""])) for name in FORM}
        | {"_uuid": st.sampled_from(["", "u1", "u2", "u3", "u4"])}
        | {"_submission_time": st.sampled_from(["", "2024-03-01T10:00:00"])}
    ),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=ROWS, second=ROWS, broken=st.integers(0, 3))
def test_fates_add_up_to_the_rows_of_the_files(
    project: Project, first: list[dict[str, str]], second: list[dict[str, str]], broken: int
) -> None:
    path = project.write(first)
    path.write_text(path.read_text() + "x;y\n" * broken, encoding="utf-8")
    project.write(second, name="students_2.csv")
    tables = project.prepare()
    by_file = tables.counts.groupby("source_file")["rows"].sum().to_dict()
    assert by_file == {"students.csv": len(first) + broken, "students_2.csv": len(second)}
    assert tables.counts.columns.tolist() == list(COUNTS)
    assert set(tables.counts["fate"]) <= set(FATES)
    used = tables.counts.loc[tables.counts["fate"] == "used", "rows"].sum()
    assert used == len(tables.submissions) == len(tables.links)
    places = [
        tables.submissions[["source_file", "source_row"]],
        tables.quarantine[["source_file", "source_row"]],
    ]
    every_row = pd.concat(places)
    assert not every_row.duplicated().any()
    assert len(every_row) == len(first) + len(second) + broken
    assert tables.submissions["submission_id"].tolist() == list(range(len(tables.submissions)))


def test_flags_of_dates(project: Project) -> None:
    tables = project.prepare_forms(
        form(today="2024-03-05"),
        form(wave="after", today="2024-03-04"),
        form(wave="later", today="2024-04-04"),
        form(today="soon", code_1="8"),
        form(today="", code_1="9"),
        form(today="0205-01-01", code_1="10"),
    )
    assert tables.submissions["flags"].tolist() == [
        "",
        "before_earlier_wave",
        "",
        "unreadable_date",
        "",
        "unreadable_date",
    ]
    assert tables.submissions["answered_on"].isna().tolist() == [False] * 3 + [True] * 3
    assert tables.rejected_answers[["source_row", "column", "rule"]].to_numpy().tolist() == [
        [5, "today", "a date"],
        [7, "today", "a date"],
    ]


def test_form_after_the_workshop_that_is_dated_before_it(project: Project) -> None:
    project.further = 'attendance = "attendance.csv"'
    project.source = project.source.replace(
        'school = "school"', 'school = "school"\nworkshop = "w"'
    )
    (project.raw / "attendance.csv").write_text(
        "workshop_id,school_id,audience,held_on,attended\nW1,north,student,2024-03-02,30\n"
    )
    tables = project.prepare_forms(
        form(w=" w1"), form(w="W1", wave="after"), form(w="W9", wave="after", code_1="8")
    )
    assert tables.submissions["flags"].tolist() == ["", "before_workshop", ""]
    assert tables.submissions["workshop_id"].tolist() == ["W1", "W1", ""]
    assert tables.rejected_answers["rule"].tolist() == ["a workshop of this audience"]
    assert tables.workshops["attended"].tolist() == [30]


def test_declared_date_format(project: Project) -> None:
    project.source = project.source.replace(
        'layout = "kobo"', 'layout = "kobo"\ndate_format = "%d/%m/%Y"'
    )
    dates = ["05/03/2024", "2024-03-06T10:00:00+05:00"]
    tables = project.prepare_forms(*(form(today=date, code_1=date[:2]) for date in dates))
    days = pd.to_datetime(["2024-03-05 00:00", "2024-03-06 10:00"])
    assert tables.submissions["answered_on"].tolist() == days.tolist()


def test_consent_in_a_column_of_each_wave(project: Project) -> None:
    project.source = project.source.replace(
        'consent = "consent"', 'consent = { pre = "consent", post = "again" }'
    )
    tables = project.prepare_forms(
        form(again="no"),
        form(again="no", wave="after"),
        form(again="yes", wave="after", code_1="8"),
        form(consent="no", again="yes"),
        form(consent="", again="", wave="later"),
    )
    assert tables.submissions["source_row"].tolist() == [2, 4, 6]
    assert fates(tables) == {("used", ""): 3, ("no_consent", "no_consent"): 2}
