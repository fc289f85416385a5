"""Draws the traits behind the answers: lasting and passing parts of people and schools."""

from __future__ import annotations

import numpy as np

from impact_eval.simulate.calibration import Calibrated
from impact_eval.simulate.instrument import Instrument
from impact_eval.simulate.people import People
from impact_eval.simulate.response import Floats
from impact_eval.simulate.sites import Sites


def draw_traits(
    instrument: Instrument,
    audience: str,
    sites: Sites,
    people: People,
    rng: np.random.Generator,
) -> Floats:
    """Traits of an audience's people without the change that they share.

    Returns
    -------
    ndarray, shape (people, constructs, waves)
        At the first wave with variance 1 over all people of a phase.
    """
    programme = instrument.programme
    fitted = instrument.of(programme.phases[-1].phase, audience)
    waves, size = len(programme.waves), len(fitted)
    shared = programme.shared_trait
    stable = np.array([each.stable_share for each in fitted])
    person_sd = np.sqrt([each.person_variance for each in fitted])
    lasting = _related(rng, (len(people), size), shared)
    passing = rng.standard_normal((len(people), size, waves))
    traits: Floats = (
        np.sqrt(stable)[None, :, None] * lasting[:, :, None]
        + np.sqrt(1.0 - stable)[None, :, None] * passing
    ) * person_sd[None, :, None]
    traits += _site_part(instrument, fitted, sites, rng)[people.site]
    if (people.workshop >= 0).all():
        traits += _workshop_part(fitted, people, waves, shared, rng)
    start = np.array([each.construct.girls_start_higher for each in fitted])
    girls = people.female.astype(float)
    for phase in np.unique(people.phase):
        girls[people.phase == phase] -= girls[people.phase == phase].mean()
    traits += girls[:, None, None] * start[None, :, None]
    return traits


def shared_changes(
    instrument: Instrument, audience: str, sites: Sites, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Find what the programme adds to each site's traits, and what comes without it.

    Returns
    -------
    with_programme, without : ndarray, each of shape (sites, constructs, waves)
        Effects differ between schools: half of that spread (in standard deviations) follows the
        delivery. The second part is secular change and the effect of being asked again.
    """
    programme = instrument.programme
    by_phase = [instrument.of(phase.phase, audience) for phase in programme.phases]
    shifts = np.array([[each.shifts for each in fitted] for fitted in by_phase])
    without = np.array([[each.shifts_without for each in fitted] for fitted in by_phase])
    spread = np.array([[each.effect_sd for each in fitted] for fitted in by_phase])
    constructs = shifts.shape[1]
    own = rng.standard_normal((len(sites), constructs))
    unlike = 0.5 * sites.delivery[:, None] + np.sqrt(0.75) * own
    effect = (shifts - without)[sites.phase] + spread[sites.phase] * unlike[:, :, None]
    return effect, without[sites.phase]


def _related(rng: np.random.Generator, shape: tuple[int, int], shared: float) -> Floats:
    """Draw standard normal numbers that correlate by `shared` within a row."""
    common = rng.standard_normal((shape[0], 1))
    related: Floats = np.sqrt(shared) * common + np.sqrt(1.0 - shared) * rng.standard_normal(shape)
    return related


def _nested(
    rng: np.random.Generator, sites: Sites, constructs: int, team_share: float, shared: float
) -> Floats:
    """Draw standard normal school effects, of which teams share a part."""
    teams = _related(rng, (int(sites.team.max()) + 1, constructs), shared)[sites.team]
    own = _related(rng, (len(sites), constructs), shared)
    nested: Floats = np.sqrt(team_share) * teams + np.sqrt(1.0 - team_share) * own
    return nested


def _site_part(
    instrument: Instrument, fitted: tuple[Calibrated, ...], sites: Sites, rng: np.random.Generator
) -> Floats:
    """School effects at the first wave, and what moves a school at each later wave."""
    programme = instrument.programme
    waves, size, shared = len(programme.waves), len(fitted), programme.shared_trait
    level = np.sqrt([each.school_variance for each in fitted])
    part = np.repeat(
        (_nested(rng, sites, size, programme.team_share, shared) * level)[:, :, None], waves, axis=2
    )
    shocks = np.array(
        [[each.shock_sd for each in instrument.of(p.phase, fitted[0].construct.audience)]
         for p in programme.phases]
    )[sites.phase]  # fmt: skip
    for wave in range(1, waves):
        moved = _nested(rng, sites, size, programme.team_share_of_change, shared)
        part[:, :, wave] += moved * shocks
    return part


def _workshop_part(
    fitted: tuple[Calibrated, ...],
    people: People,
    waves: int,
    shared: float,
    rng: np.random.Generator,
) -> Floats:
    """Effects that the people of one workshop share, for each person."""
    count, size = int(people.workshop.max()) + 1, len(fitted)
    level = np.sqrt([each.workshop_variance for each in fitted])
    shock = np.array([each.workshop_shock_sd for each in fitted])
    part = np.repeat((_related(rng, (count, size), shared) * level)[:, :, None], waves, axis=2)
    for wave in range(1, waves):
        part[:, :, wave] += _related(rng, (count, size), shared) * shock
    return np.asarray(part[people.workshop])
