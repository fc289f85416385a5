"""SPSS files (.sav, .zsav): codes with value labels, and codes that are declared to be missing.

Sources of the layout's facts: files written and read back with pyreadstat 1.3.7, for value labels,
ranges of missing codes and dates. Unverified: see `unverified` below.
"""

from __future__ import annotations

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import NO_FIT, Fit, Reader, main_part
from impact_eval.surveys.readers.statistics_forms import read_labelled


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    del source, study
    return Fit(5, "it is a file of SPSS") if opened.kind == "spss" else NO_FIT


SPSS = Reader(
    "SPSS",
    ("spss",),
    _fit,
    main_part,
    read_labelled,
    unverified=("files that SPSS itself wrote, in encodings other than UTF-8",),
)
