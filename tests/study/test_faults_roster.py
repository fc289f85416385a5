"""Rules of roster and attendance, each broken once in the good study."""

import pytest

# name: (file, old text, new text), place without its line, parts of the message
CASES = {
    "school twice": (
        ("roster.csv", "s3,", "s2,"),
        "row 4, column school_id",
        ["must be unique", "found the id of row 3"],
    ),
    "no id": (("roster.csv", "s3,", ","), "row 4, column school_id", ["must be given"]),
    "unknown phase": (
        ("roster.csv", "South,phase_2", "South,phase_3"),
        "row 4, column phase",
        ["declared phase", "found something else", '"phase_2"?'],
    ),
    "no id column": (
        ("roster.csv", "school_id,", "school,"),
        "column school_id",
        ["heading of column A is"],
    ),
    "heading twice": (
        ("roster.csv", ",aliases", ",name"),
        "row 1",
        ["headings differ", "columns B and G"],
    ),
    "cluster unknown": (
        ("roster.csv", "mixed,t2", "mixed,"),
        "column trainer_team",
        ["every school has its cluster (student)", "empty cells in rows 4"],
    ),
    "attendance of an unknown school": (
        ("attendance.csv", "w2,s2", "w2,s7"),
        "row 4, column school_id",
        ["must be declared", "found something else"],
    ),
    "attendance of an unknown audience": (
        ("attendance.csv", "w1,s1,teacher", "w1,s1,teachers"),
        "row 3, column audience",
        ['Did you mean "teacher"?'],
    ),
    "workshop twice": (
        ("attendance.csv", "w1,s1,teacher", "w1,s1,student"),
        "row 3, column workshop_id",
        ["unique with its audience", "found those of row 2"],
    ),
    "date of another kind": (
        ("attendance.csv", "w1,s1,teacher,2024-02-10", "w1,s1,teacher,10/02/2024"),
        "row 3, column held_on",
        ["2024-01-31", "found something else"],
    ),
    "date without dashes": (
        ("attendance.csv", "w1,s1,teacher,2024-02-10", "w1,s1,teacher,20240210"),
        "row 3, column held_on",
        ["2024-01-31"],
    ),
    "number of people": (
        ("attendance.csv", "60,60,55", "60,60,55.5"),
        "row 2, column attended",
        ["whole number of people"],
    ),
    "unknown attendance column": (
        ("attendance.csv", "facilitator_id", "facilitator"),
        "column E",
        ['Did you mean "facilitator_id"?'],
    ),
}


@pytest.mark.parametrize(("edit", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_broken_rule_is_named_with_its_place(assert_faults, edit, place, words):
    assert_faults(edit, place, words)
