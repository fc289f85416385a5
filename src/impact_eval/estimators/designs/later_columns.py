"""What a model of later scores after a lot has as its columns: the side, and what was before."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.designs.adjusted_difference import baseline_columns, school_pre_means
from impact_eval.estimators.designs.own_pre import own_pre_scores
from impact_eval.estimators.inputs import Codes, Floats, Labels


def later_columns(
    scores: Floats,
    waves: Codes,
    arm: Codes,
    schools: Codes,
    *,
    respondent: ArrayLike | None,
    stratum: Labels | None,
    sampling: Floats,
) -> Floats:
    """Lay out the columns of later rows, the side first, as `adjusted_difference` has them.

    Without a constant; of strata all but the first, so that a constant can stand beside them.
    """
    own = own_pre_scores(scores, waves, schools, respondent)
    post = waves == 1
    means = school_pre_means(scores, schools, waves == 0, sampling)[schools[post]]
    columns = [arm[post], *baseline_columns(means, own.of_post[post])]
    if stratum is not None:
        later = stratum[post]
        columns += [later == one for one in np.unique(later)[1:]]
    return np.column_stack(columns).astype(np.float64)
