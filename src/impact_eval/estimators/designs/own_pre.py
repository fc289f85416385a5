"""Each post row's own pre score, where the two are linked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Codes, Floats, Labels, check_length


@dataclass(frozen=True, slots=True)
class OwnPre:
    """By row: the own pre score of a linked post row (else nan); whether a pre row is linked."""

    of_post: Floats
    pre_is_linked: Labels


def own_pre_scores(
    scores: Floats, waves: Codes, schools: Codes, respondent: ArrayLike | None
) -> OwnPre:
    """Look up people of the same school; one who answers twice in a wave raises."""
    own = np.full(scores.size, np.nan)
    linked = np.zeros(scores.size, dtype=bool)
    if respondent is None:
        return OwnPre(own, linked)
    given = np.asarray(respondent)
    check_length(given, "respondent", scores.size)
    people = pd.factorize(given, use_na_sentinel=True)[0].astype(np.intp)
    keys = people * (int(schools.max(initial=0)) + 1) + schools
    person, _ = pd.factorize(keys)
    known = people >= 0
    n_people = int(person.max(initial=-1)) + 1
    row_of = np.full((n_people, 2), -1, dtype=np.intp)
    row_of[person[known], waves[known]] = np.flatnonzero(known)
    if np.count_nonzero(row_of >= 0) < np.count_nonzero(known):
        raise EstimatorCallError("a `respondent` occurs twice in one wave of a school")
    both = (row_of >= 0).all(axis=1)
    own[row_of[both, 1]] = scores[row_of[both, 0]]
    linked[row_of[both, 0]] = True
    return OwnPre(own, linked)
