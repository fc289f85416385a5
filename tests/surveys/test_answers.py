"""Answers as places: nothing is lost when files are put together, cut out or blanked."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from impact_eval.surveys.answers import (
    NOT_ASKED,
    NOTHING,
    Answers,
    ItemAnswers,
    ReadAnswer,
    smallest,
)
from impact_eval.table_columns import ANSWER_KINDS

ANSWERED, REJECTED = ANSWER_KINDS.index("answered"), ANSWER_KINDS.index("rejected")
READ = st.one_of(
    st.just(NOTHING),
    st.builds(ReadAnswer, st.sampled_from([0.0, 1.0, 4.5]), st.integers(1, 9), st.just(ANSWERED)),
    st.just(ReadAnswer(math.nan, 0, REJECTED)),
)
FILES = st.lists(st.lists(READ, max_size=8), min_size=1, max_size=4)


def item(answers: list[ReadAnswer]) -> ItemAnswers:
    different = [NOTHING]
    for answer in answers:
        if repr(answer) not in map(repr, different):
            different.append(answer)
    places = [[repr(one) for one in different].index(repr(answer)) for answer in answers]
    return ItemAnswers(np.array(places, dtype=np.uint8), tuple(different))


def of(answers: list[ReadAnswer]) -> Answers:
    return Answers({"k1": item(answers)}, len(answers))


def told(answers: Answers) -> list[str]:
    one = answers.items["k1"]
    cells = zip(one.numbers.tolist(), one.written.tolist(), one.kinds.tolist(), strict=True)
    return [repr(ReadAnswer(*cell)) for cell in cells]


@given(FILES)
def test_files_are_put_together_and_cut_apart_again(files: list[list[ReadAnswer]]) -> None:
    whole = Answers.stacked([of(file) for file in files])
    assert told(whole) == [repr(answer) for file in files for answer in file]
    start = 0
    for file in files:
        part = whole.taken(slice(start, start + len(file)))
        assert (part.n, told(part)) == (len(file), [*map(repr, file)])
        start += len(file)


@given(st.lists(READ, min_size=1, max_size=8), st.integers(0, 7))
def test_an_erased_form_says_nothing_and_the_others_what_they_said(
    file: list[ReadAnswer], at: int
) -> None:
    answers, gone = of(file), min(at, len(file) - 1)
    answers.erase(np.array([gone]))
    assert told(answers) == [
        repr(NOTHING if row == gone else answer) for row, answer in enumerate(file)
    ]


def test_counts_leave_out_what_was_not_asked() -> None:
    file = [ReadAnswer(1.0, 7, ANSWERED), NOTHING, ReadAnswer(math.nan, 0, REJECTED), NOTHING]
    counts = of(file).items["k1"].counts(np.arange(4))
    assert (sum(counts), counts[ANSWERED], counts[REJECTED]) == (2, 1, 1)


def test_forms_are_added_without_answers() -> None:
    answers = of([ReadAnswer(1.0, 7, ANSWERED)]).extended(3)
    assert answers.n == 3
    assert answers.kinds(["k1"]).tolist() == [[ANSWERED, NOT_ASKED, NOT_ASKED]]


def test_many_different_answers_need_more_than_a_byte() -> None:
    assert smallest(256) == np.uint8
    assert smallest(257) == np.uint16
    many = [ReadAnswer(float(number), number, ANSWERED) for number in range(1, 300)]
    halves = [of(many[:150]), of(many[150:])]
    assert told(Answers.stacked(halves)) == [*map(repr, many)]
