"""Which numbers of a finding may stand at a place in a cell, and of which findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from impact_eval.disclosure import Finding
from impact_eval.disclosure.kinds import AND

# Columns of the findings by part in a cell: `only` of a number that stands alone, `low` and `high`
# of one that is an end of an interval, `first` and `second` of two with a comma or "and" between.
Parts = Mapping[str, tuple[str, ...]]
_NUMBER: Final[Parts] = {
    "only": ("estimate",),
    "low": ("conf_low",),
    "high": ("conf_high",),
    "at_most": ("conf_high",),
    "at_least": ("conf_low",),
}
NUMBERS_OF: Final[Mapping[str, Parts]] = MappingProxyType(
    {
        "": _NUMBER,
        "first": _NUMBER,
        "last": _NUMBER,
        "of_all": _NUMBER,
        "people": {"first": ("n_pre",), "second": ("n_post",)},
        "n": {"only": ("n",)},
        "n_beside": {"only": ("n",)},
        "pre": {"only": ("n_pre",)},
        "post": {"only": ("n_post",)},
        "linked": {"only": ("n_linked",)},
        "clusters": {"only": ("n_clusters",)},
        "std_error": {"only": ("std_error",)},
        "df": {"only": ("df",)},
        "p": {"p": ("p_value",)},
        "simultaneous": {"low": ("simultaneous_low",), "high": ("simultaneous_high",)},
        "point": {"only": ("estimate",), "sd": ("estimate",)},
        "two_points": {
            "low": ("estimate",),
            "high": ("conf_low", "conf_high"),
            "sd": ("estimate",),
        },
        "times": {"only": ("estimate",), "low": ("conf_low",), "high": ("estimate",)},
        "some": {"some": ("estimate",)},
        "all": {"all": ("estimate",)},
    }
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One kind of number that may stand under a heading."""

    quantity: str
    variant: str | None
    numbers: str

    def fits(self, finding: Finding) -> bool:
        """Whether a finding is of that quantity and variant, estimator, group or contrast."""
        if finding.quantity != self.quantity:
            return False
        if not self.variant:
            return self.variant is None or not finding.variant
        if self.variant.startswith("!"):
            return finding.variant != self.variant[1:]
        of = finding.subgroup.partition(AND)[0]
        own = (finding.variant, finding.estimator, finding.subgroup, of, finding.contrast)
        return any(_fits(self.variant, one) for one in own)


def _fits(wanted: str, variant: str) -> bool:
    if wanted.startswith("*"):
        return variant.endswith(wanted[1:])
    return variant.startswith(wanted[:-1]) if wanted.endswith("*") else variant == wanted


def read_allowed(spec: str) -> tuple[Allowed, ...]:
    """Read `quantity[variant or estimator].numbers`, one after another with spaces between."""
    found = []
    for one in spec.split():
        named, _, numbers = one.partition(".")
        quantity, bracket, variant = named.partition("[")
        found.append(Allowed(quantity, variant.rstrip("]") if bracket else None, numbers))
    return tuple(found)
