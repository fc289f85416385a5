"""Rules of outcomes, each broken once in the good study."""

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

# name: (file, old text, new text), place without its line, parts of the message
CASES = {
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
    "unit that says too little": (
        (STUDY, 'unit = "days, 0 to 4"', 'unit = "Days"'),
        "outcomes[3].unit",
        ["says what a number counts"],
    ),
    "no items": (
        (STUDY, "maximum = 20", f"maximum = 20\n{WITHOUT_ITEMS}"),
        "outcomes[6]",
        ["an outcome has items", 'no item of "trust" in codebook.csv'],
    ),
}


@pytest.mark.parametrize(("edit", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_broken_rule_is_named_with_its_place(assert_faults, edit, place, words):
    assert_faults(edit, place, words)
