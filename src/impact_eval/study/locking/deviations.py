"""What of a plan was changed, declaration by declaration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from impact_eval.facts import Deviation, LockFacts
from impact_eval.study.locking.content import Content
from impact_eval.study.locking.lock import PlanLock


def deviations(then: Content, now: Content) -> tuple[Deviation, ...]:
    """List the declarations in which two contents differ, sorted by key.

    Examples
    --------
    >>> deviations({"design": "one_group"}, {"design": "no_programme"})[0].key
    'design'
    """
    keys = sorted({*then, *now})
    return tuple(
        Deviation(key, _fixed(then.get(key)), _fixed(now.get(key)))
        for key in keys
        if then.get(key) != now.get(key)
    )


def lock_facts(locks: Sequence[PlanLock], now: Content) -> LockFacts | None:
    """Return what readers may know of a study's locks and changes since; None without a lock."""
    if not locks:
        return None
    return LockFacts(
        first_on=locks[0].day,
        last_on=locks[-1].day,
        sha256=locks[-1].sha256,
        names_primary=any(_names_primary(lock.content) for lock in locks),
        deviations=tuple(_all_deviations(locks, now)),
    )


def _all_deviations(locks: Sequence[PlanLock], now: Content) -> Iterator[Deviation]:
    """Yield changes from each lock to the next, with its day and reason, then those to now."""
    for then, again in pairwise(locks):
        for one in deviations(then.content, again.content):
            yield Deviation(one.key, one.then, one.now, again.day, again.reason)
    yield from deviations(locks[-1].content, now)


def _names_primary(content: Content) -> bool:
    return any(
        key.startswith("families.") and key.endswith(".role") and value == "primary"
        for key, value in content.items()
    )


def _fixed(value: object) -> object:
    """Make lists tuples, so that facts cannot be changed."""
    return tuple(_fixed(one) for one in value) if isinstance(value, list) else value
