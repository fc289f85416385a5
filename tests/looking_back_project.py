"""A study in which nothing changed and people looked back: its files, with a known shift."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from impact_eval.study import Study

STUDY = """
id = "looking_back"
title = "Asked before, after, and how it was before"
programme = "the workshops"
about = "Sixteen schools."
data = "simulated"
design = "one_group"
roster = "roster.csv"
codebook = "codebook.csv"
phases = [{ id = "first", label = "First" }]
waves = [
    { id = "pre", label = "before the workshop" },
    { id = "post", label = "after the workshop" },
    { id = "then", label = "looking back", kind = "retrospective", asked_in = "post" },
]
audiences = [{ id = "student", label = "students", link = "roster_id", report_level = "province" }]
reports = [
    { id = "findings", notebook = "findings", title = "Findings" },
    { id = "details", notebook = "details", title = "Details for statisticians" },
]

[[sources]]
file = "before.csv"
layout = "long"
audience = "student"
wave = "pre"
columns = { school = "school", respondent = "number" }

[[sources]]
file = "after.csv"
layout = "wide"
audience = "student"
wave_columns = { post = "{item}", then = "then_{item}" }
columns = { school = "school", respondent = "number" }

[[outcomes]]
id = "confidence"
audience = "student"
label = "confidence"
kind = "scale"
unit = "mean rating, 1 to 7"
direction = "higher"
minimum_answered = 3
smallest_effect = 0.2
secular = [-0.1, 0.1]
secular_source = "other studies"

[[outcomes]]
id = "knowledge"
audience = "student"
label = "knowledge"
kind = "index"
unit = "questions right, out of 2"
direction = "higher"
minimum_answered = 2

[plan]
declared_on = 2024-01-01
weights = "respondent"
contrasts = [["pre", "post"]]
estimators = ["stacked", "adjusted_gain"]

[[plan.families]]
id = "main"
label = "the main question"
role = "primary"
estimand = "schools_like_these"
contrasts = [["pre", "post"]]
outcomes = { student = ["confidence"] }
"""
CODEBOOK = """item_id,audience,outcome,label,type,minimum,maximum,correct
c1,student,confidence,I can ask for help,rating,1,7,
c2,student,confidence,I can say no,rating,1,7,
c3,student,confidence,I can help others,rating,1,7,
k1,student,knowledge,What is a password,choice,,,a
k2,student,knowledge,What is a link,choice,,,a
"""
ARMS = """design = "comparison"
arms = [
    { id = "with", label = "workshop schools", programme = true },
    { id = "without", label = "comparison schools", programme = false },
]
"""
SCALE = ("c1", "c2", "c3")
SHIFT = -0.5


def open_looking_back(
    root: Path,
    *,
    change: float = 0.0,
    shift: float = SHIFT,
    schools: int = 16,
    people: int = 15,
    arms: bool = False,
) -> Study:
    """Write a study of three answers a person, the last of which look back, and open it."""
    folder, raw = root / "studies" / "looking_back", root / "data" / "raw" / "looking_back"
    for place in (folder, raw):
        place.mkdir(parents=True)
    text = STUDY.replace('design = "one_group"\n', ARMS) if arms else STUDY
    text = text.replace('"stacked", "adjusted_gain"', '"stacked"') if arms else text
    (folder / "study.toml").write_text(text, encoding="utf-8")
    (folder / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    names = [f"s{number:02d}" for number in range(schools)]
    roster = pd.DataFrame({"school_id": names, "name": names, "province": "A", "phase": "first"})
    roster["arm"] = ["with", "without"] * (schools // 2)
    roster.assign(kind="mixed", trainer_team="t").to_csv(folder / "roster.csv", index=False)
    before, after = answers(change=change, shift=shift, schools=names, people=people)
    before.to_csv(raw / "before.csv", index=False)
    after.to_csv(raw / "after.csv", index=False)
    return Study.open("looking_back", start=root)


def answers(
    *, change: float, shift: float, schools: list[str], people: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ratings of 1 to 7 before and after, and of the time before as people then rate it."""
    rng = np.random.default_rng(7)
    n = len(schools) * people
    place = np.repeat(np.arange(len(schools)), people)
    who = pd.DataFrame({"school": np.array(schools)[place], "number": np.arange(n) + 1})
    person = 4 + rng.normal(0, 0.8, n) + rng.normal(0, 0.3, len(schools))[place]

    def ratings(level: np.ndarray) -> dict[str, np.ndarray]:
        return {item: rated(level, rng) for item in SCALE}

    def quiz() -> dict[str, np.ndarray]:
        return {item: rng.choice(["a", "b"], n) for item in ("k1", "k2")}

    before = who.assign(**ratings(person), **quiz())
    then = {f"then_{item}": column for item, column in ratings(person + shift).items()}
    return before, who.assign(**ratings(person + change), **quiz(), **then)


def rated(level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whole ratings around a level."""
    return np.clip(np.round(level + rng.normal(0, 0.7, level.size)), 1, 7).astype(int)
