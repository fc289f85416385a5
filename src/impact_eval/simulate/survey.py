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
from impact_eval.simulate.streams import own_stream, streams_of
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
            instrument, model, sites, outcomes, streams.drawn[model.audience], seed
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
    seed: int,
) -> AudienceSurvey:
    programme, scenario = instrument.programme, instrument.scenario
    constructs = programme.constructs_of(model.audience)
    together = instrument.only(model.audience, [one for one in constructs if not one.drawn_apart])
    phases = tuple(phase.phase for phase in programme.phases)
    workshops = draw_workshops(model, sites, phases, rng) if model.workshops else None
    people = draw_people(programme, model, scenario, sites, workshops, rng)
    traits = draw_traits(together, model.audience, sites, people, rng)
    ability = traits[:, 0, 0].copy()
    present = draw_presence(programme, model, scenario, sites, people, ability, rng)
    mistyped = draw_code_errors(programme, scenario, sites, people, ability, rng)
    effect, without = shared_changes(together, model.audience, sites, rng)
    drawing = _Drawing(people, sites, _leaning(programme, people, rng), rng.random(present.shape))
    wanted = [
        one.outcome
        for one in constructs
        if outcomes is None or (model.audience, one.outcome) in outcomes
    ]
    fitted = together.of(phases[-1], model.audience)
    answers, dose = _draw_outcomes(drawing, fitted, traits, effect, without, wanted, rng)
    for construct in constructs:
        if construct.drawn_apart and construct.outcome in wanted:
            alone = instrument.only(model.audience, [construct])
            own = own_stream(seed, model.audience, construct.outcome, "answers")
            trait = draw_traits(alone, model.audience, sites, people, own)
            change = shared_changes(alone, model.audience, sites, own)
            one = alone.of(phases[-1], model.audience)
            answers |= _draw_outcomes(drawing, one, trait, *change, wanted, own, dose=dose)[0]
    by_outcome = {
        each.construct.outcome: each for each in instrument.of(phases[-1], model.audience)
    }
    by_outcome = {name: by_outcome[name] for name in by_outcome if name in answers}
    return AudienceSurvey(
        model=model,
        workshops=workshops,
        people=people,
        present=present,
        mistyped=mistyped,
        fitted=by_outcome,
        answers=answers,
        scores={name: _scores(by_outcome[name], drawn) for name, drawn in answers.items()},
    )


@dataclass(frozen=True)
class _Drawing:
    """What a person brings to every question: place, care, leaning to agree, favourite step."""

    people: People
    sites: Sites
    leaning: Floats
    ticks: Floats


def _scores(calibrated: Calibrated, answers: NDArray[np.int8]) -> Floats:
    flat = answers.reshape(-1, answers.shape[2])
    return score_answers(calibrated.block, flat).reshape(answers.shape[:2])


def _draw_outcomes(
    drawing: _Drawing,
    fitted: tuple[Calibrated, ...],
    traits: Floats,
    effect: Floats,
    without: Floats,
    wanted: Collection[str],
    rng: np.random.Generator,
    *,
    dose: Floats | None = None,
) -> tuple[dict[str, NDArray[np.int8]], Floats]:
    """Draw the answers of some outcomes, and the dose that the recall among them gives."""
    people = drawing.people
    dose = np.ones(len(people)) if dose is None else dose
    answers = {}
    for index in _recall_first(fitted):
        calibrated = fitted[index]
        outcome = calibrated.construct.outcome
        is_recall = calibrated.construct.form == "recall"
        if not is_recall and outcome not in wanted:
            continue
        added = effect[people.site, index] * (np.ones_like(dose) if is_recall else dose)[:, None]
        trait = traits[:, index] + without[people.site, index] + added
        answers[outcome] = _answers(calibrated, trait, drawing.leaning, drawing.ticks, people, rng)
        if is_recall:
            remembered = _scores(calibrated, answers[outcome])[:, -1]
            dose = remembered / remembered.mean()
    return answers, dose


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
