"""SPSS files (.sav, .zsav): codes with value labels, and codes that are declared to be missing.

Sources of the layout's facts: 17 files that SPSS itself wrote, in public test data of other
readers (releases 6.1, 13 and 21 to 27, one a zsav; in ASCII, UTF-8 and Windows-1252): value
labels of numbers and texts, ranges of missing codes of both, dates and times, names and texts of
any length. Of eight of them all cells, dates aside, were held against those that R's `foreign`
0.8-84 reads (an independent reader, which cuts texts at 255 letters). What PSPP and ReadStat
wrote was tried beside them. Files in other encodings than these, cut off, or with a password:
`tests/surveys/test_statistics_files.py`. Unverified: see `unverified` below.
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
    unverified=(
        "that a file is whole if it does not say how many cases it has",
        "files that SPSS itself wrote in other encodings than UTF-8 and Windows-1252",
    ),
)
