"""Google Forms' download: the moment, then a column headed by the text of each question."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from impact_eval.simulate.layouts.dress import Dress, write_text
from impact_eval.simulate.layouts.export import OF_A_PHONE, Export
from impact_eval.simulate.layouts.labels import headings_in, labelled_answers


def write_google_forms(export: Export, path: Path, *, dress: Dress, language: str) -> None:
    """Write texts and labels; the day is a question of its own and keeps its name.

    Google Forms gives a response no id.
    """
    answers = export.answers.drop(columns=[*OF_A_PHONE], errors="ignore")
    frame = labelled_answers(answers, export.form, language=language)
    frame = frame.set_axis(headings_in(frame.columns, export.form, language=language), axis=1)
    moment = pd.to_datetime(export.frame["_submission_time"])
    frame.insert(0, "Timestamp", [f"{time:%Y/%m/%d %I:%M:%S %p} GMT" for time in moment])
    write_text(frame, path, dress=dress, quote_all=True)
