"""A wave that looks back can be taken for no survey, no baseline and no quiz."""

import pytest

from impact_eval.study import Study

STUDY, BOOK = "study.toml", "codebook.csv"
LATER = 'id = "later"\nlabel = "six weeks later"\n'
LABEL = '[[waves]]\nid = "then"\nlabel = "looking back"\n'


def wave(declared: str, before: str = LATER) -> tuple[str, str, str]:
    """The edit that declares a further wave with these keys."""
    return (STUDY, before, f"{before}\n{LABEL}{declared}")


def also(row: str) -> tuple[str, str, str]:
    """The edit that asks an item of the codebook looking back too, by name."""
    return (BOOK, row, f"{row}pre|post|later|then")


def contrast(old: str, new: str) -> tuple[str, str, str]:
    """The edit of contrasts."""
    return (STUDY, f"contrasts = {old}", f"contrasts = {new}")


GOOD = wave('kind = "retrospective"\nasked_in = "post"\n')

BOTH = '[["pre", "post"], ["pre", "later"]]'
OWN_RANGE = (STUDY, "later = [1, 4] }", "later = [1, 4], then = [1, 4] }")
NO_PROGRAMME = (
    (STUDY, 'design = "one_group"', 'design = "no_programme"'),
    (STUDY, 'programme = "the workshops"\n', ""),
)

# name: edits, place of the only fault, parts of the message
CASES = {
    "asked when": (
        [wave('kind = "retrospective"\n')],
        "waves[4].asked_in",
        ["on the form of which survey"],
    ),
    "asked in an unknown wave": (
        [wave('kind = "retrospective"\nasked_in = "psot"\n')],
        "waves[4].asked_in",
        ['Did you mean "post"?'],
    ),
    "asked in itself": (
        [wave('kind = "retrospective"\nasked_in = "then"\n')],
        "waves[4].asked_in",
        ["does not look back itself"],
    ),
    "asked before the programme": (
        [wave('kind = "retrospective"\nasked_in = "pre"\n')],
        "waves[4].asked_in",
        ["not in the first survey"],
    ),
    "a day of its own": (
        [wave('kind = "retrospective"\nasked_in = "post"\nsame_day = true\n')],
        "waves[4].same_day",
        ["no day of its own"],
    ),
    "asked_in of a survey": (
        [wave('asked_in = "post"\n'), OWN_RANGE],
        "waves[4].asked_in",
        ['kind = "retrospective"'],
    ),
    "without a programme": (
        [GOOD, *NO_PROGRAMME],
        "waves[4].kind",
        ["belongs to the designs one_group"],
    ),
    "a contrast of the plan": (
        [GOOD, contrast(BOTH, BOTH.replace("]]", '], ["then", "post"]]'))],
        "plan.contrasts[3]",
        ["names no wave that looks back", "also without any workshop"],
    ),
    "a family of the plan": (
        [GOOD, contrast('[["pre", "post"]]', '[["then", "post"]]')],
        "plan.families[1].contrasts[1]",
        ["names no wave that looks back"],
    ),
    "a range of its own": (
        [GOOD, OWN_RANGE],
        "outcomes[4].ranges.then",
        ["must be a declared wave"],
    ),
    "a quiz": (
        [
            GOOD,
            also("k1,student,knowledge,First,choice,,,b,,98|99,"),
            also("k2,student,knowledge,Second,choice,,,a|c,,98|99,"),
            also("k3,student,knowledge,Third,choice,,,d,,,"),
        ],
        None,
        ["only ratings of a scale are asked looking back"],
    ),
    "half a scale": (
        [GOOD, also("r1,student,confidence,I can,rating,1,5,,,98|99,")],
        None,
        ["all items of confidence have the same waves"],
    ),
}


@pytest.mark.parametrize(("edits", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_broken_rule_is_named_with_its_place(faults_after, edits, place, words):
    faults = faults_after(*edits)
    assert all(fault.remedy for fault in faults)
    if place is not None:
        (fault,) = faults
        assert fault.place.endswith(place)
    for word in words:
        assert word in " ".join(map(str, faults))


WIDE = """
[[sources]]
file = "simulated_looking_back.csv"
layout = "wide"
audience = "student"
wave_columns = { post = "{item}", then = { %s } }
columns = { school = "school", code = ["c1", "c2"] }

[[outcomes]]
id = "knowledge"
"""


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ('r1 = "t1"', "all items of confidence or none"),
        ('k1 = "t1"', "only ratings of a scale"),
    ],
)
def test_columns_that_are_named_hold_whole_scales(faults_after, columns, words):
    source = (STUDY, '\n[[outcomes]]\nid = "knowledge"\n', WIDE % columns)
    (fault,) = faults_after(GOOD, source)
    assert words in str(fault)
    assert "wave_columns.then" in fault.place


def test_it_is_no_wave_of_the_study_and_no_part_of_the_plan(write_study):
    study = Study.open("good", start=write_study(GOOD))
    assert study.wave_ids == ("pre", "post", "later")
    assert study.answer_wave_ids == ("pre", "post", "later", "then")
    assert list(study.facts().waves) == ["pre", "post", "later"]
    assert study.facts().looking_back["then"].asked_in == "post"
    assert not any("then" in str(line) for line in study.plan_content.items())
    asked = {item.item_id for item in study.item_rows if "then" in study.waves_of(item)}
    assert asked == {"r1", "r2", "e1"}


def test_to_declare_one_changes_no_lock(write_study):
    root = write_study(GOOD)
    declared = Study.open("good", start=root).plan_hash
    path = root / "studies" / "good" / STUDY
    edit = GOOD[2].replace(LATER, "")
    path.write_text(path.read_text(encoding="utf-8").replace(edit, ""), encoding="utf-8")
    assert Study.open("good", start=root).plan_hash == declared
