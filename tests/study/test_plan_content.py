"""What a lock holds: one thing altered in a study alters what it should, and nothing else."""

import pytest

from impact_eval.facts import Deviation
from impact_eval.study import Audience, Family, Outcome, Phase, Plan, Study, Wave
from impact_eval.study.codebook import ITEMS
from impact_eval.study.locking.content import _SHOWN, content_hash
from impact_eval.study.locking.deviations import deviations

TOML, BOOK = "study.toml", "codebook.csv"
TEAMS = 'cluster = "trainer_team"\ncluster_noun = ["trainer team", "trainer teams"]\n'
WEIGHTS = 'weights = "beneficiary"'
CUT_OFF = "[quality]\nseconds_per_item = 9\n[plan]\n"

HELD = {
    "key": ((BOOK, "First,choice,,,b", "First,choice,,,c"),
            ["outcomes.student.knowledge.items.k1.correct"]),
    "direction of an item": ((BOOK, ",yes,", ",,"),
                             ["outcomes.student.confidence.items.r2.reverse"]),
    "mark": ((TOML, "mastery = 3\n", "mastery = 2\n"), ["outcomes.student.knowledge.mastery"]),
    "smallest effect": ((TOML, "smallest_effect = 0.5", "smallest_effect = 0.4"),
                        ["outcomes.student.knowledge.smallest_effect"]),
    "secular": ((TOML, "secular = [0.1, 0.3]", "secular = [0.0, 0.3]"),
                ["outcomes.student.knowledge.secular"]),
    "range": ((TOML, "post = [1, 4], later", "post = [0, 4], later"),
              ["outcomes.teacher.test.ranges.post"]),
    "direction": ((TOML, 'unit = "days, 0 to 4"\ndirection = "neutral"',
                   'unit = "days, 0 to 4"\ndirection = "lower"'),
                  ["outcomes.student.exposure.direction"]),
    "cluster": ((TOML, TEAMS, ""), ["audiences.student.cluster"]),
    "weights": ((TOML, 'weights = "beneficiary"', 'weights = "school"'), ["plan.weights"]),
    "level": ((TOML, 'weights = "beneficiary"', 'weights = "beneficiary"\nconf_level = 0.9'),
              ["plan.conf_level"]),
    "estimators": ((TOML, 'estimators = ["stacked", "adjusted_gain"]\n', ""),
                   ["plan.estimators"]),
    "subgroups": ((TOML, 'subgroups = ["sex"]\n', ""), ["plan.subgroups", "subgroups.sex"]),
    "ways": ((TOML, 'subgroups = ["sex"]\n',
              'subgroups = ["sex"]\n[plan.specifications]\nweights = ["school"]\n'),
             ["plan.specifications.weights"]),
    "exclusions": ((TOML, WEIGHTS, WEIGHTS + '\nexclude = ["batch"]'), ["plan.exclude"]),
    "family's role": ((TOML, 'role = "primary"', 'role = "secondary"'), ["families.main.role"]),
    "family's outcomes": ((TOML, '["knowledge", "confidence"]', '["knowledge"]'),
                          ["families.main.outcomes.student"]),
    "family's phases": ((TOML, 'phases = ["phase_2"]\n', ""), ["families.main.phases"]),
    "same day": ((TOML, "same_day = true\n", ""), ["waves.post.same_day"]),
}  # fmt: skip

NOT_HELD = {
    "title": (TOML, 'title = "A good study"', 'title = "Un bon projet"'),
    "outcome's label": (TOML, 'label = "confidence"', 'label = "assurance"'),
    "item's label": (BOOK, ",First,", ",Question one,"),
    "unit": (TOML, 'unit = "questions right, out of 3"', 'unit = "right answers"'),
    "source of the range": (TOML, '"earlier groups"', '"other groups"'),
    "family's label": (TOML, '"the main question"', '"question principale"'),
    "file": (TOML, 'file = "simulated_teachers.xlsx"', 'file = "simulated_t.xlsx"'),
    "page": (TOML, 'title = "Findings"', 'title = "What was found"'),
    "declared day": (TOML, "2024-01-15", "2024-02-15"),
    "order of a list": (TOML, '[["pre", "post"], ["pre", "later"]]',
                        '[["pre", "later"], ["pre", "post"]]'),
    "order of members": (TOML, '["knowledge", "confidence"]', '["confidence", "knowledge"]'),
    "formatting": (TOML, "mastery = 3\n", "mastery   =   3.0 # out of 3\n"),
    "a default written down": (TOML, 'weights = "beneficiary"',
                               'conf_level = 0.95\nweights = "beneficiary"'),
    "cut-offs that leave nobody out": (TOML, "[plan]\n", CUT_OFF),
}  # fmt: skip


@pytest.fixture
def edited(write_study, tmp_path_factory):
    """The content of the good study before and after an edit."""

    def contents(*edits):
        root = write_study()
        before = Study.open("good", start=root)
        for name, old, new in edits:
            path = before.folder / name
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            path.write_text(text.replace(old, new), encoding="utf-8")
        return before, Study.open("good", start=root)

    return contents


@pytest.mark.parametrize("what", HELD)
def test_what_is_held_changes_its_own_lines_and_the_digest(edited, what):
    edit, keys = HELD[what]
    before, after = edited(edit)
    assert [one.key for one in deviations(before.plan_content, after.plan_content)] == keys
    assert content_hash(before.plan_content) != content_hash(after.plan_content)
    assert before.plan_hash != after.plan_hash


@pytest.mark.parametrize("what", NOT_HELD)
def test_what_is_not_held_changes_nothing(edited, what):
    before, after = edited(NOT_HELD[what])
    assert deviations(before.plan_content, after.plan_content) == ()
    assert before.plan_hash == after.plan_hash


def test_cut_offs_are_held_where_the_plan_leaves_forms_out(edited):
    exclude = (TOML, WEIGHTS, WEIGHTS + '\nexclude = ["speeding"]')
    before, after = edited(exclude, (TOML, "[plan]\n", CUT_OFF))
    keys = [one.key for one in deviations(before.plan_content, after.plan_content)]
    assert keys == ["plan.exclude", "quality.seconds_per_item"]


def test_what_a_quiz_takes_for_a_wrong_answer_is_held(write_study):
    book = write_study() / "studies" / "good" / BOOK
    head, *rows = book.read_text(encoding="utf-8").splitlines()

    def content(codes):
        lines = [f"{head},dont_know_codes", *(f"{row},{codes.get(row[:2], '')}" for row in rows)]
        book.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return Study.open("good", start=book.parents[2]).plan_content

    none, told = content({}), content({"k1": "98", "r1": "98"})
    of_k1, of_k2 = (f"outcomes.student.knowledge.items.{k}.dont_know_codes" for k in ("k1", "k2"))
    # a rating scores no missing code, whatever it means; k3 has none
    assert deviations(none, told) == (Deviation(of_k1, "none", ("98",)),)
    assert {key for key in none if "dont_know" in key} == {of_k1, of_k2}
    assert "not declared" not in str(none[of_k2])


def test_a_deviation_holds_what_was_and_what_is():
    found = deviations({"a": ["x"], "b": 1.0}, {"a": ["x", "y"], "c": True})
    assert found == (
        Deviation("a", ("x",), ("x", "y")),
        Deviation("b", 1.0, None),
        Deviation("c", None, True),
    )


FIELDS = {
    "phases": Phase,
    "waves": Wave,
    "audiences": Audience,
    "outcomes": Outcome,
    "families": Family,
    "plan": Plan,
}


@pytest.mark.parametrize("section", _SHOWN)
def test_what_is_mere_display_exists(section):
    known = ITEMS if section == "items" else FIELDS[section].model_fields
    assert _SHOWN[section] <= {*known}
