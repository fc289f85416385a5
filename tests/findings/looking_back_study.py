"""The small study with a wave that looks back, and what was said in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from small_study import open_study

from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.table_columns import LOOKING_BACK

WAVE = """
[[waves]]
id = "then"
label = "looking back"
kind = "retrospective"
asked_in = "post"
"""


def open_looking_back(root: Path, *, study: str = "small", **declared: object) -> Study:
    """Write the small study with the wave `then`, asked on the form of `post`, and open it."""
    open_study(root, **declared)  # type: ignore[arg-type]
    path = root / "studies" / study / "study.toml"
    path.write_text(path.read_text(encoding="utf-8") + WAVE, encoding="utf-8")
    return Study.open(study, start=root)


def with_looking_back(
    tables: SurveyTables,
    seed: int,
    *,
    shift: float,
    spread: float = 0.3,
    answered: float = 1.0,
    between_schools: float = 0.0,
) -> SurveyTables:
    """Let people look back at their own true earlier score, moved by a known shift.

    Who left no earlier form has an earlier score too: the mean of the earlier scores.
    """
    rng = np.random.default_rng(seed)
    forms = tables.submissions
    score = tables.scores[tables.scores["outcome"] == "confidence"]
    score = score.set_index("submission_id")["score"]
    person = tables.links.set_index("submission_id")["respondent_id"]
    students = forms[(forms["audience"] == "student") & forms["wave"].isin(["pre", "post"])]
    about = students[["submission_id", "school_id", "wave"]].assign(
        score=students["submission_id"].map(score), person=students["submission_id"].map(person)
    )
    before = about[(about["wave"] == "pre") & (about["person"] != "")]
    own = before.drop_duplicates("person").set_index("person")["score"]
    after = about[about["wave"] == "post"]
    earlier = after["person"].map(own)
    mean = about[about["wave"] == "pre"].groupby("school_id")["score"].mean()
    earlier = earlier.fillna(after["school_id"].map(mean))
    schools, place = np.unique(after["school_id"], return_inverse=True)
    moved = rng.normal(0, between_schools, schools.size)[place] if between_schools else 0.0
    said = earlier.to_numpy() + shift + moved + rng.normal(0, spread, len(after))
    asked = rng.random(len(after)) < answered
    table = pd.DataFrame(
        {
            "submission_id": after["submission_id"].to_numpy(),
            "wave": "then",
            "outcome": "confidence",
            "score": said,
            "n_answered": 3,
        }
    )[asked]
    return replace(tables, looking_back=table[list(LOOKING_BACK)].reset_index(drop=True))
