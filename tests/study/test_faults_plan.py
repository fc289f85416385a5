"""Rules of the plan, each broken once in the good study."""

import pytest

STUDY = "study.toml"
SEX = """, sex = "sex" }
consent_values = ["yes"]
values = { sex = { girl = "female", boy = "male" } }"""

# name: (file, old text, new text), place without its line, parts of the message
WAYS = 'subgroups = ["sex"]\n\n[plan.specifications]\n'

CASES = {
    "no other way": (
        (STUDY, 'subgroups = ["sex"]\n', WAYS),
        "plan.specifications",
        ["names at least one alternative"],
    ),
    "unknown way": (
        (STUDY, 'subgroups = ["sex"]\n', WAYS + 'scoring = ["top_boxes"]\n'),
        "plan.specifications.scoring[1]",
        ['Did you mean "top_box"?'],
    ),
    "way twice": (
        (STUDY, 'subgroups = ["sex"]\n', WAYS + 'answers = ["half", "half"]\n'),
        "plan.specifications.answers",
        ["names an alternative once"],
    ),
    "weights that the plan has already": (
        (STUDY, 'subgroups = ["sex"]\n', WAYS + 'weights = ["beneficiary"]\n'),
        "plan.specifications.weights",
        ["other than the plan's own"],
    ),
    "schools that wait where none do": (
        (STUDY, 'subgroups = ["sex"]\n', WAYS + 'waiting = ["to_the_end"]\n'),
        "plan.specifications.waiting",
        ["needs schools that begin at different dates"],
    ),
    "forms put back that nobody left out": (
        (STUDY, 'subgroups = ["sex"]\n', WAYS + 'exclusions = ["none"]\n'),
        "plan.specifications.exclusions",
        ["needs a plan that leaves forms out"],
    ),
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


@pytest.mark.parametrize(("edit", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_broken_rule_is_named_with_its_place(assert_faults, edit, place, words):
    assert_faults(edit, place, words)
