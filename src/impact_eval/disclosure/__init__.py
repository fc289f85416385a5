"""What may leave: one door, `release`, and the one type that readers' pages accept, `Released`."""

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.release import release
from impact_eval.disclosure.released import Released
from impact_eval.disclosure.without_exclusions import release_without_exclusions

__all__ = ["Finding", "Released", "release", "release_without_exclusions"]
