"""Who asks, on which device, who rushes through a form, and who invents some."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.codes import Texts
from impact_eval.simulate.people import ATTENTIVE
from impact_eval.simulate.survey import AudienceSurvey, SimulatedSurvey

# tablets of a place, for those who fill in a form alone
_TABLETS = 3
_MOST_AT_A_PLACE = 16


@dataclass(frozen=True)
class FieldworkDrawn:
    """How each form of an audience came about; all arrays have shape (forms,).

    `interviewer` and `device` are empty where the audience has no interviewers, and `interviewer`
    also where people fill in the form alone.
    """

    interviewer: Texts
    device: Texts
    speeding: NDArray[np.bool_]
    made_up: NDArray[np.bool_]

    @property
    def inventors(self) -> list[str]:
        """Interviewers who invent forms."""
        return sorted(set(self.interviewer[self.made_up].tolist()))


def draw_fieldwork(
    survey: SimulatedSurvey,
    audience: AudienceSurvey,
    person: NDArray[np.int64],
    wave: NDArray[np.int64],
    rng: np.random.Generator,
) -> FieldworkDrawn:
    """Draw how the forms of an audience came about, given the person and wave of each."""
    settings = survey.programme.fieldwork
    interviewer, device = _who_asks(survey, audience, person, rng)
    alone = interviewer == ""
    careless = audience.people.care[person] != ATTENTIVE
    chance = np.where(careless, settings.speeding_careless, settings.speeding_attentive)
    speeding = alone & (rng.random(person.size) < chance)
    last = audience.people.phase[person] == len(survey.programme.phases) - 1
    made_up = _busiest(interviewer, wave, last & ~alone, settings.made_up_by)
    return FieldworkDrawn(interviewer, device, speeding, made_up)


def _who_asks(
    survey: SimulatedSurvey,
    audience: AudienceSurvey,
    person: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[Texts, Texts]:
    """Names of interviewers, and devices: an interviewer's own, or one of the place's tablets."""
    if audience.model.interviewers is None:
        nobody = np.full(person.size, "", dtype=object)
        return nobody, nobody
    column, count = audience.model.interviewers
    people = audience.people
    place = pd.factorize(survey.sites.table[column])[0][people.site]
    # those who ask at a school are two; where a school has more, any of them asks
    asks = rng.integers(0, count, size=len(people))
    orally = np.ones(len(people), dtype=bool)
    if audience.model.share_interviewed:
        asks, orally = people.interviewer % count, people.interviewer >= 0
    tablet = count + rng.integers(0, _TABLETS, size=len(people))
    number = place * _MOST_AT_A_PLACE + np.where(orally, asks, tablet)
    letters = rng.bytes(8 * (int(number.max(initial=0)) + 1)).hex()
    names = [f"i-{one + 1:02d}-{k + 1}" for one, k in zip(place, asks, strict=True)]
    devices = [f"collect:{letters[16 * one : 16 * one + 16]}" for one in number]
    interviewer = np.where(orally, np.array(names, dtype=object), "").astype(object)
    return interviewer[person], np.array(devices, dtype=object)[person]


def _busiest(
    interviewer: Texts, wave: NDArray[np.int64], here: NDArray[np.bool_], count: int
) -> NDArray[np.bool_]:
    """Forms of the interviewers with the most forms in the wave in which they have fewest."""
    forms = pd.DataFrame({"interviewer": interviewer[here], "wave": wave[here]})
    fewest = forms.groupby(["interviewer", "wave"]).size().unstack(fill_value=0).min(axis=1)  # noqa: PD010
    chosen = fewest.sort_values(ascending=False, kind="stable").index[:count]
    return np.asarray(here & np.isin(interviewer.astype(str), chosen.to_numpy(dtype=str)))
