"""Google Forms' download: the moment, then a column headed by the text of each question."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from impact_eval.simulate.layouts.dress import Dress, write_text
from impact_eval.simulate.layouts.export import OF_A_PHONE, Export
from impact_eval.simulate.layouts.labels import headings_in, labelled_answers

_UNASKED: Final = ("calculate", "hidden")
# between the boxes that were ticked, in the download
_JOIN: Final = ";"


def write_google_forms(export: Export, path: Path, *, dress: Dress, language: str) -> None:
    """Write texts and labels; the day is a question of its own and keeps its name.

    Google Forms gives a response no id.
    """
    answers = export.answers
    unasked = [name for name in answers.columns if _is_unasked(export, name)]
    answers = answers.drop(columns=unasked)
    frame = labelled_answers(answers, export.form, language=language, joined_by=_JOIN)
    frame = frame.set_axis(headings_in(frame.columns, export.form, language=language), axis=1)
    moment = pd.to_datetime(export.frame["_submission_time"])
    frame.insert(0, "Timestamp", [f"{time:%Y/%m/%d %I:%M:%S %p} GMT" for time in moment])
    write_text(frame, path, dress=dress, quote_all=True)


def _is_unasked(export: Export, name: str) -> bool:
    """Say whether a telephone fills a column in by itself."""
    question = export.questions.get(name)
    return name in OF_A_PHONE or (question is not None and question.type in _UNASKED)
