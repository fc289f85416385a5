"""Whether answers are older than a plan, by the dates that the forms themselves carry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys.tables import SurveyTables

FEW_WRONG_DATES: Final = 0.05


@dataclass(frozen=True, slots=True)
class FormDates:
    """How many forms of an audience, phase and wave are older than a plan, or carry no date."""

    audience: str
    phase: str
    wave: str
    forms: int
    undated: int
    older: int

    @property
    def late(self) -> bool | None:
        """Whether the plan came after these answers; None if none is dated."""
        dated = self.forms - self.undated
        return None if not dated else self.older > FEW_WRONG_DATES * dated


def older_than(answered_on: pd.Series[Any], moment: dt.datetime) -> NDArray[np.bool_]:
    """Tell which forms were answered before a moment.

    Parameters
    ----------
    answered_on : Series of datetime64, shape (n,)
        As the forms carry it, on the clock of the place; missing dates are not older.
    moment : datetime
        With its time zone, or without one for UTC.

    Returns
    -------
    ndarray of bool, shape (n,)
        A form that carries a day and no time is older only if its day is.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2024-03-04", "2024-03-03", "2024-03-04 07:00", None],
    ...                                  format="mixed"))
    >>> older_than(dates, dt.datetime(2024, 3, 4, 9)).tolist()
    [False, True, True, False]
    """
    limit = pd.Timestamp(moment)
    limit = limit if limit.tzinfo is None else limit.tz_convert("UTC").tz_localize(None)
    dates = pd.to_datetime(answered_on)
    days = dates.dt.normalize()
    timed = (days != dates) | (days < limit.normalize())
    return ((dates < limit) & timed).to_numpy(dtype=bool)


def is_late(answered_on: pd.Series[Any], moment: dt.datetime) -> bool | None:
    """Whether a plan of a moment came after some forms.

    Parameters
    ----------
    answered_on : Series of datetime64, shape (n,)
        Of the forms of one wave.
    moment : datetime
        When the plan was locked or declared.

    Returns
    -------
    bool or None
        True if more than a twentieth of the dated forms are older than the plan (single dates are
        mistyped), None if no form is dated.
    """
    dated = answered_on[answered_on.notna()]
    if dated.empty:
        return None
    return bool(older_than(dated, moment).mean() > FEW_WRONG_DATES)


def form_dates(tables: SurveyTables, study: Study, moment: dt.datetime) -> tuple[FormDates, ...]:
    """Count the forms of each later wave that are older than a moment.

    Parameters
    ----------
    tables : SurveyTables
        Prepared.
    study : Study
        Whose contrasts say which waves are later ones.
    moment : datetime
        When the plan was locked or declared.

    Returns
    -------
    tuple of FormDates
        In the order of audiences, phases and waves; those that have a form.
    """
    return tuple(_form_dates(tables.submissions, study, moment))


def _form_dates(forms: pd.DataFrame, study: Study, moment: dt.datetime) -> Iterator[FormDates]:
    later = {later for _, later in study.plan.contrasts}
    for audience in study.audience_ids:
        for phase in study.phase_ids:
            for wave in (one for one in study.wave_ids if one in later):
                here = forms["audience"].eq(audience) & forms["wave"].eq(wave)
                own = here if len(study.phases) == 1 else here & forms["phase"].eq(phase)
                dates = forms.loc[own, "answered_on"]
                if len(dates):
                    older = int(older_than(dates, moment).sum())
                    undated = int(dates.isna().sum())
                    yield FormDates(audience, phase, wave, len(dates), undated, older)
