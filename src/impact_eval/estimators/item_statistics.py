"""How single items behave: agreement with the rest, difficulty, discrimination, ends of a scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Floats

UPPER_LOWER = 0.27


def read_items(items: ArrayLike) -> Floats:
    """Return a float array of shape (n, k), or raise if it has another shape or infinite values."""
    answers = np.asarray(items, dtype=np.float64)
    if answers.ndim != 2:
        raise EstimatorCallError(f"`items` must have shape (n, k), but has {answers.shape}")
    if np.isinf(answers).any():
        raise EstimatorCallError("`items` has infinite values")
    return answers


def item_total(items: ArrayLike) -> Floats:
    """Compute each item's correlation with the sum of the other items.

    Parameters
    ----------
    items
        Shape (n, k), k at least 2; rows with a gap (nan) are left out.

    Returns
    -------
    numpy.ndarray
        Shape (k,), from -1 to 1; nan for an item that does not vary. This is ``r.drop`` of
        ``psych::alpha``; for answers that are right or wrong, the point-biserial correlation with
        the rest.

    Raises
    ------
    EstimatorCallError
        If there are fewer than 2 items or an answer is infinite.

    Examples
    --------
    >>> item_total([[1, 2, 2], [2, 2, 3], [4, 3, 4], [5, 4, 5], [3, 3, 3]]).round(2).tolist()
    [0.99, 0.93, 0.96]
    """
    rows = _complete(items, "an item-total correlation")
    total = rows.sum(axis=1)
    correlations = np.full(rows.shape[1], np.nan)
    for k in range(rows.shape[1]):
        item, rest = rows[:, k], total - rows[:, k]
        if len(rows) > 1 and np.ptp(item) > 0 and np.ptp(rest) > 0:
            correlations[k] = np.corrcoef(item, rest)[0, 1]
    return correlations


def item_difficulty(items: ArrayLike, *, minimum: float = 0.0, maximum: float = 1.0) -> Floats:
    """Compute each item's mean as a percentage of its range.

    Parameters
    ----------
    items
        Shape (n, k); nan where unanswered, and each item has its own people.
    minimum, maximum
        Ends of the answers: 0 and 1 for right or wrong.

    Returns
    -------
    numpy.ndarray
        Shape (k,), from 0 (hardest) to 100 (easiest); nan for an item that nobody answered.

    Raises
    ------
    EstimatorCallError
        If the range is empty, or an answer is infinite or outside it.

    Notes
    -----
    For right or wrong answers this is the p-value of test theory, the percentage right; for ratings
    the percentage of the maximum possible score.

    References
    ----------
    Crocker and Algina (1986), Introduction to Classical and Modern Test Theory, ch. 5. Cohen,
    Cohen, Aiken and West (1999), Multivariate Behavioral Research 34(3), 315-346.

    Examples
    --------
    >>> item_difficulty([[1, 4], [3, 5], [2, 5]], minimum=1, maximum=5).round(1).tolist()
    [25.0, 91.7]
    """
    answers = read_items(items)
    if not minimum < maximum:
        raise EstimatorCallError(f"`minimum` must be below `maximum`; got {minimum}, {maximum}")
    known = np.isfinite(answers)
    if ((answers[known] < minimum) | (answers[known] > maximum)).any():
        raise EstimatorCallError(f"an answer lies outside {minimum:g} to {maximum:g}")
    count = known.sum(axis=0)
    total = np.where(known, answers, 0.0).sum(axis=0)
    mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return np.asarray(100 * (mean - minimum) / (maximum - minimum))


def item_discrimination(items: ArrayLike, *, minimum: float = 0.0, maximum: float = 1.0) -> Floats:
    """Compute by how much the best scoring 27 % do better on each item than the worst scoring 27 %.

    Parameters
    ----------
    items
        Shape (n, k), k at least 2; rows with a gap (nan) are left out.
    minimum, maximum
        Ends of the answers: 0 and 1 for right or wrong.

    Returns
    -------
    numpy.ndarray
        Shape (k,), from -1 to 1, in shares of the range; nan with fewer than 4 complete rows, or
        where the sum of the items does not vary.

    Raises
    ------
    EstimatorCallError
        If there are fewer than 2 items, the range is empty or an answer is infinite.

    Notes
    -----
    Groups are taken by the sum of all items. People at the edge of a group who have the same sum
    share what is left of it, so the result is the mean over all ways to break the tie. Ebel's rule
    of thumb: from .40 very good, under .20 poor.

    References
    ----------
    Kelley (1939), Journal of Educational Psychology 30(1), 17-24. Ebel and Frisbie (1991),
    Essentials of Educational Measurement, 5th ed., ch. 13.

    Examples
    --------
    >>> right = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]
    >>> item_discrimination(right).round(2).tolist()
    [0.93, 1.0, 0.93]
    """
    rows = _complete(items, "a discrimination index")
    if not minimum < maximum:
        raise EstimatorCallError(f"`minimum` must be below `maximum`; got {minimum}, {maximum}")
    total = rows.sum(axis=1)
    if len(rows) < 4 or np.ptp(total) == 0:
        return np.full(rows.shape[1], np.nan)
    size = UPPER_LOWER * len(rows)
    upper, lower = _top(total, size), _top(-total, size)
    return np.asarray((upper - lower) @ rows / size / (maximum - minimum))


def _top(total: Floats, size: float) -> Floats:
    """Membership of the `size` people with the highest totals; ties at the edge share."""
    values, group, counts = np.unique(-total, return_inverse=True, return_counts=True)
    before = np.cumsum(counts) - counts
    share = np.clip((size - before) / counts, 0.0, 1.0)
    return np.asarray(share[group] if values.size else np.zeros(0))


def _complete(items: ArrayLike, what: str) -> Floats:
    answers = read_items(items)
    if answers.shape[1] < 2:
        raise EstimatorCallError(f"{what} needs at least 2 items")
    return answers[~np.isnan(answers).any(axis=1)]
