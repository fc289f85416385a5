"""The difference of two sides if the lost of each did as badly, or as well, as can be."""

from __future__ import annotations

from math import hypot

from impact_eval.estimators.designs.bounds import Bounds, bounds_from_std_errors, no_bounds

_METHOD = "worst and best case for the lost of both sides, CR2"


def worst_case_effect(programme: Bounds, comparison: Bounds) -> Bounds:
    """Bound the difference of two sides' changes, of which each has bounds of its own.

    Parameters
    ----------
    programme, comparison
        Bounds of each side's mean change, from `worst_case_gain` or `worst_case_change`.

    Returns
    -------
    Bounds
        From the programme's lower bound less the comparison's upper one, to the contrary. The two
        sides share no school, so variances add; df are the smaller.

    Examples
    --------
    >>> from impact_eval.estimators.designs.bounds import bounds_from_std_errors
    >>> side = bounds_from_std_errors((0.2, 0.6), (0.03, 0.04), 12, n=9, n_clusters=3, method="")
    >>> b = worst_case_effect(side, side)
    >>> f"{b.lower:.1f} to {b.upper:.1f}, interval {b.conf_low:.2f} to {b.conf_high:.2f}"
    '-0.4 to 0.4, interval -0.49 to 0.49'
    """
    n, n_clusters = programme.n + comparison.n, programme.n_clusters + comparison.n_clusters
    reason = programme.reason or comparison.reason
    if reason:
        return no_bounds(
            reason,
            n=n,
            n_clusters=n_clusters,
            method=_METHOD,
            conf_level=programme.conf_level,
        )
    return bounds_from_std_errors(
        (programme.lower - comparison.upper, programme.upper - comparison.lower),
        (
            hypot(programme.std_error_lower, comparison.std_error_upper),
            hypot(programme.std_error_upper, comparison.std_error_lower),
        ),
        min(programme.df, comparison.df),
        n=n,
        n_clusters=n_clusters,
        method=_METHOD,
        conf_level=programme.conf_level,
    )
