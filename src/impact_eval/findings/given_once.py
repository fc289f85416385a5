"""What is not given a second time without the exclusions of the plan, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from impact_eval.vocabulary import QUANTITIES, Quantity

Why = Literal["counted", "not_kept", "ways"]

# What has no second number, by the reason why.
NOT_REPEATED: Final[Mapping[Why, tuple[Quantity, ...]]] = {
    "counted": (
        *("surveyed", "attended", "claimed", "enrolled", "invited", "analysed", "lost"),
        *("schools", "schools_one_wave", "schools_listed", "schools_attended"),
        "schools_without_pairs",
        *("schools_surveyed", "schools_analysed", "rows", "rejected_answers", "flagged"),
        *("workshops", "sessions_planned", "sessions_held", "sessions_share"),
        *("people_per_workshop", "workshop_minutes", "false_link_share"),
        *("identifying_columns", "disclosures", "consents_missing", "consents_limited"),
        "withdrawals_not_found",
    ),
    "not_kept": (
        *("dont_know_share", "refused_share", "unanswered_share"),
        *("mean_looking_back", "response_shift", "change_looking_back"),
    ),
    "ways": ("without_one_school", "specification", "specifications"),
}
_ONCE: Final = frozenset(one for own in NOT_REPEATED.values() for one in own)
REPEATED: Final[tuple[Quantity, ...]] = tuple(one for one in QUANTITIES if one not in _ONCE)
