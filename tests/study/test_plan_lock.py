"""plan.lock: written, read back, refused if it was changed by hand."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_eval.errors import StudyError
from impact_eval.study import Study
from impact_eval.study.locking.lock import make_lock, read_locks, write_locks

EARLY = dt.datetime(2024, 1, 15, 13, 0, tzinfo=dt.timezone(dt.timedelta(hours=5)))
LATER = dt.datetime(2024, 2, 1, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def locked(write_study):
    """The good study, locked twice; the second time with another mark."""
    root = write_study()
    study = Study.open("good", start=root)
    first = make_lock(study.plan_content, now=EARLY)
    again = {**study.plan_content, "outcomes.student.knowledge.mastery": 2.0}
    second = make_lock(again, now=LATER, reason='the "pilot"\nwas harder')
    write_locks(study.lock_file, [first, second], study_id="good")
    return root


def test_locks_are_read_back_as_they_were_made(locked):
    study = Study.open("good", start=locked)
    first, second = study.plan_locks
    assert first.content == study.plan_content
    assert first.locked_at == EARLY
    assert (first.day, second.day) == ("2024-01-15", "2024-02-01")
    assert second.reason == 'the "pilot" was harder'
    assert "2024-01-15T08:00:00Z" in study.lock_file.read_text(encoding="utf-8")


def test_facts_hold_the_locks_and_every_change(locked):
    study = Study.open("good", start=locked)
    facts = study.facts()
    assert facts.plan_declared_on == "2024-01-15"
    assert (facts.lock.first_on, facts.lock.last_on) == ("2024-01-15", "2024-02-01")
    assert facts.lock.names_primary
    there, back = facts.lock.deviations
    assert (there.then, there.now, there.locked_again) == (3.0, 2.0, "2024-02-01")
    assert (back.then, back.now, back.locked_again, back.reason) == (2.0, 3.0, "", "")


def test_without_a_lock_the_plan_has_its_own_day(write_study):
    study = Study.open("good", start=write_study())
    assert study.plan_locks == ()
    assert study.facts().lock is None


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('mastery" = 3.0', 'mastery" = 2.5', "a lock has the digest of what it holds"),
        ("locked_at = 2024-02-01", "locked_at = 2023-02-01", "in the order of their times"),
        (
            "locked_at = 2024-01-15T08:00:00Z",
            "locked_at = 2024-01-15",
            "as `impact-eval plan lock`",
        ),
        ("[[locks]]", "[[lock]]", "as `impact-eval plan lock`"),
        ("[[locks]]", "[[locks", "as `impact-eval plan lock`"),
    ],
)
def test_a_lock_that_was_changed_by_hand_is_refused(locked, old, new, rule):
    file = locked / "studies" / "good" / "plan.lock"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        Study.open("good", start=locked)
    assert {fault.file for fault in caught.value.faults} == {"plan.lock"}
    assert rule in str(caught.value)


values = st.one_of(
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=("Cs",))),
    st.lists(st.text(st.characters(exclude_categories=("Cs",)))),
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), values))
def test_any_content_survives_the_file(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "plan.lock"
    lock = make_lock(content, now=LATER)
    write_locks(path, [lock], study_id="any")
    (read,), faults = read_locks(path)
    assert faults == ()
    assert read == lock
    assert json.dumps(read.content, sort_keys=True) == json.dumps(content, sort_keys=True)
