"""Which side each form's school is on, and what the findings of two sides are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.study.arms import ARM, NEVER, STRATUM, WORKSHOP_WAVE

if TYPE_CHECKING:
    from impact_eval.findings.data.study_data import AudienceData, Codes, StudyData
    from impact_eval.study import Study

PROGRAMME: Final = "programme"
COMPARISON: Final = "comparison"
SIDES: Final = (PROGRAMME, COMPARISON)
CONTRAST: Final = f"{PROGRAMME}-{COMPARISON}"
DIFFERENCE: Final = "difference_in_differences"
ANCOVA: Final = "ancova"
COHORTS: Final = "cohorts_against_waiting"
LINKED_ONLY: Final = "linked_only"
GAINS: Final = "adjusted_gain"
AND: Final = "+"  # no id can hold it
ESTIMATORS: Final = (DIFFERENCE, ANCOVA, COHORTS)


@dataclass(frozen=True, slots=True)
class Sides:
    """The side and the stratum of each submission of an audience.

    `programme` is 1 with the programme, 0 without, -1 where the roster does not say; `stratum` is
    None if the schools were not assigned within strata.
    """

    programme: Codes
    stratum: Codes | None


def estimator_of(study: Study) -> str:
    """Name what the design estimates: an effect's estimator, or that of a change of one group."""
    if not study.arms:
        return "stacked"
    if study.design == "staggered":
        return COHORTS
    return ANCOVA if study.randomised_by else DIFFERENCE


def sides_of(data: StudyData, people: AudienceData) -> Sides:
    """Look the side of every submission up by its school."""
    roster = data.tables.schools.drop_duplicates("school_id").set_index("school_id")
    with_it = {arm.id: int(arm.programme) for arm in data.study.arms}
    schools = roster.reindex(list(people.school.labels))
    own = np.array([with_it.get(str(arm), -1) for arm in schools[ARM]], dtype=np.intp)
    named, stratum = strata_of(data, people), None
    if named is not None:
        stratum = np.unique(named, return_inverse=True)[1].astype(np.intp)
    return Sides(own[people.school.codes], stratum)


def strata_of(data: StudyData, people: AudienceData) -> NDArray[np.str_] | None:
    """Name the stratum in which the school of every submission was drawn; None without strata."""
    roster = data.tables.schools.drop_duplicates("school_id").set_index("school_id")
    if STRATUM not in roster or not (roster[STRATUM].fillna("") != "").any():
        return None
    named = roster[STRATUM].reindex(list(people.school.labels)).fillna("")
    return named.to_numpy(dtype=str)[people.school.codes]


def school_sides(data: StudyData) -> pd.Series[str]:
    """Name the side of each school of the roster, such as `arm:programme`; by the school's id."""
    roster = data.tables.schools.drop_duplicates("school_id").set_index("school_id")
    named = {
        arm.id: subgroup_of(PROGRAMME if arm.programme else COMPARISON) for arm in data.study.arms
    }
    return roster[ARM].map(named).fillna("")


def school_cohorts(data: StudyData) -> pd.Series[str]:
    """Name the survey before which each school of the roster had its workshop; by its id."""
    roster = data.tables.schools.drop_duplicates("school_id").set_index("school_id")
    begun = roster[WORKSHOP_WAVE].fillna("")
    return begun.where(begun != "", NEVER)


def begun_of(data: StudyData, people: AudienceData) -> Codes:
    """Look up before which survey the school of every submission had its workshop.

    A place in the study's waves, their number where it had none, -1 where the roster lacks the
    school.
    """
    roster = data.tables.schools.drop_duplicates("school_id").set_index("school_id")
    place = {wave: number for number, wave in enumerate((*data.study.wave_ids, NEVER))}
    place[""] = place[NEVER]
    known = roster[WORKSHOP_WAVE].fillna("")
    own = [place[known[school]] if school in known else -1 for school in people.school.labels]
    return np.array(own, dtype=np.intp)[people.school.codes]


def side_masks(data: StudyData, people: AudienceData) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield the subgroup of each side, such as `arm:programme`, with its submissions.

    In a staggered roll-out that of each group of schools that had their workshop before the same
    survey, such as `workshop_wave:autumn`.
    """
    if data.staggered:
        begun, order = begun_of(data, people), (*data.study.wave_ids, NEVER)
        for cohort in data.facts.cohorts:
            yield cohort_group(cohort), begun == order.index(cohort)
    elif data.has_arms:
        programme = sides_of(data, people).programme
        for side, code in zip(SIDES, (1, 0), strict=True):
            yield subgroup_of(side), programme == code


def fixed_sides(data: StudyData, people: AudienceData) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield the sides as `side_masks` does; nothing where schools pass from side to side."""
    if not data.staggered:
        yield from side_masks(data, people)


def on_side(subgroup: str, side: str) -> str:
    """Name the people of a subgroup who are on one side, or two such groups.

    Examples
    --------
    >>> on_side("sex:female", "arm:programme")
    'sex:female+arm:programme'
    """
    return f"{subgroup}{AND}{side}"


def roster_sides(study: Study) -> dict[str, pd.Series[bool]]:
    """Mark the roster's schools of each side, or of each group of a staggered roll-out."""
    roster = study.roster_table
    if study.design == "staggered":
        begun = roster[WORKSHOP_WAVE].where(roster[WORKSHOP_WAVE] != "", NEVER)
        return {cohort_group(one): begun == one for one in study.facts().cohorts}
    own = {one.id: PROGRAMME if one.programme else COMPARISON for one in study.arms}
    return {subgroup_of(side): roster[ARM].map(own) == side for side in SIDES if own}


def subgroup_of(side: str) -> str:
    """Name the people of a side as a subgroup.

    Examples
    --------
    >>> subgroup_of("programme")
    'arm:programme'
    """
    return f"{ARM}:{side}"


def cohort_group(cohort: str) -> str:
    """Name the people of schools that had their workshop before one survey as a subgroup.

    Examples
    --------
    >>> cohort_group("autumn")
    'workshop_wave:autumn'
    """
    return f"{WORKSHOP_WAVE}:{cohort}"
