"""Numbers that follow from one released finding by arithmetic alone."""

from __future__ import annotations

from math import isfinite

from impact_eval.disclosure import Finding


def smallest_sign_flip_p(n_clusters: float) -> float:
    """Smallest two-sided p-value that a sign-flip test can give with so many clusters.

    Notes
    -----
    2 / 2^G: both the observed signs and their opposite are as extreme as any of the 2^G.

    Examples
    --------
    >>> smallest_sign_flip_p(2), smallest_sign_flip_p(5)
    (0.5, 0.0625)
    """
    return float(min(1.0, 2.0 ** (1.0 - n_clusters)))


def derived_numbers(finding: Finding) -> dict[str, float]:
    """Every number that pages derive from a finding, by name."""
    numbers = {"n_both": finding.n_pre + finding.n_post}
    if isfinite(finding.n_clusters):
        numbers["smallest_sign_flip_p"] = smallest_sign_flip_p(finding.n_clusters)
    return numbers
