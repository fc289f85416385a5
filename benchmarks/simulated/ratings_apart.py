"""Single ratings of two sides: in how many more pairs of one a later answer is higher."""

from __future__ import annotations

from math import isfinite

import numpy as np
from scipy import stats

from impact_eval.estimators import linked_superiority, school_superiority
from impact_eval.estimators.two_samples import difference_of_samples
from simulated.alike import alike_waves, people_of, sides, spread_of
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.ratings import ANSWERS, LINKED

CASES = tuple(ANSWERS)


def ratings_apart(condition, draws, rng):
    """Five answers of one law on both sides and in both waves, half of the schools on either."""
    drawn, tally = alike_waves(condition, draws, rng), Tally(draws)
    cuts = spread_of(condition) * stats.norm.ppf(np.cumsum(ANSWERS[condition.case])[:-1])
    arm, again = sides(condition), drawn.answered
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        answer = 1.0 + np.searchsorted(cuts, score)
        pre, post = (
            1.0 + np.searchsorted(cuts, one[draw, again]) for one in (drawn.pre, drawn.post)
        )
        known = np.isfinite(people_of(drawn, rng, LINKED)[drawn.n :])
        pairs, linked = [], []
        for side in (1, 0):
            here, own = arm[school] == side, (arm[drawn.school[again]] == side) & known
            rows = answer[here], wave[here], school[here]
            pairs.append(school_superiority(*rows, school=rows[2]))
            linked.append(linked_superiority(pre[own], post[own], drawn.school[again][own]))
        for name, both in (("school_superiority", pairs), ("linked_superiority", linked)):
            if all(isfinite(one.std_error) for one in both):
                apart = difference_of_samples(*both, method=name)
                enough = min(one.n_clusters for one in both) >= 2
                tally.interval(f"{name}, difference of two sides", apart, 0.0, shown=enough)
    return tally


SCENARIOS = (
    Scenario(
        "ratings_apart",
        "Single ratings of two sides, apart",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], cases=CASES),
        ratings_apart,
        share=0.4,
    ),
)
