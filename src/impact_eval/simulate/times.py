"""When forms were begun and ended: minutes that follow from the questions on them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.fieldwork import FieldworkDrawn
from impact_eval.simulate.model import AudienceModel, Fieldwork
from impact_eval.simulate.response import Floats

# seconds from one invented form's end to the next one's
_INVENTED = (35, 55)


def put_times(
    about: pd.DataFrame,
    n_answered: NDArray[np.int64],
    field: FieldworkDrawn,
    model: AudienceModel,
    settings: Fieldwork,
    rng: np.random.Generator,
) -> None:
    """Put the beginning and the end into forms that have the minute in which they ended; in place.

    Notes
    -----
    Of the usual time, ``seconds_before + seconds_per_item * n_answered``, a form takes
    ``exp(sd_log_seconds * z)`` with a standard normal z.
    """
    minute = about["end"].to_numpy().astype("datetime64[s]")
    seconds = _seconds(n_answered, field, model, settings, rng)
    within_minute = rng.integers(0, 60, size=minute.size).astype("timedelta64[s]")
    seconds, ended = _one_after_the_other(seconds, minute + within_minute, field, rng)
    about["end"] = ended
    about["start"] = ended - np.maximum(seconds.round(), 5).astype("timedelta64[s]")


def _seconds(
    n_answered: NDArray[np.int64],
    field: FieldworkDrawn,
    model: AudienceModel,
    settings: Fieldwork,
    rng: np.random.Generator,
) -> Floats:
    usual = model.seconds_before + model.seconds_per_item * n_answered
    usual = usual * np.where(field.interviewer != "", settings.reading_aloud, 1.0)
    usual = usual * np.where(field.speeding, settings.speeding_time, 1.0)
    spread = np.exp(settings.sd_log_seconds * rng.standard_normal(n_answered.size))
    return np.asarray(usual * spread, dtype=np.float64)


def _one_after_the_other(
    seconds: Floats,
    ended: NDArray[np.datetime64],
    field: FieldworkDrawn,
    rng: np.random.Generator,
) -> tuple[Floats, NDArray[np.datetime64]]:
    """Let each interviewer's invented forms of a day end within seconds of each other."""
    seconds, ended = seconds.copy(), ended.copy()
    rows = np.flatnonzero(field.made_up)
    day = ended[rows].astype("datetime64[D]").astype(str)
    keys = pd.Series(field.interviewer[rows].astype(str) + "|" + day, index=rows)
    for _, same in keys.groupby(keys, sort=True):
        forms = np.asarray(same.index)
        gaps = rng.integers(*_INVENTED, size=forms.size)
        ended[forms] = ended[forms].min() - np.cumsum(gaps).astype("timedelta64[s]")
        seconds[forms] = gaps - 5.0
    return seconds, ended
