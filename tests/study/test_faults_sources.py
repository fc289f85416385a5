"""Rules of sources, each broken once in the good study."""

import pytest

STUDY = "study.toml"

# name: (file, old text, new text), place without its line, parts of the message
CASES = {
    "unknown wave": ((STUDY, 'b = "post"', 'b = "pots"'), "sources[1].wave", ['"post"?']),
    "unknown audience": (
        (STUDY, 'layout = "kobo"\naudience = "student"', 'layout = "kobo"\naudience = "pupil"'),
        ("sources[1].audience", "audiences[1].id"),
        ["declared audience"],
    ),
    "unknown layout": (
        (STUDY, 'layout = "kobo"', 'layout = "cobo"'),
        "sources[1].layout",
        ['Did you mean "kobo"?'],
    ),
    "unknown column key": (
        (STUDY, 'today", consent', 'today", scool = "x", consent'),
        "sources[1].columns.scool",
        ["a known column or a declared subgroup", 'Did you mean "school"?'],
    ),
    "value of no level": (
        (STUDY, 'girl = "female"', 'lady = "female", girl = "femal"'),
        "sources[1].values.sex",
        ["declared level of sex", 'Did you mean "female"?'],
    ),
    "level without a value": (
        (STUDY, ', boy = "male"', ""),
        "subgroups[1].levels.male",
        ["every level is the meaning of a value"],
    ),
    "values of no subgroup": (
        (STUDY, "values = { sex =", 'values = { six = { a = "female" }, sex ='),
        "sources[1].values.six",
        ["subgroup that has a column", 'Did you mean "sex"?'],
    ),
    "code without columns": (
        (STUDY, 'code = ["c1", "c2"], ', ""),
        "sources[1].columns.code",
        ['link = "code" needs'],
    ),
    "code of an audience without": (
        (STUDY, 'respondent = "number"', 'code = ["c"]'),
        "sources[2].columns.code",
        ['link = "code"'],
    ),
    "consent without its answers": (
        (STUDY, 'consent_values = ["yes"]\n', ""),
        "sources[1].consent_values",
        ["which answers are consent"],
    ),
    "answers without the consent": (
        (STUDY, 'consent = "consent", ', ""),
        "sources[1].consent_values",
        ["needs the column of the consent"],
    ),
    "no school": (
        (STUDY, 'school = "school"\nrespondent', "respondent"),
        "sources[2].columns.school",
        ["either school", "found neither"],
    ),
    "two schools": (
        (STUDY, 'layout = "kobo"', 'layout = "kobo"\nschool = "s1"'),
        "sources[1].columns.school",
        ["found both"],
    ),
    "file elsewhere": (
        (STUDY, '"simulated_teachers.xlsx"', '"../teachers.xlsx"'),
        "sources[2].file",
        ["the study's raw folder"],
    ),
    "unknown encoding": (
        (STUDY, 'encoding = "utf-8"', 'encoding = "utf-88"'),
        "sources[2].encoding",
        ["known encoding"],
    ),
    "long delimiter": (
        (STUDY, 'encoding = "utf-8"', 'delimiter = "tab"'),
        "sources[2].delimiter",
        ["at most 1 character"],
    ),
    "sheets of a kobo source": (
        (STUDY, 'layout = "kobo"', 'layout = "kobo"\nsheets = { A = { school = "s1" } }'),
        None,
        ["belongs to the layouts auto, workbook"],
    ),
    "repeat group of a wide source": (
        (STUDY, 'encoding = "utf-8"', 'repeat = "r"'),
        "sources[2].repeat",
        ["belongs to the layouts auto, kobo, odk"],
    ),
    "labels of no item": (
        (STUDY, 'layout = "kobo"', 'layout = "kobo"\nanswer_labels = { z9 = { a = "b" } }'),
        "sources[1].answer_labels.z9",
        ["an item of the codebook or of a form, or fit some"],
    ),
    "columns of no cleaning log": (
        (STUDY, 'layout = "kobo"', 'layout = "kobo"\ncleaning_columns = { uuid = "u" }'),
        "sources[1].cleaning_columns",
        ["needs a cleaning_log"],
    ),
    "cleaning log of a repeat group": (
        (STUDY, 'layout = "kobo"', 'layout = "kobo"\nrepeat = "r"\ncleaning_log = "l.csv"'),
        "sources[1].cleaning_log",
        ["and not the rows of a repeat group"],
    ),
    "workbook without its sheets": (
        (STUDY, 'layout = "kobo"', 'layout = "workbook"'),
        "sources[1].sheets",
        ["says what each sheet holds"],
    ),
    "sheets of which one says nothing": (
        (
            STUDY,
            'layout = "kobo"',
            'sheets = { A = { wave = "pre" }, B = { wave = "pots" }, C = {} }\nsheet = "A"',
        ),
        (
            "sources[1].sheet",
            "sources[1].sheets",
            "sources[1].sheets.A.wave",
            "sources[1].sheets.B.wave",
            "sources[1].sheets.B.wave",
            "sources[1].sheets.C",
        ),
        ["either sheet or sheets"],
    ),
    "no wave": (
        (
            STUDY,
            'wave = { column = "when", values = { a = "pre", b = "post", c = "later" } }\n',
            "",
        ),
        "sources[1].wave",
        ["must be given"],
    ),
    "wave of a wide source": (
        (STUDY, 'encoding = "utf-8"', 'wave = "pre"'),
        "sources[2].wave",
        ["a wide row holds several waves"],
    ),
    "wave columns of a kobo source": (
        (STUDY, 'layout = "kobo"', 'layout = "kobo"\nwave_columns = { pre = "{item}" }'),
        "sources[1].wave_columns",
        ["belongs to the wide layout"],
    ),
    "wide without wave columns": (
        (STUDY, 'wave_columns = { pre = "Pre.{item}", post = { test = "Test again" } }\n', ""),
        "sources[2].wave_columns",
        ["names the columns of each wave"],
    ),
    "wave columns without the item": (
        (STUDY, '"Pre.{item}"', '"Pre.x"'),
        "sources[2].wave_columns.pre",
        ["must hold {item}"],
    ),
    "column of an unknown item": (
        (STUDY, "item_columns = { test", "item_columns = { tst"),
        "sources[2].item_columns.tst",
        ["item of the codebook", 'Did you mean "test"?'],
    ),
    "date column of an unknown wave": (
        (STUDY, 'post = "Post.date"', 'pst = "Post.date"'),
        "sources[2].columns.answered_on",
        ["declared wave", 'Did you mean "post"?'],
    ),
    "phase stated twice": (
        (STUDY, 'layout = "kobo"', 'layout = "kobo"\nphase = "phase_1"'),
        "sources[1].phase",
        ["stated once"],
    ),
}


@pytest.mark.parametrize(("edit", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_broken_rule_is_named_with_its_place(assert_faults, edit, place, words):
    assert_faults(edit, place, words)
