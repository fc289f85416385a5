"""One call from a study to a drawn survey: in memory, fast, without the faults of field work."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import pandas as pd

from impact_eval.errors import Fault, StudyError, UnknownNameError
from impact_eval.simulate.cyber_tumar import CYBER_TUMAR
from impact_eval.simulate.instrument import ITEM_COLUMNS, Instrument, fit_instrument
from impact_eval.simulate.model import Programme
from impact_eval.simulate.scenario import Scenario, find_scenario
from impact_eval.simulate.survey import draw_survey
from impact_eval.simulate.tables import survey_tables
from impact_eval.simulate.zindagi_trust import ZINDAGI_TRUST
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables

_PROGRAMMES = {each.study_id: each for each in (ZINDAGI_TRUST, CYBER_TUMAR)}


def draw(
    study: Study,
    *,
    scenario: str = "default",
    seed: int,
    outcomes: Collection[tuple[str, str]] | None = None,
) -> SurveyTables:
    """Draw a survey in which the truth is known, straight to the processed tables.

    Parameters
    ----------
    study : Study
        A simulated study whose programme is known: zindagi_trust or cyber_tumar.
    scenario : str
        `default`, `no_effect`, `harm`, `low_linkage` or `stress`.
    seed : int
        The same seed gives the same tables.
    outcomes : collection of (audience, outcome), optional
        Draw these only, which is faster, and the recall of a campaign; all if not given.

    Returns
    -------
    SurveyTables
        Every form is used and complete; codes fail as often as the programme declares. The first
        draw of a scenario fits the items (about a second), the next ones take a fifth of that.

    Raises
    ------
    UnknownNameError
        If the scenario or the study's programme is not known.
    StudyError
        If the study's data are real.

    Examples
    --------
    >>> study = Study.open("cyber_tumar")
    >>> tables = draw(study, seed=1, outcomes=[("parent", "knowledge")])
    >>> tables.submissions.groupby("wave")["school_id"].nunique().tolist()
    [320, 320]
    >>> tables.scores["outcome"].unique().tolist()
    ['recall', 'knowledge']
    """
    survey = draw_survey(
        instrument_of(study, scenario), study.roster_table, seed=seed, outcomes=outcomes
    )
    return survey_tables(survey, study)


def instrument_of(study: Study, scenario: str = "default") -> Instrument:
    """Fit the codebook of a study to the declared numbers of its programme.

    Raises
    ------
    UnknownNameError
        If the scenario or the study's programme is not known.
    StudyError
        If the study's data are real.
    """
    rows = study.items[list(ITEM_COLUMNS)].fillna(0).itertuples(index=False, name=None)
    return _fitted(programme_of(study).study_id, tuple(rows), find_scenario(scenario))


@cache
def _fitted(study_id: str, rows: tuple[tuple[object, ...], ...], scenario: Scenario) -> Instrument:
    """Fit once for many draws."""
    items = pd.DataFrame(list(rows), columns=list(ITEM_COLUMNS))
    return fit_instrument(_PROGRAMMES[study_id], items, scenario)


def programme_of(study: Study) -> Programme:
    """Find the programme that is simulated for a study."""
    if not study.simulated:
        raise StudyError(
            [
                Fault(
                    f"studies/{study.id}/study.toml",
                    "data",
                    'only studies with data = "simulated" are simulated',
                    f'"{study.data}"',
                    "Leave the raw folder to the data as received.",
                )
            ]
        )
    if study.id not in _PROGRAMMES:
        raise UnknownNameError(
            f"No programme is simulated for {study.id}; there is one for {', '.join(_PROGRAMMES)}."
        )
    return _PROGRAMMES[study.id]
