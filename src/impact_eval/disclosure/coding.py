"""Shares too near 0 or 100 %: what may be said of them is a bound, and the bound is true."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from math import nan
from typing import Literal

from impact_eval.disclosure.additive import Table
from impact_eval.disclosure.complementary import is_safe_alone, leaves
from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.groups import Group, share_counts


@dataclass(frozen=True, slots=True)
class Bound:
    """What is said instead of a share, in percent; `nan` where nothing is said."""

    suppressed: Literal["small", "complementary", "coded_low", "coded_high"]
    conf_low: float = nan
    conf_high: float = nan


def bound_of(finding: Finding, *, threshold: int) -> Bound:
    """Find the true bound of a share that cannot be shown.

    Parameters
    ----------
    finding
        A share in percent of `n` people, of which k reached the mark.
    threshold
        The smallest number of people that may be shown.

    Returns
    -------
    Bound
        k under the threshold: "at most (threshold - 1) / n". n - k under it: "at least (n -
        threshold + 1) / n". Both hold for the hidden k, and for every other k that they are said
        of. Of so few people that a bound would leave k less
        than the threshold's number of values, nothing is said.

    Notes
    -----
    A weighted share is no whole number of people; where it lies beyond the bound that belongs to
    the nearest one, the bound is one person wider.

    Examples
    --------
    Three of 245 people: any number from 0 to 9 would be told in these words.

    >>> from impact_eval.disclosure.coding import bound_for
    >>> bound_for(3, 245, threshold=10)
    Bound(suppressed='coded_low', conf_low=nan, conf_high=3.673469387755102)
    """
    reached, _ = share_counts(finding)
    bound = bound_for(reached, finding.n, threshold=threshold)
    step = 100 / finding.n
    if bound.suppressed == "coded_low" and finding.estimate > bound.conf_high:
        return replace(bound, conf_high=bound.conf_high + step)
    if bound.suppressed == "coded_high" and finding.estimate < bound.conf_low:
        return replace(bound, conf_low=bound.conf_low - step)
    return bound


def bound_for(reached: float, n: float, *, threshold: int) -> Bound:
    """Find the bound for `reached` of `n` people; see `bound_of`."""
    few, few_others = reached < threshold, n - reached < threshold
    if n < 2 * threshold - 1 and (few or few_others):
        return Bound("small")
    if few:
        return Bound("coded_low", conf_high=100 * (threshold - 1) / n)
    if few_others:
        return Bound("coded_high", conf_low=100 * (n - threshold + 1) / n)
    return Bound("complementary")


def codable_shares(
    tables: Iterable[Table], hidden: Collection[Group], *, threshold: int
) -> set[Group]:
    """Hidden shares whose bound may be told.

    Notes
    -----
    Bounds on all of several shares with a known sum can pin them down (9 and 9 of a known 18).
    They cannot if one group among them is hidden without a bound and has at least the threshold on
    either side: it can take up whatever the others are moved by within their bounds.
    """
    barred: set[Group] = set()
    shares: set[Group] = set()
    for table in tables:
        shares |= {group for group in table.counts if group.kind == "share" and group in hidden}
        for family in table.families:
            if family.parent is not None and family.parent in hidden:
                continue
            own = [child for child in family.children if child in hidden]
            bottom = list(leaves(table, own, hidden))
            if not any(is_safe_alone(table.counts[group], threshold) for group in bottom):
                barred.update(bottom)
                barred.update(own)
    return shares - barred
