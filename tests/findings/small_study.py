"""A small study and its tables, drawn here so that findings are tested without other parts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.table_columns import (
    ANSWER_KINDS,
    COUNTS,
    ITEM_COUNTS,
    LINKS_SUMMARY,
    PRIVACY,
    QUARANTINE,
    REJECTED_ANSWERS,
    WORKSHOPS,
)

QUIZ = tuple(f"k{number:02d}" for number in range(1, 13))
SCALE = ("c01", "c02", "c03")
AUDIENCES = ("student", "teacher")
# what only designs with two sides have: two_sides.py
OF_SIDES = (
    "effect",
    "effect_since",
    "effect_of_group",
    "equal_trends",
    "baseline_difference",
    "attrition_difference",
    "effect_with_lost",
    "modelled_effect",
    "effect_odds_ratio",
    "cox_index",
)
# what only studies have that know who was not seen again: test_with_lost.py
OF_NUMBERS = ("weight_balance", "effective_sample", "missing_information")
# what only studies with parents and their children have: test_pairs.py
OF_PAIRS = (
    *("pair_mean", "pair_agreement", "pair_kappa", "pair_difference"),
    "schools_without_pairs",
)

# what only studies with a question about exposure have: test_exposures.py
# what only studies have in which people looked back: test_looking_back.py
OF_LOOKING_BACK = ("mean_looking_back", "response_shift", "change_looking_back")

# what only studies have whose items have topics: topics_study.py
OF_TOPICS = ("topic_mean", "topic_change", "topic_effect", "topic_difference")

OF_EXPOSURE = ("exposure_share", "exposed_mean", "exposure_gap", "exposure_slope")
OF_EXPOSURE += ("exposure_change",)

STUDY = """
id = "small"
title = "A small study"
{programme}
about = "Drawn for tests."
data = "simulated"
design = "{design}"
roster = "roster.csv"
codebook = "codebook.csv"
attendance = "simulated_attendance.csv"

[[phases]]
id = "phase_1"
label = "Phase 1"
claimed = {{ student = 900, teacher = 60 }}

[[phases]]
id = "phase_2"
label = "Phase 2"
claimed = {{ student = 5000, teacher = 400 }}

[[waves]]
id = "pre"
label = "before"

[[waves]]
id = "post"
label = "right after"
same_day = true

[[waves]]
id = "follow_up"
label = "weeks later"

[[audiences]]
id = "student"
label = "students"
cluster = "{cluster}"
cluster_noun = ["trainer team", "trainer teams"]
link = "{link}"
report_level = "school"

[[audiences]]
id = "teacher"
label = "teachers"
link = "{link}"
report_level = "province"

[[subgroups]]
id = "sex"
label = "sex"
levels = {{ female = "girls and women", male = "boys and men" }}

{sources}

{outcomes}

[plan]
declared_on = "2023-01-15"
weights = "{weights}"
contrasts = [["pre", "post"], ["pre", "follow_up"]]
estimators = {estimators}
subgroups = ["sex"]

[[plan.families]]
id = "main"
label = "the main question"
role = "{main_role}"
phases = ["phase_2"]
estimand = "schools_like_these"
contrasts = [["pre", "post"]]
outcomes = {{ student = ["knowledge", "confidence"], teacher = ["knowledge"] }}

[[plan.families]]
id = "later"
label = "what was still different later"
role = "secondary"
phases = ["phase_2"]
estimand = "schools_like_these"
contrasts = [["pre", "follow_up"]]
outcomes = {{ student = ["knowledge"] }}

[[plan.families]]
id = "first_schools"
label = "the first schools' own participants"
role = "secondary"
phases = ["phase_1"]
estimand = "participants"
contrasts = [["pre", "post"]]
outcomes = {{ student = ["knowledge"] }}
"""

SOURCE = """
[[sources]]
file = "simulated_{audience}.csv"
layout = "long"
audience = "{audience}"
wave = {{ column = "wave" }}
columns = {{ school = "school", workshop = "workshop", answered_on = "on", sex = "sex", {person} }}
values = {{ sex = {{ f = "female", m = "male" }} }}
"""

PERSON = {"code": 'code = ["code"]', "roster_id": 'respondent = "number"', "none": ""}

KNOWLEDGE = """
[[outcomes]]
id = "knowledge"
audience = "{audience}"
label = "knowledge"
kind = "index"
unit = "questions right, out of 12"
direction = "{direction}"
minimum_answered = 10
mastery = 9
mastery_label = "at least 9 of 12 right"
{declared}
"""

CONFIDENCE = """
[[outcomes]]
id = "confidence"
audience = "student"
label = "confidence"
kind = "scale"
unit = "points from 1 to 5"
direction = "higher"
minimum_answered = 2
smallest_effect = 0.2
secular = [0.0, 0.1]
secular_source = "other studies"
"""

DECLARED = """smallest_effect = 0.5
secular = [0.25, 0.65]
secular_source = "other studies"
over_aligned = true
"""


@dataclass(frozen=True)
class Truth:
    """What a draw contains: changes in questions right, spreads, sizes, shares."""

    secular: float = 0.45
    effect: float = 0.0
    later_effect: float = 0.0
    school_sd: float = 0.8
    school_change_sd: float = 0.3
    team_change_sd: float = 0.2
    workshop_change_sd: float = 0.2
    person_sd: float = 1.6
    answer_sd: float = 1.5
    schools: tuple[int, int] = (2, 24)
    students: int = 24
    teachers: int = 6
    linked: float = 0.7
    leavers: float = 0.0
    items: bool = True


def open_study(
    root: Path,
    *,
    design: str = "one_group",
    cluster: str = "trainer_team",
    link: str = "code",
    weights: str = "respondent",
    direction: str = "higher",
    declared: str = DECLARED,
    schools: tuple[int, int] = (2, 24),
) -> Study:
    """Write the small study's files under `root` and open it."""
    folder = root / "studies" / "small"
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = "".join(
        KNOWLEDGE.format(audience=audience, direction=direction, declared=declared)
        for audience in AUDIENCES
    )
    sources = "".join(
        SOURCE.format(audience=audience, person=PERSON[link]).replace(",  }", " }")
        for audience in AUDIENCES
    )
    text = STUDY.format(
        design=design,
        cluster=cluster,
        link=link,
        weights=weights,
        programme="" if design == "no_programme" else 'programme = "a programme"',
        main_role="secondary" if direction == "neutral" else "primary",
        sources=sources,
        estimators='["stacked"]' if link == "none" else '["stacked", "adjusted_gain"]',
        outcomes=outcomes + CONFIDENCE,
    )
    (folder / "study.toml").write_text(text, encoding="utf-8")
    roster(schools).to_csv(folder / "roster.csv", index=False)
    codebook().to_csv(folder / "codebook.csv", index=False)
    return Study.open("small", start=root)


def roster(schools: tuple[int, int]) -> pd.DataFrame:
    """Schools of two phases; each trainer team of phase 2 has two schools."""
    numbers = [(phase + 1, index) for phase in (0, 1) for index in range(schools[phase])]
    provinces = ("Sindh", "Punjab", "Balochistan")
    return pd.DataFrame(
        {
            "school_id": [f"p{phase}-{index:03d}" for phase, index in numbers],
            "name": [f"School {phase} {index}" for phase, index in numbers],
            "province": [provinces[index % 3] for _, index in numbers],
            "phase": [f"phase_{phase}" for phase, _ in numbers],
            "kind": ["girls" if index % 2 == 0 else "boys" for _, index in numbers],
            "trainer_team": [
                f"t{phase}-{index if phase == 1 else index // 2:03d}" for phase, index in numbers
            ],
        }
    )


def codebook() -> pd.DataFrame:
    """A quiz for each audience, and a scale for students."""
    rows = [
        {"item_id": f"{audience[0]}_{item}", "audience": audience, "outcome": "knowledge",
         "label": f"Question {item}", "type": "choice", "correct": "a"}
        for audience in AUDIENCES
        for item in QUIZ
    ]  # fmt: skip
    rows += [
        {"item_id": item, "audience": "student", "outcome": "confidence",
         "label": f"Statement {item}", "type": "rating", "minimum": "1", "maximum": "5",
         "reverse": "yes" if item == "c03" else ""}
        for item in SCALE
    ]  # fmt: skip
    columns = ["item_id", "audience", "outcome", "label", "type", "minimum", "maximum"]
    columns += ["correct", "reverse", "missing_codes", "waves"]
    return pd.DataFrame(rows).reindex(columns=columns).astype("str").fillna("")


def draw_tables(seed: int, truth: Truth | None = None) -> SurveyTables:
    """Draw the small study's tables with a known truth."""
    truth = truth or Truth()
    rng = np.random.default_rng(seed)
    schools = roster(truth.schools)
    parts = [
        _draw_audience(rng, schools, audience, truth, per_school, first)
        for first, (audience, per_school) in enumerate(
            (("student", truth.students), ("teacher", truth.teachers))
        )
    ]
    people = pd.concat(parts, ignore_index=True)
    people.insert(0, "submission_id", np.arange(len(people)))
    submissions = people.drop(columns=["respondent_id", "knowledge", "confidence"])
    method = np.where(people["respondent_id"] == "", "none", "exact")
    counts = (
        people.assign(source_file="simulated_a.csv", fate="used", reason="", rows=1)
        .groupby([name for name in COUNTS if name != "rows"], as_index=False)["rows"]
        .sum()
    )
    return SurveyTables(
        schools=schools,
        workshops=_attendance(people),
        submissions=submissions,
        links=people[["submission_id", "respondent_id"]].assign(method=method),
        scores=_scores(people),
        counts=counts[list(COUNTS)],
        quarantine=pd.DataFrame(columns=list(QUARANTINE)),
        rejected_answers=pd.DataFrame(columns=list(REJECTED_ANSWERS)),
        links_summary=_expected_by_chance(people),
        item_counts=_item_counts(submissions),
        quality=_quality(submissions),
        privacy=pd.DataFrame(
            [
                ("identifying_columns", "telephone", 2),
                ("disclosures", "", 12),
                ("withdrawals_not_found", "", 11),
                ("consents_missing", "parent_survey", 14),
                ("consents_limited", "respondent_quoting_before_without_texts", 13),
            ],
            columns=list(PRIVACY),
        ),
    )


def _expected_by_chance(people: pd.DataFrame) -> pd.DataFrame:
    """A hundredth of a link in each school and audience, between every two waves."""
    places = people[["audience", "school_id"]].drop_duplicates()
    waves = pd.DataFrame(
        combinations(("pre", "post", "follow_up"), 2), columns=["wave_from", "wave_to"]
    )
    table = places.merge(waves, how="cross").assign(expected_false=0.01)
    return table.reindex(columns=list(LINKS_SUMMARY))


def _item_counts(forms: pd.DataFrame) -> pd.DataFrame:
    """Half of the wrong answers are "don't know", and a gap in c02 is one that was refused."""
    rows = []
    for (audience, phase, wave), of in forms.groupby(["audience", "phase", "wave"]):
        for item in [name for name in forms.columns if name[-3:] in (*QUIZ, *SCALE)]:
            if of[item].isna().all():
                continue
            gaps = int(of[item].isna().sum())
            unsure = int((of[item] == 0).sum()) // 2
            counts = dict.fromkeys(ANSWER_KINDS, 0) | {"answered": len(of) - gaps - unsure}
            counts["refused" if item == "c02" else "blank"] = gaps
            counts["dont_know"] = unsure
            rows.append((audience, phase, wave, item, *counts.values()))
    return pd.DataFrame(rows, columns=list(ITEM_COUNTS))


def _quality(submissions: pd.DataFrame) -> pd.DataFrame:
    """Flag every sixth form."""
    sixth = submissions["submission_id"].to_numpy()[::6]
    return pd.DataFrame({"submission_id": sixth, "flag": "straightlining"}).astype({"flag": "str"})


def _draw_audience(
    rng: np.random.Generator,
    schools: pd.DataFrame,
    audience: str,
    truth: Truth,
    per_school: int,
    first: int,
) -> pd.DataFrame:
    """Everybody's forms in three waves, with two to nine workshops a school."""
    first_phase = schools["phase"] == "phase_1"
    sizes = np.where(first_phase, 5 * per_school, per_school)
    index = np.repeat(np.arange(len(schools)), sizes)
    n = index.size
    place = np.concatenate([np.arange(size) for size in sizes])
    n_workshops = np.where(first_phase, 6, 2)
    workshop = place % n_workshops[index]
    team = pd.factorize(schools["trainer_team"])[0][index]
    change = (
        rng.normal(0, truth.school_change_sd, len(schools))[index]
        + rng.normal(0, truth.team_change_sd, team.max() + 1)[team]
        + rng.normal(0, truth.workshop_change_sd, (len(schools), 10))[index, workshop]
    )
    person = rng.normal(0, truth.person_sd, n) + rng.normal(0, truth.school_sd, len(schools))[index]
    person_id = np.array([f"{audience}-{number}" for number in range(n)])
    sex = np.where(rng.random(n) < 0.5, "female", "male")
    waves = []
    for number, wave in enumerate(("pre", "post", "follow_up")):
        gain = {"pre": 0.0, "post": truth.secular + truth.effect}.get(
            wave, truth.secular + truth.later_effect
        )
        level = 6 + person + (number > 0) * (gain + change) + rng.normal(0, truth.answer_sd, n)
        stays = rng.random(n) >= (number == 2) * truth.leavers * (person < 0) * 2
        coded = rng.random(n) < np.sqrt(truth.linked)
        forms = pd.DataFrame(
            {
                "source_file": f"simulated_{audience}.csv",
                "source_row": np.arange(n) + 2 + n * number,
                "school_id": schools["school_id"].to_numpy()[index],
                "workshop_id": [
                    f"{audience[0]}-{one}-{two}" for one, two in zip(index, workshop, strict=True)
                ],
                "audience": audience,
                "phase": schools["phase"].to_numpy()[index],
                "wave": wave,
                "answered_on": pd.Timestamp("2023-03-01") + pd.Timedelta(days=42 * (number == 2)),
                "flags": "",
                "sex": sex,
                "respondent_id": np.where(coded, person_id, ""),
                "knowledge": level,
                "confidence": np.clip(3 + 0.3 * (level - 6), 1, 5) if first == 0 else np.nan,
            }
        )
        waves.append(_with_items(rng, forms, audience, truth)[stays])
    return pd.concat(waves, ignore_index=True)


def _with_items(
    rng: np.random.Generator, forms: pd.DataFrame, audience: str, truth: Truth
) -> pd.DataFrame:
    """Answers that go with the scores; scores are then those of the answers."""
    if not truth.items:
        return forms
    right = rng.random((len(forms), len(QUIZ))) < (forms["knowledge"].to_numpy() / 12)[:, None]
    items = pd.DataFrame(right.astype(float), columns=[f"{audience[0]}_{item}" for item in QUIZ])
    if audience == "student":
        noise = rng.normal(0, 0.7, (len(forms), len(SCALE)))
        rated = np.clip(np.round(forms["confidence"].to_numpy()[:, None] + noise), 1, 5)
        rated[rng.random(rated.shape) < 0.02] = np.nan
        items = items.join(pd.DataFrame(rated, columns=list(SCALE)))
        forms = forms.assign(confidence=np.nanmean(np.nan_to_num(rated, nan=3.0), axis=1))
    return forms.assign(knowledge=right.sum(axis=1).astype(float)).join(items)


def _scores(people: pd.DataFrame) -> pd.DataFrame:
    """One row for each form and outcome."""
    parts = [
        people.loc[people[outcome].notna(), ["submission_id"]].assign(
            outcome=outcome, score=people[outcome], n_answered=n
        )
        for outcome, n in (("knowledge", len(QUIZ)), ("confidence", len(SCALE)))
    ]
    return pd.concat(parts, ignore_index=True)


def _attendance(people: pd.DataFrame) -> pd.DataFrame:
    """Twice as many attended as were surveyed before, three times as many were invited."""
    before = people[people["wave"] == "pre"]
    held = before.groupby(["workshop_id", "school_id", "audience"], as_index=False).size()
    held = held.rename(columns={"size": "attended"}).assign(
        held_on=pd.Timestamp("2023-03-01"), facilitator_id="x"
    )
    surveyed = held["attended"].astype("float64")
    held = held.assign(enrolled=4 * surveyed, invited=3 * surveyed, attended=2 * surveyed)
    sessions = 2.0 + pd.factorize(held["school_id"])[0] % 3
    held = held.assign(sessions_planned=4.0, sessions_held=sessions, minutes=40 * sessions)
    return held[list(WORKSHOPS)]


def where(findings: pd.DataFrame, **address: str) -> pd.DataFrame:
    """Rows of the findings table at part of an address."""
    kept = np.ones(len(findings), bool)
    for column, value in address.items():
        kept &= (findings[column] == value).to_numpy()
    return findings[kept]


def only(findings: pd.DataFrame, **address: str) -> pd.Series:
    """The one row of the findings table at part of an address; of changes the main one."""
    if address.get("quantity") == "change":
        address = {"variant": ""} | address
    rows = where(findings, **address)
    if len(rows) != 1:
        raise LookupError(f"{len(rows)} findings at {address}")
    return rows.iloc[0]


MAIN = {
    "quantity": "change",
    "outcome": "knowledge",
    "audience": "student",
    "phase": "phase_2",
    "level": "programme",
    "subgroup": "",
    "wave_to": "post",
    "estimand": "schools_like_these",
    "estimator": "stacked",
}
