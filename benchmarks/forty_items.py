"""The study of the benchmarks of reading: 20 questions with a key and 20 ratings, in two waves.

Invented people in 40 schools; the file is a CSV as KoboToolbox writes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ITEMS = 20
SCHOOLS = 40
TOML = """
id = "benchmark"
title = "A benchmark"
programme = "the workshops"
about = "Nobody."
data = "simulated"
design = "one_group"
roster = "roster.csv"
codebook = "codebook.csv"

[[phases]]
id = "only"
label = "Only"

[[waves]]
id = "pre"
label = "before"

[[waves]]
id = "post"
label = "after"

[[audiences]]
id = "student"
label = "students"
link = "code"
report_level = "school"

[[subgroups]]
id = "sex"
label = "sex"
levels = { female = "girls", male = "boys" }

[[sources]]
file = "simulated_students.csv"
layout = "kobo"
audience = "student"
wave = { column = "wave", values = { before = "pre", after = "post" } }
consent_values = ["yes"]
values = { sex = { girl = "female", boy = "male" } }

[sources.columns]
school = "school"
answered_on = "today"
consent = "consent"
code = ["code_1", "code_2", "code_3", "code_4"]
sex = "sex"

[[outcomes]]
id = "knowledge"
audience = "student"
label = "knowledge"
kind = "index"
unit = "questions right, out of 20"
direction = "higher"
minimum_answered = 15

[[outcomes]]
id = "confidence"
audience = "student"
label = "confidence"
kind = "scale"
unit = "mean rating, 1 to 5"
direction = "higher"
minimum_answered = 15

[plan]
declared_on = 2024-01-01
weights = "respondent"
contrasts = [["pre", "post"]]
"""
HEADER = "item_id,audience,outcome,label,type,minimum,maximum,correct,reverse,missing_codes,waves"


def write_project(root: Path, people: int) -> Path:
    """Write a study and its survey file."""
    folder, raw = root / "studies" / "benchmark", root / "data" / "raw" / "benchmark"
    folder.mkdir(parents=True)
    raw.mkdir(parents=True)
    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    rows = [f"s{n:02d},School {n},A,only,mixed,t{n}" for n in range(SCHOOLS)]
    roster = ["school_id,name,province,phase,kind,trainer_team", *rows]
    (folder / "roster.csv").write_text("\n".join(roster) + "\n", encoding="utf-8")
    quiz = [f"k{n:02d},student,knowledge,Q {n},choice,,,b,,98," for n in range(ITEMS)]
    scale = [f"c{n:02d},student,confidence,S {n},rating,1,5,,,98," for n in range(ITEMS)]
    codebook = [HEADER, *quiz, *scale]
    (folder / "codebook.csv").write_text("\n".join(codebook) + "\n", encoding="utf-8")
    path = raw / "simulated_students.csv"
    draw(people).to_csv(path, sep=";", index=False, quoting=1)
    return path


def draw(people: int) -> pd.DataFrame:
    """Forms of all people in both waves."""
    rng = np.random.default_rng(people)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    person = np.tile(np.arange(people), 2)
    n = person.size

    def words(length: int) -> np.ndarray[Any, Any]:
        drawn = letters[rng.integers(0, 26, size=(people, length))]
        return np.array(["".join(word) for word in drawn])[person]

    days = np.datetime64("2024-03-04") + rng.integers(0, 30, size=n)
    frame = {
        "today": days.astype(str),
        "school": np.char.add("s", np.char.zfill((person % SCHOOLS).astype(str), 2)),
        "wave": np.repeat(["before", "after"], people),
        "consent": np.where(rng.random(n) < 0.985, "yes", "no"),
        "sex": rng.choice(["girl", "boy"], size=people)[person],
        "code_1": words(3),
        "code_2": rng.integers(1, 32, size=people).astype(str)[person],
        "code_3": rng.integers(0, 7, size=people).astype(str)[person],
        "code_4": words(3),
    }
    for k in range(ITEMS):
        frame[f"k{k:02d}"] = rng.choice(["a", "b", "c", "d", "98", ""], size=n)
    for k in range(ITEMS):
        frame[f"c{k:02d}"] = rng.choice(["1", "2", "3", "4", "5", "98", ""], size=n)
    digits = rng.bytes(16 * n).hex()
    frame["_uuid"] = np.array([digits[32 * k : 32 * k + 32] for k in range(n)])
    frame["_submission_time"] = np.char.add(days.astype(str), "T10:00:00")
    frame["_index"] = np.arange(1, n + 1).astype(str)
    return pd.DataFrame(frame)
