"""What goes wrong in the field, with its rates: faults of rows, of cells, and of whole batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from impact_eval.simulate.model import Programme
from impact_eval.simulate.response import Floats

# share of forms with the fault; a form has at most one of these
ROW_FAULTS: Final[dict[str, float]] = {
    "no_consent": 0.015,
    "empty_form": 0.005,
    "wrong_wave": 0.004,
    "no_wave": 0.004,
    "unknown_school": 0.006,
    "wrong_school": 0.003,
    "wrong_date": 0.006,
    "school_name": 0.060,
    "urdu_digits": 0.030,
    "no_workshop": 0.010,
}
# further rows, as shares of forms
DOUBLE_UPLOAD: Final = 0.008
FILLED_TWICE: Final = 0.012
# share of people who withdraw afterwards
WITHDRAWN: Final = 0.005
# cells
PAGE_SKIPPED: Final = 0.01
DONT_KNOW_OF_WRONG: Final = 0.15
REFUSED: Final = 0.006
# a school in so many writes -999 for "don't know"; one batch was collected with seven steps
SCHOOLS_WITH_999: Final = 12


@dataclass(frozen=True)
class RowFaults:
    """The fault of each form ("" for none), and the forms that come twice."""

    fault: NDArray[np.str_]
    uploaded_twice: NDArray[np.bool_]
    filled_twice: NDArray[np.bool_]


def applies(fault: str, programme: Programme) -> bool:
    """Whether a fault can occur: a campaign has no workshops."""
    return not (programme.cross_sections and fault == "no_workshop")


def draw_row_faults(
    programme: Programme, phase: NDArray[np.int64], rng: np.random.Generator
) -> RowFaults:
    """Draw the faults of forms, given the phase of each."""
    factor: Floats = np.array([each.fault_factor for each in programme.phases])[phase]
    fault = np.full(phase.size, "", dtype="U16")
    draw = rng.random(phase.size)
    start = np.zeros(phase.size)
    for name, rate in ROW_FAULTS.items():
        if not applies(name, programme):
            continue
        fault[(draw >= start) & (draw < start + rate * factor)] = name
        start = start + rate * factor
    again = rng.random(phase.size)
    clean = np.isin(fault, ["", "school_name", "urdu_digits"])
    return RowFaults(
        fault=fault,
        uploaded_twice=clean & (again < DOUBLE_UPLOAD * factor),
        filled_twice=clean & (again >= 0.5) & (again < 0.5 + FILLED_TWICE * factor),
    )


def declared_rates(programme: Programme) -> dict[str, dict[str, float]]:
    """Rates of all faults by phase, as they were drawn."""
    rates = {}
    for phase in programme.phases:
        rows = {
            name: rate * phase.fault_factor
            for name, rate in ROW_FAULTS.items()
            if applies(name, programme)
        }
        clean = 1.0 - sum(
            rate for name, rate in rows.items() if name not in ("school_name", "urdu_digits")
        )
        rates[phase.phase] = {
            **rows,
            "double_upload": DOUBLE_UPLOAD * phase.fault_factor * clean,
            "filled_twice": FILLED_TWICE * phase.fault_factor * clean,
            "withdrawn_people": 0.0 if programme.cross_sections else WITHDRAWN,
            "item_missing": phase.item_missing,
            "page_skipped": PAGE_SKIPPED,
            "dont_know_of_wrong_answers": DONT_KNOW_OF_WRONG,
            "rating_refused": REFUSED,
        }
    return rates
