"""Items to outcomes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from survey_project import Project, form

from impact_eval.study import Outcome
from impact_eval.surveys.score import score_answers

NAN = np.nan


def outcome(kind: str, minimum_answered: int | None) -> Outcome:
    return Outcome.model_validate(
        {
            "id": "o",
            "audience": "student",
            "label": "o",
            "kind": kind,
            "unit": "points",
            "direction": "higher",
            "minimum_answered": minimum_answered,
        }
    )


@pytest.mark.parametrize(
    ("answers", "expected", "n_answered"),
    [
        ([1, 1, 0, 1], 3, 4),
        ([1, 1, 0, NAN], 2 / 3 * 4, 3),
        ([0, 0, 0, 0], 0, 4),
        ([1, 1, NAN, NAN], NAN, 2),
        ([NAN, NAN, NAN, NAN], NAN, 0),
    ],
)
def test_index_counts_right_answers_prorated(
    answers: list[float], expected: float, n_answered: int
) -> None:
    scores, answered = score_answers(np.array([answers]), outcome("index", 3))
    assert scores[0] == pytest.approx(expected, nan_ok=True)
    assert answered[0] == n_answered


@pytest.mark.parametrize(
    ("answers", "expected"), [([1, 5, 3], 3), ([1, 4, NAN], 2.5), ([5, NAN, NAN], NAN)]
)
def test_scale_is_the_mean_of_what_was_answered(answers: list[float], expected: float) -> None:
    scores, _ = score_answers(np.array([answers]), outcome("scale", 2))
    assert scores[0] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("low", [-2.0, 0.0, 1.0])
@pytest.mark.parametrize("beyond", [NAN, np.inf, -np.inf])
def test_what_is_no_number_counts_as_no_answer(low: float, beyond: float) -> None:
    answers = np.array([[low, low + 3.0, beyond], [beyond, beyond, low]])
    values, n_answered = score_answers(answers, outcome("scale", 1))
    assert values.tolist() == [low + 1.5, low]
    assert n_answered.tolist() == [2, 1]


def test_without_a_declared_minimum_all_items_are_needed() -> None:
    scores, _ = score_answers(np.array([[1.0, 2.0], [1.0, NAN]]), outcome("scale", None))
    assert scores.tolist() == pytest.approx([1.5, NAN], nan_ok=True)


def test_nobody() -> None:
    scores, answered = score_answers(np.empty((0, 3)), outcome("scale", 1))
    assert scores.shape == answered.shape == (0,)


@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 1.0, NAN]), min_size=5, max_size=5), min_size=1, max_size=20
    )
)
def test_index_lies_within_its_range_and_is_a_count_if_nothing_is_missing(
    rows: list[list[float]],
) -> None:
    answers = np.array(rows)
    scores, _ = score_answers(answers, outcome("index", 1))
    known = np.isfinite(scores)
    assert ((scores[known] >= 0) & (scores[known] <= 5)).all()
    whole = np.isfinite(answers).all(axis=1)
    np.testing.assert_allclose(scores[whole], answers[whole].sum(axis=1))
    assert (known == np.isfinite(answers).any(axis=1)).all()


def test_scores_stand_under_their_submission(project: Project) -> None:
    tables = project.prepare_forms(form(), form(code_1="8", k1="98", c1="", c2="1", c3="98"))
    table = tables.scores.pivot_table(index="submission_id", columns="outcome", values="score")
    assert table["knowledge"].tolist() == [3, 3]  # 98 is no answer: nothing says it means unknown
    assert table["confidence"].tolist()[:1] == [pytest.approx((4 + 4 + 5) / 3)]
    answered = tables.scores.set_index(["submission_id", "outcome"])["n_answered"]
    assert answered.to_dict() == {
        (0, "knowledge"): 3,
        (0, "confidence"): 3,
        (1, "knowledge"): 2,
        (1, "confidence"): 1,
    }


@given(st.lists(st.sampled_from([0.0, 1.0, NAN]), min_size=4, max_size=4))
def test_equal_weights_of_any_size_only_stretch_an_index(row: list[float]) -> None:
    answers = np.array([row])
    plain, _ = score_answers(answers, outcome("index", 1))
    heavy, _ = score_answers(answers, outcome("index", 1), weights=np.full(4, 3.0))
    np.testing.assert_allclose(heavy, 3 * plain)
    mean, _ = score_answers(answers, outcome("scale", 1), weights=np.full(4, 3.0))
    np.testing.assert_allclose(mean, plain / 4)
