"""What is true of a simulated survey, written beside it for those who check the estimates."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from impact_eval.simulate.calibration import Calibrated, gain_covariance
from impact_eval.simulate.faults import declared_rates
from impact_eval.simulate.instrument import Instrument
from impact_eval.simulate.model import AudienceModel, PhaseModel
from impact_eval.simulate.presence import (
    BOYS_MISSING,
    POOR_DELIVERY_MISSING,
    SCHOOLS_MISSING,
    WEAKER_MISSING,
)
from impact_eval.simulate.survey import SimulatedSurvey


def declared_truth(survey: SimulatedSurvey) -> dict[str, Any]:
    """Everything that was declared before drawing: no number here depends on the seed."""
    programme, scenario = survey.programme, survey.instrument.scenario
    return {
        "simulated": True,
        "study_id": programme.study_id,
        "scenario": scenario.name,
        "seed": survey.seed,
        "waves": list(programme.waves),
        "people": {name: _people(survey, name) for name in survey.audiences},
        "presence": {phase.phase: _presence(survey, phase) for phase in programme.phases},
        "interviewed": {
            name: _share_interviewed(drawn.model) for name, drawn in survey.audiences.items()
        },
        "fieldwork": asdict(programme.fieldwork),
        "usual_seconds": {
            name: {"before": drawn.model.seconds_before, "per_item": drawn.model.seconds_per_item}
            for name, drawn in survey.audiences.items()
        },
        "shared": {
            "team_share_of_school_variance": programme.team_share,
            "team_share_of_change": programme.team_share_of_change,
            "correlation_of_a_persons_traits": programme.shared_trait,
            "acquiescence_sd_in_steps": programme.acquiescence,
            "interviewer_share_of_acquiescence": programme.interviewer_share,
        },
        "care": {phase.phase: _care(survey, phase) for phase in programme.phases},
        "faults": declared_rates(programme),
        "outcomes": [
            _outcome(survey.instrument, phase, calibrated)
            for phase in programme.phases
            for name in survey.audiences
            for calibrated in survey.instrument.of(phase.phase, name)
        ],
    }


def _share_interviewed(model: AudienceModel) -> float:
    return model.share_interviewed or float(model.interviewers is not None)


def _people(survey: SimulatedSurvey, audience: str) -> dict[str, dict[str, int]]:
    drawn = survey.audiences[audience]
    return {
        phase.phase: {
            "reached": drawn.model.reached.get(phase.phase, 0),
            "surveyed": int((drawn.people.phase == index).sum()),
        }
        for index, phase in enumerate(survey.programme.phases)
    }


def _presence(survey: SimulatedSurvey, phase: PhaseModel) -> dict[str, Any]:
    """Shares of surveyed people absent from each wave, and of codes that agree in two waves."""
    programme, scenario = survey.programme, survey.instrument.scenario
    if programme.cross_sections:
        return {}
    match = phase.exact_match if scenario.exact_match is None else scenario.exact_match
    return {
        "absent": {
            audience: dict(zip(programme.waves, (phase.missing_first_wave, *rates), strict=True))
            for audience, rates in phase.missing.items()
        },
        "log_odds_of_absence": {
            "weaker_by_1_sd": WEAKER_MISSING * scenario.selectivity,
            "boy_or_man": BOYS_MISSING * scenario.selectivity,
            "delivery_better_by_1_sd": -POOR_DELIVERY_MISSING,
            "sd_between_schools": SCHOOLS_MISSING,
        },
        "codes_agree": match,
        "codes_agree_sd_between_schools": phase.exact_match_sd,
    }


def _care(survey: SimulatedSurvey, phase: PhaseModel) -> dict[str, Any]:
    straight = {}
    for audience in survey.audiences:
        rate = phase.straightlining[audience]
        more = phase.boys_straightline_more if audience == "student" else 1.0
        straight[audience] = {"female": rate / more, "male": rate * more}
    return {"straightlining": straight, "random_answers": phase.random_answers}


def _outcome(instrument: Instrument, phase: PhaseModel, calibrated: Calibrated) -> dict[str, Any]:
    """Figures of the complete scores, careless people included; changes in the outcome's unit."""
    construct, moments = calibrated.construct, calibrated.moments
    sd = float(np.sqrt(moments[0].variance))
    waves = range(1, len(moments))
    means = [each.mean for each in moments]
    without = [0.0, *(construct.secular[wave - 1] * sd for wave in waves)]
    response = [
        0.0,
        *(
            construct.response_shift[wave - 1] * sd
            if instrument.scenario.effect_factor > 0
            else 0.0
            for wave in waves
        ),
    ]
    return {
        "phase": phase.phase,
        "audience": construct.audience,
        "outcome": construct.outcome,
        "form": construct.form,
        "mean": means,
        "sd_first_wave": sd,
        "alpha_first_wave": moments[0].alpha,
        "school_icc_first_wave": _school_icc(calibrated),
        "workshop_icc_first_wave": _workshop_icc(calibrated),
        "wave_correlation": [1.0, *(_wave_correlation(calibrated, wave) for wave in waves)],
        "gain_school_icc": [None, *(_gain_icc(calibrated, wave) for wave in waves)],
        "change": [mean - means[0] for mean in means],
        "change_without_programme": without,
        "response_shift": response,
        "programme_effect": [
            mean - means[0] - secular - shift
            for mean, secular, shift in zip(means, without, response, strict=True)
        ],
        "effect_sd_between_schools_in_trait_units": list(calibrated.effect_sd),
    }


def _school_icc(calibrated: Calibrated) -> float:
    first = calibrated.moments[0]
    return first.covariance_between(first, calibrated.school_variance) / first.variance


def _workshop_icc(calibrated: Calibrated) -> float:
    first = calibrated.moments[0]
    both = calibrated.school_variance + calibrated.workshop_variance
    return first.covariance_between(first, both) / first.variance - _school_icc(calibrated)


def _later_variance(calibrated: Calibrated, wave: int) -> tuple[float, float]:
    """Variance that schools gain at a later wave, and the whole trait's variance there."""
    change = calibrated.shock_sd**2 + calibrated.effect_sd[wave] ** 2
    return change, 1.0 + change + calibrated.workshop_shock_sd**2


def _wave_covariance(calibrated: Calibrated, wave: int) -> float:
    _, variance = _later_variance(calibrated, wave)
    shared = calibrated.school_variance + calibrated.workshop_variance
    lasting = shared + calibrated.stable_share * calibrated.person_variance
    first, later = calibrated.moments[0], calibrated.moments[wave]
    return first.covariance(later, lasting / float(np.sqrt(variance)))


def _wave_correlation(calibrated: Calibrated, wave: int) -> float:
    spread = np.sqrt(calibrated.moments[0].variance * calibrated.moments[wave].variance)
    return _wave_covariance(calibrated, wave) / float(spread)


def _gain_icc(calibrated: Calibrated, wave: int) -> float:
    change, variance = _later_variance(calibrated, wave)
    first, later = calibrated.moments[0], calibrated.moments[wave]
    gain = first.variance + later.variance - 2 * _wave_covariance(calibrated, wave)
    return gain_covariance(first, later, calibrated.school_variance, change, variance) / gain
