"""The scores and forms of every way of computing, each made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from impact_eval.findings.beside.rescored import rescored
from impact_eval.findings.beside.ways import Way
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData, gather
from impact_eval.findings.outcomes.changes import contrast_of
from impact_eval.findings.plan.families import Membership
from impact_eval.findings.sides.roll_outs import surveys_between
from impact_eval.surveys.quality.exclusions import with_excluded
from impact_eval.vocabulary import FORM_FLAGS


@dataclass(frozen=True)
class Desk:
    """What all ways are computed from: the study with the plan's forms, and with every form."""

    data: StudyData

    @cached_property
    def every_form(self) -> StudyData:
        """The study with the forms that the plan leaves out put back."""
        return gather(self.data.study, with_excluded(self.data.tables, self.data.study))

    @cached_property
    def flagged(self) -> Floats:
        """Numbers of the forms that have a flag of their own."""
        quality = self.data.tables.quality
        found = quality.loc[quality["flag"].isin(FORM_FLAGS), "submission_id"]
        return np.asarray(found.unique())

    @cached_property
    def clusters_are_schools(self) -> Mapping[str, bool]:
        """Of which audiences the declared clusters are the schools themselves."""
        return {name: _clusters_are_schools(one) for name, one in self.data.audiences.items()}


@dataclass(frozen=True)
class WayScores:
    """The scores of a way; `place` is the same for the same scores."""

    place: int
    data: StudyData
    values: Floats
    sample: Sample


class Scorer:
    """The samples of one planned change, each way of scoring and leaving out computed once."""

    def __init__(self, desk: Desk, member: Membership) -> None:
        self._desk, self._member = desk, member
        self._kept: dict[tuple[str, str, str], WayScores] = {}
        self._different: list[Floats] = []

    def scores(self, way: Way) -> WayScores:
        """Return the scores of a way, with their study and sample."""
        key = way.answers, way.scoring, way.exclusions
        if key not in self._kept:
            self._kept[key] = self._made(way)
        return self._kept[key]

    def _made(self, way: Way) -> WayScores:
        desk, at = self._desk, self._member.address
        data = desk.every_form if way.exclusions == "none" else desk.data
        people = data.audiences[at.audience]
        asked = surveys_between(data, at) if data.staggered else (at.wave_from, at.wave_to)
        waves = [people.rows[at.phase, wave] for wave in asked]
        outcome = data.study.outcome(at.audience, at.outcome)
        values = rescored(data.study, people, outcome, way, waves)
        if way.exclusions == "all_flags":
            values = np.where(np.isin(people.submission_id, desk.flagged), np.nan, values)
        sample = draw_sample(people, values, phase=at.phase, contrast=contrast_of(at))
        compared = np.concatenate([values[rows] for rows in waves])
        for place, other in enumerate(self._different):
            if np.array_equal(other, compared, equal_nan=True):
                return WayScores(place, data, values, sample)
        self._different.append(compared)
        return WayScores(len(self._different) - 1, data, values, sample)


def _clusters_are_schools(people: AudienceData) -> bool:
    pairs = np.unique(np.column_stack([people.cluster.codes, people.school.codes]), axis=0)
    return len(pairs) == np.unique(people.cluster.codes).size == np.unique(people.school.codes).size
