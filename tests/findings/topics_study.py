"""A small study whose items have topics, and its tables, drawn with a known change of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.surveys.score import score
from impact_eval.table_columns import COUNTS, LINKS_SUMMARY, QUARANTINE, REJECTED_ANSWERS, WORKSHOPS

# outcome, topic, weight of each item; the quiz has topics of 3, 2 and 1 items
ITEMS = {
    "k1": ("knowledge", "accounts", "1"),
    "k2": ("knowledge", "accounts", "2"),
    "k3": ("knowledge", "accounts", "1"),
    "k4": ("knowledge", "scams", "1"),
    "k5": ("knowledge", "scams", "1"),
    "k6": ("knowledge", "privacy", "1"),
    "c1": ("confidence", "scams", "1"),
    "c2": ("confidence", "privacy", "1"),
    "c3": ("confidence", "privacy", "1"),
}
TOPICS = {"privacy": "privacy", "accounts": "passwords", "scams": "scams", "alone": "one alone"}
CHANGES = {"accounts": 0.8, "scams": 0.8, "privacy": 0.8}

STUDY = """
id = "topics"
title = "By topic"
programme = "the workshops"
about = "Drawn for tests."
data = "simulated"
design = "{design}"
{lot}
roster = "roster.csv"
codebook = "codebook.csv"
{arms}

[[phases]]
id = "only"
label = "The only phase"

[[waves]]
id = "pre"
label = "before"

[[waves]]
id = "post"
label = "afterwards"

[[audiences]]
id = "student"
label = "students"
link = "{link}"
report_level = "programme"

{topics}

[[sources]]
file = "simulated_student.csv"
layout = "long"
audience = "student"
wave = {{ column = "wave" }}
columns = {{ school = "school", workshop = "class", answered_on = "on"{person} }}

[[outcomes]]
id = "knowledge"
audience = "student"
label = "knowledge of online safety"
kind = "index"
unit = "points of the quiz, out of 7"
direction = "higher"
minimum_answered = {needed}
smallest_effect = 0.3
{secular}

[[outcomes]]
id = "confidence"
audience = "student"
label = "confidence"
kind = "scale"
unit = "mean rating, 1 to 5"
direction = "higher"
minimum_answered = 2

[plan]
declared_on = 2024-01-15
weights = "{weights}"
contrasts = [["pre", "post"]]

[[plan.families]]
id = "main"
label = "the main question"
role = "primary"
estimand = "schools_like_these"
contrasts = [["pre", "post"]]
outcomes = {{ student = ["knowledge"] }}

[[reports]]
id = "details"
notebook = "details"
title = "Details"
"""
ARMS = """
[[arms]]
id = "with"
label = "workshop schools"
programme = true

[[arms]]
id = "without"
label = "comparison schools"
programme = false
"""
SECULAR = 'secular = [0.0, 0.2]\nsecular_source = "other studies"'


def open_study(
    root: Path,
    *,
    design: str = "one_group",
    weights: str = "respondent",
    n_schools: int = 12,
    items: Mapping[str, tuple[str, str, str]] | None = None,
    needed: int = 5,
) -> Study:
    """Write the study's files under `root` and open it."""
    folder = root / "studies" / "topics"
    folder.mkdir(parents=True, exist_ok=True)
    items = ITEMS if items is None else items
    used = {topic for _, topic, _ in items.values()}
    staggered = design == "staggered"
    two = design in ("comparison", "randomised", "staggered")
    lot = {"randomised": 'randomised_by = "a draw"', "staggered": 'assigned_by = "choice"'}
    linked = design != "cross_sections"
    text = STUDY.format(
        design=design,
        lot=lot.get(design, ""),
        arms=ARMS if two else "",
        link="roster_id" if linked else "none",
        person=', respondent = "number"' if linked else "",
        topics="".join(
            f'[[topics]]\nid = "{topic}"\nlabel = "{label}"\n\n'
            for topic, label in TOPICS.items()
            if topic in used
        ),
        needed=needed,
        secular="" if two else SECULAR,
        weights=weights,
    )
    (folder / "study.toml").write_text(text, encoding="utf-8")
    roster(n_schools, staggered=staggered).to_csv(folder / "roster.csv", index=False)
    rows = [
        (item, "student", outcome, f"Question {item}", *_scoring(item), weight, topic)
        for item, (outcome, topic, weight) in items.items()
    ]
    columns = ["item_id", "audience", "outcome", "label", "type", "minimum", "maximum", "correct"]
    table = pd.DataFrame(rows, columns=[*columns, "weight", "topic"])
    table.to_csv(folder / "codebook.csv", index=False)
    return Study.open("topics", start=root)


def _scoring(item: str) -> tuple[str, str, str, str]:
    return ("choice", "", "", "a") if item.startswith("k") else ("rating", "1", "5", "")


def roster(n_schools: int, *, staggered: bool = False) -> pd.DataFrame:
    """Schools, every second one with the programme."""
    table = pd.DataFrame(
        {
            "school_id": [f"s{i:02d}" for i in range(n_schools)],
            "name": [f"School {i}" for i in range(n_schools)],
            "phase": "only",
        }
    )
    with_it = [i % 2 == 0 for i in range(n_schools)]
    if staggered:
        begun = ["post" if one else "" for one in with_it]
        days = ["2024-03-01" if one else "" for one in with_it]
        return table.assign(workshop_wave=begun, workshop_on=days)
    return table.assign(arm=["with" if one else "without" for one in with_it])


def draw_tables(
    seed: int,
    study: Study,
    *,
    changes: Mapping[str, float] | None = None,
    n_schools: int = 12,
    students: int = 20,
    missing: float = 0.05,
    easy: float = 0.0,
) -> SurveyTables:
    """Draw answers: a change of each topic in logits, at the programme's schools if some have none.

    `easy` makes the item k4 easier, in logits.
    """
    rng = np.random.default_rng(seed)
    changes = CHANGES if changes is None else changes
    school = np.repeat(np.arange(n_schools), students)
    with_it = (school % 2 == 0) if study.arms else np.ones(school.size, bool)
    ability = rng.normal(0, 0.6, n_schools)[school] + rng.normal(0, 0.8, school.size)
    drift = rng.normal(0, 0.15, n_schools)[school]
    waves = []
    for later, wave in enumerate(("pre", "post")):
        answers = {}
        for item, (_, topic, _) in ITEMS.items():
            shift = later * (drift + changes[topic] * with_it)
            level = ability + shift + (easy if item == "k4" else 0.0)
            noise = rng.logistic(size=school.size)
            given = (level + noise > 0).astype(float)
            if item.startswith("c"):
                given = np.clip(np.round(3 + 0.8 * (level + 0.5 * noise)), 1, 5)
            answers[item] = np.where(rng.random(school.size) < missing, np.nan, given)
        waves.append(pd.DataFrame({"school": school, "wave": wave, "who": np.arange(school.size),
                                   **answers})[rng.random(school.size) > 0.06])  # fmt: skip
    forms = pd.concat(waves, ignore_index=True)
    submissions = pd.DataFrame(
        {
            "submission_id": np.arange(len(forms)),
            "source_file": "simulated_student.csv",
            "source_row": np.arange(len(forms)) + 2,
            "school_id": [f"s{one:02d}" for one in forms["school"]],
            "workshop_id": "",
            "audience": "student",
            "phase": "only",
            "wave": forms["wave"],
            "answered_on": pd.Timestamp("2024-02-01"),
            "flags": "",
            **{item: forms[item] for item in ITEMS},
        }
    )
    counts = (
        submissions.assign(fate="used", reason="", rows=1)
        .groupby([name for name in COUNTS if name != "rows"], as_index=False)["rows"]
        .sum()
    )
    linked = study.audiences[0].link != "none"
    person = [f"n{one}" if linked else "" for one in forms["who"]]
    return SurveyTables(
        schools=study.roster_table,
        workshops=pd.DataFrame(columns=list(WORKSHOPS)),
        submissions=submissions,
        links=pd.DataFrame(
            {
                "submission_id": submissions["submission_id"],
                "respondent_id": person,
                "method": "roster" if linked else "none",
            }
        ),
        scores=score(submissions, study),
        counts=counts[list(COUNTS)],
        quarantine=pd.DataFrame(columns=list(QUARANTINE)),
        rejected_answers=pd.DataFrame(columns=list(REJECTED_ANSWERS)),
        links_summary=pd.DataFrame(columns=list(LINKS_SUMMARY)),
    )
