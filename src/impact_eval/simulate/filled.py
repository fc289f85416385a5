"""A simulated survey as KoboToolbox's exports in memory, before any file is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.simulate.children import add_child_codes
from impact_eval.simulate.draw import instrument_of
from impact_eval.simulate.files import kobo_columns
from impact_eval.simulate.forms import Forms, fill_forms
from impact_eval.simulate.streams import streams_of
from impact_eval.simulate.survey import SimulatedSurvey, draw_survey
from impact_eval.study import Study

PREFIX: Final = "simulated_"


@dataclass(frozen=True)
class FilledSurvey:
    """A drawn survey with the forms of each audience as they were typed."""

    survey: SimulatedSurvey
    forms: Mapping[str, Forms]


@dataclass(frozen=True)
class FilledExport:
    """One export: its file's name without suffix, its columns, and the truth of each row."""

    audience: str
    stem: str
    frame: pd.DataFrame
    truth: pd.DataFrame


def fill_survey(study: Study, *, scenario: str, seed: int, people: int | None) -> FilledSurvey:
    """Draw a survey and fill in its forms, faults of the field included."""
    survey = draw_survey(
        instrument_of(study, scenario), study.roster_table, seed=seed, people=people
    )
    streams = streams_of(survey.programme, seed)
    forms = {
        name: fill_forms(survey, audience, study, streams.filled[name], streams.field[name])
        for name, audience in survey.audiences.items()
    }
    return FilledSurvey(survey, add_child_codes(forms, survey, study, streams.children))


def exports_of(filled: FilledSurvey) -> Iterator[FilledExport]:
    """Give one export for each audience and phase (or round)."""
    survey = filled.survey
    split = "wave" if survey.programme.cross_sections else "phase"
    for number, (name, forms) in enumerate(filled.forms.items()):
        plural = survey.audiences[name].model.plural
        for part, value in enumerate(forms.truth[split].unique()):
            chosen = forms.truth[split].eq(value).to_numpy()
            frame = kobo_columns(
                _only(forms, chosen),
                first_id=100_000 * (1 + part + 4 * number),
                missing_uuid_prefix=f"00000000-000{number}-000{part}-0000",
            )
            truth = forms.truth[chosen].reset_index(drop=True)
            truth.insert(0, "source_row", np.arange(len(truth)) + 2)
            stem = f"{PREFIX}{value.replace('phase_', 'phase')}_{plural}"
            yield FilledExport(name, stem, frame, truth)


def _only(forms: Forms, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Forms:
    return Forms(
        forms.truth[chosen].reset_index(drop=True),
        forms.about[chosen].reset_index(drop=True),
        forms.items[chosen].reset_index(drop=True),
        forms.withdrawals,
        forms.batches,
        forms.codes,
    )
