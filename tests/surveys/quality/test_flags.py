"""Each flag on its smallest cases."""

import numpy as np
import pandas as pd
import pytest

from impact_eval.surveys.quality.batches import batches
from impact_eval.surveys.quality.copies import identical_answers
from impact_eval.surveys.quality.digits import digit_preference
from impact_eval.surveys.quality.durations import speeding
from impact_eval.surveys.quality.interviewers import interviewer_clusters
from impact_eval.surveys.quality.standing_out import chance_of_so_many
from impact_eval.surveys.quality.strings import (
    at_end,
    longest_run,
    repeated_pattern,
    straightlining,
)

LAST_REVERSED = np.array([False] * 7 + [True])
NOT_REVERSED = np.array([False] * 8)


def codes(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.uint64)


def test_a_gap_breaks_a_string() -> None:
    assert longest_run(codes([3, 3, 0, 3, 3, 3])).tolist() == [3]
    assert longest_run(codes([0, 0, 0])).tolist() == [0]


@pytest.mark.parametrize(
    ("answers", "reverse", "expected"),
    [
        ([5] * 8, LAST_REVERSED, True),
        ([5] * 7 + [1], LAST_REVERSED, False),  # consistent: the reversed item is disagreed with
        ([1, 1, 5, 5, 5, 5, 5, 5], LAST_REVERSED, True),
        ([1, 1, 1, 5, 5, 5, 5, 5], LAST_REVERSED, False),  # five in a row
        ([4] * 8, NOT_REVERSED, True),
        ([4] * 7 + [3], NOT_REVERSED, False),
        ([4, 4, 4, 4, 4, 0, 0, 0], NOT_REVERSED, False),  # fewer than six answers
        ([0] * 8, NOT_REVERSED, False),
    ],
)
def test_straightlining(answers: list[int], reverse: np.ndarray, expected: bool) -> None:
    assert straightlining(codes(answers), reverse).tolist() == [expected]


def test_a_long_list_asks_for_half_of_it() -> None:
    reverse = np.array([False] * 10 + [True] + [False] * 5)
    nine = [1, 2, 1, 2, 1] + [3] * 7 + [1, 2, 1, 2]
    assert straightlining(codes(nine), reverse).tolist() == [False]
    nine[4:5] = [3]
    assert straightlining(codes(nine), reverse).tolist() == [True]


def test_only_the_end_of_the_list_is_an_end() -> None:
    answers = codes([5] * 6, [4] * 6)
    assert at_end(answers, answers.astype(float), 5.0).tolist() == [True, False]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([1, 2, 3, 4, 5] * 3, True),
        ([1, 2] * 5, True),
        ([1, 2] * 4, False),  # six repeated answers
        ([3] * 10, False),
        ([1, 2, 3, 4, 5] * 2 + [1, 2, 3, 4, 4], False),
        ([1, 2, 0, 4, 5] * 3, False),
    ],
)
def test_repeated_pattern(answers: list[int], expected: bool) -> None:
    assert repeated_pattern(codes(answers)).tolist() == [expected]


def test_speeding_by_item_and_by_the_median() -> None:
    seconds = np.array([600.0] * 20 + [199.0, 201.0, 19.0, -5.0, np.nan])
    found = speeding(seconds, np.full(25, 10))
    assert found.tolist() == [False] * 20 + [True, False, True, False, False]
    few = speeding(np.array([600.0, 199.0, 19.0]), np.full(3, 10))
    assert few.tolist() == [False, False, True]


def distinct(n: int, k: int = 30) -> np.ndarray:
    return np.random.default_rng(3).integers(1, 5, size=(n, k)).astype(np.uint64)


def test_identical_answers_need_another_person_at_the_same_place() -> None:
    answers = distinct(6)
    answers[1:4] = answers[0]
    place = np.array(["a", "a", "b", "a", "a", "a"])
    person = np.array(["p", "q", "r", "", "s", "t"])
    found = identical_answers(answers, place, person)
    assert found.tolist() == [True, True, False, True, False, False]
    same = identical_answers(answers[:2], place[:2], np.array(["p", "p"]))
    assert not same.any()


def test_items_that_all_answer_alike_prove_nothing() -> None:
    answers = distinct(10)
    answers[:, 2:] = 1
    answers[1] = answers[0]
    assert not identical_answers(answers, np.full(10, "a"), np.full(10, "")).any()


def test_batches_are_of_one_source() -> None:
    start = pd.Timestamp("2024-05-01 10:00")
    ended = pd.Series(start + pd.to_timedelta([0, 10, 20, 30, 40, 100], unit="s"))
    assert batches(np.full(6, "a"), ended).tolist() == [True] * 6
    assert not batches(np.array(list("aabbab")), ended).any()
    assert not batches(np.full(6, ""), ended).any()
    assert not batches(np.full(6, "a"), ended.where(ended < start)).any()


def test_interviewers_who_invent_answers_vary_less_and_lie_apart() -> None:
    rng = np.random.default_rng(5)
    answers = rng.normal(size=(120, 12))
    who = np.repeat(np.array(list("abcdef")), 20)
    school = np.tile(np.array(["x", "y"]), 60)
    honest = interviewer_clusters(answers, who, school).set_index("unit_id")
    assert honest["within"].between(0.7, 1.3).all()
    assert honest["between"].abs().max() < 0.1
    answers[who == "c"] = 1.5 + 0.3 * answers[who == "c"]
    invented = interviewer_clusters(answers, who, school).set_index("unit_id")
    assert invented.index[invented["within"] < 0.5].tolist() == ["c"]
    assert invented.index[invented["between"] > 0.25].tolist() == ["c"]


def test_an_interviewer_alone_in_a_school_is_compared_with_nobody() -> None:
    answers = np.random.default_rng(5).normal(size=(80, 12))
    who = np.repeat(np.array(list("abcd")), 20)
    alone = interviewer_clusters(answers, who, who)
    assert alone["between"].isna().all()
    assert len(interviewer_clusters(answers, np.where(who == "d", "", who), who)) == 0


def test_digits_count_whole_numbers() -> None:
    assert digit_preference(np.array([20.0, 25.0, 21.5, 33.0, np.nan])) == (2, 3)


def test_chance_is_one_where_nothing_can_be_said() -> None:
    none = chance_of_so_many(*(np.array(one) for one in ([0, 4], [9, 9], [3, 0], [50, 0])))
    assert none.tolist() == [1.0, 1.0]
