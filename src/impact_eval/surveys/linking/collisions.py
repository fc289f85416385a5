"""How often two people have the same code, or nearly, by chance; and the rule that follows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.codes import JOIN

Floats = np.ndarray[Any, np.dtype[np.float64]]
SMALLEST_PRECISION: Final = 0.995
_DRAWING_PAIRS: Final = 100


def agreement_chances(codes: pd.DataFrame, *, unseen: int = 1) -> dict[str, Floats]:
    """Chance that two different people of one school agree in each element.

    Parameters
    ----------
    codes : DataFrame
        Forms of one audience whose codes have the same number of elements: `school_id, wave` and
        `elements` (joined; an empty element is missing).
    unseen : int
        Agreeing pairs reckoned with beside those seen, 0 or more. With 1 an element in which no
        two people agree is not taken to be unique; with 0 only what is seen counts.

    Returns
    -------
    dict of str to ndarray, shape (elements,)
        For each school the chances, in [0, 1].

    Notes
    -----
    Two forms of one wave are two people's. p = sum over values of n_v (n_v - 1) / (n (n - 1)),
    Simpson's index without bias, over the waves of a school. Taken is the larger of the p of all
    schools together, (agreeing pairs + unseen) / (pairs + unseen), and the school's own, drawn
    towards it as by 100 further pairs: a school of eight people cannot show that an element is
    rare, nor one agreeing pair of them that it is common.

    References
    ----------
    Simpson (1949), Measurement of diversity, Nature 163, 688.

    Examples
    --------
    >>> codes = pd.DataFrame({"school_id": "a", "wave": "pre", "elements": ["1", "1", "2", "3"]})
    >>> agreement_chances(codes)["a"].round(3).tolist()
    [0.286]
    >>> agreement_chances(codes, unseen=0)["a"].round(3).tolist()
    [0.167]
    """
    parts = codes["elements"].str.split(JOIN, expand=True)
    schools = codes["school_id"].unique()
    chances = {school: np.zeros(parts.shape[1]) for school in schools}
    for element in range(parts.shape[1]):
        agreeing, pairs = _pairs(codes, parts[element])
        everywhere = (agreeing.sum() + unseen) / max(pairs.sum() + unseen, 1)
        own = (agreeing + _DRAWING_PAIRS * everywhere) / (pairs + _DRAWING_PAIRS)
        own = own.reindex(schools, fill_value=0.0)
        for school, chance in own.items():
            chances[str(school)][element] = max(float(chance), float(everywhere))
    return chances


def _pairs(codes: pd.DataFrame, element: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Agreeing pairs and all pairs of forms of one wave, by school."""
    known = pd.DataFrame(
        {"school_id": codes["school_id"], "wave": codes["wave"], "value": element}
    )[(element != "").to_numpy()]
    alike = known.groupby(["school_id", "wave", "value"], sort=False).size()
    together = known.groupby(["school_id", "wave"], sort=False).size()
    return (
        (alike * (alike - 1) / 2).groupby("school_id", sort=False).sum(),
        (together * (together - 1) / 2).groupby("school_id", sort=False).sum(),
    )


def exact_chance(chances: Sequence[float] | Floats) -> float:
    """Chance that two different people have the same code: the product; K_eff is its inverse.

    >>> exact_chance([0.1, 0.5])
    0.05
    """
    return math.prod(float(chance) for chance in chances)


def near_chance(chances: Sequence[float] | Floats) -> float:
    """Bound of the chance that two people's codes differ in at most one element.

    Notes
    -----
    sum_j prod_{i != j} p_i, with elements independent. It counts the equal codes too, and so also
    bounds the chance where an element is missing.

    >>> round(near_chance([0.1, 0.5, 0.2]), 3)
    0.17
    """
    each = [float(chance) for chance in chances]
    return min(1.0, sum(math.prod(each[:j] + each[j + 1 :]) for j in range(len(each))))


def collision_expectation(n: int, k_eff: float) -> float:
    """Chance that a person shares their code with another of the n people of a school.

    Parameters
    ----------
    n : int
        People, at least 1.
    k_eff : float
        Effective number of different codes, the inverse of `exact_chance`; more than 0.

    Notes
    -----
    1 - exp(-(n - 1) / K_eff).

    >>> round(collision_expectation(60, 10_000), 4)
    0.0059
    """
    return -math.expm1(-(n - 1) / k_eff)


def expected_false(n_from: int, n_to: int, n_linked: int, chance: float) -> float:
    """Reckon how many links between two waves join different people.

    Parameters
    ----------
    n_from, n_to : int
        Forms of one school in two waves that could be linked.
    n_linked : int
        Links found between them, at most the smaller of both.
    chance : float
        Chance that two different people's codes fit, in [0, 1].

    Returns
    -------
    float
        Between 0 and n_linked.

    Notes
    -----
    A form whose own partner fits cannot be linked with a stranger: it would have two candidates. So
    false links come from the forms that are left, E = (n_from - T)(n_to - T) chance with T =
    n_linked - E true links. The smaller root of that quadratic is taken; where there is none, every
    link may be false. At least one stranger is reckoned with on each side, so that two forms alone
    do not vouch for each other.

    Examples
    --------
    >>> round(expected_false(25, 22, 9, 7e-5), 4), expected_false(5, 5, 3, 0.5)
    (0.0146, 3.0)
    """
    if n_linked == 0:
        return 0.0
    left_from, left_to = max(n_from - n_linked, 1), max(n_to - n_linked, 1)
    linear = 1.0 - chance * (left_from + left_to)
    inside = linear**2 - 4.0 * chance**2 * left_from * left_to
    if linear <= 0 or inside < 0:
        return float(n_linked)
    root = 2.0 * chance * left_from * left_to / (linear + math.sqrt(inside))
    return min(root, float(n_linked))


def expected_mixed(n_from: int, n_to: int, n_linked: int, chance: float) -> float:
    """Reckon how many links by equal codes join two people whose forms were taken for one's.

    Parameters
    ----------
    n_from, n_to, n_linked
        As in `expected_false`.
    chance : float
        Chance that two different people have the same code and nothing tells them apart, in [0, 1].

    Returns
    -------
    float
        Between 0 and n_linked.

    Notes
    -----
    Two people of one wave with the same code look like one who handed in two forms, of which one
    counts. Of two linked forms, then, each may be the other person's: with one such other among
    those of either wave, n_from + n_to - n_linked - 1, one link in two is false,
    E = n_linked (n_from + n_to - n_linked - 1) chance / 2.

    Examples
    --------
    >>> round(expected_mixed(25, 22, 9, 7e-5), 4), expected_mixed(1, 1, 1, 0.5)
    (0.0117, 0.0)
    """
    others = n_from + n_to - n_linked - 1
    return min(n_linked * others * chance / 2, float(n_linked))


def levels_alike(levels: pd.DataFrame) -> float:
    """Chance that the declared levels of two people do not tell them apart.

    Parameters
    ----------
    levels : DataFrame
        A row for each person, a column for each subgroup; an empty level is unknown.

    Returns
    -------
    float
        In [0, 1]; 1 without subgroups.

    Examples
    --------
    >>> levels_alike(pd.DataFrame({"sex": ["female", "female", "male", "male"]})).__round__(3)
    0.333
    """
    chance = 1.0
    for name in levels.columns:
        sizes = levels.loc[levels[name] != "", name].value_counts().to_numpy()
        differing = (sizes.sum() ** 2 - (sizes**2).sum()) / 2
        pairs = len(levels) * (len(levels) - 1) / 2
        chance *= 1.0 - differing / pairs if pairs else 1.0
    return float(chance)


def is_precise(expected: float, n_linked: int) -> bool:
    """Whether enough of the links are expected to be true: at least SMALLEST_PRECISION of them.

    >>> is_precise(0.04, 10), is_precise(0.06, 10), is_precise(0.0, 0)
    (True, False, True)
    """
    return expected <= (1.0 - SMALLEST_PRECISION) * n_linked
