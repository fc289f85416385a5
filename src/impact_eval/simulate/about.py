"""What stands on a form beside the answers: place, wave, times, consent, sex and code."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.codes import Texts, mistype
from impact_eval.simulate.fieldwork import FieldworkDrawn
from impact_eval.simulate.model import AudienceModel
from impact_eval.simulate.survey import SimulatedSurvey

WAVE_WORDS = {
    "pre": "before",
    "post": "after",
    "follow_up": "later",
    "round_1": "first",
    "round_2": "second",
}


def about_forms(
    survey: SimulatedSurvey,
    truth: pd.DataFrame,
    model: AudienceModel,
    days: NDArray[np.datetime64],
    field: FieldworkDrawn,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Columns of each form as they are without any fault; times as datetime64, to the minute."""
    count = len(truth)
    begun = days.astype("datetime64[m]") + rng.integers(8 * 60, 14 * 60, size=count)
    ended = begun + rng.integers(12, 36, size=count)
    campaign = survey.programme.cross_sections
    about = {
        "start": begun,
        "end": ended,
        "today": np.datetime_as_string(days, unit="D").astype(object),
        **({"deviceid": field.device} if model.interviewers else {}),
        "site" if campaign else "school": truth["school_id"].to_numpy(dtype=object),
    }
    if campaign:
        language = dict(
            zip(survey.sites.table["school_id"], survey.sites.table["language"], strict=True)
        )
        about["language"] = truth["school_id"].map(language).to_numpy(dtype=object)
    else:
        about["workshop"] = truth["workshop_id"].to_numpy(dtype=object)
    if model.interviewers:
        about["interviewer"] = field.interviewer
    about |= {
        "round" if campaign else "wave": truth["wave"].map(WAVE_WORDS).to_numpy(dtype=object),
        "consent": np.full(count, "yes", dtype=object),
        "sex": np.where(truth["sex"].eq("female"), *model.sex_values).astype(object),
        "submitted": ended + rng.integers(1, 240, size=count),
        "uuid": np.full(count, "", dtype=object),
    }
    uuids = rng.bytes(16 * count).hex()
    about["uuid"] = np.array(
        [_dashed(uuids[32 * k : 32 * k + 32]) for k in range(count)], dtype=object
    )
    return pd.DataFrame(about)


def _dashed(digits: str) -> str:
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def typed_codes(
    codes: Texts, mistyped: NDArray[np.bool_], rng: np.random.Generator
) -> pd.DataFrame:
    """Codes as typed in each form: some mistyped, some in capitals, some with stray spaces."""
    typed = codes.copy()
    typed[mistyped] = mistype(codes[mistyped], rng)
    style = rng.random(len(codes))
    for element in (0, 3):
        column = typed[:, element]
        column[style < 0.10] = [text.upper() for text in column[style < 0.10]]
        column[style > 0.95] = [f" {text} " if text else "" for text in column[style > 0.95]]
    return pd.DataFrame(typed, columns=[f"code_{k}" for k in range(1, 5)])


def spoil_about(
    about: pd.DataFrame, fault: pd.Series, survey: SimulatedSurvey, rng: np.random.Generator
) -> None:
    """Put the faults of rows into place, wave, date and consent; in place."""
    place = "site" if "site" in about else "school"
    wave = "round" if "round" in about else "wave"
    names = dict(zip(survey.sites.table["school_id"], survey.sites.table["name"], strict=True))
    ids = survey.sites.table["school_id"].to_numpy(dtype=object)

    def where(name: str) -> NDArray[np.bool_]:
        return fault.eq(name).to_numpy()

    about.loc[where("no_consent"), "consent"] = "no"
    about.loc[where("no_wave"), wave] = ""
    words = [WAVE_WORDS[each] for each in survey.programme.waves]
    following = dict(zip(words, [*words[1:], words[0]], strict=True))
    about.loc[where("wrong_wave"), wave] = about.loc[where("wrong_wave"), wave].map(following)
    written = about[place].map(names)
    about.loc[where("school_name"), place] = _respelled(written[where("school_name")], rng)
    about.loc[where("unknown_school"), place] = "Govt. " + written[where("unknown_school")].str[-8:]
    about.loc[where("wrong_school"), place] = _another_school(
        about, place, where("wrong_school"), ids
    )
    year = about["today"].str[:4].astype(int) - 1
    mistaken = year.astype(str) + about["today"].str[4:]
    about.loc[where("wrong_date"), "today"] = mistaken[where("wrong_date")]
    if "workshop" in about:
        about.loc[where("no_workshop"), "workshop"] = ""


def _respelled(names: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Names of schools in capitals, in small letters, or with a second space."""
    style = rng.integers(0, 3, size=len(names))
    spelled = [
        (name.upper(), name.lower(), name.replace(" ", "  "))[k]
        for name, k in zip(names, style, strict=True)
    ]
    return pd.Series(spelled, index=names.index, dtype="str")


def _another_school(
    about: pd.DataFrame, place: str, here: NDArray[np.bool_], ids: Texts
) -> list[str]:
    """Take the next school of the list, or the one before at the end of a phase or kind."""
    position = {school: k for k, school in enumerate(ids)}
    found = []
    for school in about.loc[here, place]:
        k = position[school]
        following = ids[(k + 1) % len(ids)]
        alike = following.rsplit("-", 1)[0] == school.rsplit("-", 1)[0]
        found.append(following if alike else ids[k - 1])
    return found
