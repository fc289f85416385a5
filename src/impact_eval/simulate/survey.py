"""A survey with a known truth, drawn in memory: people, waves and answers without field faults."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.calibration import Calibrated
from impact_eval.simulate.instrument import Instrument
from impact_eval.simulate.model import AudienceModel, Programme
from impact_eval.simulate.people import RANDOM, STRAIGHTLINER, People, draw_people
from impact_eval.simulate.presence import draw_code_errors, draw_presence
from impact_eval.simulate.response import Floats, draw_answers, draw_careless, score_answers
from impact_eval.simulate.sites import Sites, Workshops, draw_sites, draw_workshops
from impact_eval.simulate.streams import streams_of
from impact_eval.simulate.traits import draw_traits, shared_changes


@dataclass(frozen=True)
class AudienceSurvey:
    """What the people of one audience would have answered at each wave.

    `present` and `mistyped` have shape (people, waves); `answers` maps an outcome to an array of
    shape (people, waves, items) as written, `scores` to one of shape (people, waves). Both are
    there for absent people too: that is part of the truth.
    """

    model: AudienceModel
    workshops: Workshops | None
    people: People
    present: NDArray[np.bool_]
    mistyped: NDArray[np.bool_]
    fitted: Mapping[str, Calibrated]
    answers: Mapping[str, NDArray[np.int8]]
    scores: Mapping[str, Floats]


@dataclass(frozen=True)
class SimulatedSurvey:
    """A whole survey of a programme, with everything that was drawn."""

    instrument: Instrument
    seed: int
    sites: Sites
    audiences: Mapping[str, AudienceSurvey]

    @property
    def programme(self) -> Programme:
        """The programme whose survey this is."""
        return self.instrument.programme


def draw_survey(
    instrument: Instrument,
    roster: pd.DataFrame,
    *,
    seed: int,
    outcomes: Collection[tuple[str, str]] | None = None,
    people: int | None = None,
) -> SimulatedSurvey:
    """Draw a survey.

    Parameters
    ----------
    instrument : Instrument
        From `fit_instrument`.
    roster : DataFrame
        Schools, a row each.
    seed : int
        The same seed gives the same survey.
    outcomes : collection of (audience, outcome), optional
        Draw answers of these only; of all if not given.
    people : int, optional
        Keep about so many of the people only.

    Returns
    -------
    SimulatedSurvey
    """
    programme = instrument.programme
    streams = streams_of(programme, seed)
    sites = draw_sites(programme, roster, streams.sites)
    audiences = {
        model.audience: _draw_audience(
            instrument, model, sites, outcomes, streams.drawn[model.audience]
        )
        for model in programme.audiences
    }
    if people is not None:
        share = people / sum(len(each.people) for each in audiences.values())
        audiences = {name: thinned(each, share) for name, each in audiences.items()}
    return SimulatedSurvey(instrument, seed, sites, audiences)


def thinned(survey: AudienceSurvey, share: float) -> AudienceSurvey:
    """Keep about this share of the people, evenly chosen."""
    count = len(survey.people)
    keep = np.unique(np.linspace(0, count - 1, max(1, round(min(share, 1.0) * count))).astype(int))
    return replace(
        survey,
        people=survey.people.only(keep),
        present=survey.present[keep],
        mistyped=survey.mistyped[keep],
        answers={name: each[keep] for name, each in survey.answers.items()},
        scores={name: each[keep] for name, each in survey.scores.items()},
    )


def _draw_audience(
    instrument: Instrument,
    model: AudienceModel,
    sites: Sites,
    outcomes: Collection[tuple[str, str]] | None,
    rng: np.random.Generator,
) -> AudienceSurvey:
    programme, scenario = instrument.programme, instrument.scenario
    phases = tuple(phase.phase for phase in programme.phases)
    workshops = draw_workshops(model, sites, phases, rng) if model.workshops else None
    people = draw_people(programme, model, scenario, sites, workshops, rng)
    traits = draw_traits(instrument, model.audience, sites, people, rng)
    ability = traits[:, 0, 0].copy()
    present = draw_presence(programme, model, scenario, sites, people, ability, rng)
    mistyped = draw_code_errors(programme, scenario, sites, people, ability, rng)
    effect, without = shared_changes(instrument, model.audience, sites, rng)
    leaning = _leaning(programme, people, rng)
    ticks = rng.random(present.shape)
    dose = np.ones(len(people))
    answers, scores = {}, {}
    fitted = instrument.of(phases[-1], model.audience)
    for index in _recall_first(fitted):
        calibrated = fitted[index]
        outcome = calibrated.construct.outcome
        is_recall = calibrated.construct.form == "recall"
        if not is_recall and outcomes is not None and (model.audience, outcome) not in outcomes:
            continue
        added = effect[people.site, index] * (np.ones_like(dose) if is_recall else dose)[:, None]
        trait = traits[:, index] + without[people.site, index] + added
        drawn = _answers(calibrated, trait, leaning, ticks, people, rng)
        answers[outcome] = drawn
        flat = drawn.reshape(-1, drawn.shape[2])
        scores[outcome] = score_answers(calibrated.block, flat).reshape(drawn.shape[:2])
        if is_recall:
            dose = scores[outcome][:, -1] / scores[outcome][:, -1].mean()
    return AudienceSurvey(
        model=model,
        workshops=workshops,
        people=people,
        present=present,
        mistyped=mistyped,
        fitted={
            each.construct.outcome: each for each in fitted if each.construct.outcome in answers
        },
        answers=answers,
        scores=scores,
    )


def _leaning(programme: Programme, people: People, rng: np.random.Generator) -> Floats:
    """Draw each person's leaning to agree, shared in part by those with the same interviewer."""
    own = rng.standard_normal(len(people))
    common = rng.standard_normal(int(people.interviewer.max()) + 2)[people.interviewer]
    share = np.where(people.interviewer >= 0, programme.interviewer_share, 0.0)
    return np.asarray(np.sqrt(1.0 - share) * own + np.sqrt(share) * common)


def _recall_first(fitted: tuple[Calibrated, ...]) -> list[int]:
    """Put recall of the campaign in front, because effects follow what was recalled."""
    return sorted(range(len(fitted)), key=lambda k: fitted[k].construct.form != "recall")


def _answers(
    calibrated: Calibrated,
    trait: Floats,
    leaning: Floats,
    ticks: Floats,
    people: People,
    rng: np.random.Generator,
) -> NDArray[np.int8]:
    """Answers at every wave, shape (people, waves, items), careless people included."""
    by_wave = []
    for wave in range(trait.shape[1]):
        drawn = draw_answers(calibrated.block, trait[:, wave], leaning, rng)
        careless = draw_careless(
            calibrated.block,
            people.care == STRAIGHTLINER,
            people.care == RANDOM,
            ticks[:, wave],
            rng,
        )
        by_wave.append(np.where(careless >= 0, careless, drawn))
    return np.stack(by_wave, axis=1)
