"""Stata files (.dta): codes with value labels, and the missing values .a to .z.

Sources of the layout's facts: files written and read back with pyreadstat 1.3.7, for value labels,
missing values and dates. Unverified: see `unverified` below.
"""

from __future__ import annotations

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import NO_FIT, Fit, Reader, main_part
from impact_eval.surveys.readers.statistics_forms import read_labelled


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    del source, study
    return Fit(5, "it is a file of Stata") if opened.kind == "stata" else NO_FIT


STATA = Reader(
    "Stata",
    ("stata",),
    _fit,
    main_part,
    read_labelled,
    unverified=("files of Stata 13 and older that hold UTF-8",),
)
