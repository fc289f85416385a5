"""Stata files (.dta): codes with value labels, and the missing values .a to .z.

Sources of the layout's facts: 21 files that bear no mark of another writer than Stata, in public
test data of other readers and in statsmodels (formats 114, 115, 117 and 118: Stata 10 to 14):
value labels, .a to .z, days and moments, long texts, letters of Windows-1252 before Stata 14 and
UTF-8 since. All cells of 19 of them were held against those that pandas 3.1 reads (an independent
reader); what differs is that weeks, months and quarters stay numbers here, a moment that is shown
as hours and minutes is a time without its day, and numbers of single precision are as they were
typed. Two of the files are in `tests/surveys/test_statistics_files.py`. Unverified: see
`unverified` below.
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
    unverified=(
        "that a file of Stata 12 and older is in Windows-1252 if no encoding is declared",
        "that such a file was not cut off behind its rows, where the value labels stand",
    ),
)
