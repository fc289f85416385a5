"""Rules of the codebook, each broken once in the good study."""

import pytest

# name: (file, old text, new text), place without its line, parts of the message
CASES = {
    "column missing": (
        ("codebook.csv", "label,type", "lable,type"),
        "column label",
        ["The heading of column D is nearly the same"],
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


@pytest.mark.parametrize(("edit", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_broken_rule_is_named_with_its_place(assert_faults, edit, place, words):
    assert_faults(edit, place, words)
