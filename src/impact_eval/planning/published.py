"""What others found, for plans that are made before there are data of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from impact_eval.errors import UnknownNameError
from impact_eval.vocabulary import OutcomeKind

PlanInput = Literal["icc_score", "icc_gain", "correlation", "sd_of_range", "lost", "linked"]

_FIRST: Final = "published"


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """A usual and a cautious value of one input, with where they come from.

    `sd_of_range` is a standard deviation as a share of the distance from the lowest to the highest
    score. `computed` marks what was computed from public data sets rather than read in a source.
    """

    usual: float
    cautious: float
    source: str
    computed: bool = False


_GAINS = (
    "gains of students in statistics courses (SATS-36, six scales) varied by .04 to .16 between"
    " course sections, and gains in a Dutch language test by .19 to .20 between schools"
)
_QUIZ: Final[Mapping[PlanInput, PublishedValue]] = MappingProxyType(
    {
        "icc_score": PublishedValue(
            0.07,
            0.20,
            "a knowledge test of the TVSFP trial, 28 schools: .07 (computed from its data); a test"
            " of 24 questions in 120 Ugandan schools (Nsangi and others 2017): .18 to .21",
        ),
        "icc_gain": PublishedValue(0.10, 0.20, _GAINS, computed=True),
        "correlation": PublishedValue(
            0.55,
            0.45,
            "tests taken twice: .45 (teachers), .51 (learning to learn), .72 (Dutch language test)",
            computed=True,
        ),
        "sd_of_range": PublishedValue(
            0.19,
            0.24,
            "pupils in 120 Ugandan schools: 15 to 19 of 100 points, parents 18 to 20; the cautious"
            " value adds a quarter for shorter quizzes, by our own judgement",
        ),
        "lost": PublishedValue(
            0.10,
            0.25,
            "second surveys: 9 % lost in two years (Right To Play, Pakistan); in Uganda 10 to 29 %"
            " in a term and 38 to 55 % in a year",
        ),
        "linked": PublishedValue(
            0.75,
            0.60,
            "codes made by pupils: 61 % equal at retest (EU-Dap), 71 % in Ireland (Grube), there"
            " 88 % with one element allowed to differ",
        ),
    }
)
_RATINGS: Final[Mapping[PlanInput, PublishedValue]] = MappingProxyType(
    {
        **_QUIZ,
        "icc_score": PublishedValue(
            0.02,
            0.07,
            "85 schools in the United Kingdom (Ford and others 2021): .014 to .024; 21 countries of"
            " ESPAD (Shackleton and others 2016), psychosocial scales: .01 to .07",
        ),
        "icc_gain": PublishedValue(0.05, 0.16, _GAINS, computed=True),
        "correlation": PublishedValue(
            0.50,
            0.28,
            "attitude scales of SATS-36 before and after a course: .28 to .57",
            computed=True,
        ),
        "sd_of_range": PublishedValue(
            0.22, 0.27, "ratings of mediation from 1 to 5: standard deviations of .75 to 1.07"
        ),
    }
)
PUBLISHED: Final[Mapping[OutcomeKind, Mapping[PlanInput, PublishedValue]]] = MappingProxyType(
    {"index": _QUIZ, "scale": _RATINGS, "ready_made": _QUIZ}
)


def published_address(kind: OutcomeKind, name: PlanInput, case: str) -> str:
    """Return the address of a published value, by which the lint finds it again.

    Examples
    --------
    >>> published_address("index", "icc_gain", "usual")
    'published/index/icc_gain/usual'
    """
    return f"{_FIRST}/{kind}/{name}/{case}"


def is_published(address: str) -> bool:
    """Whether an address is that of a published value."""
    return address.startswith(f"{_FIRST}/")


def published_value(address: str) -> float:
    """Return the published value at an address.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    for kind, values in PUBLISHED.items():
        for name, value in values.items():
            for case, number in (("usual", value.usual), ("cautious", value.cautious)):
                if published_address(kind, name, case) == address:
                    return number
    raise UnknownNameError(f"no published value has the address {address!r}")


def published_sources() -> tuple[str, ...]:
    """Return the sources of all published values, as pages print them."""
    return tuple(value.source for values in PUBLISHED.values() for value in values.values())
