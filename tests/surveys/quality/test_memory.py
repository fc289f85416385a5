"""The forms are let go once they are judged, though nobody looks for circles while reading."""

import sys
import weakref
from typing import Any

import pytest
from survey_project import Project, form


def test_nothing_of_judging_holds_the_forms(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules["impact_eval.surveys.prepare"]
    judge_forms, score = vars(module)["judge_forms"], vars(module)["score"]
    judged: list[weakref.ref[Any]] = []
    held: list[bool] = []

    def judge(used: Any, *arguments: Any) -> Any:
        judged.append(weakref.ref(used.answers))
        return judge_forms(used, *arguments)

    def look_and_score(*arguments: Any) -> Any:
        held.extend(one() is not None for one in judged)
        return score(*arguments)

    monkeypatch.setattr(module, "judge_forms", judge)
    monkeypatch.setattr(module, "score", look_and_score)
    project.prepare_forms(form(), form(code_1="8"))
    assert held == [False]
