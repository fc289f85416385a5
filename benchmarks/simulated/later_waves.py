"""Several waves: what is left at follow-up, waiting lists, schools that begin at other times."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators.designs import retention, staggered_effect, waiting_list
from impact_eval.estimators.designs.leads import equal_trends
from simulated import naive
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import STABLE, school_means, sizes_of

FIRST, LEFT = 0.8, 0.6
SMALL, EVERYTHING = "all of a small change is left", 1e9
EFFECT, GROWTH = 0.3, 0.3
WAVES = 4
GENERALISES = 4


def panel(condition, draws, rng, waves):
    """Draw people in several waves, shape (waves, draws, n), and their schools.

    Changes of schools between any two waves vary by `icc`, as everywhere.
    """
    sizes = sizes_of(condition.schools, condition.people, condition.size_cv)
    school = np.repeat(np.arange(condition.schools), sizes)
    level = rng.normal(0, np.sqrt(condition.icc), (draws, condition.schools))
    own = rng.normal(0, np.sqrt(condition.icc / 2), (waves, draws, condition.schools))
    person = np.sqrt(STABLE) * rng.normal(size=(draws, school.size))
    noise = np.sqrt(1 - STABLE) * rng.normal(size=(waves, draws, school.size))
    within = np.sqrt(1 - condition.icc)
    return (level + own)[:, :, school] + within * (person + noise), school


def follow_up(condition, draws, rng):
    """Most of a change is left at a third wave, or all of one that few surveys can see."""
    scores, school = panel(condition, draws, rng, 3)
    tally, small = Tally(draws), condition.case == SMALL
    first, left = (EFFECT, 1.0) if small else (FIRST, LEFT)
    scores += first * np.array([0, 1, left])[:, None, None]
    wave, everywhere = np.repeat([0, 1, 2], school.size), np.tile(school, 3)
    for draw in range(draws):
        share = retention(scores[:, draw].ravel(), wave, everywhere, school=everywhere).share
        name = "retention, of surveys with a share" if small else "retention"
        tally.interval(name, share, left, naive=small)
        # that no share can be given leaves every share possible
        ends = (-EVERYTHING, EVERYTHING) if share.reason else (share.conf_low, share.conf_high)
        tally.covers("retention, none given leaves all open", *ends, left)
    return tally


def waiting(condition, draws, rng):
    """Every other school waits; nobody is linked in one half of the people."""
    scores, school = panel(condition, draws, rng, 3)
    tally, early = Tally(draws), np.arange(condition.schools) % 2 == 0
    scores[1:] += EFFECT * early[school]
    scores[2] += EFFECT * ~early[school]
    wave, everywhere = np.repeat([0, 1, 2], school.size), np.tile(school, 3)
    arm = early[everywhere].astype(int)
    person = np.where(rng.random(school.size) < 0.5, np.arange(school.size), np.nan)
    enough = condition.schools >= GENERALISES
    for draw in range(draws):
        found = waiting_list(
            scores[:, draw].ravel(),
            wave,
            arm,
            everywhere,
            crossover=2,
            respondent=np.tile(person, 3),
        )
        tally.interval("waiting_list", found.randomised[0].estimate, EFFECT, shown=enough)
        late = found.late_change[0].estimate
        tally.interval("waiting_list, change of the late", late, EFFECT)
    return tally


def staggered(condition, draws, rng):
    """Begin in three groups, as far as each can have two schools; effects grow with time."""
    scores, school = panel(condition, draws, rng, WAVES)
    groups = min(4, condition.schools // 2)
    first = np.array([np.nan, 1, 2, 3])[:groups][np.arange(condition.schools) % groups]
    since = np.arange(WAVES)[:, None] - first
    effect = np.where(since >= 0, EFFECT + GROWTH * np.maximum(since, 0), 0.0)
    scores += effect[:, None, school]
    tally = Tally(draws)
    wave, everywhere = np.repeat(np.arange(WAVES), school.size), np.tile(school, WAVES)
    for draw in range(draws):
        found = staggered_effect(scores[:, draw].ravel(), wave, everywhere, first[everywhere])
        tally.interval("staggered_effect", found.overall, _truth(found.cells))
        for one in found.by_time_since:
            truth = _at(one.since)
            tally.interval("staggered_effect by time since", one.estimate, truth)
        for cell in found.cells:
            tally.interval("staggered_effect by group", cell.estimate, _at(cell.since))
        tally.rejects("equal_trends", equal_trends(found).p_value)
    means = np.stack([school_means(one, school) for one in scores], axis=2)
    naive.two_way_fixed_effects(tally, means, (since >= 0).T, _truth(found.cells))
    return tally


def _at(since):
    return EFFECT + GROWTH * since if since >= 0 else 0.0


def _truth(cells):
    """Average the true effects as the estimate does: over each group's waves, then over groups."""
    used = [cell for cell in cells if cell.since >= 0 and not cell.estimate.reason]
    own = {cell.cohort: [one for one in used if one.cohort == cell.cohort] for cell in used}
    if not own:
        return np.nan
    size = np.array([group[0].n_schools for group in own.values()])
    mean = np.array([np.mean([_at(one.since) for one in group]) for group in own.values()])
    return float(size @ mean / size.sum())


SCENARIOS = (
    Scenario(
        "follow_up",
        "Share of a change that is left at follow-up",
        lambda whole: grid(whole=whole, cases=("", SMALL)),
        follow_up,
    ),
    Scenario(
        "waiting",
        "Waiting list",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:]),
        waiting,
        share=0.75,
    ),
    Scenario(
        "staggered",
        "Staggered roll-out over four waves",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], few_people=False),
        staggered,
        share=0.4,
    ),
)
