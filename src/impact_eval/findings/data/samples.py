"""The arrays of one comparison: scores of two waves stacked, and the linked pairs among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from impact_eval.findings.data.study_data import AudienceData, Codes, Contrast, Floats


@dataclass(frozen=True, slots=True)
class Linked:
    """People with a score in both waves: arrays of one length, a person an element."""

    pre: Floats
    post: Floats
    school: Codes
    cluster: Codes
    workshop: Codes


@dataclass(frozen=True, slots=True)
class Sample:
    """All scores of two waves: arrays of one length, a submission an element.

    `position` is the submission's place in its `AudienceData`; `wave` is 0 before and 1 after;
    `respondent` is NaN for who has no code.
    """

    position: Codes
    score: Floats
    wave: Codes
    school: Codes
    cluster: Codes
    workshop: Codes
    respondent: Floats
    linked: Linked

    @property
    def n_pre(self) -> int:
        """People with a score before."""
        return int((self.wave == 0).sum())

    @property
    def n_post(self) -> int:
        """People with a score after."""
        return int((self.wave == 1).sum())

    @property
    def n_linked(self) -> int:
        """People with a score in both waves."""
        return int(self.linked.pre.size)


def draw_sample(
    people: AudienceData,
    values: Floats,
    *,
    phase: str,
    contrast: Contrast,
    keep: NDArray[np.bool_] | None = None,
) -> Sample:
    """Take the rows of one phase and contrast that have a value.

    Parameters
    ----------
    people
        The audience.
    values
        Shape of the audience, in any unit; NaN where there is none.
    phase, contrast
        As in `StudyData`; the contrast is the earlier wave and the later one.
    keep
        Shape of the audience: who is looked at, for example one subgroup. Linked people are kept
        by what they said before.

    Returns
    -------
    Sample
        Possibly without any rows.
    """
    usable = np.isfinite(values) if keep is None else np.isfinite(values) & keep
    before = people.rows[phase, contrast[0]]
    after = people.rows[phase, contrast[1]]
    before, after = before[usable[before]], after[usable[after]]
    position = np.concatenate([before, after])
    first, later = people.pairs[phase, *contrast]
    both = usable[first] & np.isfinite(values[later])
    first, later = first[both], later[both]
    return Sample(
        position=position,
        score=values[position],
        wave=np.repeat([0, 1], [before.size, after.size]).astype(np.intp),
        school=people.school.codes[position],
        cluster=people.cluster.codes[position],
        workshop=people.workshop.codes[position],
        respondent=np.where(
            people.respondent[position] >= 0, people.respondent[position].astype(float), np.nan
        ),
        linked=Linked(
            pre=values[first],
            post=values[later],
            school=people.school.codes[first],
            cluster=people.cluster.codes[first],
            workshop=people.workshop.codes[first],
        ),
    )


def draw_wave(
    people: AudienceData,
    values: Floats,
    *,
    phase: str,
    wave: str,
    keep: NDArray[np.bool_] | None = None,
) -> Codes:
    """Take the positions of one phase and wave that have a value."""
    rows = people.rows[phase, wave]
    usable = np.isfinite(values[rows]) if keep is None else np.isfinite(values[rows]) & keep[rows]
    return rows[usable]


def part_of(sample: Sample, rows: NDArray[np.bool_], linked: NDArray[np.bool_]) -> Sample:
    """Keep some rows of a sample, and some of its linked people.

    Parameters
    ----------
    sample
        Of two waves.
    rows
        Shape of the sample's rows.
    linked
        Shape of its linked people.

    Returns
    -------
    Sample
        Possibly without any rows.
    """
    both = sample.linked
    return Sample(
        position=sample.position[rows],
        score=sample.score[rows],
        wave=sample.wave[rows],
        school=sample.school[rows],
        cluster=sample.cluster[rows],
        workshop=sample.workshop[rows],
        respondent=sample.respondent[rows],
        linked=Linked(
            pre=both.pre[linked],
            post=both.post[linked],
            school=both.school[linked],
            cluster=both.cluster[linked],
            workshop=both.workshop[linked],
        ),
    )


def seen_twice(sample: Sample) -> Sample:
    """Keep the schools that were seen in both waves: the others are in no change."""
    later = np.bincount(sample.school, sample.wave)
    everybody = np.bincount(sample.school)
    kept = (later > 0) & (later < everybody)
    return part_of(sample, kept[sample.school], kept[sample.linked.school])
