"""The dates of a roll-out by lot drawn again, for one outcome and for those of a family."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import Final

import numpy as np

from impact_eval.estimators.designs.date_orders import RollOutScores
from impact_eval.estimators.designs.drawn_dates import roll_out_stepdown
from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.romano_wolf import StepdownTest
from impact_eval.findings.beside.family_stepdowns import refused, shown
from impact_eval.findings.beside.permutations import VARIANT
from impact_eval.findings.beside.sign_flips import SEED
from impact_eval.findings.data.arms import begun_of, strata_of
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.sides.roll_outs import FEWEST, draw_roll_out, given_weights

CHOSEN: Final = (
    "nobody drew the dates, so that they cannot be drawn again: the outcomes are allowed for by"
    " Holm's method alone, which does without their correlation"
)
TWO_DATES: Final = (
    "schools of one cluster began at different dates, so that clusters were not what the lot drew"
)
METHOD: Final = "dates drawn again"


def drawn_dates(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the effect of a roll-out by lot with the p of its dates drawn again.

    Notes
    -----
    The estimate is the effect's own. There is no interval: under a constant effect other orders
    would have other waves in it, so that the test cannot be turned round.
    """
    for main in list(done.values()) if data.by_lot and data.staggered else ():
        at = main.address
        if at.quantity != "effect" or at.variant or not isfinite(main.estimate.p_value):
            continue
        tested = _dates_again(data, [main])
        (estimate,) = shown([main], tested, tested.p_value)
        yield replace(
            main,
            address=replace(at, variant=VARIANT),
            estimate=estimate,
            parent_id=main.finding_id,
            cautions=(),
        )


def dates_stepdown(data: StudyData, mains: Sequence[Finding]) -> list[Estimate]:
    """Draw the dates of a roll-out again, for all outcomes of a family at once."""
    if not data.by_lot:
        return refused(mains, CHOSEN, METHOD)
    tested = _dates_again(data, mains)
    return shown(mains, tested, tested.p_adjusted)


def _dates_again(data: StudyData, mains: Sequence[Finding]) -> StepdownTest:
    dates: dict[Hashable, float] = {}
    strata: dict[Hashable, Hashable] = {}
    outcomes = []
    for main in mains:
        people = data.audiences[main.address.audience]
        begun, stratum = _of_clusters(data, people)
        if begun is None or any(dates.get(name, at) != at for name, at in begun.items()):
            none = np.full(len(mains), nan)
            return StepdownTest(none, none, none, main.estimate.n_clusters, METHOD, TWO_DATES)
        dates.update(begun)
        strata.update(stratum)
        drawn = draw_roll_out(data, people, main.address)
        labels = np.array(people.cluster.labels)
        outcomes.append(
            RollOutScores(
                score=drawn.score,
                wave=drawn.wave,
                school=drawn.school,
                cluster=labels[drawn.cluster],
                school_weights=given_weights(data, people),
            )
        )
    return roll_out_stepdown(
        outcomes,
        dict(sorted(dates.items(), key=str)),
        stratum=strata if any(strata.values()) else None,
        weights=data.study.plan.weights,
        min_schools=FEWEST,
        generator=np.random.default_rng(SEED),
    )


def _of_clusters(
    data: StudyData, people: AudienceData
) -> tuple[dict[str, float] | None, dict[str, str]]:
    """Look up each cluster's date and stratum; no dates where one has several."""
    begun, stratum = begun_of(data, people), strata_of(data, people)
    dates: dict[str, float] = {}
    strata: dict[str, str] = {}
    pairs = np.unique(np.column_stack([people.cluster.codes, begun])[begun >= 0], axis=0)
    for code, at in pairs.tolist():
        name = str(people.cluster.labels[code])
        if name in dates:
            return None, {}
        dates[name] = float(at)
        own = np.flatnonzero(people.cluster.codes == code)[0]
        strata[name] = "" if stratum is None else str(stratum[own])
    return dates, strata
