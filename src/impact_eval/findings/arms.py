"""Which side each form's school is on, and what the findings of two sides are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from impact_eval.study.arms import ARM, STRATUM
from impact_eval.vocabulary import Design

if TYPE_CHECKING:
    from impact_eval.findings.study_data import AudienceData, Codes, StudyData

PROGRAMME: Final = "programme"
COMPARISON: Final = "comparison"
SIDES: Final = (PROGRAMME, COMPARISON)
CONTRAST: Final = f"{PROGRAMME}-{COMPARISON}"
DIFFERENCE: Final = "difference_in_differences"
ANCOVA: Final = "ancova"
LINKED_ONLY: Final = "linked_only"
ESTIMATORS: Final[Mapping[Design, str]] = MappingProxyType(
    {"comparison": DIFFERENCE, "randomised": ANCOVA}
)


@dataclass(frozen=True, slots=True)
class Sides:
    """The side and the stratum of each submission of an audience.

    `programme` is 1 with the programme, 0 without, -1 where the roster does not say; `stratum` is
    None if the schools were not assigned within strata.
    """

    programme: Codes
    stratum: Codes | None


def sides_of(data: StudyData, people: AudienceData) -> Sides:
    """Look the side of every submission up by its school."""
    roster = data.tables.schools.drop_duplicates("school_id").set_index("school_id")
    with_it = {arm.id: int(arm.programme) for arm in data.study.arms}
    schools = roster.reindex(list(people.school.labels))
    own = np.array([with_it.get(str(arm), -1) for arm in schools[ARM]], dtype=np.intp)
    stratum = None
    if STRATUM in schools and (schools[STRATUM].fillna("") != "").any():
        _, codes = np.unique(schools[STRATUM].fillna("").astype(str), return_inverse=True)
        stratum = codes.astype(np.intp)[people.school.codes]
    return Sides(own[people.school.codes], stratum)


def side_masks(data: StudyData, people: AudienceData) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield the subgroup of each side, such as `arm:programme`, with its submissions."""
    if data.has_arms:
        programme = sides_of(data, people).programme
        for side, code in zip(SIDES, (1, 0), strict=True):
            yield subgroup_of(side), programme == code


def subgroup_of(side: str) -> str:
    """Name the people of a side as a subgroup.

    Examples
    --------
    >>> subgroup_of("programme")
    'arm:programme'
    """
    return f"{ARM}:{side}"
