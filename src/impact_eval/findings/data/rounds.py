"""Places with forms of several rounds, where every round asked at places of its own."""

from __future__ import annotations

from typing import Final

import numpy as np

from impact_eval.findings.data.study_data import AudienceData, StudyData

IN_SEVERAL: Final = "places_in_several_rounds"
FEW: Final = 0.05


def several_rounds(data: StudyData, people: AudienceData, phase: str) -> tuple[str, ...]:
    """Name the caution that a few forms bear another round than most of their place's forms.

    Notes
    -----
    Such a form makes its place one of that round too, so that more places are counted in it than
    were drawn. Which of the two is wrong, round or place, nobody can say. Where over a twentieth of
    the forms are such, the rounds did go to the same places.
    """
    if not data.rounds_differ:
        return ()
    size = people.school.codes.size
    forms = np.stack(
        [
            np.bincount(people.school.codes[people.rows[phase, wave]], minlength=size)
            for wave in data.study.wave_ids
        ]
    )
    elsewhere = int((forms.sum(axis=0) - forms.max(axis=0)).sum())
    return (IN_SEVERAL,) if 0 < elsewhere <= FEW * forms.sum() else ()
