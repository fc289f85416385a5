"""Which numbers of schools and people a plan is worked out for."""

from __future__ import annotations

from typing import Final

_SCHOOLS: Final = (5, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800, 1000)
_PEOPLE: Final = {13: (2, 5, 10, 20), 35: (5, 10, 20, 40)}
_MANY_PEOPLE: Final = (10, 25, 50, 100)
_LEAST_SHOWN = 20


def schools_grid(schools: int) -> tuple[int, ...]:
    """List numbers of schools up to all of the next phase, and these.

    Examples
    --------
    >>> schools_grid(100)
    (5, 10, 15, 20, 30, 40, 60, 80, 100)
    >>> schools_grid(2)
    (5, 10, 15, 20)
    """
    last = max(schools, _LEAST_SHOWN)
    return (*(one for one in _SCHOOLS if one < last), last)


def people_grid(people: float) -> tuple[int, ...]:
    """List numbers of people in a school around those who were asked so far.

    Examples
    --------
    >>> people_grid(8), people_grid(56)
    ((2, 5, 10, 20), (10, 25, 50, 100))
    """
    return next((grid for below, grid in _PEOPLE.items() if people < below), _MANY_PEOPLE)
