"""Each rule broken once in the good study: exactly one fault, with its place and its remedy."""

import pytest

STUDY = "study.toml"
WITHOUT_ITEMS = """
[[outcomes]]
id = "trust"
audience = "teacher"
label = "trust"
kind = "scale"
unit = "mean rating"
direction = "higher"
minimum_answered = 1"""
SEX = """, sex = "sex" }
consent_values = ["yes"]
values = { sex = { girl = "female", boy = "male" } }"""

# name: (file, old text, new text), place without its line, parts of the message
STRUCTURE = {
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
        ["column of the roster", 'Did you mean "trainer_team"?'],
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
SOURCES = {
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
OUTCOMES = {
    "outcome twice": (
        (STUDY, 'id = "grade"', 'id = "test"'),
        "outcomes[5].id",
        ["unique in its audience", "outcomes[4]"],
    ),
    "unknown audience": (
        (STUDY, 'id = "grade"\naudience = "teacher"', 'id = "grade"\naudience = "techer"'),
        "outcomes[5].audience",
        ['Did you mean "teacher"?'],
    ),
    "mastery above the range": (
        (STUDY, "mastery = 3", "mastery = 4"),
        "outcomes[1].mastery",
        ["above 0 and at most at 3", "found 4"],
    ),
    "mastery at the bottom": (
        (STUDY, "mastery = 3", "mastery = 0"),
        "outcomes[1].mastery",
        ["above 0 and at most at 3"],
    ),
    "mastery of ranges that differ": (
        (STUDY, "ranges = {", 'mastery = 3\nmastery_label = "x"\nranges = {'),
        "outcomes[4].mastery",
        ["one scale for all waves"],
    ),
    "mastery without a label": (
        (STUDY, 'mastery_label = "all 3 right"\n', ""),
        "outcomes[1].mastery_label",
        ["given together"],
    ),
    "more answers than items": (
        (STUDY, "minimum_answered = 2\nmastery", "minimum_answered = 4\nmastery"),
        "outcomes[1].minimum_answered",
        ["at most its 3 items", "found 4"],
    ),
    "no minimum answered": (
        (STUDY, "minimum_answered = 2\nmastery", "mastery"),
        "outcomes[1].minimum_answered",
        ["how many items must be answered"],
    ),
    "minimum answered of a score": (
        (STUDY, "maximum = 20", "maximum = 20\nminimum_answered = 1"),
        "outcomes[5].minimum_answered",
        ["no items to count"],
    ),
    "smallest effect of nothing": (
        (STUDY, "smallest_effect = 0.5", "smallest_effect = 0"),
        "outcomes[1].smallest_effect",
        ["must be more than 0"],
    ),
    "secular range reversed": (
        (STUDY, "[0.1, 0.3]", "[0.3, 0.1]"),
        "outcomes[1].secular",
        ["from low to high", "0.3 and 0.1"],
    ),
    "secular range without source": (
        (STUDY, 'secular_source = "earlier groups"\n', ""),
        "outcomes[1].secular_source",
        ["given together"],
    ),
    "range of an index": (
        (STUDY, "minimum_answered = 2\nmastery", "minimum_answered = 2\nminimum = 0\nmastery"),
        "outcomes[1].minimum",
        ["follows from the items"],
    ),
    "score without a range": (
        (STUDY, "minimum = 0\n", ""),
        "outcomes[5].minimum",
        ["declares its range"],
    ),
    "score with a range reversed": (
        (STUDY, "minimum = 0\n", "minimum = 30\n"),
        "outcomes[5].minimum",
        ["below the maximum", "30 and 20"],
    ),
    "range stated twice": (
        (STUDY, "ranges = {", "minimum = 0\nranges = {"),
        "outcomes[4].ranges",
        ["stated once"],
    ),
    "range of an unknown wave": (
        (STUDY, "later = [1, 4]", "later = [1, 4], latr = [1, 4]"),
        "outcomes[4].ranges.latr",
        ['Did you mean "later"?'],
    ),
    "range of a wave missing": (
        (STUDY, ", later = [1, 4]", ""),
        "outcomes[4].ranges",
        ['no "later"'],
    ),
    "range of a wave reversed": (
        (STUDY, "later = [1, 4]", "later = [4, 1]"),
        "outcomes[4].ranges.later",
        ["from low to high"],
    ),
    "no items": (
        (STUDY, "maximum = 20", f"maximum = 20\n{WITHOUT_ITEMS}"),
        "outcomes[6]",
        ["an outcome has items", 'no item of "trust" in codebook.csv'],
    ),
}
CODEBOOK = {
    "column missing": (
        ("codebook.csv", "label,type", "lable,type"),
        "column label",
        ['Did you mean "lable"?'],
    ),
    "item twice": (
        ("codebook.csv", "k2,student", "k1,student"),
        "row 3, column item_id",
        ["unique in its audience", "student, k1 as in row 2"],
    ),
    "no label": (("codebook.csv", "First", ""), "row 2, column label", ["must be given"]),
    "unknown audience": (
        ("codebook.csv", "n1,student", "n1,studnt"),
        "row 8, column audience",
        ['Did you mean "student"?'],
    ),
    "unknown type": (
        ("codebook.csv", "n1,student,,Remarks,note", "n1,student,,Remarks,nte"),
        "row 8, column type",
        ['Did you mean "note"?'],
    ),
    "score": (
        ("codebook.csv", "n1,student,,Remarks,note", "n1,student,,Remarks,score"),
        "row 8, column type",
        ["ready_made"],
    ),
    "row of a ready-made score": (
        (
            "codebook.csv",
            "n1,student,,Remarks,note,,,,,,post|later",
            "t,teacher,test,T,rating,1,2,,,,",
        ),
        "row 8, column outcome",
        ["a ready-made score has no row"],
    ),
    "unknown wave": (
        ("codebook.csv", "post|later", "post|latter"),
        "row 8, column waves",
        ['Did you mean "later"?'],
    ),
    "unknown outcome": (
        (
            "codebook.csv",
            "n1,student,,Remarks,note,,,,,,post|later",
            "k4,student,knowlege,Fourth,choice,,,a,,,",
        ),
        "row 8, column outcome",
        ['Did you mean "knowledge"?'],
    ),
    "note of an outcome": (
        ("codebook.csv", "n1,student,,Remarks,note", "n1,teacher,grades,Remarks,note"),
        "row 8, column outcome",
        ["a note is not scored"],
    ),
    "choice without a key": (
        ("codebook.csv", "First,choice,,,b,", "First,choice,,,,"),
        "row 2, column correct",
        ["names its right answers"],
    ),
    "choice reversed": (
        ("codebook.csv", "First,choice,,,b,,", "First,choice,,,b,yes,"),
        "row 2, column reverse",
        ["not reversed"],
    ),
    "choice with a range": (
        ("codebook.csv", "Third,choice,,,d", "Third,choice,0,,d"),
        ("row 4, column minimum", "row 4, column minimum"),
        [],
    ),
    "right answer of a rating": (
        ("codebook.csv", "rating,1,5,,,98|99", "rating,1,5,5,,98|99"),
        "row 5, column correct",
        ["only a choice"],
    ),
    "reverse is another word": (
        ("codebook.csv", "5.0,,yes", "5.0,,ja"),
        "row 6, column reverse",
        ['"yes" or empty', '"ja"'],
    ),
    "missing code is right": (
        ("codebook.csv", "a|c,,98|99", "a|c,,c|99"),
        "row 3, column missing_codes",
        ["no right answer"],
    ),
    "missing code in the range": (
        ("codebook.csv", "rating,1,5,,,98|99", "rating,1,5,,,5|99"),
        "row 5, column missing_codes",
        ["outside the item's range", "found 5"],
    ),
    "no number": (
        ("codebook.csv", "frequency,0,4", "frequency,0,four"),
        "row 7, column maximum",
        ["must be a number", '"four"'],
    ),
    "range reversed": (
        ("codebook.csv", "frequency,0,4", "frequency,4,0"),
        "row 7, column minimum",
        ["below the maximum"],
    ),
    "ranges within a scale": (
        ("codebook.csv", "rating,1,5.0", "rating,0,5"),
        "row 6, column minimum",
        ["all items of confidence", "another than in row 5"],
    ),
    "waves within an outcome": (
        ("codebook.csv", "Third,choice,,,d,,,", "Third,choice,,,d,,,post"),
        "row 4, column waves",
        ["all items of knowledge"],
    ),
    "rating in an index": (
        ("codebook.csv", "Third,choice,,,d,,,", "Third,rating,,,,,,"),
        ("row 4, column minimum", "row 4, column maximum", "row 4, column type"),
        [],
    ),
    "comma in a cell": (
        ("codebook.csv", "Remarks", "Remarks, of any kind"),
        None,
        ["11 columns like the headings", "found 12 cells"],
    ),
}
ROSTER = {
    "school twice": (
        ("roster.csv", "s3,", "s2,"),
        "row 4, column school_id",
        ["must be unique", '"s2" as in row 3'],
    ),
    "no id": (("roster.csv", "s3,", ","), "row 4, column school_id", ["must be given"]),
    "unknown phase": (
        ("roster.csv", "South,phase_2", "South,phase_3"),
        "row 4, column phase",
        ["declared phase", '"phase_3"'],
    ),
    "no id column": (("roster.csv", "school_id,", "school,"), "column school_id", ['"school"?']),
    "heading twice": (("roster.csv", ",aliases", ",name"), "row 1", ["headings differ"]),
    "cluster unknown": (
        ("roster.csv", "mixed,t2", "mixed,"),
        "column trainer_team",
        ["every school has its cluster (student)", "empty cells in rows 4"],
    ),
    "attendance of an unknown school": (
        ("attendance.csv", "w2,s2", "w2,s7"),
        "row 4, column school_id",
        ["must be declared", '"s7"'],
    ),
    "attendance of an unknown audience": (
        ("attendance.csv", "w1,s1,teacher", "w1,s1,teachers"),
        "row 3, column audience",
        ['Did you mean "teacher"?'],
    ),
    "workshop twice": (
        ("attendance.csv", "w1,s1,teacher", "w1,s1,student"),
        "row 3, column workshop_id",
        ["unique with its audience", "w1, student as in row 2"],
    ),
    "date of another kind": (
        ("attendance.csv", "w1,s1,teacher,2024-02-10", "w1,s1,teacher,10/02/2024"),
        "row 3, column held_on",
        ["2024-01-31", '"10/02/2024"'],
    ),
    "number of people": (
        ("attendance.csv", "60,60,55", "60,60,55.5"),
        "row 2, column attended",
        ["whole number of people"],
    ),
    "unknown attendance column": (
        ("attendance.csv", "facilitator_id", "facilitator"),
        "column facilitator",
        ['Did you mean "facilitator_id"?'],
    ),
}
PLAN = {
    "unknown wave": (
        (STUDY, '["pre", "later"]]\nestimators', '["pre", "latr"]]\nestimators'),
        ("plan.contrasts[2]", "plan.families[2].contrasts[1]"),
        ['Did you mean "later"?'],
    ),
    "contrast backwards": (
        (STUDY, '"later"]]\nestimators', '"later"], ["post", "pre"]]\nestimators'),
        "plan.contrasts[3]",
        ["from an earlier wave to a later one"],
    ),
    "contrast twice": (
        (STUDY, '"later"]]\nestimators', '"later"], ["pre", "post"]]\nestimators'),
        "plan.contrasts[3]",
        ["stands once"],
    ),
    "contrast of three waves": (
        (STUDY, '["pre", "later"]]\nestimators', '["pre", "post", "later"]]\nestimators'),
        "plan.contrasts[2]",
        ["at most 2 entries"],
    ),
    "contrast not planned": (
        (STUDY, 'contrasts = [["pre", "later"]]', 'contrasts = [["post", "later"]]'),
        "plan.families[2].contrasts[1]",
        ["among plan.contrasts"],
    ),
    "unknown estimator": (
        (STUDY, '"adjusted_gain"', '"ajusted_gain"'),
        "plan.estimators[2]",
        ['Did you mean "adjusted_gain"?'],
    ),
    "stacked left out": (
        (STUDY, '["stacked", "adjusted_gain"]', '["adjusted_gain"]'),
        "plan.estimators",
        ['must hold "stacked"'],
    ),
    "unknown subgroup": (
        (STUDY, 'subgroups = ["sex"]', 'subgroups = ["six"]'),
        "plan.subgroups",
        ['Did you mean "sex"?'],
    ),
    "subgroup without a column": (
        (STUDY, SEX, ' }\nconsent_values = ["yes"]'),
        "plan.subgroups",
        ['no column for "sex"'],
    ),
    "beneficiaries uncounted": (
        (STUDY, 'attendance = "attendance.csv"\n', ""),
        "plan.weights",
        ["need the attendance file"],
    ),
    "confidence level in percent": (
        (STUDY, 'weights = "beneficiary"', 'weights = "beneficiary"\nconf_level = 95'),
        "plan.conf_level",
        ["must be less than 1"],
    ),
    "unknown phase": (
        (STUDY, 'phases = ["phase_2"]', 'phases = ["phase2"]'),
        "plan.families[1].phases",
        ['Did you mean "phase_2"?'],
    ),
    "family of an unknown audience": (
        (STUDY, 'outcomes = { student = ["exposure"]', 'outcomes = { studnt = ["exposure"]'),
        "plan.families[2].outcomes.studnt",
        ['Did you mean "student"?'],
    ),
    "family of an unknown outcome": (
        (STUDY, 'student = ["exposure"]', 'student = ["exposre"]'),
        "plan.families[2].outcomes.student",
        ['Did you mean "exposure"?'],
    ),
    "outcome twice in a family": (
        (STUDY, 'student = ["exposure"]', 'student = ["exposure", "exposure"]'),
        "plan.families[2].outcomes.student",
        ["names an outcome once"],
    ),
    "neutral primary outcome": (
        (STUDY, '["knowledge", "confidence"]', '["knowledge", "exposure"]'),
        "plan.families[1].outcomes.student",
        ["hoped-for direction", '"exposure" is neutral'],
    ),
    "family id twice": (
        (STUDY, 'id = "more"', 'id = "main"'),
        "plan.families[2].id",
        ["must be unique"],
    ),
    "estimand unknown": (
        (STUDY, 'estimand = "participants"', 'estimand = "participant"'),
        "plan.families[2].estimand",
        ['Did you mean "participants"?'],
    ),
}
ALL = {
    f"{group}: {name}": case
    for group, cases in {
        "structure": STRUCTURE,
        "sources": SOURCES,
        "outcomes": OUTCOMES,
        "codebook": CODEBOOK,
        "roster": ROSTER,
        "plan": PLAN,
    }.items()
    for name, case in cases.items()
}


def place_of(fault):
    line, _, place = fault.place.partition(", ")
    return place if line.startswith("line ") else fault.place


@pytest.mark.parametrize(("edit", "place", "words"), ALL.values(), ids=ALL.keys())
def test_one_broken_rule_is_named_with_its_place(faults_after, edit, place, words):
    faults = faults_after(edit)
    places = (place,) if isinstance(place, str) else place
    if places is not None:
        assert sorted(place_of(fault) for fault in faults) == sorted(places), faults
    assert all(fault.file == edit[0] for fault in faults)
    for word in words:
        assert word in str(faults[0])
    assert all(fault.remedy for fault in faults)
