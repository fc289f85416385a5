"""Whether one of two answers is too rare for its odds to have an interval."""

from __future__ import annotations

from impact_eval.estimators.inputs import Codes, Floats

FEWEST_A_COLUMN = 5


def too_rare(yes: Floats | Codes, columns: int) -> str:
    """Say why odds of so few answers of one kind are not compared; empty if there are enough.

    Parameters
    ----------
    yes
        Shape (n,), 1 and 0.
    columns
        Coefficients of the model, the constant among them, or shares that are compared.

    Returns
    -------
    str
        A clause, which does not tell how few.

    Notes
    -----
    At least 5 of the rarer answer for each coefficient. With fewer, samples without any in one of
    the groups are common and have no odds, and 95 % intervals of the others covered 66 to 90 %
    (docs/simulation.md).

    References
    ----------
    Vittinghoff and McCulloch (2007), American Journal of Epidemiology 165(6), 710-718, of people
    who are independent.

    Examples
    --------
    >>> import numpy as np
    >>> too_rare(np.repeat([1.0, 0.0], [9, 60]), 2)
    'fewer than 10 gave the rarer answer: too few for odds of 2 coefficients'
    >>> too_rare(np.repeat([1.0, 0.0], [10, 60]), 2)
    ''
    """
    needed = FEWEST_A_COLUMN * columns
    if min(yes.sum(), yes.size - yes.sum()) >= needed:
        return ""
    return f"fewer than {needed} gave the rarer answer: too few for odds of {columns} coefficients"
