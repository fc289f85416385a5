"""A small study whose schools begin at different dates, and its tables, with known effects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.table_columns import COUNTS, LINKS_SUMMARY, QUARANTINE, REJECTED_ANSWERS, WORKSHOPS

WAVES = ("spring", "summer", "autumn", "winter")
DAYS = ("2024-03-01", "2024-06-01", "2024-09-01", "2024-12-01")
HELD = ("2024-02-15", "2024-04-15", "2024-07-15", "2024-10-15")
STUDY = """
id = "roll_out"
title = "One after the other"
programme = "the workshops"
about = "Drawn for tests."
data = "simulated"
design = "staggered"
assigned_by = "{assigned_by}"
{lot}
roster = "roster.csv"

[[arms]]
id = "begun"
label = "schools after their workshop"
programme = true

[[arms]]
id = "waiting"
label = "schools still waiting"
programme = false

[[phases]]
id = "only"
label = "The only phase"

{waves}
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
minimum = 0
maximum = 12
mastery = 7
mastery_label = "at least 7 of 12"
smallest_effect = 0.5

[plan]
declared_on = 2024-01-15
weights = "{weights}"
contrasts = [["spring", "winter"]]

[[plan.families]]
id = "main"
label = "the main question"
role = "primary"
estimand = "schools_like_these"
contrasts = [["spring", "winter"]]
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
WAVE = """[[waves]]
id = "{wave}"
label = "in {wave}"
"""
PERSON = {"roster_id": ', respondent = "number"', "none": ""}
TEAMS = 'cluster = "trainer_team"\ncluster_noun = ["trainer team", "trainer teams"]'
LOT = 'randomised_by = "a draw of lots for the order of the schools"'


@dataclass(frozen=True)
class Truth:
    """What a draw contains, in questions right.

    `cohorts` holds schools by the place of the survey that follows their workshop, `None` for
    never; `effect` holds for each such place the effect in the first survey after the workshop and
    what each further survey adds; `drift` is how much faster schools change that begin earlier.
    With `strata` schools of a group lie in so many strata by turns. With `per_team` over 1 so many
    schools are served by one team, which begins as a whole or, if `mixed_teams`, in several groups.
    """

    cohorts: tuple[tuple[int | None, int], ...] = ((1, 8), (2, 8), (None, 8))
    effect: tuple[tuple[int, float, float], ...] = ()
    students: int = 25
    secular: float = 0.3
    drift: float = 0.0
    per_team: int = 1
    mixed_teams: bool = False
    strata: int = 0
    apart: float = 0.0
    school_sd: float = 0.5
    change_sd: float = 0.15
    person_sd: float = 1.4
    answer_sd: float = 1.1
    lost: float = 0.02

    @property
    def overall(self) -> float:
        """Mean over groups, by schools, of each group's mean effect while others still waited."""
        last_waiting = max(4 if one is None else one for one, _ in self.cohorts)
        effect = {place: (first, more) for place, first, more in self.effect}
        sums = [
            (n, np.mean([effect[one][0] + effect[one][1] * s for s in range(last_waiting - one)]))
            for one, n in self.cohorts
            if one is not None and 0 < one < last_waiting and one in effect
        ]
        total = sum(n for n, _ in sums)
        return float(sum(n * mean for n, mean in sums) / total) if sums else 0.0


def begun_of(truth: Truth) -> list[int | None]:
    """Place of the first survey after each school's workshop."""
    return [place for place, n in truth.cohorts for _ in range(n)]


def roster(truth: Truth) -> pd.DataFrame:
    """Schools in the order of their workshops."""
    begun = begun_of(truth)
    teams = len(begun) // truth.per_team
    table = pd.DataFrame(
        {
            "school_id": [f"s{i:02d}" for i in range(len(begun))],
            "name": [f"School {i}" for i in range(len(begun))],
            "province": "",
            "phase": "only",
            "workshop_wave": ["" if place is None else WAVES[place] for place in begun],
            "workshop_on": ["" if place is None else HELD[place] for place in begun],
        }
    )
    if truth.strata:
        table["stratum"] = [f"stratum {i % truth.strata}" for i in range(len(begun))]
    if truth.per_team == 1:
        return table
    own = [i % teams if truth.mixed_teams else i // truth.per_team for i in range(len(begun))]
    return table.assign(trainer_team=[f"t{i:02d}" for i in own])


def write_study(
    root: Path,
    truth: Truth | None = None,
    *,
    assigned_by: str = "choice",
    link: str = "roster_id",
    weights: str = "respondent",
) -> Study:
    """Write the study's files under `root` and open it."""
    folder = root / "studies" / "roll_out"
    folder.mkdir(parents=True, exist_ok=True)
    text = STUDY.format(
        cluster=TEAMS if (truth or Truth()).per_team > 1 else "",
        assigned_by=assigned_by,
        lot=LOT if assigned_by == "lot" else "",
        waves="\n".join(WAVE.format(wave=wave) for wave in WAVES),
        link=link,
        person=PERSON[link],
        weights=weights,
    )
    (folder / "study.toml").write_text(text, encoding="utf-8")
    roster(truth or Truth()).to_csv(folder / "roster.csv", index=False)
    return Study.open("roll_out", start=root)


def draw_forms(seed: int, truth: Truth | None = None) -> pd.DataFrame:
    """Draw a form a row: school, class, number, wave, day and score."""
    truth = truth or Truth()
    rng = np.random.default_rng(seed)
    places = begun_of(truth)
    begun = np.array([len(WAVES) if one is None else one for one in places])
    school = np.repeat(np.arange(len(places)), truth.students)
    early = (begun < begun.max()).astype(float)
    level = 5 + rng.normal(0, truth.school_sd, len(places)) + truth.apart * early
    person = rng.normal(0, truth.person_sd, school.size)
    effects = {place: (first, more) for place, first, more in truth.effect}
    parts = []
    for wave, name in enumerate(WAVES):
        since = wave - begun
        first, more = np.transpose([effects.get(one, (0.0, 0.0)) for one in begun])
        effect = np.where(since >= 0, first + more * since, 0.0)
        shift = truth.secular * wave + truth.drift * wave * (len(WAVES) - begun)
        at_school = level + effect + shift + rng.normal(0, truth.change_sd, len(places))
        score = at_school[school] + person + rng.normal(0, truth.answer_sd, school.size)
        stays = rng.random(school.size) >= truth.lost * (wave > 0)
        forms = pd.DataFrame(
            {
                "school": [f"s{one:02d}" for one in school],
                "class": [f"s{one:02d}-{i % 2}" for i, one in enumerate(school)],
                "number": [f"n{i:04d}" for i in range(school.size)],
                "wave": name,
                "on": DAYS[wave],
                "knowledge": np.clip(np.round(score, 2), 0, 12),
            }
        )
        parts.append(forms[stays])
    return pd.concat(parts, ignore_index=True)


def draw_tables(seed: int, truth: Truth | None = None, *, linked: bool = True) -> SurveyTables:
    """Put drawn forms into the tables that a preparation would make."""
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
        schools=roster(truth or Truth()),
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
