"""How school changes vary on each of two sides: changes, and no school's effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from impact_eval.findings.data.arms import PROGRAMME, fixed_sides, subgroup_of
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.schools import (
    BySchool,
    changes_by_school,
    compared,
    spread_findings,
    summarise,
)

OF_PROGRAMME = "prediction_interval"


def side_spreads(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield mean and spread of the school changes of each side, and where more would be expected.

    Notes
    -----
    A school has no effect of its own: nobody knows what it would have done on the other side. So
    the spread is of changes, with whatever changes anyway in it, and a larger one on the
    programme's side is no proof that effects differ. Variances within schools are pooled over both
    sides. The range for further schools is given on the programme's side alone, and there are no
    school changes drawn to their mean. Nothing where schools pass from one side to the other.
    """
    del done
    for people, outcome, address in compared(data) if data.has_arms else ():
        by_school = changes_by_school(data, people, people.scores[outcome.id], address)
        for side, keep in fixed_sides(data, people):
            here = np.zeros(len(people.school.labels), bool)
            here[people.school.codes[keep]] = True
            own = only_schools(by_school, here[by_school.changes.school])
            if not own.changes.change.size:
                continue
            effects = summarise(data, own)
            for finding in spread_findings(data, own, effects, outcome.unit):
                at = finding.address
                if at.quantity != OF_PROGRAMME or side == subgroup_of(PROGRAMME):
                    yield replace(finding, address=replace(at, subgroup=side))


def only_schools(by_school: BySchool, keep: NDArray[np.bool_]) -> BySchool:
    """Keep some of the schools of a comparison, with the variances that all of them gave."""
    changes = by_school.changes
    kept = replace(
        changes,
        school=changes.school[keep],
        change=changes.change[keep],
        variance=changes.variance[keep],
        variance_df=changes.variance_df[keep],
        n_pre=changes.n_pre[keep],
        n_post=changes.n_post[keep],
        n_linked=changes.n_linked[keep],
        n_workshops=changes.n_workshops[keep],
    )
    own = tuple(one for one, wanted in zip(by_school.estimates, keep, strict=True) if wanted)
    return replace(by_school, changes=kept, estimates=own)
