"""What a staggered roll-out tells: `staggered_effect` as weights of schools' means, and its df."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import nan

import numpy as np

from impact_eval.estimators.designs.staggered_cells import NEVER, waiting_at
from impact_eval.estimators.inputs import Codes, Floats

FEWEST = 2
Comparison = tuple[int, int, Floats, Floats]  # group, survey, and which groups are in each arm
Groups = tuple[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class RollOutWeights:
    """What the layout of a roll-out decides, whatever its schools answer.

    `squares` is the sum of squares of the weights that the overall effect gives to the means of
    schools by survey; `df` are those of its CR2 standard error; `used` counts the groups that are
    compared with schools still waiting.
    """

    squares: float
    df: float
    used: int
    reason: str = ""


@lru_cache(maxsize=512)
def staggered_weights(groups: tuple[int, ...], waiting: int = 0) -> RollOutWeights:
    """Compute what `staggered_effect` makes of a roll-out in which schools count the same.

    Parameters
    ----------
    groups
        Clusters that begin at each date, in the order of the dates. There is a survey before the
        first date and one after each.
    waiting
        Clusters that begin after the last survey, or never.

    Returns
    -------
    RollOutWeights
        With a reason and no numbers where no group can be compared.

    Notes
    -----
    With the weights c of one school's means over the surveys, which add up to 0, variance e of a
    school's mean in one survey about what lasts in the school, and errors that are independent from
    survey to survey, the estimate has the variance e x sum of c^2 over all schools and surveys.

    All comparisons are one regression of school changes on comparison x arm, so a school's hat
    values are 1 / m, m the schools of an arm. With the share s of a comparison in the overall
    effect, q_a = sum of s^2 / m^2 over the arms of a school of group a, and
    o_ab = sum of s^2 / (m^2 (m - 1)) over the arms that groups a and b share, Satterthwaite's
    degrees of freedom of CR2 are (sum_a n_a q_a)^2 /
    (sum_a n_a q_a^2 + sum_a n_a (n_a - 1) o_aa^2 + sum_{a != b} n_a n_b o_ab^2).

    References
    ----------
    Callaway and Sant'Anna (2021), Journal of Econometrics 225(2), 200-230, for the estimate;
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683, for the
    degrees of freedom.

    Examples
    --------
    Without schools that wait to the end, the last group is a comparison until it begins, and no
    more.

    >>> told = staggered_weights((6, 6, 6, 6))
    >>> f"{told.squares:.3f}, {told.df:.1f} df, {told.used} groups"
    '0.198, 15.8 df, 3 groups'
    >>> told = staggered_weights((6, 6, 6), 6)
    >>> f"{told.squares:.3f}, {told.df:.1f} df, {told.used} groups"
    '0.198, 15.8 df, 3 groups'
    """
    sizes = np.array([*groups, waiting])
    first = np.array([*range(1, len(groups) + 1), NEVER], dtype=np.intp)
    cells = _usable(sizes, first)
    if not cells:
        return RollOutWeights(nan, nan, 0, "no group could be compared with enough others")
    shares = _shares(cells, sizes)
    arms = np.array([arm for cell in cells for arm in (cell[2], cell[3])], dtype=np.float64)
    m = arms @ sizes
    s = np.repeat(shares, 2)
    weights = np.zeros((sizes.size, len(groups) + 1))
    for (cohort, wave, own, others), share in zip(cells, shares, strict=True):
        each = share * (own / (own @ sizes) - others / (others @ sizes))
        weights[:, wave] += each
        weights[:, cohort - 1] -= each
    squares = float(sizes @ (weights**2).sum(axis=1))
    used = len({cohort for cohort, *_ in cells})
    return RollOutWeights(squares, _satterthwaite(arms, m, s, sizes), used)


def group_sizes(
    clusters: int, steps: int, shares: tuple[float, ...]
) -> tuple[tuple[int, ...], int]:
    """Share clusters among the dates at which they begin, and those that wait to the end.

    Parameters
    ----------
    clusters
        Schools, or teams that serve them.
    steps
        Dates; without `shares`, as many begin at each as can be.
    shares
        Of the clusters that begin at each date; what is left of 1 waits to the end.

    Examples
    --------
    >>> group_sizes(10, 4, ()), group_sizes(12, 4, (0.25, 0.25))
    (((3, 3, 2, 2), 0), ((3, 3), 6))
    """
    if not shares:
        each, over = divmod(clusters, steps)
        return tuple(each + (place < over) for place in range(steps)), 0
    ends = [round(end * clusters) for end in np.cumsum(shares).tolist()]
    begin = tuple(end - start for start, end in zip([0, *ends], ends, strict=False))
    return begin, clusters - ends[-1]


def _usable(sizes: Codes, first: Codes) -> list[Comparison]:
    """List group, survey and both arms of the comparisons after a workshop that can be made."""
    last = sizes.size - 1
    cells = []
    for cohort in range(1, last + 1):
        for wave in range(cohort, last + 1):
            own = (first == cohort).astype(np.float64)
            others = waiting_at(first, cohort, wave, to_the_end=False).astype(np.float64)
            if min(own @ sizes, others @ sizes) >= FEWEST:
                cells.append((cohort, wave, own, others))
    return cells


def _shares(cells: list[Comparison], sizes: Codes) -> Floats:
    """Give each comparison its share: a group by its size, over its surveys alike."""
    cohorts = [cohort for cohort, *_ in cells]
    share = np.array([sizes[one - 1] / cohorts.count(one) for one in cohorts], dtype=np.float64)
    return np.asarray(share / share.sum())


def _satterthwaite(arms: Floats, m: Floats, s: Floats, sizes: Codes) -> float:
    """Degrees of freedom of CR2 where every arm of every comparison has a mean of its own."""
    own = (s**2 / m**2) @ arms
    shared = (arms * (s**2 / (m**2 * (m - 1)))[:, None]).T @ arms
    pairs = np.outer(sizes, sizes) - np.diag(sizes)
    return float((sizes @ own) ** 2 / (sizes @ own**2 + (pairs * shared**2).sum()))
