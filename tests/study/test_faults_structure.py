"""Rules of what study.toml says of people, waves and itself, each broken once in the good study."""

import pytest

STUDY = "study.toml"

# name: (file, old text, new text), place without its line, parts of the message
CASES = {
    "missing key": ((STUDY, 'title = "A good study"\n', ""), "title", ["must be given"]),
    "unknown key": (
        (STUDY, "disclosure_threshold", "disclosure_treshold"),
        "disclosure_treshold",
        ["no such key", 'Did you mean "disclosure_threshold"?'],
    ),
    "unknown key of an entry": (
        (STUDY, "smallest_effect", "smalest_effect"),
        "outcomes[1].smalest_effect",
        ['Did you mean "smallest_effect"?'],
    ),
    "unknown key of a table in an entry": (
        (STUDY, 'column = "when"', 'colum = "x", column = "when"'),
        "sources[1].wave.colum",
        ['Did you mean "column"?'],
    ),
    "empty title": ((STUDY, '"A good study"', '""'), "title", ["must not be empty"]),
    "wrong word": (
        (STUDY, '"one_group"', '"one_grup"'),
        "design",
        ['found "one_grup"', 'Did you mean "one_group"?'],
    ),
    "wrong word among few": (
        (STUDY, 'data = "simulated"', 'data = "x"'),
        "data",
        ['must be "real" or "simulated"', "Valid: real, simulated."],
    ),
    "text for a number": (
        (STUDY, "disclosure_threshold = 10", 'disclosure_threshold = "ten"'),
        "disclosure_threshold",
        ["must be a whole number", 'found "ten"'],
    ),
    "number for text": ((STUDY, '"A good study"', "5"), "title", ["must be text", "found 5"]),
    "threshold too low": (
        (STUDY, "disclosure_threshold = 10", "disclosure_threshold = 2"),
        "disclosure_threshold",
        ["must be at least 3", "found 2"],
    ),
    "language that does not exist": (
        (STUDY, '["en"]', '["ur"]'),
        "languages[1]",
        ['must be "en"'],
    ),
    "id of another folder": ((STUDY, 'id = "good"', 'id = "god"'), "id", ['id = "good"']),
    "bad id": ((STUDY, 'id = "findings"', 'id = "Main findings"'), "reports[1].id", ["a-z, 0-9"]),
    "phase id twice": (
        (STUDY, 'id = "findings"', 'id = "f"\nnotebook = "f"\ntitle = "F"\n[[reports]]\nid = "f"'),
        "reports[2].id",
        ["must be unique", '"f" as in reports[1]'],
    ),
    "no date": (
        (STUDY, "2024-02-06", '"February"'),
        "phases[2].started_on",
        ["must be a date such as 2024-01-31"],
    ),
    "claimed by nobody": (
        (STUDY, "teacher = 12", "techer = 12"),
        "phases[1].claimed.techer",
        ["declared audience", 'Did you mean "teacher"?'],
    ),
    "claimed below nothing": (
        (STUDY, "teacher = 12", "teacher = -1"),
        "phases[1].claimed.teacher",
        ["must be at least 0"],
    ),
    "no programme named": ((STUDY, '"the workshops"', '""'), "programme", ["must be given"]),
    "programme where there is none": (
        (STUDY, '"one_group"', '"no_programme"'),
        "programme",
        ["there is none to name"],
    ),
    "cluster is no column": (
        (STUDY, 'cluster = "trainer_team"', 'cluster = "trainer_tem"'),
        "audiences[1].cluster",
        ["column of the roster", "heading of column"],
    ),
    "cluster without a name": (
        (STUDY, 'cluster_noun = ["trainer team", "trainer teams"]\n', ""),
        "audiences[1].cluster_noun",
        ["a cluster has a name"],
    ),
    "one noun of two": (
        (STUDY, '["trainer team", "trainer teams"]', '["trainer team"]'),
        "audiences[1].cluster_noun[2]",
        ["must be given"],
    ),
    "one level": (
        (STUDY, 'levels = { female = "girls", male = "boys" }', 'levels = { female = "girls" }'),
        "subgroups[1].levels",
        ["at least 2 entries"],
    ),
}


@pytest.mark.parametrize(("edit", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_broken_rule_is_named_with_its_place(assert_faults, edit, place, words):
    assert_faults(edit, place, words)
