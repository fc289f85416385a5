"""What is said of a plan's lock, and how changes are put into words."""

from dataclasses import replace

import pytest

from impact_eval.disclosure import Released
from impact_eval.facts import Deviation, LockFacts
from impact_eval.tables import deviation_table
from impact_eval.wording import deviation_words, main_changes, opening, plan_note
from impact_eval.wording.lint import lint_page

MARK = Deviation("outcomes.student.knowledge.mastery", 9.0, 8.0)
AMENDED = replace(MARK, locked_again="2023-02-01", reason="The pilot improved nothing.")
KEY = Deviation("outcomes.student.knowledge.items.k01.correct", ("b",), ("c",))


def locked(released: Released, *deviations: Deviation, last: str = "2023-01-10") -> Released:
    lock = LockFacts("2023-01-10", last, "0a" * 32, names_primary=True, deviations=deviations)
    facts = replace(released.facts, lock=lock, plan_declared_on="2023-01-10")
    return Released(released.frame, facts)


def late(released: Released) -> Released:
    return Released(released.frame.assign(cautions="few_clusters;plan_late"), released.facts)


@pytest.mark.parametrize(
    ("deviations", "last", "said", "unsaid"),
    [
        ((), "2023-01-10", "Nothing that was locked has been changed", "again"),
        ((MARK,), "2023-01-10", "what rests on it counts as exploratory", "Nothing"),
        ((AMENDED,), "2023-02-01", "again on 2023-02-01", "exploratory"),
        ((AMENDED, MARK), "2023-02-01", "counts as exploratory", "Nothing"),
    ],
)
def test_the_note_says_what_became_of_the_lock(released, deviations, last, said, unsaid):
    note = plan_note(locked(released, *deviations, last=last))
    assert "2023-01-10" in note
    assert said in note
    assert unsaid not in note
    assert "older than the plan" not in note


def test_without_a_lock_it_says_so_and_what_that_means(released):
    note = plan_note(released)
    assert "was not locked" in note
    assert "Nobody can check" in note


@pytest.mark.parametrize("with_lock", [False, True])
def test_a_plan_later_than_answers_says_so(released, with_lock):
    page = late(locked(released) if with_lock else released)
    assert "Answers of a later survey are older than the plan" in plan_note(page)


def test_a_plan_later_than_the_answers_of_one_phase_names_it(released):
    frame = released.frame
    first = next(iter(released.facts.phases))
    of_first = frame["cautions"].where(frame["phase"] != first, "plan_late")
    note = plan_note(Released(frame.assign(cautions=of_first), released.facts))
    assert f"{released.facts.phases[first]}: answers of a later survey are older" in note


@pytest.mark.parametrize(
    ("deviation", "words"),
    [
        (MARK, ("students: knowledge of online safety: mark", "9", "8")),
        (KEY, ("students: knowledge of online safety, item k01: right answers", "b", "c")),
        (Deviation("plan.weights", "respondent", "school"),
         ("what a mean is a mean of", "respondent", "school")),
        (Deviation("plan.exclude", None, ("batch",)), ("forms left out", "not declared", "batch")),
        (Deviation("families.main.outcomes.student", ("knowledge",), ("confidence",)),
         ("family main: outcomes of students", "knowledge", "confidence")),
        (Deviation("families.main.contrasts", (("pre", "post"),), (("pre", "follow_up"),)),
         ("family main: surveys compared", "pre to post", "pre to follow_up")),
        (Deviation("waves.post.same_day", True, None),
         ("right after the workshop: on the day of the programme", "yes", "not declared")),
        (Deviation("audiences.student.cluster", "school_id", "team"),
         ("students: cluster", "school_id", "team")),
        (Deviation("design", "one_group", "no_programme"),
         ("design", "one_group", "no_programme")),
        (Deviation("plan.some_new_key", None, 1.5), ("some new key", "not declared", "1.5")),
    ],
)  # fmt: skip
def test_a_change_is_put_into_words(released, deviation, words):
    assert deviation_words(released.facts, deviation, with_keys=True) == words


def test_pages_do_not_print_right_answers(released):
    table = deviation_table(locked(released, KEY))
    assert ">another answer<" in table.html
    assert ">c<" not in table.html


def test_the_table_groups_changes_by_their_lock_and_passes_the_lint(released):
    page = locked(released, AMENDED, MARK, KEY, last="2023-02-01")
    html = deviation_table(page).html
    assert "Locked again on 2023-02-01: The pilot improved nothing" in html
    assert "Not locked again" in html
    assert lint_page(f"<main><p>{plan_note(page)}</p>{html}</main>", page) == []


def test_there_is_no_table_without_a_change(released):
    assert deviation_table(released) is None
    assert deviation_table(locked(released)) is None


def test_nothing_takes_the_place_of_a_primary_outcome_that_was_changed(released):
    changed = released.frame.copy()
    primary = changed["role"] == "primary"
    changed.loc[primary, "plan_status"] = "changed_since_lock"
    changed.loc[primary, "role"] = "exploratory"
    page = Released(changed, locked(released, MARK).facts)
    assert main_changes(released)
    assert main_changes(page) == ()
    assert "nothing is put first" in opening(page)[0]
