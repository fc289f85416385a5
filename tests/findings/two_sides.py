"""A small study with a comparison, and its tables, drawn with a known effect."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.table_columns import COUNTS, LINKS_SUMMARY, QUARANTINE, REJECTED_ANSWERS, WORKSHOPS

STUDY = """
id = "sides"
title = "Two sides"
programme = "the workshops"
about = "Drawn for tests."
data = "simulated"
design = "{design}"
{lot}
roster = "roster.csv"

[[arms]]
id = "with"
label = "workshop schools"
programme = true

[[arms]]
id = "without"
label = "comparison schools"
programme = false
{waits}

[[phases]]
id = "only"
label = "The only phase"

[[waves]]
id = "pre"
label = "before the workshop"

[[waves]]
id = "post"
label = "weeks after the workshop"
{follow_up}

[[audiences]]
id = "student"
label = "students"
link = "{link}"
report_level = "school"
{cluster}

[[sources]]
file = "simulated_student.csv"
layout = "long"
audience = "student"
wave = {{ column = "wave" }}
columns = {{ school = "school", workshop = "class", answered_on = "on"{person} }}

[[outcomes]]
id = "knowledge"
audience = "student"
label = "knowledge"
kind = "ready_made"
unit = "questions right, out of 12"
direction = "higher"
{scale}
{smallest}

[plan]
declared_on = 2024-01-15
weights = "{weights}"
contrasts = [["pre", "post"]{contrast}]

[[plan.families]]
id = "main"
label = "the main question"
role = "primary"
estimand = "{estimand}"
contrasts = [["pre", "post"]]
outcomes = {{ student = ["knowledge"] }}

[[reports]]
id = "findings"
notebook = "findings"
title = "Findings"

[[reports]]
id = "programme"
notebook = "programme"
title = "Programme"

[[reports]]
id = "details"
notebook = "details"
title = "Details for statisticians"

[[reports]]
id = "data_quality"
notebook = "data_quality"
title = "Data quality"
"""

PERSON = {
    "roster_id": ', respondent = "number"',
    "code": ', code = ["number"]',
    "none": "",
}
TEAMS = 'cluster = "trainer_team"\ncluster_noun = ["trainer team", "trainer teams"]'
LOT = 'randomised_by = "a draw of lots in pairs of schools"'
SCALE = 'minimum = 0\nmaximum = 12\nmastery = 9\nmastery_label = "at least 9 of 12"'
FOLLOW_UP = '\n[[waves]]\nid = "follow_up"\nlabel = "a year after the workshop"'
TWO_SCALES = "ranges = { pre = [0, 12], post = [0, 24] }"


@dataclass(frozen=True)
class Truth:
    """What a draw contains, in questions right.

    With `per_team` over 1 so many schools of a side are served by one team, whose schools change
    alike by `team_sd`.
    """

    effect: float = 0.0
    secular: float = 0.8
    apart: float = 0.0
    schools: tuple[int, int] = (10, 10)
    students: int = 30
    school_sd: float = 0.6
    change_sd: float = 0.3
    person_sd: float = 1.6
    answer_sd: float = 1.2
    lost: tuple[float, float] = (0.03, 0.03)
    coded: float = 1.0
    left: float | None = None
    on: tuple[str, str] = ("2024-02-01", "2024-04-01")
    per_team: int = 1
    team_sd: float = 0.0


def open_study(
    root: Path,
    *,
    design: str = "comparison",
    link: str = "roster_id",
    weights: str = "respondent",
    estimand: str = "schools_like_these",
    strata: bool = False,
    schools: tuple[int, int] = (10, 10),
    scale: str = SCALE,
    smallest: str = "smallest_effect = 0.5",
    follow_up: bool = False,
    assigned_by: str = "",
    workshop_before: str = "",
    per_team: int = 1,
) -> Study:
    """Write the study's files under `root` and open it."""
    folder = root / "studies" / "sides"
    folder.mkdir(parents=True, exist_ok=True)
    text = STUDY.format(
        design=design,
        lot=_lot(design, assigned_by),
        waits=f'workshop_before = "{workshop_before}"' if workshop_before else "",
        link=link,
        cluster=TEAMS if per_team > 1 else "",
        person=PERSON[link],
        weights=weights,
        estimand=estimand,
        scale=scale,
        smallest=smallest,
        follow_up=FOLLOW_UP if follow_up else "",
        contrast=', ["pre", "follow_up"], ["post", "follow_up"]'
        if workshop_before
        else (', ["pre", "follow_up"]' if follow_up else ""),
    )
    (folder / "study.toml").write_text(text, encoding="utf-8")
    roster(schools, strata=strata, per_team=per_team).to_csv(folder / "roster.csv", index=False)
    return Study.open("sides", start=root)


def _lot(design: str, assigned_by: str) -> str:
    """Say how the schools were assigned, as the design wants it."""
    said = [f'assigned_by = "{assigned_by}"'] if assigned_by else []
    said += [LOT] if "lot" in (assigned_by, {"randomised": "lot"}.get(design)) else []
    return "\n".join(said)


def roster(schools: tuple[int, int], *, strata: bool = False, per_team: int = 1) -> pd.DataFrame:
    """Schools with workshops first, then the others, in teams and in pairs if asked for."""
    numbers = [one // per_team for n in schools for one in range(n)]
    table = pd.DataFrame(
        {
            "school_id": [f"s{i:02d}" for i in range(sum(schools))],
            "name": [f"School {i}" for i in range(sum(schools))],
            "province": "",
            "phase": "only",
            "arm": ["with"] * schools[0] + ["without"] * schools[1],
        }
    )
    if per_team > 1:
        table["trainer_team"] = [f"{arm} {i}" for arm, i in zip(table["arm"], numbers, strict=True)]
    return table.assign(stratum=[f"pair {i}" for i in numbers]) if strata else table


def draw_forms(seed: int, truth: Truth | None = None) -> pd.DataFrame:
    """Draw a form a row: school, class, number, wave, day and score."""
    truth = truth or Truth()
    rng = np.random.default_rng(seed)
    n_schools = sum(truth.schools)
    school = np.repeat(np.arange(n_schools), truth.students)
    with_it = school < truth.schools[0]
    level = 6 + rng.normal(0, truth.school_sd, n_schools)[school] + truth.apart * with_it
    drift = rng.normal(0, truth.change_sd, n_schools)[school]
    if truth.per_team > 1:
        team = np.unique(roster(truth.schools, per_team=truth.per_team)["trainer_team"],
                         return_inverse=True)[1]  # fmt: skip
        drift = drift + rng.normal(0, truth.team_sd, team.size)[team][school]
    change = truth.secular + truth.effect * with_it + drift
    person = rng.normal(0, truth.person_sd, school.size)
    classes = [f"{one}-{i % 3}" for i, one in enumerate(school)]
    coded = rng.random(school.size) < truth.coded
    waves = []
    stages = [("pre", 0.0), ("post", 1.0)]
    stages += [] if truth.left is None else [("follow_up", truth.left)]
    for wave, part in stages:
        later = float(wave != "pre")
        score = level + person + part * change + rng.normal(0, truth.answer_sd, school.size)
        lost = rng.random(school.size) < later * np.where(with_it, *truth.lost)
        forms = pd.DataFrame(
            {
                "school": [f"s{one:02d}" for one in school],
                "class": classes,
                "number": np.where(coded, [f"n{i:04d}" for i in range(school.size)], ""),
                "wave": wave,
                "on": truth.on[int(later)],
                "knowledge": np.clip(np.round(score, 2), 0, 12),
            }
        )
        waves.append(forms[~lost])
    return pd.concat(waves, ignore_index=True)


def draw_tables(
    seed: int, truth: Truth | None = None, *, strata: bool = False, linked: bool = True
) -> SurveyTables:
    """Put drawn forms into the tables that a preparation would make."""
    truth = truth or Truth()
    forms = draw_forms(seed, truth)
    submissions = pd.DataFrame(
        {
            "submission_id": np.arange(len(forms)),
            "source_file": "simulated_student.csv",
            "source_row": np.arange(len(forms)) + 2,
            "school_id": forms["school"],
            "workshop_id": forms["class"],
            "audience": "student",
            "phase": "only",
            "wave": forms["wave"],
            "answered_on": pd.to_datetime(forms["on"]),
            "flags": "",
        }
    )
    counts = (
        submissions.assign(fate="used", reason="", rows=1)
        .groupby([name for name in COUNTS if name != "rows"], as_index=False)["rows"]
        .sum()
    )
    person = forms["number"] if linked else pd.Series("", index=forms.index)
    return SurveyTables(
        schools=roster(truth.schools, strata=strata, per_team=truth.per_team),
        workshops=pd.DataFrame(columns=list(WORKSHOPS)),
        submissions=submissions,
        links=pd.DataFrame(
            {
                "submission_id": submissions["submission_id"],
                "respondent_id": person,
                "method": np.where(person == "", "none", "roster"),
            }
        ),
        scores=pd.DataFrame(
            {
                "submission_id": submissions["submission_id"],
                "outcome": "knowledge",
                "score": forms["knowledge"],
                "n_answered": 1,
            }
        ),
        counts=counts[list(COUNTS)],
        quarantine=pd.DataFrame(columns=list(QUARANTINE)),
        rejected_answers=pd.DataFrame(columns=list(REJECTED_ANSWERS)),
        links_summary=pd.DataFrame(columns=list(LINKS_SUMMARY)),
    )
