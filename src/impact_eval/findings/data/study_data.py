"""A study's people as arrays, gathered once: what every finding is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.facts import StudyFacts
from impact_eval.findings.data.levels import levels_of_forms

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.study.outcome import Outcome
    from impact_eval.study.structure import Audience
    from impact_eval.surveys import SurveyTables

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.intp]
Contrast: TypeAlias = tuple[str, str]

ALL_PHASES = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """Codes 0, 1, 2, ... of the submissions, and the label of each code."""

    codes: Codes
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AudienceData:
    """All used submissions of one audience: arrays of one length, a submission an element.

    `workshop` counts workshops within schools, and `workshop_known` tells whose is known.
    `respondent` is -1 for who has no code. `rows` holds the positions of each phase and wave,
    `pairs` the positions of the linked people of each phase and contrast, before and after.
    `looking_back` holds, by wave and outcome, what was said beside a form of the time before.
    """

    audience: Audience
    submission_id: NDArray[np.int64]
    school: Coded
    cluster: Coded
    workshop: Coded
    workshop_known: NDArray[np.bool_]
    province: Coded
    respondent: Codes
    subgroups: Mapping[str, NDArray[np.str_]]
    scores: Mapping[str, Floats]
    items: Mapping[str, Floats]
    rows: Mapping[tuple[str, str], Codes]
    pairs: Mapping[tuple[str, str, str], tuple[Codes, Codes]]
    looking_back: Mapping[tuple[str, str], Floats]


@dataclass(frozen=True, slots=True)
class StudyData:
    """A study with its tables, its people as arrays, and what is to be looked at.

    `phases` are those that findings are made for: the study's, and `""` for all of them together
    where the rounds drew different schools or a family of the plan names no phase.
    """

    study: Study
    tables: SurveyTables
    audiences: Mapping[str, AudienceData]
    phases: tuple[str, ...]
    contrasts: tuple[Contrast, ...]
    conf_level: float
    facts: StudyFacts

    @property
    def rounds_differ(self) -> bool:
        """Whether each wave drew schools of its own, so that there are no school effects."""
        return self.study.design == "cross_sections"

    @property
    def has_arms(self) -> bool:
        """Whether schools with the programme are compared with schools without it."""
        return bool(self.study.arms)

    @property
    def staggered(self) -> bool:
        """Whether schools had their workshops at different dates and pass from side to side."""
        return self.study.design == "staggered"

    @property
    def by_lot(self) -> bool:
        """Whether a lot assigned the schools."""
        return self.facts.by_lot

    def surveyed(self) -> Iterator[tuple[str, AudienceData]]:
        """Yield each phase and audience that has any submission."""
        for phase in self.phases:
            for people in self.audiences.values():
                if any(people.rows[phase, wave.id].size for wave in self.study.waves):
                    yield phase, people

    def measured(self) -> Iterator[tuple[str, AudienceData, Outcome]]:
        """Yield each phase, audience and outcome that has any score."""
        for phase, people in self.surveyed():
            for outcome in self.study.outcomes_of(people.audience.id):
                values = people.scores[outcome.id]
                rows = [people.rows[phase, wave.id] for wave in self.study.waves]
                if np.isfinite(values[np.concatenate(rows)]).any():
                    yield phase, people, outcome


def gather(study: Study, tables: SurveyTables) -> StudyData:
    """Turn the processed tables into arrays, once for each audience.

    Parameters
    ----------
    study
        The study that the tables belong to.
    tables
        As `surveys.load_tables` gives them.

    Returns
    -------
    StudyData
        Audiences in the study's order; those without a submission have arrays of length 0.
    """
    phases = _phases(study)
    contrasts = _contrasts(study)
    linked = tables.submissions.merge(
        tables.links[["submission_id", "respondent_id"]], on="submission_id", how="left"
    )
    scores = {
        str(outcome): rows.set_index("submission_id")["score"]
        for outcome, rows in tables.scores.groupby("outcome", sort=False)
    }
    audiences = {
        audience.id: _gather_audience(
            study,
            audience,
            linked[linked["audience"] == audience.id].reset_index(drop=True),
            roster=tables.schools,
            scores=scores,
            looking_back=tables.looking_back,
            phases=phases,
            contrasts=contrasts,
        )
        for audience in study.audiences
    }
    return StudyData(
        study, tables, audiences, phases, contrasts, study.plan.conf_level, study.facts()
    )


def _phases(study: Study) -> tuple[str, ...]:
    declared = tuple(phase.id for phase in study.phases)
    if len(declared) == 1:
        return declared
    if study.design == "cross_sections":
        return (ALL_PHASES,)
    pooled = any(not family.phases for family in study.plan.families)
    return (*declared, ALL_PHASES) if pooled else declared


def _contrasts(study: Study) -> tuple[Contrast, ...]:
    planned = [family.contrasts for family in study.plan.families]
    listed = [*study.plan.contrasts, *(pair for pairs in planned for pair in pairs)]
    return tuple(dict.fromkeys((str(first), str(later)) for first, later in listed))


def _gather_audience(
    study: Study,
    audience: Audience,
    forms: pd.DataFrame,
    *,
    roster: pd.DataFrame,
    scores: Mapping[str, pd.Series[float]],
    looking_back: pd.DataFrame,
    phases: tuple[str, ...],
    contrasts: tuple[Contrast, ...],
) -> AudienceData:
    places = _places(forms["school_id"], roster, audience.cluster)
    rows = {
        (phase, wave.id): np.flatnonzero(
            ((forms["phase"] == phase) | (phase == ALL_PHASES) | (len(study.phases) == 1))
            & (forms["wave"] == wave.id)
        )
        for phase in phases
        for wave in study.waves
    }
    respondent = _respondents(forms["respondent_id"])
    items = study.items_of(audience.id)["item_id"]
    return AudienceData(
        audience=audience,
        submission_id=forms["submission_id"].to_numpy(dtype=np.int64),
        school=_coded(forms["school_id"]),
        cluster=_coded(places["cluster"]),
        workshop=_coded(forms["school_id"] + "|" + forms["workshop_id"].fillna("")),
        workshop_known=(forms["workshop_id"].fillna("") != "").to_numpy(dtype=bool),
        province=_coded(places["province"]),
        respondent=respondent,
        subgroups={
            group.id: levels.fillna("").to_numpy(dtype=str)
            for group in study.subgroups
            if (levels := levels_of_forms(group, forms, roster)) is not None
        },
        scores={
            outcome.id: _aligned(scores.get(outcome.id), forms["submission_id"])
            for outcome in study.outcomes_of(audience.id)
        },
        items={
            str(item): forms[item].to_numpy(dtype=np.float64) for item in items if item in forms
        },
        rows=rows,
        pairs={
            (phase, first, later): _pairs(respondent, rows[phase, first], rows[phase, later])
            for phase in phases
            for first, later in contrasts
        },
        looking_back=_looking_back(looking_back, forms["submission_id"]),
    )


def _looking_back(
    said: pd.DataFrame, submission_id: pd.Series[int]
) -> dict[tuple[str, str], Floats]:
    """Scores that the forms give looking back, by wave and outcome."""
    if said.empty:
        return {}
    own = said[said["submission_id"].isin(submission_id)]
    return {
        (str(wave), str(outcome)): _aligned(
            rows.set_index("submission_id")["score"], submission_id
        )
        for (wave, outcome), rows in own.groupby(["wave", "outcome"], sort=False)
    }


def _places(school: pd.Series[str], roster: pd.DataFrame, cluster: str) -> pd.DataFrame:
    """Cluster and province of each form; a school without a cluster is one by itself."""
    known = roster.drop_duplicates("school_id").set_index("school_id")
    province = (
        school.map(known["province"].astype("str")).astype("str").fillna("")
        if "province" in known
        else ""
    )
    own = school
    if cluster in known:
        named = school.map(known[cluster].astype("str"))
        own = named.astype("str").where(named.notna() & (named != ""), school)
    return pd.DataFrame({"cluster": own, "province": province}, index=school.index)


def _coded(labels: pd.Series[str]) -> Coded:
    codes, names = pd.factorize(labels, sort=True)
    return Coded(codes.astype(np.intp), tuple(str(name) for name in names))


def _respondents(respondent_id: pd.Series[str]) -> Codes:
    codes, _ = pd.factorize(respondent_id.where(respondent_id != "", None))
    return codes.astype(np.intp)


def _aligned(scores: pd.Series[float] | None, submission_id: pd.Series[int]) -> Floats:
    if scores is None:
        return np.full(len(submission_id), np.nan)
    return np.asarray(scores.reindex(submission_id), dtype=np.float64)


def _pairs(respondent: Codes, before: Codes, after: Codes) -> tuple[Codes, Codes]:
    """Positions of the people who are linked across two waves, before and after."""
    before, after = before[respondent[before] >= 0], after[respondent[after] >= 0]
    _, first, later = np.intersect1d(respondent[before], respondent[after], return_indices=True)
    return before[first], after[later]
