"""Other tests beside planned effects: by wild cluster bootstrap, and with a family allowed for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, Final

import numpy as np

from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.holm import holm
from impact_eval.estimators.wild_bootstrap import WildDraws, wild_bootstrap
from impact_eval.estimators.wild_stepdown import Coefficient, wild_stepdown
from impact_eval.findings.beside.drawn_dates import dates_stepdown
from impact_eval.findings.beside.family_stepdowns import lot_stepdown, refused
from impact_eval.findings.beside.family_tests import HOLM, ROMANO_WOLF, with_p
from impact_eval.findings.beside.sign_flips import SEED
from impact_eval.findings.beside.wild_bootstraps import FEWEST, METHOD, MOST, in_both, plan_weights
from impact_eval.findings.data.arms import DIFFERENCE, sides_of
from impact_eval.findings.data.samples import Sample, draw_sample, part_of
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.plan.families import memberships, named_by

WILD: Final = "wild_bootstrap"
FEWEST_ON_A_SIDE: Final = 3
LEAST_SHARE: Final = 1 / 3
STEPDOWN: Final = "stepdown by the wild cluster bootstrap"
OTHER_CLUSTERS: Final = "the audiences of this family have clusters of different kinds"


def wild_bootstrap_effects(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield a wild bootstrap of each planned difference in differences with 4 to 12 clusters.

    Notes
    -----
    Of schools like these, with clusters of both sides counted together. Nobody drew the sides, so
    that schools cannot be exchanged as a lot could have drawn them: the residuals of whole clusters
    are multiplied instead. All patterns of signs are gone through. With few clusters on one side
    the test finds too much or nothing, so that there is a reason instead.
    """
    for finding_id, member in memberships(data.study).items() if data.has_arms else ():
        main, at = done.get(finding_id), member.address
        if main is None or not isfinite(main.estimate.std_error) or at.estimator != DIFFERENCE:
            continue
        few = FEWEST <= main.estimate.n_clusters <= MOST
        if member.family.estimand != "schools_like_these" or not few:
            continue
        people = data.audiences[at.audience]
        sample = _sample(people, main)
        yield finding_of(
            replace(at, variant=WILD),
            _test(data, people, sample),
            sample,
            unit=main.unit,
            parent_id=finding_id,
        )


def effect_family_tests(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each effect of a family of several its p with the others allowed for, twice.

    Notes
    -----
    Holm's counts all comparisons that the family declares, measured or not. The stepdown of a
    difference in differences multiplies whole clusters' residuals in all outcomes at once, that
    after a lot draws the sides or the dates of whole clusters again; both keep the correlation.
    """
    for family in data.study.plan.families if data.has_arms else ():
        named = named_by(data.study, family)
        own = [done.get(at.finding_id) for at in named]
        mains = [one for one in own if one is not None and isfinite(one.estimate.p_value)]
        if len(named) < len(("one", "another")) or not mains:
            continue
        if family.estimand != "schools_like_these":
            continue
        for main, tested in zip(mains, _stepdown(data, mains), strict=True):
            yield _beside(main, ROMANO_WOLF, tested)
        adjusted = holm([one.estimate.p_value for one in mains], len(named))
        method = f"Holm's p of the {len(named)} comparisons of the family"
        for main, p in zip(mains, adjusted, strict=True):
            yield _beside(main, HOLM, with_p(main, p, method))


def _sample(people: AudienceData, main: Finding) -> Sample:
    at = main.address
    values = people.scores[at.outcome]
    return draw_sample(people, values, phase=at.phase, contrast=contrast_of(at))


def _rows(data: StudyData, people: AudienceData, sample: Sample) -> Mapping[str, Any]:
    """Lay the difference in differences out: the side's change first, then everybody's."""
    side = sides_of(data, people).programme[sample.position]
    weights = plan_weights(data, people, sample)
    kept = in_both(sample) & (side >= 0)
    own = part_of(sample, kept, np.ones(sample.linked.pre.size, bool))
    return {
        "y": own.score,
        "design": np.column_stack([own.wave * side[kept], own.wave]).astype(float),
        "cluster": own.cluster,
        "school": own.school,
        "weights": None if weights is None else weights[kept],
    }


def _test(data: StudyData, people: AudienceData, sample: Sample) -> Estimate:
    rows = _rows(data, people, sample)
    side = rows["design"][:, 0] > 0
    everybody = np.unique(rows["cluster"]).size
    mine = np.unique(rows["cluster"][side]).size
    fewest = min(mine, everybody - mine)
    if fewest < max(FEWEST_ON_A_SIDE, LEAST_SHARE * everybody):
        noun = people.audience.cluster_nouns[1]
        return not_estimable(
            f"one side has {fewest} of the {everybody} {noun}; with fewer than"
            f" {FEWEST_ON_A_SIDE}, or than a third of all, this test is wrong",
            n=sample.score.size,
            n_clusters=everybody,
            method=METHOD,
            conf_level=data.conf_level,
        )
    tested = wild_bootstrap(
        rows["y"],
        rows["design"],
        rows["cluster"],
        coefficient=0,
        school=rows["school"],
        weights=rows["weights"],
        conf_level=data.conf_level,
    )
    return replace(tested, method=f"{METHOD}, weights: {data.study.plan.weights}")


def _stepdown(data: StudyData, mains: Sequence[Finding]) -> list[Estimate]:
    """Test all effects of a family together, or say of each why that is not done."""
    audiences = [data.audiences[main.address.audience] for main in mains]
    reason = OTHER_CLUSTERS if len({one.audience.cluster for one in audiences}) > 1 else ""
    if reason:
        return refused(mains, reason, STEPDOWN)
    if mains[0].address.estimator != DIFFERENCE:
        return (dates_stepdown if data.staggered else lot_stepdown)(data, mains)
    coefficients = []
    for main, people in zip(mains, audiences, strict=True):
        rows = _rows(data, people, _sample(people, main))
        labels = np.array(people.cluster.labels)[rows["cluster"]]
        coefficients.append(Coefficient(**{**rows, "cluster": labels}))
    draws = WildDraws(generator=np.random.default_rng(SEED))
    tested = wild_stepdown(coefficients, draws=draws)
    return [
        with_p(main, float(p), tested.method)
        if isfinite(p)
        else refused([main], "the residuals of the clusters do not vary", STEPDOWN)[0]
        for main, p in zip(mains, tested.p_adjusted, strict=True)
    ]


def _beside(main: Finding, variant: str, estimate: Estimate) -> Finding:
    return replace(
        main,
        address=replace(main.address, variant=variant),
        estimate=estimate,
        parent_id=main.finding_id,
        cautions=(),
    )
