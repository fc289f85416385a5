"""Which schools take part in a change, and how much each counts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Literal

import numpy as np

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Codes, Floats, Labels, counts

SchoolWeights = Literal["respondent", "school", "beneficiary"]


def in_both_waves(waves: Codes, schools: Codes, n_schools: int) -> Labels:
    """Mark the schools that have rows in both waves."""
    cells = counts(2 * schools + waves, 2 * n_schools).reshape(n_schools, 2)
    return np.asarray((cells > 0).all(axis=1))


def weights_by_school(
    weights: SchoolWeights, given: Mapping[Hashable, float] | None, labels: Labels
) -> Floats | None:
    """Return each school's weight, or None where respondents count."""
    if (given is None) == (weights == "beneficiary"):
        raise EstimatorCallError(
            '`school_weights` belong to weights="beneficiary", and only to them'
        )
    if weights == "respondent":
        return None
    if given is None:
        return np.ones(labels.size)
    numbers = np.array([given.get(label, np.nan) for label in labels.tolist()], dtype=np.float64)
    if not (np.isfinite(numbers) & (numbers > 0)).all():
        missing = int((~(np.isfinite(numbers) & (numbers > 0))).sum())
        raise EstimatorCallError(f"{missing} schools have no positive number in `school_weights`")
    return numbers


def row_weights(waves: Codes, schools: Codes, by_school: Floats) -> Floats:
    """Divide each school's weight among its rows of a wave."""
    cells = counts(2 * schools + waves, 2 * by_school.size)
    return np.asarray(by_school[schools] / cells[2 * schools + waves])
