"""Self-generated codes: four elements that a person can give again, and how they go wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]

# first letters of a mother's name, and last letters of a place of birth, common ones first
_STARTS = [
    "sa",
    "fa",
    "na",
    "ra",
    "ma",
    "sh",
    "za",
    "ay",
    "ru",
    "ta",
    "kh",
    "ha",
    "no",
    "bi",
    "gu",
    "as",
    "mu",
    "pa",
    "zu",
    "am",
    "in",
    "ja",
    "la",
    "qu",
    "sa",
    "wa",
]
_ENDS = [
    "ur",
    "bad",
    "ot",
    "ra",
    "an",
    "di",
    "ar",
    "al",
    "la",
    "ir",
    "at",
    "am",
    "hi",
    "oon",
    "ad",
    "ha",
    "na",
    "ya",
    "ri",
    "eh",
]
_KINDS = ("one element", "two elements", "an element left empty")
_KIND_SHARES = (0.60, 0.25, 0.15)


def draw_codes(people: int, rng: np.random.Generator) -> Texts:
    """Draw true codes, shape (people, 4): letters, day of the month, older siblings, letters.

    >>> draw_codes(2, np.random.default_rng(1)).shape
    (2, 4)
    """
    codes = np.empty((people, 4), dtype=object)
    for element in range(4):
        codes[:, element] = _element(element, people, rng)
    return codes


def mistype(codes: Texts, rng: np.random.Generator) -> Texts:
    """Put a mistake into each code: another element, two others, or one left empty."""
    wrong = codes.copy()
    count = len(codes)
    kind = rng.choice(len(_KINDS), size=count, p=_KIND_SHARES)
    first = rng.integers(0, 4, size=count)
    second = (first + rng.integers(1, 4, size=count)) % 4
    for element in range(4):
        here = (first == element) | ((kind == 1) & (second == element))
        wrong[here, element] = _another(element, codes[here, element], rng)
        wrong[(kind == 2) & (first == element), element] = ""
    return wrong


def _element(element: int, count: int, rng: np.random.Generator) -> Texts:
    if element == 1:
        days = rng.integers(1, 32, size=count)
        return np.array([f"{day:02d}" for day in days], dtype=object)
    if element == 2:
        siblings = rng.choice(8, size=count, p=[0.2, 0.2, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03])
        return siblings.astype("U1").astype(object)
    letters = np.array(_STARTS if element == 0 else _ENDS, dtype=object)
    weights = 1.0 / np.sqrt(np.arange(1, letters.size + 1))
    numbers = rng.choice(letters.size, size=count, p=weights / weights.sum())
    suffix = np.array(list("aeiounrlst"), dtype=object)[rng.integers(0, 10, size=count)]
    return np.asarray(letters[numbers] + suffix, dtype=object)


def _another(element: int, true: NDArray[Any], rng: np.random.Generator) -> Texts:
    """Elements drawn anew until each differs from the true one."""
    drawn = _element(element, true.size, rng)
    while (same := drawn == true).any():
        drawn[same] = _element(element, int(same.sum()), rng)
    return drawn
